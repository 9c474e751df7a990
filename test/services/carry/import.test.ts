import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatInstant, toInstant } from '../../../src/base/clock.ts';
import { formatMbox } from '../../../src/core/carry/mbox.ts';
import { firstBlockField } from '../../../src/core/ticket/event.ts';
import { checkHistory } from '../../../src/core/ticket/history.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { type ImportKind, planImport } from '../../../src/services/carry/import-plan.ts';
import type { ImportChoice, ImportReport } from '../../../src/services/carry/mail-import.ts';
import { nodeFiles } from '../../../src/storage/files.ts';
import { desk as deskAddress, type OldMail, oldMails } from '../../helpers/old-mails.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

let test: TestDesk;
let folder: string;

beforeEach(async () => {
  test = await openTestDesk({ settings: { address: deskAddress, confirmations: 'false' } });
  folder = await mkdtemp(join(tmpdir(), 'maildesk-old-'));
});

afterEach(async () => {
  await test.close();
  await rm(folder, { recursive: true, force: true });
});

const usual: ImportChoice = {
  state: 'recent',
  openDays: 14,
  queue: undefined,
  queueFromFolder: false,
  owner: undefined,
  tags: ['imported'],
  ownAddresses: [],
};

interface Asked {
  readonly choice?: Partial<ImportChoice>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number) => void;
}

async function importAll(
  kind: ImportKind,
  path: string,
  { choice = {}, signal = new AbortController().signal, onProgress }: Asked = {},
): Promise<ImportReport> {
  const now = test.desk.parts.clock.now();
  const plan = await planImport({ files: nodeFiles, now }, kind, [path]);
  return test.desk.mailImport.run({
    kind,
    plan,
    choice: { ...usual, ...choice },
    actor: { kind: 'user', account: 'root' },
    signal,
    onProgress: ({ done }) => onProgress?.(done),
  });
}

async function writeTree(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
  return folder;
}

function mailbox(mails: readonly Pick<OldMail, 'raw' | 'time'>[]): Buffer {
  return Buffer.concat(
    mails.map(({ raw, time }) => formatMbox(Buffer.from(raw), 'kim@example.net', toInstant(time))),
  );
}

/** Which mails lie in one ticket, by their bytes; every mail as often as it lies somewhere. */
async function partition(): Promise<readonly string[]> {
  const tickets = new Map<TicketNumber, string[]>();
  const { store, reader } = test.desk;
  for await (const number of store.numbers()) {
    const alone = await store.read(number);
    if (alone?.ticket.mergedInto !== undefined) continue;
    const mails: string[] = [];
    for (const { event } of (await reader.read(number))?.messages ?? []) {
      if (event.kind !== 'mail-in' && event.kind !== 'mail-out') continue;
      mails.push(String(await reader.readOriginal(number, event.name)));
    }
    tickets.set(number, mails);
  }
  return [...tickets.values()].map((mails) => mails.sort().join('\n=====\n')).sort();
}

/** The same from the mails themselves: copies count once. */
function expectedPartition(mails: readonly OldMail[]): readonly string[] {
  const threads = new Map<number, string[]>();
  for (const { raw, thread, copyOf } of mails)
    if (copyOf === undefined) threads.set(thread, [...(threads.get(thread) ?? []), raw]);
  return [...threads.values()].map((raws) => raws.sort().join('\n=====\n')).sort();
}

function counts({ rows }: ImportReport): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { outcome } of rows) found[outcome] = (found[outcome] ?? 0) + 1;
  return found;
}

function shuffled<T>(items: readonly T[]): readonly T[] {
  let seed = 7;
  const result = [...items];
  for (let at = result.length - 1; at > 0; at -= 1) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    const other = seed % (at + 1);
    [result[at], result[other]] = [result[other] as T, result[at] as T];
  }
  return result;
}

async function onlyTicket() {
  const numbers: TicketNumber[] = [];
  for await (const number of test.desk.store.numbers()) numbers.push(number);
  expect(numbers).toHaveLength(1);
  const found = numbers[0] === undefined ? undefined : await test.desk.store.read(numbers[0]);
  if (found === undefined) throw new Error('There is no ticket');
  return found;
}

const mails = oldMails(60);

