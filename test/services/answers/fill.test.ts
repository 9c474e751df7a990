import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseInstant, toInstant } from '../../../src/base/clock.ts';
import { parseTextModule } from '../../../src/config/text-modules.ts';
import type { Agent } from '../../../src/services/accounts/accounts.ts';
import { formatDateAs } from '../../../src/services/answers/date-forms.ts';
import { createFilling, type FillRequest } from '../../../src/services/answers/fill.ts';
import { placeholderNames, valuesFor } from '../../../src/services/answers/values.ts';
import { nodeFiles } from '../../../src/storage/files.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

let test: TestDesk;
let agent: Agent;
/** A Thursday. */
const now = toInstant(parseInstant('2026-11-26T09:15:00Z') ?? 0);

async function write(file: string, text: string | Buffer) {
  const path = join(test.directory, 'config', file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** With the clock of the test, so that dates are known. */
function filling() {
  const { desk, directory } = test;
  return createFilling({
    answers: desk.answers,
    customers: desk.customers,
    config: () => desk.config.current(),
    files: nodeFiles,
    directory,
    word: (language, key) => (language === 'en' ? key : undefined),
    clock: { now: () => now },
  });
}

async function requestFor(raw: string, recipients: readonly string[]): Promise<FillRequest> {
  const { ticket } = await test.receive(raw, { recipients: [...recipients] });
  const folder = await test.desk.reader.read(ticket);
  if (folder === undefined) throw new Error('The ticket is not there');
  return { agent, folder };
}

function moduleOf(text: string, language = 'en', more = '') {
  const { module, problems } = parseTextModule(
    `---\ntitle: T\n${more}---\n${text}`,
    `answers/test/one.${language}.md`,
  );
  if (module === undefined) throw new Error(JSON.stringify(problems));
  return module;
}

beforeAll(async () => {
  test = await openTestDesk({ settings: { confirmations: 'false' } });
  await write(
    'queues/shop.yaml',
    'name: Shop\naddresses: [shop@localhost]\nsignature: {file: shop}\nsalutation: {file: shop}\n',
  );
  await write('queues/shop-returns.yaml', 'name: Shop::Returns\naddresses: [returns@localhost]\n');
  await write(
    'queues/bare.yaml',
    'name: Bare\naddresses: [bare@localhost]\nsignature: ""\nsalutation: "{{customer.name}}:"\n',
  );
  await write('signatures/shop.en.md', '{{agent.name}}\n{{queue.name}} at {{desk.name}}\n');
  await write('signatures/shop.de.md', 'Viele Grüße\n{{agent.name}}\n');
  await write('signatures/lena.en.md', 'Lena');
  await write('signatures/default.en.md', 'The desk');
  await write('salutations/shop.en.md', 'Dear {{customer.first-name | "customer"}},\n');
  await write(
    'salutations/shop.de.md',
    'Guten Tag {{customer.name | "liebe Kundin, lieber Kunde"}},\n',
  );
  await write('salutations/bad name.md', 'x');
  await write(
    'answers/test/piece.de.md',
    '---\ntitle: P\nattachments: [form.pdf]\n---\nStück für {{customer.name}}',
  );
  await write('answers/test/lost.en.md', '---\ntitle: L\nattachments: [lost.pdf]\n---\nText');
  await write('answers/test/form.pdf', Buffer.from('%PDF'));
  await test.desk.config.reload();
  await test.desk.answers.load();
  await test.desk.accounts.add({
    login: 'anna',
    name: 'Anna Adler',
    email: 'anna@desk.example',
    roles: ['agent'],
  });
  const found = test.desk.accounts.find('anna');
  if (found === undefined) throw new Error('Anna is not there');
  agent = found;
});
afterAll(() => test.close());

describe('fill', () => {
  it('knows customer, ticket, agent, queue, desk and dates in the language of the text', async () => {
    const request = await requestFor(
      plainMail({ From: '"Berg, Kim" <kim@customer.example>', Subject: 'Lamp {{agent.email}}' }),
      ['shop@localhost'],
    );
    const filled = filling().fill(
      moduleOf(
        '{{customer.first-name}}|{{customer.last-name}}|{{customer.address}}|{{ticket.subject}}|{{agent.first-name}}|{{queue.address}}|{{mail.date}}|{{ticket.state}}',
      ),
      request,
    );
    expect(filled.text).toBe(
      'Kim|Berg|kim@customer.example|Lamp {{agent.email}}|Anna|shop@localhost|23 November 2026|state.new',
    );
    expect(filled.missing).toEqual([]);
  });

  it.each([
    ['en', 'date.today', /^26 November 2026$/],
    ['de', 'date.today', /^26\. November 2026$/],
    ['de', 'date.today.weekday', /^Donnerstag,? 26\. November 2026$/],
    ['en', 'date.tomorrow.short', /^27\/11\/2026$/],
    ['es', 'date.in-3-days', /^29 de noviembre de 2026$/],
    ['en', 'date.in-1-week.iso', /^2026-12-03$/],
    ['en', 'date.in-2-working-days.weekday', /^Monday,? 30 November 2026$/],
    ['en', 'date.in-1-working-day.iso', /^2026-11-27$/],
    ['en', 'date.now', /^26 November 2026\D+09:15$/],
    ['fa', 'date.today.iso', /^2026-11-26$/],
  ])('in %s %s is %s', async (language, name, expected) => {
    const request = await requestFor(plainMail(), ['support@localhost']);
    expect(filling().fill(moduleOf(`{{${name}}}`, language), request).text).toMatch(expected);
  });

  it('every documented name is known, others are named', async () => {
    const find = valuesFor({
      ticket: { queue: 'Support', customer: undefined, language: undefined },
      agent,
      config: test.desk.config.current(),
      now,
      language: 'en',
    });
    for (const name of placeholderNames) expect([name, find(name)]).not.toContain(undefined);
    for (const name of ['ticket.x-order', 'date.in-5-days.short']) expect(find(name)).toBeDefined();
    for (const name of ['date.in-5-moons', 'date.today.big', 'customer', 'constructor', 'ticket.x'])
      expect([name, find(name)]).toEqual([name, undefined]);
    const request = await requestFor(plainMail({ From: 'kim@customer.example' }), [
      'support@localhost',
    ]);
    const filled = filling().fill(moduleOf('{{customer.name}}{{custmer}}{{> no/where}}'), request);
    expect(filled).toMatchObject({
      text: '{{custmer}}{{> no/where}}',
      missing: ['customer.name', 'custmer', '> no/where'],
      unknown: ['custmer'],
    });
  });

  it('what the desk was told counts, and a value is one line', async () => {
    await test.desk.customers.editPerson('max@customer.example', () => ({
      name: 'Max Muster',
      company: 'ACME',
    }));
    const request = await requestFor(
      plainMail({ From: '"M." <max@customer.example>', Subject: 'a\u2028b' }),
      ['support@localhost'],
    );
    const filled = filling().fill(
      moduleOf('{{customer.name}} {{customer.company}} [{{ticket.subject}}]'),
      request,
    );
    expect(filled.text).toBe('Max Muster ACME [a b]');
  });

  it('nested pieces bring their attachments, and what is not there is named', async () => {
    const request = await requestFor(plainMail(), ['support@localhost']);
    const filled = filling().fill(moduleOf('{{> test/piece}}', 'de'), request);
    expect(filled).toMatchObject({
      text: 'Stück für Kim Berg',
      modules: ['test/one', 'test/piece'],
      attachments: [{ name: 'form.pdf', path: 'answers/test/form.pdf' }],
    });
    expect((await filling().read(filled.attachments)).files[0]?.bytes.toString()).toBe('%PDF');
    const lost = test.desk.answers.modules().find(({ id }) => id === 'test/lost');
    expect(lost).toBeDefined();
    if (lost !== undefined)
      expect(filling().fill(lost, request)).toMatchObject({
        missing: ['lost.pdf'],
        attachments: [],
        absent: ['lost.pdf'],
      });
    expect(test.desk.answers.problems().map(({ file }) => file)).toEqual([
      'salutations/bad name.md',
      'answers/test/lost.en.md',
    ]);
  });
});

describe('frame', () => {
  it('is that of the queue, in the language of the customer, else of the desk', () => {
    const german = {
      agent,
      ticket: {
        queue: 'Shop',
        customer: { name: 'Kim Berg', address: 'kim@customer.example' },
        language: 'de',
      },
    };
    expect(filling().frame(german)).toEqual({
      salutation: 'Guten Tag Kim Berg,',
      signature: 'Viele Grüße\nAnna Adler',
    });
    expect(
      filling().frame({
        ...german,
        ticket: { ...german.ticket, language: 'fr', customer: undefined },
      }),
    ).toEqual({
      salutation: 'Dear customer,',
      signature: `Anna Adler\nShop at ${test.desk.config.current().desk.name}`,
    });
  });

  it('comes from the queue above, from the agent before both, and may be none', () => {
    const frame = (queue: string, who: Partial<Agent> = {}) =>
      filling().frame({
        agent: { ...agent, ...who },
        ticket: { queue, customer: undefined, language: 'en' },
      });
    expect(frame('Shop::Returns').salutation).toBe('Dear customer,');
    expect(frame('Shop', { signature: { kind: 'file', name: 'lena' } }).signature).toBe('Lena');
    expect(frame('Bare')).toEqual({ salutation: ':', signature: '' });
    expect(frame('Nowhere').signature).toBe('The desk');
  });
});

describe('formatDateAs', () => {
  it('gives a date for every tag, and digits that everybody reads', () => {
    expect(formatDateAs('long', { day: 20783 }, 'ar')).toContain('2026');
    expect(formatDateAs('long', { day: 20783 }, 'no such tag')).toBe('2026-11-26');
  });
});

it('an attachment that went away meanwhile is named', async () => {
  await write('answers/test/gone.pdf', 'x');
  await rm(join(test.directory, 'config/answers/test/gone.pdf'));
  expect(await filling().read([{ name: 'gone.pdf', path: 'answers/test/gone.pdf' }])).toEqual({
    files: [],
    absent: ['gone.pdf'],
  });
});
