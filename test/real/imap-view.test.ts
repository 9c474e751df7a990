/** Tickets as IMAP folders, by a real Dovecot with the configuration of the documents: both ways, while the desk runs. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImapFlow } from 'imapflow';
import { afterEach, describe, expect, it } from 'vitest';
import { checkHistory } from '../../src/core/ticket/history.ts';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { folderOf } from '../../src/core/ticket/number.ts';
import { until } from '../helpers/foreign.ts';
import {
  giveAway,
  type ImapView,
  makeSharedDirectory,
  sharedFiles,
  startImapView,
} from '../helpers/imap-view.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';
import { createVisitor, textOf } from '../helpers/visitor.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function startDesk(): Promise<TestApp> {
  const desk = await startTestApp({
    directory: await makeSharedDirectory(),
    files: sharedFiles,
    settings: { confirmations: 'false', sweepEvery: '1h' },
  });
  closers.push(() => desk.stop());
  await giveAway(desk.directory);
  return desk;
}

async function startView(desk: TestApp, rights?: string): Promise<ImapView> {
  const view = await startImapView(desk.directory, rights === undefined ? {} : { rights });
  closers.push(() => view.stop());
  return view;
}

async function openTicket(desk: TestApp, subject: string): Promise<TicketNumber> {
  const before = await numbersOf(desk);
  await desk.send(plainMail({ Subject: subject, 'Message-ID': `<${subject}@customer.example>` }));
  await desk.settled();
  const number = (await numbersOf(desk)).find((each) => !before.includes(each));
  if (number === undefined) throw new Error(`"${subject}" opened no ticket`);
  return number;
}

async function numbersOf(desk: TestApp): Promise<readonly TicketNumber[]> {
  const numbers: TicketNumber[] = [];
  for await (const number of desk.desk.store.numbers()) numbers.push(number);
  return numbers;
}

const boxOf = (number: TicketNumber) => `Tickets/${folderOf(number).join('/')}`;
const by = { kind: 'agent', login: 'admin' } as const;

async function reply(desk: TestApp, number: TicketNumber): Promise<void> {
  const to = [{ name: 'Kim Berg', address: 'kim@customer.example' }];
  const done = await desk.desk.tickets.run(
    number,
    { kind: 'reply', to, cc: [], text: 'Screw in a new bulb.' },
    by,
  );
  expect(done.ok).toBe(true);
}

/** Subjects and flags of a folder, in its order. */
async function look(client: ImapFlow, box: string) {
  await client.mailboxOpen(box);
  const mails = await client.fetchAll('1:*', { flags: true, envelope: true, uid: true });
  return mails.map(({ flags, envelope, uid }) => ({
    uid,
    subject: envelope?.subject ?? '',
    flags: [...(flags ?? [])].filter((flag) => flag !== '\\Recent').sort(),
  }));
}

const record = (desk: TestApp, number: TicketNumber) => desk.desk.index.find(number);

async function pageOf(desk: TestApp, number: TicketNumber): Promise<string> {
  const agent = createVisitor(desk.url);
  const path = desk.started.firstLogin?.path ?? '';
  await agent.get(path);
  await agent.post(path, {});
  return textOf((await agent.open(`/tickets/${number}`)).text);
}