describe('an import gives the same tickets', { timeout: 60_000 }, () => {
  const orders: readonly (readonly [string, readonly OldMail[]])[] = [
    ['as they were written', mails],
    ['the newest first', [...mails].reverse()],
    ['in no order', shuffled(mails)],
  ];

  it.each(orders)('of a mailbox %s', async (_, ordered) => {
    await writeTree({ 'old.mbox': mailbox(ordered) });
    const report = await importAll('mbox', join(folder, 'old.mbox'));
    expect(report.isComplete).toBe(true);
    expect(await partition()).toEqual(expectedPartition(mails));
    const copies = mails.filter(({ copyOf }) => copyOf !== undefined).length;
    const threads = new Set(mails.map(({ thread }) => thread)).size;
    expect(counts(report)).toEqual({
      made: threads,
      joined: mails.length - threads - copies,
      duplicate: copies,
    });
  });

  it('of a Maildir with folders in both ways of nesting', async () => {
    const places = ['cur', 'new', '.Billing.Refunds/cur', '.Sent/cur', 'Archive/2019/new'];
    await writeTree(
      Object.fromEntries(
        mails.map(({ raw, time }, at) => {
          const place = places[at % places.length] ?? 'cur';
          const info = place.endsWith('cur') ? ':2,S' : '';
          return [`${place}/${Math.floor(time / 1000)}.M${at}P1.old${info}`, raw];
        }),
      ),
    );
    await importAll('maildir', folder);
    expect(await partition()).toEqual(expectedPartition(mails));
  });

  it('of folders of single mails', async () => {
    await writeTree(
      Object.fromEntries(mails.map(({ raw }, at) => [`year/${at % 7}/mail ${at}.eml`, raw])),
    );
    await importAll('eml', folder);
    expect(await partition()).toEqual(expectedPartition(mails));
  });

  it.each([
    ['the even ones first', 0],
    ['the odd ones first', 1],
  ])('of two mailboxes that hold every other mail: %s', async (_, first) => {
    for (const half of [first, 1 - first]) {
      const name = `half-${half}.mbox`;
      await writeTree({ [name]: mailbox(mails.filter((__, at) => at % 2 === half)) });
      await importAll('mbox', join(folder, name));
    }
    expect(await partition()).toEqual(expectedPartition(mails));
  });

  it('when mails are already there, whatever happened to their line ends', async () => {
    const [first] = mails;
    if (first === undefined) throw new Error('There are mails');
    await test.receive(first.raw.replaceAll('\n', '\r\n'));
    await writeTree({ 'old.mbox': mailbox(mails.filter(({ thread }) => thread === 0)) });
    const report = await importAll('mbox', join(folder, 'old.mbox'));
    expect(counts(report)).toEqual({ duplicate: 1 });
  });
});

