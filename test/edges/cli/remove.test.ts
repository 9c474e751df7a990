import { afterEach, beforeEach, expect, it } from 'vitest';
import { lampMail } from '../desk.ts';
import { openTestCli, type TestCli } from './command-line.ts';

let cli: TestCli;

beforeEach(async () => {
  cli = await openTestCli();
});

afterEach(() => cli.desk.close());

it('remove takes a ticket away, restore brings it back, each once', async () => {
  const { ticket } = await cli.desk.open(lampMail);
  const state = async () => (await cli.desk.store.read(ticket))?.ticket.state;
  expect(await cli.run('remove', ticket)).toEqual({ code: 0, out: '', err: '' });
  expect(await state()).toBe('removed');
  expect((await cli.run('restore', ticket)).code).toBe(0);
  expect(await state()).toBe('new');
  expect(await cli.run('restore', ticket)).toEqual({
    code: 65,
    out: '',
    err: `maildesk: Ticket ${ticket} is not removed\n`,
  });
});

it('set tells the desk of both ends of a link', async () => {
  const [one, two] = [await cli.desk.open(lampMail), await cli.desk.open(lampMail)];
  cli.desk.announced.length = 0;
  expect((await cli.run('set', one.ticket, `link+=child:${two.ticket}`)).code).toBe(0);
  expect(cli.desk.announced).toEqual([one.ticket, two.ticket]);
});
