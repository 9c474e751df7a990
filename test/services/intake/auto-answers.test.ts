import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hour, minute } from '../../../src/base/clock.ts';
import { readAutoReply } from '../../../src/core/autoreply/auto-reply.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { createFakeClock, type FakeClock } from '../../helpers/clock.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

let clock: FakeClock;
let test: TestDesk;

beforeEach(async () => {
  clock = createFakeClock();
  test = await openTestDesk({ clock });
});

afterEach(() => test.close());

const anna = { kind: 'user', account: 'anna' } as const;

/** The file of the queue Support; the desk reads it at once. */
async function configure(lines: string, desk = test): Promise<void> {
  await writeFile(join(desk.directory, 'config/queues/support.yaml'), `name: Support\n${lines}\n`);
  expect(await desk.desk.config.reload()).toEqual([]);
}

async function folderOf(number: TicketNumber) {
  const folder = await test.desk.store.read(number);
  if (folder === undefined) throw new Error(`There is no ticket ${number}`);
  return folder;
}

async function setState(number: TicketNumber, value: string): Promise<void> {
  const changes = [{ kind: 'set', field: 'state', value }] as const;
  const result = await test.desk.tickets.run(number, { kind: 'update', changes }, anna);
  if (!result.ok) throw new Error(result.refusal.code);
}

let serial = 0;

/** A mail with an id of its own. */
function mail(fields: Readonly<Record<string, string>> = {}, text?: string): string {
  serial += 1;
  return plainMail({ 'Message-ID': `<${serial}@customer.example>`, ...fields }, text);
}

/** Files the mail and tells what the desk did about an answer. */
async function answerTo(raw: string, sender = 'kim@customer.example') {
  const { ticket, message } = await test.receive(raw, { sender });
  await test.desk.autoReplies.settled();
  const folder = await folderOf(ticket);
  const event = folder.messages.find(({ event }) => event.name === message)?.event;
  const field = event === undefined ? undefined : readAutoReply(event.fields);
  const reply = folder.messages.find(
    ({ event: { kind, fields } }) =>
      kind === 'mail-out' && readAutoReply(fields)?.message === message,
  );
  const sent =
    reply === undefined ? undefined : await test.desk.store.readMail(ticket, reply.event.name);
  return { ticket, field, sent, verdict: field?.reason ?? field?.state };
}

/** A mail that answers the ticket's own mails. */
async function followUp(ticket: TicketNumber, fields: Readonly<Record<string, string>> = {}) {
  const { messages } = await folderOf(ticket);
  const parent = messages.findLast(({ event }) => event.kind === 'mail-out')?.event.mail.messageId;
  return mail({ 'In-Reply-To': `<${parent ?? messages[0]?.event.mail.messageId}>`, ...fields });
}

describe('an automatic answer', () => {
  it('leaves marked as one, with an empty reverse-path and no Reply-To', async () => {
    const { ticket, sent } = await answerTo(mail());
    expect(sent?.fields.get('auto-submitted')).toEqual(['auto-replied']);
    expect(sent?.fields.get('x-auto-response-suppress')).toEqual(['All']);
    expect(sent?.fields.get('precedence')).toEqual(['bulk']);
    expect(sent?.fields.has('reply-to')).toBe(false);
    expect(sent?.to).toEqual([{ name: 'Kim Berg', address: 'kim@customer.example' }]);
    const reply = (await folderOf(ticket)).messages.at(-1)?.event;
    expect(reply?.fields.get('sender')).toEqual(['<>']);
  });

  it('goes to Reply-To where a mail has one', async () => {
    const { sent } = await answerTo(
      mail({ From: 'noreply@form.example', 'Reply-To': 'Kim <kim@customer.example>' }),
    );
    expect(sent?.to[0]?.address).toBe('kim@customer.example');
  });

  it('is written once, also when the desk stopped after the decision', async () => {
    const { ticket } = await test.receive(mail());
    await test.desk.autoReplies.settled();
    test.desk.autoReplies.wake(ticket);
    await test.desk.autoReplies.catchUp();
    await test.desk.autoReplies.settled();
    const { messages } = await folderOf(ticket);
    expect(messages.filter(({ event }) => event.kind === 'mail-out')).toHaveLength(1);
    expect((await test.desk.index.find(ticket))?.confirmationDue).toBe(false);
  });
});