describe('what is imported', { timeout: 60_000 }, () => {
  it('keeps its dates: of number, ticket and message', async () => {
    const mail = plainMail({
      Date: 'Mon, 4 Mar 2019 08:00:00 +0100',
      'Message-ID': '<a@x.example>',
    });
    await writeTree({ 'a.eml': mail });
    await importAll('eml', folder);
    const { number, ticket, messages } = await onlyTicket();
    expect(number.slice(0, 8)).toBe('20190304');
    expect(formatInstant(ticket.created)).toBe('2019-03-04T07:00:00.000Z');
    expect(ticket.closedAt).toBe(ticket.created);
    expect(messages[0]).toMatchObject({ directory: 'cur', flags: 'S' });
    expect([...ticket.tags]).toEqual(['imported']);
  });

  it('has the date of its envelope or of its file where its own cannot be true', async () => {
    const future = plainMail({ Date: 'Mon, 4 Mar 2097 08:00:00 +0000' });
    const received = plainMail({
      Date: 'long ago',
      Received: 'from a by b; Tue, 5 Mar 2019 09:00:00 +0000 (UTC)',
    });
    await writeTree({ 'a.eml': future, 'b.eml': received });
    await utimes(join(folder, 'a.eml'), 1_600_000_000, 1_600_000_000);
    await importAll('eml', folder);
    const times: string[] = [];
    for await (const number of test.desk.store.numbers())
      times.push(
        formatInstant((await test.desk.store.read(number))?.ticket.created ?? toInstant(0)),
      );
    expect(times).toEqual(['2019-03-05T09:00:00.000Z', '2020-09-13T12:26:40.000Z']);
  });

  it('is told to nobody: nothing is sent, owed, late or waits', async () => {
    await writeTree({ 'old.mbox': mailbox(mails) });
    await importAll('mbox', join(folder, 'old.mbox'), { choice: { state: 'open' } });
    await test.desk.autoReplies.settled();
    expect(await readdir(join(test.directory, 'outbox', 'new'))).toEqual([]);
    expect(await test.desk.index.findUndelivered()).toEqual([]);
    expect(await test.desk.index.findUnconfirmed()).toEqual([]);
    expect(await readdir(join(test.directory, 'agents'))).toEqual([]);
    let open = 0;
    for await (const slice of test.desk.index.records())
      for (const record of slice) {
        expect(test.desk.due.of(record).clocks).toEqual([]);
        if (record.state === 'open') open += 1;
      }
    expect(open).toBeGreaterThan(15);
  });

  it('knows our own answers', async () => {
    await writeTree({ 'old.mbox': mailbox(mails.filter(({ thread }) => thread === 2)) });
    await importAll('mbox', join(folder, 'old.mbox'));
    const { messages, ticket } = await onlyTicket();
    expect(messages.map(({ event }) => event.kind)).toEqual(['mail-in', 'mail-out', 'mail-in']);
    expect(ticket.customer?.address).toBe('kunde2@example.net');
    expect([...ticket.participants]).toEqual(['kunde2@example.net']);
    expect(ticket.heads.size).toBe(1);
  });

  it('knows answers that came from another address', async () => {
    const mail = plainMail({ From: 'old-desk@example.net', To: 'Kim <kim@customer.example>' });
    await writeTree({ 'a.eml': mail });
    await importAll('eml', folder, { choice: { ownAddresses: ['Old-Desk@example.net'] } });
    const { messages, ticket } = await onlyTicket();
    expect(messages[0]?.event.kind).toBe('mail-out');
    expect(ticket.customer?.address).toBe('kim@customer.example');
  });

  it('is believed in nothing that it says of tickets', async () => {
    await writeTree({ 'a.eml': `Ticket-Set: state=open\nTicket-Add: tag=vip\n${plainMail()}` });
    await importAll('eml', folder, { choice: { state: 'closed' } });
    const { ticket, messages } = await onlyTicket();
    expect(ticket.state).toBe('closed');
    expect([...ticket.tags]).toEqual(['imported']);
    const from = basename(folder);
    expect(messages[0]?.event.fields.get('import')).toEqual([`eml; from=${from}; at=a.eml`]);
  });

  it('is open only where it is of the last days and was not answered', async () => {
    const now = test.desk.parts.clock.now();
    const at = (days: number) => new Date(now - days * 86_400_000).toUTCString();
    await writeTree({
      'cur/1.a:2,S': plainMail({ Date: at(3), 'Message-ID': '<a@x.example>' }),
      'cur/2.b:2,RS': plainMail({ Date: at(3), 'Message-ID': '<b@x.example>', Subject: 'B' }),
      'cur/3.c:2,FS': plainMail({ Date: at(30), 'Message-ID': '<c@x.example>', Subject: 'C' }),
      'cur/4.d:2,DS': plainMail({ Date: at(3), 'Message-ID': '<d@x.example>', Subject: 'Draft' }),
      'cur/5.e:2,ST': plainMail({ Date: at(3), 'Message-ID': '<e@x.example>', Subject: 'Gone' }),
    });
    await importAll('maildir', folder);
    const found: Record<string, string> = {};
    for await (const number of test.desk.store.numbers()) {
      const read = await test.desk.store.read(number);
      found[read?.ticket.subject ?? ''] = `${read?.ticket.state} ${read?.messages[0]?.flags}`;
    }
    expect(found).toEqual({ Lamp: 'open S', B: 'closed RS', C: 'closed FS' });
  });

  it('goes into the queue that is named like its folder', async () => {
    await mkdir(join(test.directory, 'config', 'queues'), { recursive: true });
    await writeFile(
      join(test.directory, 'config', 'queues', 'refunds.yaml'),
      'name: Billing::Refunds\n',
    );
    await test.desk.config.reload();
    await writeTree({
      '.INBOX.Billing.Refunds/cur/1.a:2,S': plainMail({ Subject: 'A' }),
      '.Other/cur/2.b:2,S': plainMail({ Subject: 'B' }),
    });
    await importAll('maildir', folder, { choice: { queueFromFolder: true } });
    const queues: Record<string, string> = {};
    for await (const slice of test.desk.index.records())
      for (const { subject, queue } of slice) queues[subject] = queue;
    expect(queues.A).toBe('Billing::Refunds');
    expect(queues.B).not.toBe('Billing::Refunds');
  });

  it('changes no ticket in which somebody works', async () => {
    const receipt = await test.receive(plainMail({ 'Message-ID': '<now@x.example>' }));
    const older = plainMail({
      'Message-ID': '<old@x.example>',
      Date: 'Mon, 4 Mar 2019 08:00:00 +0000',
    });
    const later = plainMail({
      'Message-ID': '<later@x.example>',
      'In-Reply-To': '<now@x.example>',
    });
    await writeTree({
      'a.eml': older.replace('Subject:', 'References: <now@x.example>\r\nSubject:'),
      'b.eml': later,
    });
    await importAll('eml', folder);
    const read = await test.desk.store.read(receipt.ticket);
    expect(read?.messages).toHaveLength(3);
    expect(read?.ticket.state).toBe('new');
    const events = read?.messages.map(({ event }) => event) ?? [];
    expect(checkHistory(events)).toEqual([]);
    const [first] = read?.messages ?? [];
    expect(first === undefined ? '' : firstBlockField(first.event, 'via')).toBe('import');
  });

  it('is a message all the same where it cannot be read as a mail', async () => {
    await writeTree({ 'a.eml': Buffer.from([0, 255, 10, 13, 0]), 'b.eml': '' });
    const report = await importAll('eml', folder);
    expect(counts(report)).toEqual({ made: 2 });
    expect(report.rows.every(({ problems }) => problems.length > 0)).toBe(true);
  });

  it('may be of Apple Mail', async () => {
    const mail = plainMail();
    const list = '<plist><dict><key>flags</key><integer>5</integer></dict></plist>';
    await writeTree({ 'a.emlx': `${Buffer.byteLength(mail)}\n${mail}${list}` });
    await importAll('eml', folder);
    const { number, messages } = await onlyTicket();
    const [message] = messages;
    const original = message && (await test.desk.store.readOriginal(number, message.event.name));
    expect(String(original)).toBe(mail);
    expect(message?.flags).toBe('RS');
  });
});

