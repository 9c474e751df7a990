/** Something is taken out of written messages for good, and nothing else changes. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { MessageName } from '../../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import type { Finding } from '../../../src/services/verify/finding.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';
import { anna } from '../verify/filled-desk.ts';

const secret = 'My card is 4000 1234 5678 9010';
const picture = Buffer.from('GIF89a the photograph of a passport, which nobody should keep');

/** The passage in plain text, in HTML with tags and entities, and a picture. */
function letter(): string {
  const html = `<p>Hello,</p><p>My card&nbsp;is <b>4000</b> 1234\r\n5678 9010.</p><p>Grüße</p>`;
  return [
    'From: Kim Berg <kim@customer.example>',
    'To: support@localhost',
    'Subject: Card',
    'Date: Mon, 23 Nov 2026 10:00:00 +0000',
    'Message-ID: <card@customer.example>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="out"',
    '',
    '--out',
    'Content-Type: multipart/alternative; boundary="in"',
    '',
    '--in',
    'Content-Type: text/plain; charset=iso-8859-1',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'Hello,',
    'My card is 4000 =',
    '1234 5678 9010. Gr=FC=DFe',
    '',
    '--in',
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    ...(Buffer.from(html)
      .toString('base64')
      .match(/.{1,60}/g) ?? []),
    '--in--',
    '--out',
    'Content-Type: image/gif; name="passport.gif"',
    'Content-Disposition: attachment; filename="passport.gif"',
    'Content-Transfer-Encoding: base64',
    '',
    ...(picture.toString('base64').match(/.{1,76}/g) ?? []),
    '--out--',
    '',
  ].join('\r\n');
}

let test: TestDesk;
let ticket: TicketNumber;
let message: MessageName;

beforeEach(async () => {
  test = await openTestDesk();
  await test.desk.index.ready(10_000);
  await test.desk.accounts.add({
    login: 'anna',
    name: 'Anna Adler',
    email: 'anna@desk.example',
    roles: ['admin'],
  });
  ({ ticket, message } = await test.receive(letter()));
});

afterEach(() => test.close());

const cause = { reason: 'The customer asked for it', actor: anna };

async function findings(): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for await (const finding of test.desk.verify.all(() => {})) found.push(finding);
  return found;
}

async function original(): Promise<string> {
  return (await test.desk.store.readOriginal(ticket, message))?.toString('latin1') ?? '';
}

