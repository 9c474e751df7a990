/**
 * Bounces as a real mail server writes them: Postfix as the smarthost, with a destination that refuses and one
 * that puts off, reports to the desk over SMTP.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { readTicketJson, type TicketJson } from '../../src/services/present/ticket-json.ts';
import { until } from '../helpers/foreign.ts';
import { type Postfix, startPostfix } from '../helpers/postfix.ts';
import { type SmtpSink, startSmtpSink } from '../helpers/smtp-sink.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';

let postfix: Postfix;
let sink: SmtpSink;
let desk: TestApp;

beforeEach(async () => {
  sink = await startSmtpSink();
  const routesTo = (deskPort: number) => ({
    'desk.example': `smtp:[127.0.0.1]:${deskPort}`,
    'gone.example': `smtp:[127.0.0.1]:${sink.port}`,
    'slow.example': `smtp:[127.0.0.1]:${sink.port}`,
  });
  postfix = await startPostfix({
    routes: routesTo(sink.port),
    main: { delay_warning_time: '1s' },
  });
  desk = await startTestApp({
    settings: { address: 'support@desk.example', smarthost: `smtp://127.0.0.1:${postfix.port}` },
  });
  await postfix.route(routesTo(desk.started.smtp?.port ?? 0));
}, 90_000);

afterEach(async () => {
  await desk.stop();
  await postfix.stop();
  await sink.close();
});

/** A customer's ticket, answered and closed by an agent; the answer goes out. */
async function answered(customer: string): Promise<TicketNumber> {
  const raw = plainMail({ From: `Kim <${customer}>`, 'Message-ID': '<1@customer.example>' });
  await desk.send(raw, { from: customer, to: 'support@desk.example' });
  const numbers = [];
  for await (const number of desk.desk.store.numbers()) numbers.push(number);
  const [ticket] = numbers;
  if (ticket === undefined) throw new Error('The mail opened no ticket');
  const result = await desk.desk.tickets.run(
    ticket,
    {
      kind: 'reply',
      to: [{ name: 'Kim', address: customer }],
      cc: [],
      text: 'Here is a new lamp.',
      changes: [{ kind: 'set', field: 'state', value: 'closed' }],
    },
    { kind: 'agent', login: 'admin' },
  );
  if (!result.ok) throw new Error(result.refusal.code);
  return ticket;
}

async function ticketWithBounce(number: TicketNumber): Promise<TicketJson> {
  let found: TicketJson | undefined;
  await until('a report is in the ticket', async () => {
    found = await readTicketJson(desk.desk.store, number);
    return found?.messages.some(({ bounce }) => bounce !== null) === true;
  });
  if (found === undefined) throw new Error(`There is no ticket ${number}`);
  return found;
}

it('an answer that the other server refuses comes home and opens its ticket', async () => {
  sink.answer({ at: 'recipient', answer: 550, recipient: /@gone\.example$/ });
  const number = await answered('kim@gone.example');
  const ticket = await ticketWithBounce(number);
  const report = ticket.messages.find(({ bounce }) => bounce !== null);
  const answer = ticket.messages.find(({ text }) => text.includes('Here is a new lamp.'));
  expect(report).toMatchObject({
    automatic: true,
    followUp: { rule: 'bounce' },
    bounce: { action: 'failed', recipient: 'kim@gone.example' },
  });
  expect(report?.bounce?.reason).toMatch(/^550 /);
  expect(ticket).toMatchObject({ state: 'open', owner: 'admin' });
  const folder = await desk.desk.store.read(number);
  expect([...(folder?.ticket.bounces.keys() ?? [])]).toEqual([answer?.id]);
  // The confirmation was refused as well, but its empty reverse-path brings nothing back.
  await desk.settled();
  expect(ticket.messages.filter(({ bounce }) => bounce !== null)).toHaveLength(1);
  expect((await desk.desk.index.counts()).find(({ queue }) => queue === 'Support')?.open).toBe(1);
});

it('the warning that an answer waits only informs', async () => {
  sink.answer({ at: 'recipient', answer: 451, recipient: /@slow\.example$/ });
  const number = await answered('kim@slow.example');
  const ticket = await ticketWithBounce(number);
  expect(ticket.state).toBe('closed');
  expect(ticket.messages.find(({ bounce }) => bounce !== null)?.bounce).toMatchObject({
    action: 'delayed',
    recipient: 'kim@slow.example',
  });
  expect((await desk.desk.store.read(number))?.ticket.bounces.size).toBe(0);
});