describe('an import that is stopped', { timeout: 60_000 }, () => {
  async function stopAt(count: number): Promise<ImportReport> {
    const stop = new AbortController();
    return importAll('mbox', join(folder, 'old.mbox'), {
      signal: stop.signal,
      onProgress: (done) => {
        if (done >= count) stop.abort();
      },
    });
  }

  it('goes on from there, without loss or doubling', async () => {
    await writeTree({ 'old.mbox': mailbox(oldMails(160)) });
    const first = await stopAt(64);
    expect(first.isComplete).toBe(false);
    const second = await importAll('mbox', join(folder, 'old.mbox'));
    expect(second).toMatchObject({ isComplete: true, resumed: first.rows.length });
    expect(await partition()).toEqual(expectedPartition(oldMails(160)));
    expect(await readdir(join(test.directory, 'index', 'imports'))).toEqual([]);
  });

  it('counts the same where what was done is not known any more', async () => {
    const all = oldMails(160);
    await writeTree({ 'old.mbox': mailbox(all) });
    await stopAt(64);
    await rm(join(test.directory, 'index', 'imports'), { recursive: true });
    const report = await importAll('mbox', join(folder, 'old.mbox'));
    expect(report).toMatchObject({ isComplete: true, resumed: 0 });
    const copies = all.filter(({ copyOf }) => copyOf !== undefined).length;
    const threads = new Set(all.map(({ thread }) => thread)).size;
    expect(counts(report)).toEqual({
      made: threads,
      joined: all.length - threads - copies,
      duplicate: copies,
    });
    expect(await partition()).toEqual(expectedPartition(all));
  });

  it('does again what somebody took away', async () => {
    await writeTree({ 'old.mbox': mailbox(oldMails(160)) });
    await stopAt(64);
    for await (const number of test.desk.store.numbers())
      await rm(test.desk.folderPath(number), { recursive: true });
    await test.desk.index.sweep();
    await importAll('mbox', join(folder, 'old.mbox'));
    expect(await partition()).toEqual(expectedPartition(oldMails(160)));
  });
});

it('says what it would make, and makes nothing', async () => {
  await writeTree({ 'old.mbox': mailbox(mails) });
  const now = test.desk.parts.clock.now();
  const plan = await planImport({ files: nodeFiles, now }, 'mbox', [join(folder, 'old.mbox')]);
  const request = {
    kind: 'mbox',
    plan,
    choice: usual,
    actor: { kind: 'user', account: 'root' },
    signal: new AbortController().signal,
  } as const;
  const foreseen = await test.desk.mailImport.foresee(request);
  expect(await partition()).toEqual([]);
  expect(counts(foreseen)).toEqual(counts(await test.desk.mailImport.run(request)));
});