describe('a desk as IMAP folders', () => {
  it('shows each ticket as a folder, and what the desk did as flags', async () => {
    const desk = await startDesk();
    const lamp = await openTicket(desk, 'Lamp');
    await reply(desk, lamp);
    // Dovecot remembers for a while which folders it saw; the links stand at their place before it looks.
    await desk.settled();
    const view = await startView(desk);
    const client = await view.client();
    const paths = (await client.list())
      .filter(({ flags }) => !flags.has('\\Noselect'))
      .map(({ path }) => path);
    expect(paths.filter((path) => path.startsWith('Tickets/'))).toEqual([boxOf(lamp)]);
    const mails = await look(client, boxOf(lamp));
    expect(mails.map(({ subject }) => subject).slice(0, 2)).toEqual([
      'Lamp',
      expect.stringContaining('Lamp'),
    ]);
    expect(mails[0]?.flags).toEqual(['\\Answered', '\\Seen']);
    const text = await client.download('1', 'TEXT');
    const chunks: Buffer[] = [];
    for await (const chunk of text.content ?? []) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toContain('The lamp');
    // The same by the links of views/, which Dovecot follows.
    const [linked = ''] = (await client.list())
      .map(({ path }) => path)
      .filter((path) => path.startsWith('Views/queue/') && path.endsWith(lamp));
    expect(linked).toMatch(/^Views\/queue\/Support\/[a-z_-]+\/\d+$/);
    expect((await look(client, linked)).map(({ flags }) => flags)[0]).toEqual([
      '\\Answered',
      '\\Seen',
    ]);
    // One list of Dovecot's own lies in the desk, and in no ticket.
    const files = await readdir(join(desk.directory, 'tickets'), { recursive: true });
    expect(files.filter((name) => name.includes('dovecot'))).toEqual(['dovecot-acl-list']);
  });

  it('takes flags, notes and copies back, and changes no message', async () => {
    const desk = await startDesk();
    const lamp = await openTicket(desk, 'Lamp');
    const chair = await openTicket(desk, 'Chair');
    const view = await startView(desk);
    const talk = await view.talk();
    closers.push(async () => talk.close());
    // What Thunderbird says: star, read, answered, and junk words of its own.
    expect(await talk.say(`SELECT "${boxOf(lamp)}"`)).toMatch(/^\* 1 EXISTS/m);
    await talk.say('UID STORE 1 +FLAGS (\\Flagged)');
    await until('the star is seen', async () =>
      (await record(desk, lamp))?.marks.includes('flagged'),
    );
    expect(await pageOf(desk, lamp)).toMatch(/Kim Berg.{0,40}Flagged/);
    await talk.say('UID STORE 1 -FLAGS (\\Flagged)');
    await talk.say('UID STORE 1 +FLAGS (\\Seen \\Answered $Forwarded NonJunk)');
    await until('the other flags are seen', async () =>
      (await record(desk, lamp))?.flags?.some((each) => /:.*RS$/.test(each)),
    );
    expect((await record(desk, lamp))?.marks).not.toContain('flagged');

    const client = await view.client('ben');
    await client.append(
      boxOf(lamp),
      'Ticket-Event: note\nTicket-Actor: agent admin\nFrom: Ben <ben@desk.example>\nSubject: bulbs\n\nBulbs are in room seven.\n',
      ['\\Seen'],
    );
    await until('the note is there', async () => (await record(desk, lamp))?.messageCount === 2);
    const note = (await desk.desk.store.read(lamp))?.messages.find(
      ({ event }) => event.kind === 'note',
    );
    expect(note?.event.actor).toEqual({ kind: 'agent', login: 'admin' });
    expect(note?.event.mail.snippet).toBe('Bulbs are in room seven.');

    await client.mailboxOpen(boxOf(lamp));
    await client.messageCopy('1', boxOf(chair));
    await until(
      'the copy counts there',
      async () => (await record(desk, chair))?.messageCount === 2,
    );
    // The rights of the example let nobody take a message away.
    await client.messageDelete('1').catch(() => false);
    expect((await look(client, boxOf(lamp))).length).toBe(2);
    expect((await desk.desk.store.read(lamp))?.messages).toHaveLength(2);

    await reply(desk, chair);
    const flags = async () => (await look(client, boxOf(chair))).map((mail) => mail.flags);
    await until('the answer shows there', async () =>
      (await flags()).some((each) => each.includes('\\Answered')),
    );
  });

  it('names what a client with the right to expunge took away', async () => {
    const desk = await startDesk();
    const lamp = await openTicket(desk, 'Lamp');
    const chair = await openTicket(desk, 'Chair');
    await reply(desk, lamp);
    const view = await startView(desk, 'lrwsite');
    const client = await view.client();
    await client.mailboxOpen(boxOf(lamp));
    await client.messageFlagsAdd('1', ['\\Deleted']);
    await until('it is marked', async () =>
      (await record(desk, lamp))?.flags?.some((each) => each.endsWith('T')),
    );
    expect(await pageOf(desk, lamp)).toContain('Marked as deleted in a mail program');
    await client.messageMove('1', boxOf(chair));
    await until('it is gone here', async () => (await record(desk, lamp))?.messageCount === 1);
    await until('it is there', async () => (await record(desk, chair))?.messageCount === 2);
    const folder = await desk.desk.store.read(lamp);
    const findings = checkHistory((folder?.messages ?? []).map(({ event }) => event));
    expect(findings).toMatchObject([{ kind: 'missing' }]);
    desk.expectLog('ledger.missing');
    desk.expectLog('ledger.unaccounted');
    await client.mailboxOpen(boxOf(chair));
    await client.messageDelete('1:*');
    await until('all is gone', async () => (await record(desk, chair))?.messageCount === 0);
    await desk.app.sweep();
  });
});
