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

async function stateOf(number: string): Promise<string> {
  const { out } = await cli.run('show', number);
  return /^State +(\S+)/m.exec(out)?.[1] ?? '';
}

it('undo takes the last own change back, and says why it cannot', async () => {
  const { ticket, message } = await cli.desk.open(lampMail);
  await cli.run('set', ticket, 'state=closed');
  expect(await cli.run('undo', ticket)).toEqual({ code: 0, out: `${ticket}\n`, err: '' });
  expect(await stateOf(ticket)).toBe('new');
  expect(await cli.run('undo', ticket)).toMatchObject({
    code: 65,
    err: 'maildesk: You changed nothing in this ticket that could be taken back\n',
  });
  expect((await cli.run('undo', ticket, message)).err).toContain('changed nothing that could be');
  expect((await cli.run('undo', ticket, 'nosuch')).err).toContain('no message "nosuch"');
  expect((await cli.run('undo')).code).toBe(64);
  await cli.run('set', ticket, 'state=closed');
  await cli.run('--as', 'anna', 'set', ticket, 'state=open');
  expect((await cli.run('undo', ticket)).err).toMatch(
    /^maildesk: The field "state" was changed since, to "open" by agent anna at /,
  );
});

it('bulk foresees, changes, and is taken back by its id', async () => {
  const one = await cli.desk.open(lampMail);
  const two = await cli.desk.open(lampMail);
  await cli.run('set', two.ticket, 'state=closed');
  const dry = await cli.run('bulk', 'lamp', 'state=closed', '--dry-run');
  expect(dry).toEqual({
    code: 0,
    out: `${one.ticket}\n`,
    err: `${two.ticket}: Nothing to change: the ticket already has these values\n`,
  });
  expect(await stateOf(one.ticket)).toBe('new');
  const done = await cli.run('bulk', 'lamp', 'state=closed', '--reason', 'Sale is over');
  expect(done.out).toBe(`${one.ticket}\n`);
  const id = /1 changed; maildesk undo --batch (\w+)\n/.exec(done.err)?.[1] ?? '';
  expect(await stateOf(one.ticket)).toBe('closed');
  expect((await cli.run('undo', '--batch', id)).out).toBe(`${one.ticket}\n`);
  expect(await stateOf(one.ticket)).toBe('new');
  expect((await cli.run('undo', '--batch', id)).code).toBe(0);
  expect((await cli.run('undo', '--batch', 'nosuchbatch')).code).toBe(65);
});

it('bulk merges into the oldest, and wants one thing to do', async () => {
  const one = await cli.desk.open(lampMail);
  const two = await cli.desk.open(lampMail);
  expect((await cli.run('bulk', 'lamp', '--merge')).out).toBe(`${two.ticket}\n`);
  expect(cli.desk.announced).toEqual([two.ticket, one.ticket]);
  expect(await stateOf(two.ticket)).toBe('merged');
  expect((await cli.run('bulk', 'lamp')).code).toBe(64);
  expect((await cli.run('bulk', 'lamp', '--merge', 'state=open')).code).toBe(64);
  expect((await cli.run('bulk', 'nothing', 'state=open')).err).toContain('No ticket is chosen');
  expect((await cli.run('bulk', 'colour:red', 'state=open')).code).toBe(65);
});
