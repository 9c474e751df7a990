import { afterEach, beforeEach, expect, it } from 'vitest';
import { lampMail } from '../desk.ts';
import { openTestCli, type TestCli } from './command-line.ts';

let cli: TestCli;

beforeEach(async () => {
  cli = await openTestCli();
  await cli.run('agent', 'add', 'ben', '--name', 'Ben Kaya', '--email', 'ben@example.org');
});

afterEach(async () => {
  expect(cli.machine.openDesks).toBe(0);
  await cli.desk.close();
});

async function stateOf(number: string): Promise<unknown> {
  const { out } = await cli.run('show', '--json', number);
  return JSON.parse(out);
}

it('assign gives a ticket to an agent or a team, with the reason as a note', async () => {
  const { ticket } = await cli.desk.open(lampMail);
  const given = await cli.run('--as', 'anna', 'assign', ticket, 'ben', 'He', 'knows', 'lamps.');
  expect([given.code, given.err]).toEqual([0, '']);
  expect(await stateOf(ticket)).toMatchObject({
    owner: 'ben',
    messages: [{}, { kind: 'note', text: 'He knows lamps.\n' }],
  });
  cli.machine.input = 'An invoice.\n';
  expect((await cli.run('assign', ticket, '--queue', 'Billing')).code).toBe(0);
  expect(await stateOf(ticket)).toMatchObject({ owner: null, queue: 'Billing' });
  expect((await cli.run('assign', ticket, 'kim', 'x')).err).toContain('Unknown agent "kim"');
  expect((await cli.run('assign', ticket)).code).toBe(64);
  cli.machine.input = '';
  expect((await cli.run('assign', ticket, 'ben')).err).toContain('The text is empty');
});

it('advice is asked, given and taken back', async () => {
  const { ticket } = await cli.desk.open(lampMail);
  expect((await cli.run('advice', ticket, 'ben', 'Which', 'fuse?')).code).toBe(0);
  expect((await cli.run('--as', 'ben', 'advice', ticket, 'ben', '--done', 'The third.')).code).toBe(
    0,
  );
  expect(await stateOf(ticket)).toMatchObject({
    messages: [{}, { text: 'Which fuse?\n' }, { kind: 'note', text: 'The third.\n' }],
  });
  const again = await cli.run('advice', ticket, 'ben', '--done');
  expect([again.code, again.err]).toEqual([
    65,
    'maildesk: Nobody asked "ben" here; expected an agent who was asked or mentioned\n',
  ]);
});

it('escalate names a queue without a second level', async () => {
  const { ticket } = await cli.desk.open(lampMail);
  expect(await cli.run('escalate', ticket, 'Too hard')).toEqual({
    code: 65,
    out: '',
    err: 'maildesk: The queue Support has no second level; expected a queue with "secondLevel"\n',
  });
  expect((await cli.run('escalate', ticket, '--back', 'Easy')).err).toBe(
    'maildesk: The ticket is not at the second level\n',
  );
});

it('agent absence sets and ends an absence', async () => {
  const { accounts } = cli.desk;
  const days = ['--from', '2026-12-24', '--until', '2026-12-31'];
  expect((await cli.run('agent', 'absence', 'ben', ...days, '--stand-in', 'anna')).code).toBe(0);
  expect(accounts.find('ben')?.absence).toEqual({
    from: '2026-12-24',
    until: '2026-12-31',
    standIn: 'anna',
    text: '',
    handOver: false,
  });
  expect((await cli.run('agent', 'absence', 'ben', '--from', '2026-12-24')).code).toBe(64);
  expect((await cli.run('agent', 'absence', 'kim', ...days)).code).toBe(65);
  expect((await cli.run('agent', 'absence', 'ben', '--end')).code).toBe(0);
  expect(accounts.find('ben')?.absence).toBeUndefined();
});
