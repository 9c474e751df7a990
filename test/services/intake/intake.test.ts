import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ticket } from '../../../src/core/ticket/fold.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

let test: TestDesk;

beforeEach(async () => {
  test = await openTestDesk();
});

afterEach(() => test.close());

async function ticketOf(number: TicketNumber): Promise<Ticket> {
  const folder = await test.desk.store.read(number);
  if (folder === undefined) throw new Error(`There is no ticket ${number}`);
  return folder.ticket;
}

const anna = { kind: 'system', part: 'test' } as const;

async function answer(number: TicketNumber) {
  const to = [{ name: 'Kim Berg', address: 'kim@customer.example' }];
  const result = await test.desk.tickets.run(
    number,
    { kind: 'reply', to, cc: [], text: 'Hello' },
    anna,
  );
  if (!result.ok) throw new Error(result.refusal.code);
  const sent = result.value.folder.messages.find(
    ({ event }) => event.name === result.value.message,
  );
  return sent?.event.mail.messageId ?? '';
}

describe('a new mail', () => {
  it('opens a ticket with the queue of its recipient, its writer and a trace', async () => {
    const { ticket, rule } = await test.receive(
      plainMail({ 'Message-ID': '<1@customer.example>' }),
    );
    expect(rule).toBe('new');
    expect(await ticketOf(ticket)).toMatchObject({
      state: 'new',
      queue: 'Support',
      subject: 'Lamp',
      customer: { name: 'Kim Berg', address: 'kim@customer.example' },
      participants: new Set(['kim@customer.example']),
    });
    const folder = test.desk.folderPath(ticket);
    const [file = ''] = await readdir(join(folder, 'new'));
    const text = (await readFile(join(folder, 'new', file))).toString();
    expect(text).toMatch(
      /\r\nReturn-Path: <kim@customer\.example>\r\nDelivered-To: support@localhost\r\nReceived: from client\.example \(\[192\.0\.2\.1\]\) by test\.example \(Maildesk\) with ESMTP; /,
    );
  });

  it('is listed and known by its Message-ID as soon as it is filed', async () => {
    const { ticket } = await test.receive(plainMail({ 'Message-ID': '<1@customer.example>' }));
    expect(await test.desk.index.find(ticket)).toMatchObject({
      subject: 'Lamp',
      snippet: 'The lamp is dark.',
    });
  });

  it.each([
    ['no From', { From: '' }],
    ['no Date', { Date: '' }],
    ['no Subject', { Subject: '' }],
  ])('becomes a ticket with %s', async (_, fields) => {
    const raw = plainMail(fields).replace(/^\w+: \r\n/m, '');
    const { ticket } = await test.receive(raw);
    expect((await ticketOf(ticket)).state).toBe('new');
  });

  it.each([
    ['an empty file', Buffer.alloc(0)],
    [
      'a binary file',
      Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * 7919) % 256)),
    ],
  ])('becomes a ticket when it is %s, with the original attached', async (_, raw) => {
    const { ticket, message } = await test.receive(raw);
    expect((await test.desk.store.readOriginal(ticket, message))?.equals(raw)).toBe(true);
  });

  it('cannot set anything by a Ticket block of its own', async () => {
    const { ticket } = await test.receive(
      `Ticket-Event: update\r\nTicket-Set: state=closed\r\n${plainMail()}`,
    );
    expect((await ticketOf(ticket)).state).toBe('new');
  });
});

describe('the same mail again', () => {
  it('is recognised by Message-ID and content, also after another way', async () => {
    const raw = plainMail({ 'Message-ID': '<1@customer.example>' });
    const first = await test.receive(raw);
    const second = await test.receive(
      `Received: from elsewhere by relay; Mon, 23 Nov 2026 10:00:01 +0000\r\n${raw}`,
    );
    expect(second).toEqual({ ...first, rule: 'duplicate' });
  });

  it('delivered on many connections at once makes one ticket', async () => {
    const raw = plainMail({ 'Message-ID': '<1@customer.example>' });
    const receipts = await Promise.all(Array.from({ length: 20 }, () => test.receive(raw)));
    expect(new Set(receipts.map(({ ticket }) => ticket)).size).toBe(1);
    expect(receipts.filter(({ rule }) => rule === 'duplicate')).toHaveLength(19);
  });

  it('is another mail when only the Message-ID is the same', async () => {
    const first = await test.receive(plainMail({ 'Message-ID': '<1@customer.example>' }, 'One'));
    const second = await test.receive(plainMail({ 'Message-ID': '<1@customer.example>' }, 'Two'));
    expect(second.message).not.toBe(first.message);
    expect(second.rule).not.toBe('duplicate');
  });
});

