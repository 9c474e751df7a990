import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Actor } from '../../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

const anna: Actor = { kind: 'user', account: 'anna' };
const subject = 'Re: [Ticket#2026112310000012] Lamp';

let test: TestDesk;

beforeEach(async () => {
  test = await openTestDesk({
    settings: { confirmations: 'false', foreignNumbers: 'otrs, rt example.com' },
  });
});

afterEach(() => test.close());

async function foreignOf(number: TicketNumber) {
  return [...((await test.desk.store.read(number))?.ticket.foreign ?? [])];
}

it('a conversation that ran in another system goes on in one ticket, under its old number', async () => {
  const first = await test.receive(plainMail({ 'Message-ID': '<1@x>', Subject: subject }));
  expect(first.rule).toBe('new');
  expect(await foreignOf(first.ticket)).toEqual(['otrs:2026112310000012']);
  const second = await test.receive(
    plainMail({ 'Message-ID': '<2@x>', Subject: 'AW: [ticket#: 2026112310000012] Lamp' }),
  );
  expect(second).toMatchObject({ ticket: first.ticket, rule: 'foreign-number' });
});

it('a stranger who quotes it opens a ticket of his own that suggests the other', async () => {
  const first = await test.receive(plainMail({ 'Message-ID': '<1@x>', Subject: subject }));
  const stranger = await test.receive(
    plainMail({ 'Message-ID': '<2@evil>', Subject: subject, From: 'mallory@evil.example' }),
  );
  expect(stranger.rule).toBe('new');
  const links = (await test.desk.store.read(stranger.ticket))?.ticket.links;
  expect(links).toEqual(new Set([`suggested:${first.ticket}`]));
});

it('answers keep it as the customer wrote it, beside ours', async () => {
  const { ticket } = await test.receive(
    plainMail({ 'Message-ID': '<1@x>', Subject: 'Re: [example.com #417] Lamp' }),
  );
  expect(await foreignOf(ticket)).toEqual(['rt:417']);
  const to = [{ name: 'Kim', address: 'kim@customer.example' }];
  const sent = await test.desk.tickets.run(
    ticket,
    { kind: 'reply', to, cc: [], text: 'Hello' },
    anna,
  );
  if (!sent.ok) throw new Error(sent.refusal.code);
  expect(sent.value.folder.messages.at(-1)?.event.mail.subject).toBe(
    `Re: [#${ticket}] [example.com #417] Lamp`,
  );
});

it('a ticket that a mail joins by reference takes its number over', async () => {
  const { ticket } = await test.receive(plainMail({ 'Message-ID': '<1@x>' }));
  await test.receive(
    plainMail({ 'Message-ID': '<2@x>', References: '<1@x>', Subject: '[example.com #9] Lamp' }),
  );
  expect(await foreignOf(ticket)).toEqual(['rt:9']);
});
