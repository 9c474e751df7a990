import { afterEach, beforeEach, expect, it } from 'vitest';
import { lampMail } from '../desk.ts';
import { openTestCli, type TestCli } from './command-line.ts';

let cli: TestCli;

beforeEach(async () => {
  cli = await openTestCli();
});

afterEach(async () => {
  expect(cli.machine.openDesks).toBe(0);
  await cli.desk.close();
});

async function messagesOf(number: string): Promise<readonly string[]> {
  const { out } = await cli.run('show', '--json', number);
  const ticket: unknown = JSON.parse(out);
  if (typeof ticket !== 'object' || ticket === null || !('messages' in ticket)) return [];
  return Array.isArray(ticket.messages) ? ticket.messages.map(({ id }) => String(id)) : [];
}

it('merge and unmerge show the messages of both, then of one', async () => {
  const one = await cli.desk.open(lampMail);
  const two = await cli.desk.open(lampMail);
  expect(await cli.run('merge', two.ticket, one.ticket)).toEqual({
    code: 0,
    out: `${one.ticket}\n`,
    err: '',
  });
  expect(cli.desk.announced).toEqual([two.ticket, one.ticket]);
  expect(await messagesOf(one.ticket)).toEqual([one.message, two.message]);
  expect((await cli.run('merge', one.ticket, two.ticket)).err).toBe(
    `maildesk: Ticket ${one.ticket} cannot go into itself; expected another ticket\n`,
  );
  expect((await cli.run('unmerge', two.ticket)).code).toBe(0);
  expect(await messagesOf(one.ticket)).toEqual([one.message]);
  expect((await cli.run('unmerge', two.ticket)).code).toBe(65);
});

it('split and move take a message along, and verify finds everything accounted for', async () => {
  const one = await cli.desk.open(lampMail);
  const two = await cli.desk.open(lampMail);
  await cli.run('move', two.ticket, two.message, one.ticket);
  expect(await messagesOf(one.ticket)).toEqual([one.message, two.message]);
  const { code, out } = await cli.run('split', one.ticket, two.message);
  expect(code).toBe(0);
  expect(await messagesOf(out.trim())).toEqual([two.message]);
  expect(await messagesOf(one.ticket)).toEqual([one.message]);
  expect(await cli.run('verify')).toEqual({
    code: 0,
    out: '3 tickets checked, 0 findings\n',
    err: '',
  });
});

it('a message that is none is refused', async () => {
  const { ticket } = await cli.desk.open(lampMail);
  expect((await cli.run('split', ticket, '.hidden')).err).toBe(
    'maildesk: The ticket has no message ".hidden"\n',
  );
});
