import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MessageName } from '../../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { readTicketJson } from '../../../src/services/present/ticket-json.ts';
import type { TicketFolder } from '../../../src/storage/ticket-store.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

let test: TestDesk;

beforeEach(async () => {
  test = await openTestDesk();
  await test.desk.accounts.add({
    login: 'admin',
    name: 'Admin',
    email: 'admin@desk.example',
    roles: ['admin'],
  });
});

afterEach(() => test.close());

const anna = { kind: 'agent', login: 'admin' } as const;
const daemon = { sender: '', recipients: ['support@localhost'] };

async function folderOf(number: TicketNumber): Promise<TicketFolder> {
  const folder = await test.desk.store.read(number);
  if (folder === undefined) throw new Error(`There is no ticket ${number}`);
  return folder;
}

/** A ticket that an agent has answered and closed with it. */
async function answered(state = 'closed') {
  const { ticket } = await test.receive(plainMail({ 'Message-ID': '<1@customer.example>' }));
  const result = await test.desk.tickets.run(
    ticket,
    {
      kind: 'reply',
      to: [{ name: 'Kim Berg', address: 'kim@customer.example' }],
      cc: [],
      text: 'A new lamp is on its way.',
      changes: [{ kind: 'set', field: 'state', value: state }],
    },
    anna,
  );
  if (!result.ok) throw new Error(result.refusal.code);
  const { message } = result.value;
  return { ticket, message, id: await idOf(ticket, message) };
}

async function idOf(ticket: TicketNumber, name: MessageName): Promise<string> {
  const { messages } = await folderOf(ticket);
  return messages.find(({ event }) => event.name === name)?.event.mail.messageId ?? '';
}

interface Report {
  readonly id: string;
  readonly action?: string;
  readonly status?: string;
}

/** As RFC 3464 has it. */
function report({ id, action = 'failed', status = '5.1.1' }: Report): string {
  return [
    'From: Mail Delivery System <MAILER-DAEMON@mx.customer.example>',
    'To: support@localhost',
    `Subject: ${action}: Lamp`,
    `Message-ID: <${action}.${id}@mx.customer.example>`,
    'Date: Mon, 23 Nov 2026 12:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'About your mail.',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.customer.example',
    '',
    'Final-Recipient: rfc822; kim@customer.example',
    `Action: ${action}`,
    `Status: ${status}`,
    `Diagnostic-Code: smtp; 550 ${status} No such user; sorry`,
    '--b',
    'Content-Type: text/rfc822-headers',
    '',
    'From: support@localhost',
    `Message-ID: <${id}>`,
    '--b--',
    '',
  ].join('\r\n');
}

