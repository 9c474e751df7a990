import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readFiredRules } from '../../../src/core/rules/outcome.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

let test: TestDesk;

beforeEach(async () => {
  test = await openTestDesk();
});

afterEach(() => test.close());

async function useRules(text: string): Promise<void> {
  await writeFile(join(test.directory, 'config/rules/test.yaml'), text);
  await test.desk.rules.load();
  expect(test.desk.rules.problems()).toEqual([]);
}

async function read(number: TicketNumber) {
  const folder = await test.desk.store.read(number);
  if (folder === undefined) throw new Error(`There is no ticket ${number}`);
  return { ticket: folder.ticket, last: folder.messages.at(-1)?.event };
}

it('a new mail goes where the rules say, and its file says which rules', async () => {
  await useRules(`
rules:
  - name: invoices
    when: {subject: invoice*, recipient: support@localhost, via: smtp}
    then: {queue: Billing, priority: high, tags: [invoice], sla: gold, auto-reply: no}
`);
  const { ticket } = await test.receive(plainMail({ Subject: 'Invoices of May' }));
  const { ticket: state, last } = await read(ticket);
  expect(state).toMatchObject({
    queue: 'Billing',
    priority: 'high',
    state: 'new',
    tags: new Set(['invoice']),
    extra: new Map([
      ['confirmation', 'none'],
      ['sla', 'gold'],
    ]),
  });
  expect(last?.fields.get('auto-reply')).toEqual(['none; kind=new-ticket; reason=rule']);
  expect(readFiredRules(last?.fields ?? new Map()).map(({ name }) => name)).toEqual(['invoices']);
  expect(
    last?.changes.filter((change) => change.kind === 'set' && change.field === 'queue'),
  ).toHaveLength(1);
});

it('a mail that no rule fits is filed as before', async () => {
  await useRules('rules: [{name: x, when: {subject: nothing}, then: {queue: Billing}}]');
  const { ticket } = await test.receive(plainMail());
  const { ticket: state, last } = await read(ticket);
  expect(state.queue).toBe('Support');
  expect(last?.fields.get('rule')).toBeUndefined();
});

it('a follow-up is asked about only by rules for follow-ups', async () => {
  await useRules(`
rules:
  - {name: for new ones, then: {tags: [fresh]}}
  - {name: for answers, on: follow-up, when: {body: urgent}, then: {priority: urgent}}
  - {name: for all, on: any, when: {customer: known}, then: {tags: [regular]}}
`);
  const first = await test.receive(plainMail({ 'Message-ID': '<1@customer.example>' }));
  expect((await read(first.ticket)).ticket.tags).toEqual(new Set(['fresh']));
  const second = await test.receive(
    plainMail(
      { 'Message-ID': '<2@customer.example>', References: '<1@customer.example>' },
      'Urgent!',
    ),
  );
  expect(second.ticket).toBe(first.ticket);
  expect((await read(first.ticket)).ticket).toMatchObject({
    priority: 'urgent',
    tags: new Set(['fresh', 'regular']),
  });
});

it('a mail is filed although a rule comes upon the impossible', async () => {
  await useRules('rules: [{name: x, when: {time: "mon-fri 09:00-17:00"}, then: {queue: Billing}}]');
  const broken = test.desk.rules.rules()[0];
  if (broken?.when.kind !== 'test') throw new Error('The rule should have one condition');
  const fail = () => {
    throw new RangeError('impossible');
  };
  Object.defineProperty(broken.when.test, 'schedules', { get: fail });
  const { ticket } = await test.receive(plainMail());
  expect((await read(ticket)).ticket.queue).toBe('Support');
  expect(test.lines.map(({ event }) => event)).toContain('rules.failed');
});

it('a trial files nothing and finds what filing would', async () => {
  await useRules('rules: [{name: x, when: {time: "sat,sun"}, then: {queue: Billing}}]');
  const mail = {
    raw: Buffer.from(plainMail()),
    via: 'smtp',
    sender: undefined,
    recipients: [],
    client: undefined,
  } as const;
  const trial = await test.desk.tryOut(mail);
  expect(trial).toMatchObject({ rule: 'new', ticket: undefined, queue: 'Support' });
  const numbers = [];
  for await (const number of test.desk.store.numbers()) numbers.push(number);
  expect(numbers).toEqual([]);
});
