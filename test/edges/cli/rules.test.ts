import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';
import { openTestCli, type TestCli } from './command-line.ts';

let cli: TestCli;
let real: TestDesk;

beforeEach(async () => {
  cli = await openTestCli();
  real = await openTestDesk();
  const { rules, tryOut } = real.desk;
  cli.machine.parts = { rules, tryOut };
  await useRules(
    'billing.yaml',
    `
rules:
  - name: invoices
    when: {subject: invoice*, attachment: application/pdf}
    then: {queue: Billing}
  - name: weekend
    when: {time: "sat,sun UTC"}
    then: {priority: low, tags: [weekend], auto-reply: no, stop: yes}
  - name: later
    then: {priority: high}
`,
  );
});

afterEach(async () => {
  await real.close();
  await cli.desk.close();
});

async function useRules(name: string, text: string): Promise<void> {
  await writeFile(join(real.directory, 'config/rules', name), text);
  await real.desk.rules.load();
}

it('test tells which rule fires and why, with what each condition saw', async () => {
  cli.machine.input = plainMail({ Subject: 'Invoices of May' });
  const { code, out, err } = await cli.run('rules', 'test', '--at', '2026-11-28T12:00:00Z');
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(out).toBe(
    `A new ticket, by its address in Support, in en
invoices (rules/billing.yaml:3): does not fire
  - all
    + subject: invoice*  — saw: Invoices of May
    - attachment: application/pdf  — saw: (nothing)
weekend (rules/billing.yaml:6): FIRES
  + time: sat,sun UTC  — saw: sat 12:00 UTC
  then priority=low, tag=weekend, no automatic reply, stop
later (rules/billing.yaml:9): not asked: a rule before it says stop
Result: priority=low, tag=weekend, no automatic reply
`,
  );
});

it('test --json gives the same as one object', async () => {
  cli.machine.input = plainMail();
  const { out } = await cli.run('rules', 'test', '--json', '--at', '2026-11-27T12:00:00Z');
  expect(JSON.parse(out)).toMatchObject({
    followUp: 'new',
    ticket: null,
    queue: 'Support',
    fired: ['later'],
    changes: [{ kind: 'set', field: 'priority', value: 'high' }],
    autoReply: true,
    rules: [{ name: 'invoices', result: 'no' }, { result: 'no' }, { result: 'fired' }],
    problems: [],
  });
});

it('test sees the envelope that is given', async () => {
  await useRules(
    'billing.yaml',
    'rules: [{name: x, when: {sender: boss@desk.example, recipient: vip@desk.example, via: lmtp}, then: {tags: [vip]}}]',
  );
  cli.machine.input = plainMail();
  const options = [
    '--sender',
    '<boss@desk.example>',
    '--recipient',
    'vip@desk.example',
    '--via',
    'lmtp',
  ];
  expect((await cli.run('rules', 'test', ...options)).out).toContain('FIRES');
  cli.machine.input = plainMail();
  expect((await cli.run('rules', 'test')).out).toContain('no rule changes anything');
});

it('test names the ticket that the mail would join', async () => {
  const { ticket } = await real.receive(plainMail({ 'Message-ID': '<1@customer.example>' }));
  cli.machine.input = plainMail({ References: '<1@customer.example>' });
  const { out } = await cli.run('rules', 'test');
  expect(out).toContain(`A follow-up (reference) of ticket ${ticket}`);
  expect(out).toContain('not asked: only for new tickets');
});

it('list prints the rules in order, and names broken files apart', async () => {
  await useRules('broken.yaml', 'rules:\n  - name: x\n');
  const { code, out, err } = await cli.run('rules', 'list');
  expect(code).toBe(0);
  expect(
    out
      .split('\n')
      .slice(1, 4)
      .map((line) => line.split(/\s{2,}/)[0]),
  ).toEqual(['invoices', 'weekend', 'later']);
  expect(err).toMatch(
    /^maildesk: rules\/broken\.yaml:2: A rule's "then" .*; the file is skipped\n$/,
  );
});

it('an unreadable time and an unknown way are errors of usage', async () => {
  expect((await cli.run('rules', 'test', '--at', 'tomorrow')).code).toBe(64);
  expect((await cli.run('rules', 'test', '--via', 'pigeon')).code).toBe(64);
});
