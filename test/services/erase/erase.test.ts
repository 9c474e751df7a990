/** A person's data goes from the whole desk; what is of others stays. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import type { Finding } from '../../../src/services/verify/finding.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';
import { anna } from '../verify/filled-desk.ts';

const kim = 'kim@customer.example';
const other = 'kim.berg@private.example';

let test: TestDesk;
let own: TicketNumber;
let second: TicketNumber;
let lees: TicketNumber;

beforeEach(async () => {
  test = await openTestDesk();
  const { desk } = test;
  await desk.index.ready(10_000);
  await desk.accounts.add({
    login: 'anna',
    name: 'Anna Adler',
    email: 'anna@desk.example',
    roles: ['admin'],
  });
  await mkdir(join(test.directory, 'config/customers'), { recursive: true });
  await writeFile(
    join(test.directory, 'config/customers/kim.yaml'),
    `name: Kim Berg\naddresses: [${kim}, ${other}]\nnotes: prefers the telephone, +49 30 1234567\n`,
  );
  await desk.customers.load();
  ({ ticket: own } = await test.receive(
    plainMail(
      { 'Message-ID': '<own@customer.example>', Subject: 'My very own illness' },
      'I am ill.',
    ),
  ));
  await desk.tickets.run(
    own,
    { kind: 'reply', to: [{ name: 'Kim Berg', address: kim }], cc: [], text: 'Get well!' },
    anna,
  );
  ({ ticket: second } = await test.receive(
    plainMail(
      { 'Message-ID': '<second@private.example>', From: `=?utf-8?Q?Kim_Berg?= <${other}>` },
      'Second one.',
    ),
    { sender: other },
  ));
  ({ ticket: lees } = await test.receive(
    plainMail(
      {
        'Message-ID': '<lee@else.example>',
        From: 'Lee Long <lee@else.example>',
        Cc: `Kim Berg <${kim}>`,
      },
      `Kim Berg (${kim}, 0049 (0)30 123-4567) has told me of the lamp.\r\nMy own words stay.`,
    ),
    { sender: 'lee@else.example' },
  ));
  await test.receive(
    plainMail(
      { 'Message-ID': '<in-lees@customer.example>', References: '<lee@else.example>' },
      'My secret remark.',
    ),
  );
  await desk.autoReplies.settled();
  await mkdir(join(test.directory, 'hooks/failed'), { recursive: true });
  const told = JSON.stringify({ message: { from: { address: kim } } });
  await writeFile(join(test.directory, 'hooks/failed/1.chat'), told);
});

afterEach(() => test.close());

async function findings(): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for await (const finding of test.desk.verify.all(() => {})) found.push(finding);
  return found;
}

async function holders(...texts: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(test.directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const text = (await readFile(path)).toString().toLowerCase();
    const named = texts.filter((each) => text.includes(each.toLowerCase()));
    if (named.length > 0) found.push(`${path.slice(test.directory.length)}: ${named.join(', ')}`);
  }
  return found;
}

const traces = [
  kim,
  other,
  'Kim Berg',
  'very own illness',
  'I am ill',
  'Get well',
  'secret remark',
  '30 123-4567',
];

async function planIt(way: 'empty' | 'remove' = 'empty') {
  const made = await test.desk.erase.plan({ who: kim, phones: ['+49 30 1234567'], way }, anna);
  if (!made.ok) throw new Error(made.refusal.code);
  return made.value;
}

it('the plan says what would go, and writes nothing; the run leaves no trace, and the report names nobody', async () => {
  const before = await holders(...traces);
  const plan = await planIt();
  expect(plan).toMatchObject({
    own: [own, second],
    others: [lees],
    counts: { notes: 1, attachments: 0 },
    marks: { addresses: [kim, other], names: ['Kim Berg'] },
  });
  expect((await holders(...traces)).filter((path) => !path.includes('/erasures/'))).toEqual(before);

  const done = await test.desk.erase.run(plan.id, anna);
  expect(done).toMatchObject({ ok: true, value: { emptied: 2, changed: 1, removed: 0, left: [] } });
  const lee = (await test.desk.store.read(lees))?.messages.find(
    ({ event }) => event.mail.from?.address === 'lee@else.example',
  );
  const mail = lee && (await test.desk.store.readMail(lees, lee.event.name));
  expect(mail?.text).toMatch(
    /^P\. \w{4} \(\S+@\S+, .*\) has told me of the lamp\.\nMy own words stay\./,
  );
  expect(mail?.cc[0]?.address).toMatch(/erased\.invalid|x\.invalid|x\.y/);
  expect(await findings()).toEqual([]);
  const states = await Promise.all(
    [own, second, lees].map(async (number) => (await test.desk.store.read(number))?.ticket.state),
  );
  expect(states).toEqual(['open', 'new', 'new']);
  await test.desk.close();
  expect(await holders(...traces)).toEqual([]);
});

it('tickets may go whole, with a trace that accounts for them; the number is not given again', async () => {
  const plan = await planIt('remove');
  expect(await test.desk.erase.run(plan.id, anna)).toMatchObject({
    ok: true,
    value: { emptied: 0, removed: 2, left: [] },
  });
  expect(await test.desk.store.read(own)).toBeUndefined();
  expect(await findings()).toEqual([]);
  const { ticket } = await test.receive(
    plainMail({ 'Message-ID': '<new@customer.example>' }, 'Here I am again.'),
  );
  expect([own, second, lees]).not.toContain(ticket);
  expect((await test.desk.store.read(ticket))?.ticket.customer?.address).toBe(kim);
});

it('a run that was stopped goes on where it was', async () => {
  const plan = await planIt();
  const stop = new Error('stopped');
  await expect(
    test.desk.erase.run(plan.id, anna, (done) => {
      if (done === 1) throw stop;
    }),
  ).rejects.toBe(stop);
  expect(await test.desk.erase.run(plan.id, anna)).toMatchObject({ ok: true, value: { left: [] } });
  const events = (await test.desk.store.read(own))?.messages.filter(
    ({ event }) => event.kind === 'redaction',
  );
  expect(events).toHaveLength(1);
  expect(await test.desk.erase.run(plan.id, anna)).toEqual({
    ok: false,
    refusal: { code: 'unknown-plan', id: plan.id },
  });
});

it('a hold, no admin, and nobody known refuse', async () => {
  const ben = { kind: 'agent', login: 'ben' } as const;
  await test.desk.accounts.add({
    login: 'ben',
    name: 'Ben',
    email: 'ben@desk.example',
    roles: ['agent'],
  });
  const ask = async (who: string, actor: typeof anna = anna) => {
    const made = await test.desk.erase.plan({ who, way: 'empty' }, actor);
    return made.ok ? 'planned' : made.refusal;
  };
  expect(await ask(kim, ben)).toMatchObject({ code: 'not-allowed' });
  expect(await ask('nobody@nowhere.example')).toEqual({
    code: 'unknown-person',
    who: 'nobody@nowhere.example',
  });
  const plan = await planIt();
  await test.desk.tickets.run(
    second,
    { kind: 'update', changes: [{ kind: 'set', field: 'hold', value: 'Case 4711' }] },
    anna,
  );
  expect(await ask(kim)).toEqual({ code: 'on-hold', number: second, reason: 'Case 4711' });
  expect(await test.desk.erase.run(plan.id, anna)).toMatchObject({
    refusal: { code: 'on-hold', number: second },
  });
  expect(await holders('I am ill')).not.toEqual([]);
});
