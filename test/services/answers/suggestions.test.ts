import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import type { SuggestionRequest } from '../../../src/services/answers/suggestions.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

let test: TestDesk;

beforeEach(async () => {
  test = await openTestDesk({ settings: { confirmations: 'false' } });
  await test.desk.accounts.add({
    login: 'anna',
    name: 'Anna Adler',
    email: 'anna@desk.example',
    roles: ['agent'],
  });
  // Only what a test writes is offered.
  await rm(join(test.directory, 'config/answers'), { recursive: true });
  await test.desk.answers.load();
});
afterEach(() => test.close());

const anna = { kind: 'agent', login: 'anna' } as const;
const kim = { name: 'Kim Berg', address: 'kim@customer.example' };

async function writeModule(file: string, head: string, text: string): Promise<void> {
  const path = join(test.directory, 'config/answers', file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `---\n${head}\n---\n${text}\n`);
  await test.desk.answers.load();
}

async function receive(subject: string, text: string, queue = 'Support'): Promise<TicketNumber> {
  const { ticket } = await test.receive(
    plainMail(
      { Subject: subject, 'Message-ID': `<${subject.replace(/\W/g, '')}.${queue}@x.example>` },
      text,
    ),
  );
  await test.desk.tickets.run(
    ticket,
    { kind: 'update', changes: [{ kind: 'set', field: 'queue', value: queue }] },
    { kind: 'system', part: 'test' },
  );
  return ticket;
}

async function answer(ticket: TicketNumber, text: string): Promise<void> {
  const result = await test.desk.tickets.run(
    ticket,
    { kind: 'reply', to: [kim], cc: [], text },
    anna,
  );
  expect(result.ok).toBe(true);
}

async function suggest(request: Partial<SuggestionRequest>): Promise<readonly string[]> {
  await test.desk.suggestions.settled();
  const found = await test.desk.suggestions.suggest({
    ticket: '20260101000000010' as TicketNumber,
    subject: '',
    text: '',
    language: 'en',
    queue: 'Support',
    sees: () => true,
    ...request,
  });
  return found.map((each) =>
    each.kind === 'module' ? `${each.module.id} ${each.module.language}` : each.text,
  );
}

describe('suggestions', { timeout: 60_000 }, () => {
  it('offer the module that fits, in the language of the customer', async () => {
    await writeModule(
      'billing/refund.en.md',
      'title: Refund of a payment\nkeywords: [money back]',
      'You get your money back within five days.',
    );
    await writeModule(
      'billing/refund.de.md',
      'title: Erstattung',
      'Das Geld kommt in fünf Tagen zurück.',
    );
    await writeModule(
      'account/password.en.md',
      'title: Forgotten password',
      'Use the link on the login page.',
    );
    const text = 'Hello, when do I get my money back? Thanks, Kim';
    expect((await suggest({ text }))[0]).toBe('billing/refund en');
    expect((await suggest({ text: 'Wann bekomme ich mein Geld zurück?', language: 'de' }))[0]).toBe(
      'billing/refund de',
    );
  });

  it('offer what was answered to a similar mail, without quotation and signature', async () => {
    const ticket = await receive(
      'Lamp flickers',
      'The lamp in the kitchen flickers since we changed the dimmer.',
    );
    await answer(
      ticket,
      'Please replace the dimmer by one for LED lamps.\n\n-- \nAnna\n\n> The lamp',
    );
    expect(await suggest({ text: 'Our lamp flickers since the new dimmer was put in' })).toEqual([
      'Please replace the dimmer by one for LED lamps.',
    ]);
  });

  it('know a change of modules and tickets at once, and offer nothing of a queue that is not seen', async () => {
    const text = 'Our lamp flickers since the new dimmer was put in';
    const ticket = await receive('Lamp flickers', 'The lamp flickers since we changed the dimmer.');
    await answer(ticket, 'Please replace the dimmer.');
    expect(await suggest({ text })).toEqual(['Please replace the dimmer.']);
    expect(await suggest({ text, sees: () => false })).toEqual([]);
    expect(await suggest({ text, ticket })).toEqual([]);

    await writeModule(
      'lamps/dimmer.en.md',
      'title: Lamp flickers with a dimmer',
      'Use a dimmer for LED lamps.',
    );
    expect(await suggest({ text })).toContain('lamps/dimmer en');
    await writeModule(
      'lamps/dimmer.en.md',
      'title: Lamp flickers with a dimmer\nqueues: [Billing]',
      'Use a dimmer for LED lamps.',
    );
    expect(await suggest({ text })).toEqual(['Please replace the dimmer.']);

    const moved = await test.desk.tickets.run(
      ticket,
      { kind: 'update', changes: [{ kind: 'set', field: 'queue', value: 'Billing' }] },
      anna,
    );
    expect(moved.ok).toBe(true);
    expect(await suggest({ text })).toEqual([]);
    expect(await suggest({ text, queue: 'Billing' })).toContain('Please replace the dimmer.');

    await rm(test.desk.folderPath(ticket), { recursive: true });
    await test.desk.index.sweep();
    expect(await suggest({ text, queue: 'Billing' })).toEqual(['lamps/dimmer en']);
  });

  it('find modules by beginnings of words, in the language of the customer', async () => {
    await writeModule(
      'billing/refund.en.md',
      'title: Refund of a payment\nkeywords: [money back]',
      'Five days.',
    );
    await writeModule('billing/refund.de.md', 'title: Erstattung', 'Fünf Tage.');
    await writeModule('account/password.en.md', 'title: Forgotten password', 'Use the link.');
    const find = async (words: string, language: string | undefined) =>
      (await test.desk.suggestions.search(words, { queue: 'Support', language })).map(
        ({ file }) => file,
      );
    expect(await find('money back', 'de')).toEqual(['answers/billing/refund.de.md']);
    expect(await find('refu', 'en')).toEqual(['answers/billing/refund.en.md']);
    expect(await find('erstatt', 'en')).toEqual(['answers/billing/refund.en.md']);
    expect(await find('', undefined)).toHaveLength(2);
  });
});