/** Every file below the data directory that holds one of the texts. */
async function holders(...texts: readonly (string | Buffer)[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(test.directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    if (texts.some((text) => bytes.includes(text))) found.push(entry.name);
  }
  return found;
}

it('a passage goes from text and HTML alike, whatever their encodings; all else stays', async () => {
  const before = await original();
  const request = {
    ticket,
    message,
    target: { kind: 'text', passage: secret },
    copies: false,
  } as const;
  const foreseen = await test.desk.redact.foresee(request, anna);
  expect(foreseen).toMatchObject({
    ok: true,
    value: [{ ticket, message, isCopy: false, taken: [{ kind: 'text' }, { kind: 'text' }] }],
  });
  expect(await original()).toBe(before);

  expect(await test.desk.redact.run(request, cause)).toMatchObject({ ok: true });
  const mail = await test.desk.reader.readMail(ticket, message);
  expect(mail?.text).toMatch(/^Hello,\n\[removed\]\. Grüße\n/);
  expect(mail?.html).toBe('<p>Hello,</p><p>[removed]<b></b>.</p><p>Grüße</p>');
  expect(mail?.messageId).toBe('card@customer.example');
  expect(await test.desk.store.readAttachment(ticket, message, 0)).toEqual(picture);
  const after = await original();
  const plain = (text: string) => text.slice(0, text.indexOf('Hello,'));
  expect(plain(after)).toBe(plain(before));
  expect(after).toContain('Gr=FC=DFe');
  expect(after.slice(after.indexOf('--in--'))).toBe(before.slice(before.indexOf('--in--')));
  expect(await findings()).toEqual([]);
});

it('an attachment becomes a plain sentence with its digest, in the same place of a file of the same size', async () => {
  const size = (await test.desk.store.readFile(ticket, message))?.length;
  const target = { kind: 'attachment', id: 0 } as const;
  expect(
    await test.desk.redact.run({ ticket, message, target, copies: false }, cause),
  ).toMatchObject({ ok: true });
  expect((await test.desk.store.readFile(ticket, message))?.length).toBe(size);
  const text = (await test.desk.store.readAttachment(ticket, message, 0))?.toString() ?? '';
  expect(text).toMatch(/^Removed by the desk\./);
  const mail = await test.desk.reader.readMail(ticket, message);
  expect(mail?.text).toContain(secret);
  expect(mail?.attachments).toMatchObject([{ id: 0, name: 'removed.txt', type: 'text/plain' }]);
  expect(await holders(picture, picture.toString('base64').slice(0, 76))).toEqual([]);
  expect(await findings()).toEqual([]);

  const again = await test.desk.redact.run(
    { ticket, message, target: { kind: 'all' }, copies: false },
    cause,
  );
  expect(again.ok).toBe(true);
  expect(
    await test.desk.redact.run({ ticket, message, target: { kind: 'all' }, copies: false }, cause),
  ).toEqual({
    ok: false,
    refusal: { code: 'nothing-to-redact' },
  });
  expect(await findings()).toEqual([]);
});

it('quotations in later messages and drafts are offered, and no copy is left on the whole desk', async () => {
  const quoted = `On Monday Kim wrote:\n> Hello,\n> My card is 4000 1234\n> 5678 9010.\n\nThank you.`;
  const to = [{ name: '', address: 'kim@customer.example' }];
  const answer = await test.desk.tickets.run(
    ticket,
    { kind: 'reply', to, cc: [], text: quoted },
    anna,
  );
  await test.desk.tickets.run(ticket, { kind: 'note', text: `She says: ${secret}!` }, anna);
  const request = {
    ticket,
    message,
    target: { kind: 'text', passage: secret },
    copies: true,
  } as const;
  const foreseen = await test.desk.redact.foresee(request, anna);
  const items = foreseen.ok ? foreseen.value : [];
  expect(items.map(({ isCopy }) => isCopy)).toEqual([false, true, true]);
  expect(await test.desk.redact.run(request, cause)).toMatchObject({ ok: true });

  // It waits to be sent still, and goes out without the passage.
  const waiting = await test.desk.outbox.waiting();
  expect(waiting.map(({ name }) => name)).toContain(answer.ok ? answer.value.message : '');
  await test.desk.index.settled();
  const found = await test.desk.index
    .list({ query: '4000', limit: 10 } as never)
    .catch(() => undefined);
  expect(found === undefined || !JSON.stringify(found).includes('9010')).toBe(true);
  await test.desk.close();
  expect(await holders('4000 1234', '5678 9010')).toEqual([]);
  expect(await findings()).toEqual([]);
});

it('nobody takes anything out without the right, a reason, or something that is there; a hold stands above all', async () => {
  await test.desk.accounts.add({
    login: 'ben',
    name: 'Ben',
    email: 'ben@desk.example',
    roles: ['agent'],
  });
  const request = { ticket, message, target: { kind: 'all' }, copies: false } as const;
  const run = async (
    actor: typeof anna,
    reason: string,
    target: typeof request.target | { kind: 'text'; passage: string } = request.target,
  ) => {
    const done = await test.desk.redact.run({ ...request, target }, { reason, actor });
    return done.ok ? 'done' : done.refusal.code;
  };
  expect(await run({ kind: 'agent', login: 'ben' }, 'x')).toBe('not-allowed');
  expect(await run(anna, ' ')).toBe('no-reason');
  expect(await run(anna, 'x', { kind: 'text', passage: 'no such words' })).toBe(
    'nothing-to-redact',
  );
  await test.desk.tickets.run(
    ticket,
    { kind: 'update', changes: [{ kind: 'set', field: 'hold', value: 'Case 4711' }] },
    anna,
  );
  expect(await run(anna, 'x')).toBe('on-hold');
});

it('a plain mail without any structure, written by hand into the folder, keeps its time', async () => {
  const { ticket: other, message: first } = await test.receive(
    plainMail({ 'Message-ID': '<p@x>' }, `Hi, ${secret}`),
  );
  const events = async () =>
    (await test.desk.store.read(other))?.messages.map(({ event }) => [event.name, event.time]);
  const before = await events();
  const request = {
    ticket: other,
    message: first,
    target: { kind: 'text', passage: secret },
    copies: true,
  } as const;
  expect(await test.desk.redact.run(request, cause)).toMatchObject({ ok: true });
  expect((await events())?.slice(0, before?.length)).toEqual(before);
  expect(await findings()).toEqual([]);
});

it('leaves nothing in what the index keeps of texts or a hook was to be told, and another passage in what a search shows', async () => {
  const index = join(test.directory, 'index');
  const month = `${ticket.slice(0, 4)}-${ticket.slice(4, 6)}`;
  for (const folder of ['archive', 'attachments-1'])
    await mkdir(join(index, folder), { recursive: true });
  const told = { ticket: { number: ticket }, message: { text: secret } };
  await mkdir(join(test.directory, 'hooks/failed'), { recursive: true });
  await writeFile(join(test.directory, 'hooks/failed/1.chat'), JSON.stringify(told));
  await writeFile(join(index, 'archive', `${month}.segment`), secret);
  await writeFile(join(index, 'attachments-1', 'a'.repeat(64)), `${secret.length}\n${secret}`);
  const query = await test.desk.searching.read('card', undefined);
  if (!query.ok) throw new Error('No query');
  const passage = async () => {
    const record = await test.desk.index.find(ticket);
    if (record === undefined) throw new Error('No ticket');
    return JSON.stringify((await test.desk.passages.find(query.value, [record])).get(ticket) ?? '');
  };
  expect(await passage()).toContain('4000');
  const done = await test.desk.redact.run(
    { ticket, message, target: { kind: 'text', passage: secret }, copies: false },
    cause,
  );
  expect(done.ok).toBe(true);
  expect(await passage()).not.toContain('4000');
  expect(await readdir(join(index, 'archive'))).toEqual([]);
  expect(await readdir(join(test.directory, 'hooks/failed'))).toEqual([]);
  expect(await readdir(index)).not.toContain('attachments-1');
  expect((await test.desk.index.find(ticket))?.redactions).toBe(1);
});