describe('the language of an automatic answer', () => {
  it('is what the mail says of itself', async () => {
    const { sent } = await answerTo(mail({ 'Content-Language': 'de' }));
    expect(sent?.text).toContain('vielen Dank für Ihre Nachricht');
  });

  it('is the one of the mail', async () => {
    const text =
      'Bonjour, ma lampe ne fonctionne plus depuis hier soir. Pouvez-vous m’aider, s’il vous plaît ?';
    const { sent } = await answerTo(mail({ Subject: 'Lampe en panne' }, text));
    expect(sent?.text).toContain('merci pour votre message');
  });

  it('is that of the customer’s earlier mails when this one says too little', async () => {
    await answerTo(mail({ 'Content-Language': 'pl' }));
    const { ticket, sent } = await answerTo(mail({ Subject: 'Lampa 12' }, 'OK'));
    expect((await folderOf(ticket)).ticket.language).toBe('pl');
    expect(sent?.text).toContain('dziękujemy za wiadomość');
  });
});

describe('a follow-up', () => {
  it('gets no answer by default, and says nothing about that', async () => {
    const { ticket } = await answerTo(mail());
    const { field, sent } = await answerTo(await followUp(ticket));
    expect([field, sent]).toEqual([undefined, undefined]);
  });

  it('gets one where the queue says so, in its own language, but not twice within the pause', async () => {
    await configure('autoReplies:\n  followUp: yes');
    const { ticket } = await answerTo(mail());
    expect((await answerTo(await followUp(ticket))).verdict).toBe('already-answered');
    await clock.advance(4 * hour + 1);
    const later = await answerTo(await followUp(ticket, { 'Content-Language': 'de' }));
    expect(later.sent?.text).toContain('Ihre weitere Nachricht');
    expect((await answerTo(await followUp(ticket))).verdict).toBe('already-answered');
  });

  it('gets no more than five answers a day from one ticket', async () => {
    await configure('autoReplies:\n  followUp: yes');
    const { ticket } = await answerTo(mail());
    const verdicts: (string | undefined)[] = [];
    for (let round = 0; round < 6; round += 1) {
      await clock.advance(4 * hour + 1);
      verdicts.push((await answerTo(await followUp(ticket))).verdict);
    }
    expect(verdicts).toEqual(['due', 'due', 'due', 'due', 'too-many-for-ticket', 'due']);
  });

  it('from a list reopens the ticket but gets no answer', async () => {
    await configure('autoReplies:\n  followUp: yes');
    const { ticket } = await answerTo(mail());
    await setState(ticket, 'closed');
    const { verdict } = await answerTo(await followUp(ticket, { 'List-Id': '<club.example>' }));
    expect(verdict).toBe('automatic');
    expect((await folderOf(ticket)).ticket.state).toBe('open');
  });
});

describe('a follow-up to a closed ticket', () => {
  async function closed() {
    const { ticket } = await answerTo(mail());
    await setState(ticket, 'closed');
    return ticket;
  }

  it('is kept there, the ticket stays closed and the customer is told, where the queue rejects', async () => {
    await configure('followUp:\n  closed: reject');
    const ticket = await closed();
    const first = await answerTo(await followUp(ticket));
    expect(first.ticket).toBe(ticket);
    expect(first.sent?.text).toContain('is closed and nobody works on it any more');
    expect((await answerTo(await followUp(ticket))).verdict).toBe('already-answered');
    expect((await folderOf(ticket)).ticket.state).toBe('closed');
  });

  it('reopens it all the same when the customer cannot be told', async () => {
    await configure('followUp:\n  closed: reject');
    const ticket = await closed();
    const { verdict } = await answerTo(await followUp(ticket, { 'List-Id': '<club.example>' }));
    expect(verdict).toBe('automatic');
    expect((await folderOf(ticket)).ticket.state).toBe('open');
  });

  it('that no person wrote stays where it belongs and reopens nothing', async () => {
    for (const policy of ['reject', 'new', 'reopen']) {
      await configure(`followUp:\n  closed: ${policy}`);
      const ticket = await closed();
      const away = await followUp(ticket, { 'Auto-Submitted': 'auto-replied' });
      expect((await answerTo(away)).ticket).toBe(ticket);
      expect((await folderOf(ticket)).ticket.state).toBe('closed');
      await clock.advance(hour);
    }
  });

  it('opens a new one with an answer of its own, where the queue wants that', async () => {
    await configure('followUp:\n  closed: new');
    const ticket = await closed();
    const next = await answerTo(await followUp(ticket));
    expect(next.ticket).not.toBe(ticket);
    expect(next.field).toMatchObject({ state: 'due', reply: 'new-from-closed' });
    expect(next.sent?.text).toContain('Your earlier matter is closed');
  });
});

