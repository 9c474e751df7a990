/** What colleagues do among themselves, on the one road: rights, refusals, and the note that stays. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askedBy } from '../../src/core/search/personal.ts';
import { parseQuery } from '../../src/core/search/query.ts';
import type { TicketCommand } from '../../src/core/ticket/decide.ts';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { askerOf } from '../../src/services/asker.ts';
import { createSight } from '../../src/services/sight.ts';
import { openTestDesk, plainMail, type TestDesk } from '../helpers/test-desk.ts';

let test: TestDesk;

/** One agent a role; the queue says what each role may do. */
const roles = {
  nobody: [],
  reader: ['see'],
  noter: ['see', 'note'],
  owner: ['see', 'note', 'own'],
  mover: ['see', 'note', 'move'],
  all: ['see', 'note', 'answer', 'move', 'own', 'close'],
} as const;
type RoleName = keyof typeof roles;

beforeAll(async () => {
  test = await openTestDesk({ settings: { confirmations: 'false' } });
  const queue = (name: string, text: string) =>
    writeFile(join(test.directory, 'config/queues', `${name}.yaml`), text);
  const rights = Object.entries(roles).map(([role, given]) => `  ${role}: [${given.join(', ')}]\n`);
  await queue('support', `name: Support\nsecondLevel: Experts\nrights:\n${rights.join('')}`);
  await queue('experts', `name: Experts\nrights:\n${rights.join('')}`);
  await test.desk.config.reload();
  for (const role of Object.keys(roles))
    await test.desk.accounts.add({
      login: role,
      name: `The ${role}`,
      email: `${role}@desk.example`,
      roles: [role],
    });
});
afterAll(() => test.close());

let mails = 0;

async function receive(): Promise<TicketNumber> {
  mails += 1;
  return (await test.receive(plainMail({ 'Message-ID': `<m${mails}@customer.example>` }))).ticket;
}

async function run(ticket: TicketNumber, login: string, command: TicketCommand): Promise<string> {
  const done = await test.desk.tickets.run(ticket, command, { kind: 'agent', login });
  return done.ok ? 'done' : done.refusal.code;
}

const commands: Readonly<Record<string, TicketCommand>> = {
  'hand-over to an agent': { kind: 'hand-over', owner: 'all', text: 'You know it.' },
  'hand-over to a team': { kind: 'hand-over', queue: 'Experts', text: 'They know it.' },
  'ask-advice': { kind: 'ask-advice', agent: 'all', text: 'What is it?' },
  escalate: { kind: 'escalate', text: 'Too hard.' },
};

describe('rights', () => {
  const expected: Readonly<Record<RoleName, readonly string[]>> = {
    nobody: ['unknown-ticket', 'unknown-ticket', 'unknown-ticket', 'unknown-ticket'],
    reader: ['not-allowed', 'not-allowed', 'not-allowed', 'not-allowed'],
    noter: ['not-allowed', 'not-allowed', 'done', 'not-allowed'],
    owner: ['done', 'not-allowed', 'done', 'not-allowed'],
    mover: ['not-allowed', 'done', 'done', 'done'],
    // Nobody asks himself.
    all: ['done', 'done', 'bad-value', 'done'],
  };

  it.each(Object.entries(expected))('%s', async (role, answers) => {
    const given = await Promise.all(
      Object.values(commands).map(async (command) => run(await receive(), role, command)),
    );
    expect(given).toEqual(answers);
  });

  it('bringing back needs to move and to note, in the queue of the second level', async () => {
    const ticket = await receive();
    await run(ticket, 'all', { kind: 'escalate', text: 'Too hard.' });
    const back: TicketCommand = { kind: 'bring-back', text: 'Easy.' };
    expect([
      await run(ticket, 'noter', back),
      await run(ticket, 'mover', back),
      await run(ticket, 'mover', back),
    ]).toEqual(['not-allowed', 'done', 'not-escalated']);
  });

  it('whoever is asked or mentioned may read and note, and nothing else, until it is done', async () => {
    for (const ask of [
      { kind: 'ask-advice', agent: 'nobody', text: 'What is it?' },
      { kind: 'note', text: 'Look, @nobody' },
    ] satisfies readonly TicketCommand[]) {
      const ticket = await receive();
      await run(ticket, 'all', ask);
      const as = (command: TicketCommand) => run(ticket, 'nobody', command);
      expect([
        await as({ kind: 'note', text: 'A fuse.' }),
        await as({ kind: 'update', changes: [{ kind: 'set', field: 'owner', value: 'nobody' }] }),
        await as({ kind: 'update', changes: [{ kind: 'set', field: 'state', value: 'closed' }] }),
        await as({
          kind: 'reply',
          to: [{ name: '', address: 'kim@customer.example' }],
          cc: [],
          text: 'x',
        }),
        await as({ kind: 'escalate', text: 'x' }),
        await as({ kind: 'end-advice', agent: 'nobody' }),
        await as({ kind: 'note', text: 'Once more.' }),
      ]).toEqual([
        'done',
        'not-allowed',
        'not-allowed',
        'not-allowed',
        'not-allowed',
        'done',
        'unknown-ticket',
      ]);
    }
  });
});

it('the note that carries a hand-over reads well in any mail program, and is never sent', async () => {
  const ticket = await receive();
  await run(ticket, 'all', { kind: 'hand-over', owner: 'noter', text: 'You know lamps.' });
  const folder = await test.desk.store.read(ticket);
  const message = folder?.messages.at(-1);
  const path = join(
    test.desk.folderPath(ticket),
    message?.directory ?? '',
    message?.fileName ?? '',
  );
  const text = await readFile(path, 'utf8');
  expect(text).toMatch(/^Ticket-Seal: sha256:[0-9a-f]{64}\nTicket-Event: note\n/);
  expect(text).toContain('\nTicket-Set: owner=noter\n');
  expect(text).toContain('\nFrom: The all <all@desk.example>\n');
  expect(text).toContain('\n\nYou know lamps.');
  expect(text).not.toContain('Ticket-Recipient');
  expect(await test.desk.outbox.count()).toBe(0);
});

it('lists show what somebody may see, and what he is asked about', async () => {
  const [one, two] = [await receive(), await receive()];
  await run(one, 'all', { kind: 'ask-advice', agent: 'nobody', text: 'What is it?' });
  await test.desk.index.settled();
  const sight = createSight({ reader: test.desk.store, config: test.desk.config });
  const readerOf = (login: string) => {
    const agent = test.desk.accounts.find(login);
    return agent === undefined ? undefined : sight.readerOf(agent);
  };
  const found = async (text: string, login: string | undefined) => {
    const query = parseQuery(text);
    if (!query.ok) throw new Error(text);
    const asker = askerOf(login, {
      agents: test.desk.accounts.list(),
      config: test.desk.config.current(),
      now: test.desk.parts.clock.now(),
    });
    const page = await test.desk.index.list({
      query: askedBy(query.value, asker),
      sort: 'number',
      descending: false,
      limit: 500,
      reader: login === undefined ? undefined : readerOf(login),
    });
    if (!page.ok) throw new Error(page.refusal.code);
    return page.value.records
      .map(({ number }) => number)
      .filter((each) => [one, two].includes(each));
  };
  expect(await found('queue:Support', 'nobody')).toEqual([one]);
  expect(await found('queue:Support', 'reader')).toEqual([one, two]);
  expect(await found('queue:Support', undefined)).toEqual([one, two]);
  expect(await found('mentioned:me', 'nobody')).toEqual([one]);
  expect(await found('mentioned:me', 'reader')).toEqual([]);
});
