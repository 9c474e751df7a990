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

it('customer set, join, mute and show: what was said is shown', async () => {
  const said = ['name=Kim Berg', 'timezone=Europe/Berlin', 'notes=Pays late'];
  expect(await cli.run('customer', 'set', 'kim@customer.example', ...said)).toEqual({
    code: 0,
    out: '',
    err: '',
  });
  await cli.run('customer', 'join', 'kim@customer.example', 'kim@gmail.com');
  await cli.run('customer', 'mute', 'customer.example');
  const { out } = await cli.run('customer', 'show', 'kim@gmail.com');
  for (const part of ['kim@customer.example', 'Kim Berg', 'Europe/Berlin', 'Pays late'])
    expect(out).toContain(part);
  const shown = await cli.run('customer', 'show', '--json', 'kim@customer.example');
  expect(JSON.parse(shown.out)).toMatchObject({
    addresses: ['kim@customer.example', 'kim@gmail.com'],
    standing: { kind: 'muted', by: 'customer.example' },
  });
  await cli.run('customer', 'unmute', 'customer.example');
  expect((await cli.run('customer', 'unjoin', 'kim@gmail.com', 'kim@gmail.com')).code).toBe(0);
  expect((await cli.run('customer', 'show', 'kim@gmail.com')).out).not.toContain('Kim Berg');
});

it.each([
  [['set', 'kim@customer.example', 'shoe=43'], 64, 'expected one of name, language'],
  [['set', 'kim@customer.example', 'language=!'], 65, 'expected a language tag'],
  [['set', 'nobody', 'notes=x'], 65, 'expected an address'],
  [['block', 'gmail.com'], 65, 'expected a customer'],
  [['unjoin', 'a@b.example', 'c@d.example'], 0, 'Nothing to change'],
] as const)('customer %j ends with %i', async (words, code, sentence) => {
  const { code: ended, err } = await cli.run('customer', ...words);
  expect(ended).toBe(code);
  expect(err).toContain(sentence);
});

it('show --at prints the ticket as it was, and says when there was none', async () => {
  const { ticket } = await cli.desk.open(lampMail);
  const opened = (await cli.desk.store.read(ticket))?.ticket.latest ?? 0;
  await cli.run('set', ticket, 'priority=urgent');
  const at = new Date(opened).toISOString();
  const priorities = async (...options: string[]) => {
    const shown: unknown = JSON.parse((await cli.run('show', '--json', ...options, ticket)).out);
    return typeof shown === 'object' && shown !== null && 'priority' in shown
      ? shown.priority
      : undefined;
  };
  expect(await priorities()).toBe('urgent');
  expect(await priorities('--at', at)).toBe('normal');
  expect(await cli.run('show', '--at', '2020-01-01', ticket)).toMatchObject({
    code: 65,
    err: `maildesk: Ticket ${ticket} did not exist then\n`,
  });
  expect((await cli.run('show', '--at', 'yesterday', ticket)).code).toBe(64);
});
