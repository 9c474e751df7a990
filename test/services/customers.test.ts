/** What people say of customers, and what mail of theirs does then: over a real desk in a temporary directory. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { openTestDesk, plainMail, type TestDesk } from '../helpers/test-desk.ts';

let test: TestDesk;
const anna: Actor = { kind: 'agent', login: 'anna' };
const root: Actor = { kind: 'user', account: 'root' };

beforeEach(async () => {
  test = await openTestDesk({ settings: { junkQueue: 'Junk' } });
  await test.desk.accounts.add({
    login: 'anna',
    name: 'Anna Adler',
    email: 'anna@desk.example',
    roles: ['agent'],
  });
});
afterEach(() => test.close());

const config = (path: string) => join(test.directory, 'config', path);

async function receive(fields: Readonly<Record<string, string>> = {}): Promise<TicketNumber> {
  return (await test.receive(plainMail(fields))).ticket;
}

async function ticketOf(number: TicketNumber) {
  const folder = await test.desk.reader.read(number);
  if (folder === undefined) throw new Error('There is no such ticket');
  return folder;
}

function run(command: Parameters<TestDesk['desk']['customerCare']['run']>[0], actor = anna) {
  return test.desk.customerCare.run(command, actor);
}

describe('files', () => {
  it('a broken one is named and skipped, the others count', async () => {
    await mkdir(config('customers'), { recursive: true });
    await writeFile(
      config('customers/kim.yaml'),
      'addresses: kim@customer.example\nnotes: Old friend',
    );
    await writeFile(config('customers/lee.yaml'), 'addresses: [lee');
    await test.desk.customers.load();
    expect(test.desk.customers.findPerson('KIM@customer.example')?.notes).toBe('Old friend');
    expect(test.desk.config.problems()).toMatchObject([{ file: 'customers/lee.yaml' }]);
  });

  it('are made and changed by what agents say', async () => {
    await receive();
    const facts = { notes: 'Calls on Mondays', language: 'de', timeZone: 'Europe/Berlin' };
    expect(await run({ kind: 'describe', whom: 'Kim@customer.example', facts })).toMatchObject({
      ok: true,
    });
    const path = config('customers/kim@customer.example.yaml');
    expect(await readFile(path, 'utf8')).toContain('notes: Calls on Mondays');
    await writeFile(path, `# by hand\n${await readFile(path, 'utf8')}`);
    await run({ kind: 'describe', whom: 'kim@customer.example', facts: { notes: '' } });
    expect(await readFile(path, 'utf8')).toMatch(/^# by hand\n(?![\s\S]*notes:)/);
    expect(test.desk.customers.findPerson('kim@customer.example')?.language).toBe('de');
  });
});

describe('refusals', () => {
  it.each([
    [{ kind: 'describe', whom: 'nobody', facts: { notes: 'x' } }, 'bad-value'],
    [{ kind: 'describe', whom: 'kim@customer.example', facts: { language: '!' } }, 'bad-value'],
    [{ kind: 'describe', whom: 'kim@customer.example', facts: { timeZone: 'Mars' } }, 'bad-value'],
    [{ kind: 'join', whom: 'kim@customer.example', other: 'support@localhost' }, 'bad-value'],
    [
      { kind: 'join', whom: 'kim@customer.example', other: 'kim@customer.example' },
      'nothing-to-change',
    ],
    [
      { kind: 'unjoin', whom: 'kim@customer.example', other: 'lee@customer.example' },
      'nothing-to-change',
    ],
    [{ kind: 'restrict', whom: 'support@localhost', what: 'blocked', isOn: true }, 'bad-value'],
    [{ kind: 'restrict', whom: 'gmail.com', what: 'blocked', isOn: true }, 'not-allowed'],
    [{ kind: 'restrict', whom: 'customer.example', what: 'blocked', isOn: true }, 'not-allowed'],
  ] as const)('%j is refused as %s', async (command, code) => {
    await receive();
    const done = await run(command);
    // A free provider is refused for its form, whoever asks.
    const expected = 'whom' in command && command.whom === 'gmail.com' ? 'bad-value' : code;
    expect(done).toMatchObject({ ok: false, refusal: { code: expected } });
  });

  it('who may not write notes in the queue of a ticket says nothing of its customer', async () => {
    await writeFile(
      config('queues/support.yaml'),
      'name: Support\nrights:\n  billing: [see, note]\n  agent: [see]\n',
    );
    await test.desk.config.reload();
    await receive();
    const command = {
      kind: 'restrict',
      whom: 'kim@customer.example',
      what: 'muted',
      isOn: true,
    } as const;
    expect(await run(command)).toEqual({
      ok: false,
      refusal: { code: 'not-allowed', right: 'note', queue: 'Support' },
    });
    expect(await run(command, root)).toMatchObject({ ok: true });
  });
});

describe('a muted sender', () => {
  it('joins the ticket, and neither reopens it nor gets an answer', async () => {
    const number = await receive({ 'Message-ID': '<one@customer.example>' });
    await test.desk.tickets.run(
      number,
      { kind: 'update', changes: [{ kind: 'set', field: 'state', value: 'closed' }] },
      root,
    );
    await run({ kind: 'restrict', whom: 'kim@customer.example', what: 'muted', isOn: true });
    const again = await receive({
      'Message-ID': '<two@customer.example>',
      'In-Reply-To': '<one@customer.example>',
    });
    expect(again).toBe(number);
    const { ticket, messages } = await ticketOf(number);
    expect(ticket.state).toBe('closed');
    expect(messages.at(-1)?.event.fields.get('standing')).toEqual([
      'muted; by=kim@customer.example',
    ]);

    await run({ kind: 'restrict', whom: 'kim@customer.example', what: 'muted', isOn: false });
    await receive({
      'Message-ID': '<three@customer.example>',
      'In-Reply-To': '<one@customer.example>',
    });
    expect((await ticketOf(number)).ticket.state).toBe('open');
  });
});

describe('a blocked sender', () => {
  it('is filed closed among the junk without an answer, and wakes nobody’s ticket', async () => {
    const number = await receive({ 'Message-ID': '<one@customer.example>' });
    await run({ kind: 'restrict', whom: 'kim@customer.example', what: 'blocked', isOn: true });
    const junk = await receive({
      'Message-ID': '<two@customer.example>',
      'In-Reply-To': '<one@customer.example>',
    });
    const more = await receive({
      'Message-ID': '<three@customer.example>',
      'In-Reply-To': '<two@customer.example>',
    });
    expect(junk).not.toBe(number);
    for (const [mail, link] of [
      [junk, number],
      [more, junk],
    ] as const) {
      const { ticket, messages } = await ticketOf(mail);
      expect(ticket).toMatchObject({ queue: 'Junk', state: 'closed' });
      expect([...ticket.links]).toEqual([`related:${link}`]);
      expect(messages[0]?.event.fields.get('auto-reply')).toEqual([
        'none; kind=new-from-closed; reason=blocked',
      ]);
    }
    expect(
      (await ticketOf(number)).messages.filter(({ event }) => event.kind === 'mail-in'),
    ).toHaveLength(1);
  });

  it('by the domain stands in the file of the company', async () => {
    await run({ kind: 'restrict', whom: 'customer.example', what: 'blocked', isOn: true }, root);
    expect(await readFile(config('companies/customer.example.yaml'), 'utf8')).toMatch(
      /^blocked: \d{4}-\d\d-\d\d\n$/,
    );
    expect((await ticketOf(await receive())).ticket.state).toBe('closed');
  });
});

describe('joined addresses', () => {
  it('take part as one person, until they are parted', async () => {
    const number = await receive();
    const subject = `Re: [#${number}] Lamp`;
    const other = { From: 'kim@home.example', Subject: subject };
    expect(await receive(other)).not.toBe(number);
    expect(
      await run({ kind: 'join', whom: 'kim@customer.example', other: 'Kim@home.example' }),
    ).toMatchObject({ ok: true });
    expect(await receive({ ...other, 'Message-ID': '<a@home.example>' })).toBe(number);
    const { records } = await test.desk.customerTickets.ofPerson(
      test.desk.customers.addressesOf('kim@home.example'),
    );
    expect(records).toHaveLength(2);
    await run({ kind: 'unjoin', whom: 'kim@customer.example', other: 'kim@home.example' });
    expect(test.desk.customers.addressesOf('kim@home.example')).toEqual(['kim@home.example']);
  });

  it('of two files become one; the other is set aside with all it said', async () => {
    await run({ kind: 'describe', whom: 'a@x.example', facts: { notes: 'First', language: 'de' } });
    await run({ kind: 'describe', whom: 'b@y.example', facts: { notes: 'Second', name: 'Bea' } });
    await run({ kind: 'join', whom: 'a@x.example', other: 'b@y.example' });
    expect(test.desk.customers.findPerson('b@y.example')).toMatchObject({
      id: 'a@x.example',
      name: 'Bea',
      language: 'de',
      notes: 'First\n\nSecond',
    });
    expect((await readdir(config('customers'))).toSorted()).toEqual([
      'a@x.example.yaml',
      'b@y.example.yaml.joined',
    ]);
    expect(test.desk.config.problems()).toEqual([]);
  });
});

it('the language somebody set is that of new tickets and answers', async () => {
  await run({ kind: 'describe', whom: 'kim@customer.example', facts: { language: 'fr' } });
  expect((await ticketOf(await receive())).ticket.language).toBe('fr');
});