describe('a follow-up', () => {
  it('finds its ticket by our own Message-ID, whatever the subject says', async () => {
    const { ticket } = await test.receive(plainMail({ 'Message-ID': '<1@customer.example>' }));
    const id = await answer(ticket);
    const receipt = await test.receive(
      plainMail({ Subject: 'Chair', 'In-Reply-To': `<${id}>`, 'Message-ID': '<2@x>' }),
    );
    expect(receipt).toMatchObject({ ticket, rule: 'signed-id' });
  });

  it('finds its ticket by a reference to a mail of the customer, and lets a second address in', async () => {
    const { ticket } = await test.receive(plainMail({ 'Message-ID': '<1@customer.example>' }));
    const receipt = await test.receive(
      plainMail({
        From: 'kim@home.example',
        References: '<1@customer.example>',
        'Message-ID': '<2@x>',
      }),
    );
    expect(receipt).toMatchObject({ ticket, rule: 'reference' });
    expect(await ticketOf(ticket)).toMatchObject({
      customer: { address: 'kim@customer.example' },
      participants: new Set(['kim@customer.example', 'kim@home.example']),
    });
  });

  it('meets its sibling when both answer a mail that never came, and the late parent joins them', async () => {
    const one = await test.receive(plainMail({ References: '<ghost@x>', 'Message-ID': '<a@x>' }));
    const two = await test.receive(plainMail({ References: '<ghost@x>', 'Message-ID': '<b@x>' }));
    const parent = await test.receive(plainMail({ 'Message-ID': '<ghost@x>' }));
    expect(two).toMatchObject({ ticket: one.ticket, rule: 'unknown-parent' });
    expect(parent).toMatchObject({ ticket: one.ticket, rule: 'unknown-parent' });
  });

  it('finds its ticket by the number in the subject when the writer takes part', async () => {
    const { ticket } = await test.receive(plainMail({ 'Message-ID': '<1@x>' }));
    const receipt = await test.receive(
      plainMail({ Subject: `AW: [#${ticket}] Lamp`, 'Message-ID': '<2@x>' }),
    );
    expect(receipt).toMatchObject({ ticket, rule: 'subject-number' });
  });

  it('of a stranger who quotes the number opens a ticket of its own that suggests the other', async () => {
    const { ticket } = await test.receive(plainMail({ 'Message-ID': '<1@x>' }));
    const receipt = await test.receive(
      plainMail({
        From: 'mallory@evil.example',
        Subject: `[#${ticket}] Lamp`,
        'Message-ID': '<2@evil.example>',
      }),
    );
    expect(receipt.rule).toBe('new');
    expect(receipt.ticket).not.toBe(ticket);
    expect((await ticketOf(receipt.ticket)).links).toEqual(new Set([`suggested:${ticket}`]));
    expect(
      (await test.desk.store.read(ticket))?.messages.filter(
        ({ event }) => event.kind === 'mail-in',
      ),
    ).toHaveLength(1);
  });

  it('reopens a closed ticket; an out-of-office mail does not', async () => {
    const { ticket } = await test.receive(plainMail({ 'Message-ID': '<1@x>' }));
    const close = {
      kind: 'update',
      changes: [{ kind: 'set', field: 'state', value: 'closed' }],
    } as const;
    await test.desk.tickets.run(ticket, close, anna);
    await test.receive(
      plainMail({ References: '<1@x>', 'Message-ID': '<2@x>', 'Auto-Submitted': 'auto-replied' }),
    );
    expect((await ticketOf(ticket)).state).toBe('closed');
    await test.receive(plainMail({ References: '<1@x>', 'Message-ID': '<3@x>' }));
    expect((await ticketOf(ticket)).state).toBe('open');
  });

  it('finds the ticket in an index made anew from the folders', async () => {
    const { ticket } = await test.receive(plainMail({ 'Message-ID': '<1@x>' }));
    const again = await openTestDesk({ directory: test.directory });
    const receipt = await again.receive(plainMail({ References: '<1@x>', 'Message-ID': '<2@x>' }));
    await again.close();
    expect(receipt).toMatchObject({ ticket, rule: 'reference' });
  });
});

describe('the confirmation', () => {
  async function confirmationsFor(raw: string, sender = 'kim@customer.example') {
    const { ticket } = await test.receive(raw, { sender });
    await test.desk.autoReplies.settled();
    const folder = await test.desk.store.read(ticket);
    return {
      mails: folder?.messages.filter(({ event }) => event.kind === 'mail-out') ?? [],
      reason: folder?.messages[0]?.event.fields.get('auto-reply')?.[0],
    };
  }

  it('goes to the customer once, marked as automatic, with an empty reverse-path', async () => {
    const { mails } = await confirmationsFor(plainMail({ 'Message-ID': '<1@x>' }));
    expect(mails).toHaveLength(1);
    expect(mails[0]?.event.fields.get('sender')).toEqual(['<>']);
    expect(mails[0]?.event.fields.get('recipient')).toEqual(['kim@customer.example']);
    expect(mails[0]?.event.mail.inReplyTo).toEqual(['1@x']);
    const [waiting] = await test.desk.outbox.waiting();
    expect(waiting).toMatchObject({ recipients: ['kim@customer.example'], attempts: 0 });
  });

  it.each([
    ['a mail with an empty reverse-path', {}, ''],
    ['an automatic mail', { 'Auto-Submitted': 'auto-generated' }, 'kim@customer.example'],
    ['a mailing list', { 'List-Id': '<news.example>' }, 'kim@customer.example'],
    ['mail from the desk itself', { From: 'support@localhost' }, 'support@localhost'],
  ])('never answers %s, and the ticket says why', async (_, fields, sender) => {
    const { mails, reason } = await confirmationsFor(plainMail(fields), sender);
    expect(mails).toEqual([]);
    expect(reason).toMatch(/^none; kind=new-ticket; reason=.+/);
  });

  it('stops after three in an hour to one sender', async () => {
    const counts: number[] = [];
    for (const id of ['1', '2', '3', '4', '5']) {
      const { mails } = await confirmationsFor(plainMail({ 'Message-ID': `<${id}@x>` }, id));
      counts.push(mails.length);
    }
    expect(counts).toEqual([1, 1, 1, 0, 0]);
  });

  it('is made up for when the desk stopped before it was written', async () => {
    await test.receive(plainMail({ 'Message-ID': '<1@x>' }), {});
    await test.desk.autoReplies.settled();
    const again = await openTestDesk({ directory: test.directory });
    await again.desk.index.ready(10_000);
    await again.desk.autoReplies.catchUp();
    await again.desk.autoReplies.settled();
    const waiting = await again.desk.outbox.waiting();
    await again.close();
    expect(waiting).toHaveLength(1);
  });
});