describe('a bounce', () => {
  it('joins the answer that came back, opens its ticket again for its owner, and is never answered', async () => {
    const { ticket, message, id } = await answered();
    const receipt = await test.receive(report({ id }), daemon);
    expect(receipt).toMatchObject({ ticket, rule: 'bounce' });
    const folder = await folderOf(ticket);
    expect(folder.ticket).toMatchObject({ state: 'open', owner: 'admin' });
    expect(folder.ticket.bounces.get(message)).toMatchObject({
      recipient: 'kim@customer.example',
      reason: '550 5.1.1 No such user, sorry',
      report: receipt.message,
    });
    expect(folder.ticket.participants).toEqual(new Set(['kim@customer.example']));
    await test.desk.autoReplies.settled();
    expect((await test.desk.outbox.waiting()).length).toBe(2);
  });

  it('is not undone by a word on sending that is written after it', async () => {
    const { ticket, message, id } = await answered();
    await test.desk.autoReplies.settled();
    await test.receive(report({ id }), daemon);
    for (const { event } of (await folderOf(ticket)).messages) {
      if (event.kind !== 'mail-out') continue;
      const outcome = `sent; message=${event.name}; attempt=1; reply=250 OK`;
      const command = { kind: 'delivery', outcome, once: event.name } as const;
      await test.desk.tickets.run(ticket, command, { kind: 'system', part: 'sender' });
    }
    expect([...(await folderOf(ticket)).ticket.bounces.keys()]).toEqual([message]);
    expect((await test.desk.index.find(ticket))?.delivery).toBe('failed');
  });

  it('says in the ticket what came back', async () => {
    const { ticket, id } = await answered();
    await test.receive(report({ id }), daemon);
    const json = await readTicketJson(test.desk.store, ticket);
    expect(json?.messages.at(-1)).toMatchObject({
      automatic: true,
      followUp: { rule: 'bounce' },
      bounce: {
        action: 'failed',
        recipient: 'kim@customer.example',
        reason: '550 5.1.1 No such user, sorry',
        originalMessageId: id,
      },
    });
  });

  it.each(['delayed', 'delivered', 'relayed', 'expanded'])(
    'that says "%s" only informs',
    async (action) => {
      const { ticket, id } = await answered();
      const { rule } = await test.receive(report({ id, action, status: '4.4.1' }), daemon);
      expect(rule).toBe('bounce');
      const folder = await folderOf(ticket);
      expect(folder.ticket.state).toBe('closed');
      expect(folder.ticket.bounces.size).toBe(0);
    },
  );

  it('ends a wait for the customer', async () => {
    const { ticket, id } = await answered('pending-customer');
    await test.receive(report({ id }), daemon);
    expect((await folderOf(ticket)).ticket.state).toBe('open');
  });

  it.each([
    [
      'qmail',
      `<kim@customer.example>:\n550 unknown\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <ID>\n`,
    ],
    ['words that only quote the id', 'We could not deliver ID to you. Sorry.\n'],
  ])('in the form of %s finds its ticket as well', async (_, text) => {
    const { ticket, id } = await answered();
    const raw = plainMail(
      { From: 'MAILER-DAEMON@mx.customer.example', Subject: 'failure notice' },
      text.replace('ID', id),
    );
    expect(await test.receive(raw, daemon)).toMatchObject({ ticket, rule: 'bounce' });
    expect((await folderOf(ticket)).ticket.state).toBe('open');
  });

  it('of a mail that is not ours opens a ticket in the default queue', async () => {
    const { ticket } = await answered();
    const receipt = await test.receive(report({ id: 'elsewhere@other.example' }), daemon);
    expect(receipt.rule).toBe('new');
    expect(receipt.ticket).not.toBe(ticket);
    expect((await folderOf(receipt.ticket)).ticket).toMatchObject({
      state: 'new',
      queue: 'Support',
    });
  });

  it('with a forged id changes no ticket', async () => {
    const { ticket, id } = await answered();
    const forged = id.replace(/\.[a-z2-7]{16}@/, '.aaaaaaaaaaaaaaaa@');
    expect((await test.receive(report({ id: forged }), daemon)).ticket).not.toBe(ticket);
    expect((await folderOf(ticket)).ticket.state).toBe('closed');
  });

  it('of an automatic answer is shown there and changes no state', async () => {
    const { ticket } = await test.receive(plainMail({ 'Message-ID': '<1@customer.example>' }));
    await test.desk.autoReplies.settled();
    await test.desk.tickets.run(
      ticket,
      { kind: 'update', changes: [{ kind: 'set', field: 'state', value: 'closed' }] },
      anna,
    );
    const { messages } = await folderOf(ticket);
    const sent = messages.find(({ event }) => event.kind === 'mail-out')?.event;
    await test.receive(report({ id: sent?.mail.messageId ?? '' }), daemon);
    const folder = await folderOf(ticket);
    expect(folder.ticket.state).toBe('closed');
    expect([...folder.ticket.bounces.keys()]).toEqual([sent?.name]);
  });

  it('to a queue that opens new tickets for closed ones comes home all the same', async () => {
    const { ticket, id } = await answered();
    await test.desk.tickets.run(
      ticket,
      { kind: 'update', changes: [{ kind: 'set', field: 'queue', value: 'Junk' }] },
      anna,
    );
    expect((await test.receive(report({ id }), daemon)).ticket).toBe(ticket);
  });
});

