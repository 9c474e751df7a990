import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;

beforeAll(async () => {
  // The viewer's other tests switch confirmations off.
  viewer = await startViewer({ settings: { confirmations: 'true', confirmationsPerHour: '100' } });
});
afterAll(async () => {
  await viewer.test.desk.autoReplies.settled();
  await viewer.close();
});

const anna = { kind: 'agent', login: 'anna' } as const;

async function open(number: TicketNumber, query = ''): Promise<string> {
  return textOf(
    await (await viewer.member()).get(`/tickets/${number}${query}`).then(({ text }) => text),
  );
}

async function receive(fields: Readonly<Record<string, string>>, text?: string, sender?: string) {
  const { ticket } = await viewer.test.receive(
    plainMail(fields, text),
    sender === undefined ? {} : { sender },
  );
  return ticket;
}

it.each([
  [
    { 'Auto-Submitted': 'auto-generated' },
    'Automatic',
    'the mail is automatic or was sent to many (Auto-Submitted)',
  ],
  [
    { 'List-Id': '<club.example>' },
    'Mailing list',
    'the mail is automatic or was sent to many (List-ID)',
  ],
  [
    { Subject: 'Out of office' },
    'Perhaps automatic',
    'the mail is automatic or was sent to many (Subject)',
  ],
  [{ From: 'support@localhost' }, '', 'the sender is this desk'],
])('a mail with %o says what it is and why it got no answer', async (fields, label, reason) => {
  const page = await open(await receive(fields));
  expect(page).toContain(label);
  expect(page).toContain(`No automatic answer: ${reason}`);
});

it('a mail that was answered says nothing of that kind', async () => {
  expect(await open(await receive({ From: 'Lou <lou@customer.example>' }))).not.toContain(
    'No automatic answer',
  );
});

it('an answer that came back says so in red, with the words of the other server', async () => {
  const ticket = await receive({ From: 'Mo <mo@customer.example>' });
  const to = [{ name: 'Mo', address: 'mo@customer.example' }];
  const result = await viewer.test.desk.tickets.run(
    ticket,
    { kind: 'reply', to, cc: [], text: 'Hello' },
    anna,
  );
  const messages = result.ok ? result.value.folder.messages : [];
  const id = messages.findLast(({ event }) => event.kind === 'mail-out')?.event.mail.messageId;
  const daemon = { From: 'MAILER-DAEMON@mx.customer.example', Subject: 'failure notice' };
  const text = `<mo@customer.example>:\n550 5.1.1 <b>No</b> such user\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <${id}>`;
  await receive(daemon, text, '');
  const html = (await (await viewer.member()).get(`/tickets/${ticket}`)).text;
  const page = textOf(html);
  expect(page).toMatch(/Came back .*mo@customer\.example/);
  expect(page).toContain('Delivery report');
  expect(page).toMatch(
    /Not delivered To mo@customer\.example Reason There is no such mailbox, or no longer\. Their words 550 5\.1\.1 <b>No<\/b> such user Our mail Re: /,
  );
  expect(html).not.toContain('<b>No</b>');
  expect(html).toMatch(/class="mail-report" role="group" data-tone="late"/);
  // Our mail is one click away; what the server wrote is folded.
  const card =
    /<div class="mail-report[\s\S]*?<dl class="which">[\s\S]*?<\/dl>/.exec(html)?.[0] ?? '';
  const target = /href="#([^"]+)"/.exec(card)?.[1] ?? 'none';
  expect(html).toContain(`<li class="ours" id="${target}">`);
  expect(page).toContain('Text, 6 lines');
});

it('a read receipt says that our mail was displayed, on its card and in the history', async () => {
  const ticket = await receive({ From: 'Ro <ro@customer.example>' });
  const to = [{ name: 'Ro', address: 'ro@customer.example' }];
  const sent = await viewer.test.desk.tickets.run(
    ticket,
    { kind: 'reply', to, cc: [], text: 'Hello' },
    anna,
  );
  const messages = sent.ok ? sent.value.folder.messages : [];
  const id = messages.findLast(({ event }) => event.kind === 'mail-out')?.event.mail.messageId;
  const fields = {
    From: 'Ro <ro@customer.example>',
    Subject: 'Read',
    'Content-Type': 'multipart/report; report-type=disposition-notification; boundary=b',
  };
  const text = `--b\nContent-Type: text/plain\n\nRead.\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; ro@customer.example\nOriginal-Message-ID: <${id}>\nDisposition: manual-action/MDN-sent-manually; displayed\n--b--`;
  expect(await receive(fields, text)).toBe(ticket);
  const said = 'Read receipt: our mail was displayed';
  const page = await open(ticket);
  expect(page).toContain(`${said} To ro@customer.example Our mail Re: `);
  const history = textOf((await (await viewer.member()).get(`/tickets/${ticket}/history`)).text);
  expect(history).toContain(said);
});

it('a ticket whose breaker opened says what that means', async () => {
  const first = { From: 'Ina <ina@customer.example>', 'Message-ID': '<ina@customer.example>' };
  const ticket = await receive(first);
  for (let round = 0; round < 11; round += 1)
    await receive({
      From: 'Ina <ina@customer.example>',
      'In-Reply-To': '<ina@customer.example>',
      'Message-ID': `<${round}@customer.example>`,
      'Auto-Submitted': 'auto-replied',
    });
  expect(await open(ticket, '?whole=1')).toContain(
    'Too many automatic mails within the hour: this ticket sends nothing by itself until somebody acts on it',
  );
});