describe('a queue', () => {
  it('can answer with a text of its own, or not at all', async () => {
    const own = '---\nsubject: "Here"\n---\nWe are {{desk.name}} and open at nine.\n';
    await writeFile(join(test.directory, 'config/auto-replies/opening-hours.en.md'), own);
    await configure('autoReplies:\n  newTicket: opening-hours');
    const { sent } = await answerTo(mail());
    expect(sent?.text).toContain('and open at nine.');
    await configure('autoReplies:\n  newTicket: no');
    expect((await answerTo(mail())).verdict).toBe('switched-off');
  });

  it('that names a text nobody wrote is a problem', async () => {
    await writeFile(
      join(test.directory, 'config/queues/support.yaml'),
      'name: Support\nautoReplies:\n  newTicket: opening\n  followup: yes\n  rejected: [1]\n',
    );
    await test.desk.config.reload();
    expect(test.desk.config.problems().map(({ reason }) => reason)).toEqual([
      expect.stringContaining('"followup"'),
      '"rejected" of "autoReplies" should be yes, no or the name of a text',
    ]);
    await writeFile(
      join(test.directory, 'config/queues/support.yaml'),
      'name: Support\nautoReplies:\n  newTicket: opening\n',
    );
    await test.desk.config.reload();
    expect(test.desk.config.problems().map(({ reason }) => reason)).toEqual([
      'The queue "Support" answers with "opening", but there is no auto-replies/opening.LANGUAGE.md',
    ]);
  });
});

describe('the limits', () => {
  it('give a sender three in any hour, whatever the address on the envelope', async () => {
    const verdicts: (string | undefined)[] = [];
    for (let round = 0; round < 8; round += 1) {
      verdicts.push((await answerTo(mail(), `kim+${round}@customer.example`)).verdict);
      await clock.advance(10 * minute);
    }
    expect(verdicts).toEqual([
      'due',
      'due',
      'due',
      'too-many-for-sender',
      'too-many-for-sender',
      'too-many-for-sender',
      'due',
      'due',
    ]);
  });

  it('know after a new start what was sent before', async () => {
    for (let round = 0; round < 3; round += 1) await answerTo(mail());
    const again = await openTestDesk({ directory: test.directory, clock });
    const receipt = await again.receive(mail());
    const folder = await again.desk.store.read(receipt.ticket);
    await again.close();
    const field = readAutoReply(folder?.messages[0]?.event.fields ?? new Map());
    expect(field?.reason).toBe('too-many-for-sender');
  });

  it('hold for the whole desk', async () => {
    await test.close();
    test = await openTestDesk({ clock, settings: { autoRepliesPerHour: '2' } });
    const verdicts: (string | undefined)[] = [];
    for (const name of ['a', 'b', 'c'])
      verdicts.push((await answerTo(mail({ From: `${name}@x.example` }))).verdict);
    expect(verdicts).toEqual(['due', 'due', 'too-many-in-all']);
  });

  it('hold when many mails come at once', async () => {
    const many = Array.from({ length: 12 }, () => test.receive(mail()));
    const numbers = (await Promise.all(many)).map(({ ticket }) => ticket);
    await test.desk.autoReplies.settled();
    const folders = await Promise.all(numbers.map(folderOf));
    const sent = folders.flatMap(({ messages }) =>
      messages.filter(({ event }) => event.kind === 'mail-out'),
    );
    expect(sent).toHaveLength(3);
  });
});

describe('the breaker', () => {
  it('opens after ten reopenings in an hour and holds until a person acts', async () => {
    await configure('autoReplies:\n  followUp: yes');
    const { ticket } = await answerTo(mail());
    for (let round = 0; round < 11; round += 1) {
      await setState(ticket, 'closed');
      await test.receive(await followUp(ticket));
    }
    expect((await folderOf(ticket)).ticket.extra.get('breaker')).toBe('reopenings');
    await clock.advance(5 * hour);
    expect((await answerTo(await followUp(ticket))).verdict).toBe('breaker');
    await setState(ticket, 'pending-customer');
    expect((await answerTo(await followUp(ticket))).verdict).toBe('due');
  });
});