describe('our own mail coming back', () => {
  it('is filed in its ticket, changes nothing and is never answered', async () => {
    const { ticket, message } = await answered();
    const own = await test.desk.store.readOriginal(ticket, message);
    const receipt = await test.receive(own ?? '', { sender: 'support@localhost' });
    expect(receipt).toMatchObject({ ticket, rule: 'own' });
    const folder = await folderOf(ticket);
    expect(folder.ticket.state).toBe('closed');
    expect(folder.messages.at(-1)?.event.fields.get('automatic')).toEqual([
      'own; reason=Message-ID',
    ]);
    expect((await test.receive(own ?? '', { sender: 'x@y.example' })).rule).toBe('duplicate');
  });

  it('opens the breaker when it comes again and again, each time changed', async () => {
    const { ticket, message } = await answered();
    const own = (await test.desk.store.readOriginal(ticket, message))?.toString() ?? '';
    for (let round = 0; round < 12; round += 1)
      await test.receive(`${own}\nFooter ${round}\n`, { sender: 'support@localhost' });
    const folder = await folderOf(ticket);
    expect(folder.ticket.extra.get('breaker')).toBe('mails');
    await test.desk.tickets.run(ticket, { kind: 'note', text: 'I looked.' }, anna);
    expect((await folderOf(ticket)).ticket.extra.has('breaker')).toBe(false);
  });
});

it('a report on an answer in a merged ticket opens the survivor, and stands at that answer', async () => {
  const { ticket: survivor } = await test.receive(
    plainMail({ 'Message-ID': '<0@customer.example>', Subject: 'Lamps' }),
  );
  const { ticket: absorbed, message, id } = await answered();
  const merged = await test.desk.regroup.merge(absorbed, survivor, anna);
  expect(merged.ok).toBe(true);
  const closing = [{ kind: 'set', field: 'state', value: 'closed' }] as const;
  await test.desk.tickets.run(survivor, { kind: 'update', changes: closing }, anna);

  const { ticket, rule } = await test.receive(report({ id }), daemon);
  expect([ticket, rule]).toEqual([survivor, 'bounce']);
  const whole = await test.desk.reader.read(survivor);
  expect(whole?.ticket.state).toBe('open');
  expect(whole?.ticket.bounces.get(message)).toMatchObject({ recipient: 'kim@customer.example' });
});

describe('a report on mail that arrived', () => {
  const notice = (id: string, kind: 'receipt' | 'complaint') =>
    [
      kind === 'receipt'
        ? 'From: Kim Berg <kim@customer.example>'
        : 'From: Feedback loop <fbl@provider.example>',
      'To: support@localhost',
      'Subject: About your mail',
      `Message-ID: <${kind}.${id}@customer.example>`,
      'Date: Mon, 23 Nov 2026 12:00:00 +0000',
      'MIME-Version: 1.0',
      `Content-Type: multipart/report; report-type=${kind === 'receipt' ? 'disposition-notification' : 'feedback-report'}; boundary=b`,
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'About your mail.',
      '--b',
      ...(kind === 'receipt'
        ? [
            'Content-Type: message/disposition-notification',
            '',
            'Final-Recipient: rfc822; kim@customer.example',
            `Original-Message-ID: <${id}>`,
            'Disposition: manual-action/MDN-sent-manually; displayed',
          ]
        : [
            'Content-Type: message/feedback-report',
            '',
            'Feedback-Type: abuse',
            'Original-Rcpt-To: kim@customer.example',
            '--b',
            'Content-Type: text/rfc822-headers',
            '',
            `Message-ID: <${id}>`,
          ]),
      '--b--',
      '',
    ].join('\r\n');

  it.each([
    ['receipt', 'displayed'],
    ['complaint', 'abuse'],
  ] as const)('a %s says what it is and of which mail, and moves nothing', async (kind, what) => {
    const { ticket, message, id } = await answered();
    const receipt = await test.receive(notice(id, kind), { recipients: ['support@localhost'] });
    expect(receipt).toMatchObject({ ticket, rule: 'bounce' });
    const folder = await folderOf(ticket);
    expect(folder.ticket.state).toBe('closed');
    expect(folder.messages.at(-1)?.event.fields.get('report')).toEqual([
      `${kind}; what=${what}; message=${message}; recipient=kim@customer.example; original=${id}`,
    ]);
    expect([...folder.ticket.participants]).not.toContain('fbl@provider.example');
  });

  it('of a stranger who knows no mail of ours opens a ticket, as any mail', async () => {
    const { ticket } = await answered();
    const receipt = await test.receive(notice('forged.1@desk.example', 'complaint'));
    expect(receipt.ticket).not.toBe(ticket);
  });
});
