import { mkdir, readFile, rename, rm, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../../src/base/fault.ts';
import type { MessageName } from '../../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import type { IncomingMail } from '../../../src/services/intake/incoming.ts';
import { createLedgerFile } from '../../../src/services/ledger/ledger-file.ts';
import { type FileOps, nodeFiles } from '../../../src/storage/files.ts';
import { createFakeClock, type FakeClock } from '../../helpers/clock.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../helpers/test-desk.ts';

let test: TestDesk;
let clock: FakeClock;
let broken: ((path: string) => boolean) | undefined;

/** The disk, unless a test breaks a part of it. */
const files: FileOps = {
  ...nodeFiles,
  createFile: (path, bytes, mode) => refuseIf(path, () => nodeFiles.createFile(path, bytes, mode)),
  list: (path) => refuseIf(path, () => nodeFiles.list(path)),
};

async function refuseIf<T>(path: string, run: () => Promise<T>): Promise<T> {
  if (broken?.(path) !== true) return run();
  throw new Fault('disk-failed', { retry: 'later', detail: `Cannot use "${path}": made up` });
}

beforeEach(async () => {
  broken = undefined;
  clock = createFakeClock(Date.now());
  test = await openTestDesk({ clock, files, settings: { confirmations: 'false' } });
});

afterEach(() => test.close());

let made = 0;
const mail = (fields: Readonly<Record<string, string>> = {}) => {
  made += 1;
  return plainMail({ 'Message-ID': `<${made}@customer.example>`, ...fields }, `Text ${made}`);
};

async function check(): Promise<void> {
  await test.desk.index.sweep();
  await test.desk.ledger.check();
}

const report = () => test.desk.ledger.report();
const events = () => test.lines.filter(({ level }) => level !== 'info').map(({ event }) => event);

async function pathOf(ticket: TicketNumber, message: MessageName): Promise<string> {
  const folder = await test.desk.store.read(ticket);
  const stored = folder?.messages.find(({ event }) => event.name === message);
  if (stored === undefined) throw new Error('The message is not there');
  return join(test.desk.folderPath(ticket), stored.directory, stored.fileName);
}

describe('counting', () => {
  it('tells tickets, follow-ups, duplicates and what was put off apart, by source', async () => {
    const first = mail({ 'Message-ID': '<first@customer.example>' });
    await test.receive(first);
    await test.receive(first, { via: 'lmtp' });
    await test.receive(mail({ References: '<first@customer.example>' }));
    broken = () => true;
    await expect(test.receive(mail())).rejects.toThrow('made up');
    broken = undefined;
    expect(report()).toMatchObject({
      sources: [
        { source: 'lmtp', count: { received: 1, outcomes: { duplicate: 1 } }, inProgress: 0 },
        {
          source: 'smtp',
          count: { received: 3, outcomes: { ticket: 1, 'follow-up': 1, deferred: 1 } },
          inProgress: 0,
        },
      ],
      total: { count: { received: 4 }, inProgress: 0 },
      unaccounted: 0,
    });
    expect(test.desk.metrics.format()).toContain(
      'maildesk_mails_outcome_total{source="smtp",outcome="follow-up"} 1',
    );
    expect(test.desk.metrics.format()).toContain('maildesk_mails_unaccounted 0');
  });

  it('a mail that hangs is in progress, and after a while unaccounted for', async () => {
    const never = test.desk.ledger.counting({ process: () => new Promise(() => {}) });
    void never.process(incoming('imaginary'));
    await clock.advance(60_000);
    expect(report()).toMatchObject({ total: { inProgress: 1 }, unaccounted: 0 });
    await clock.advance(15 * 60_000);
    expect(report()).toMatchObject({ overdue: 1, unaccounted: 1 });
    await check();
    expect(events()).toEqual(['ledger.unaccounted']);
  });

  it('an inbox entry that no retry helps counts as trouble when it is there', async () => {
    const failing = test.desk.ledger.counting({ process: () => Promise.reject(new Error('bug')) });
    await expect(failing.process({ ...incoming('x'), via: 'inbox' })).rejects.toThrow();
    expect(report()).toMatchObject({ total: { inProgress: 1 }, unaccounted: 0 });
    test.desk.ledger.settleAside('inbox', 'trouble');
    expect(report()).toMatchObject({
      total: { count: { outcomes: { trouble: 1 } }, inProgress: 0 },
      imbalance: 0,
    });
  });

  it('goes by day, over a new start', async () => {
    await test.receive(mail());
    await check();
    const again = await openTestDesk({ clock, files, directory: test.directory });
    await again.desk.ledger.load();
    await again.receive(mail());
    const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '');
    expect(again.desk.ledger.report()).toMatchObject({
      total: { count: { received: 1 } },
      days: [{ day, count: { received: 2, outcomes: { ticket: 2 } } }],
    });
    await again.close();
  });
});

function incoming(raw: string): IncomingMail {
  return {
    raw: Buffer.from(raw),
    via: 'smtp',
    sender: undefined,
    recipients: [],
    client: undefined,
  };
}

const longAgo = new Date('2026-01-01T00:00:00Z');

describe('the look at the disk', () => {
  it('finds every mail that was filed', async () => {
    await Promise.all(Array.from({ length: 30 }, () => test.receive(mail())));
    await check();
    expect(report()).toMatchObject({ verified: 30, missing: [], unaccounted: 0 });
  });

  it('misses a file that somebody removed, says so once, and finds it again when it is back', async () => {
    const { ticket, message } = await test.receive(mail());
    await test.receive(mail({ References: `<${made}@customer.example>` }));
    const path = await pathOf(ticket, message);
    await check();
    await rename(path, join(test.directory, 'kept'));
    await check();
    await check();
    expect(report()).toMatchObject({ missing: [{ ticket, message }], unaccounted: 1 });
    expect(events()).toEqual(['ledger.missing', 'ledger.unaccounted']);
    expect(test.desk.metrics.format()).toContain('maildesk_mails_unaccounted 1');
    await rename(join(test.directory, 'kept'), path);
    await check();
    expect(report()).toMatchObject({ missing: [], unaccounted: 0 });
  });

  it('costs two looks at times while nothing changed, and still sees what does', async () => {
    const { ticket, message } = await test.receive(mail());
    // Filed a while ago: what comes within one tick of the disk's clock has the same time.
    for (const name of ['new', 'cur'])
      await utimes(join(test.desk.folderPath(ticket), name), longAgo, longAgo);
    await check();
    let listed = 0;
    broken = (path) => {
      listed += path.startsWith(test.desk.folderPath(ticket)) ? 1 : 0;
      return false;
    };
    await test.desk.ledger.check();
    expect(listed).toBe(0);
    await unlink(await pathOf(ticket, message));
    await check();
    expect(report().unaccounted).toBe(1);
  });

  it('misses a mail of a ticket that is gone, also one never looked at before', async () => {
    const { ticket } = await test.receive(mail());
    await rm(test.desk.folderPath(ticket), { recursive: true });
    await check();
    expect(report().missing.map((each) => each.ticket)).toEqual([ticket]);
  });

  it('remembers what is missing over a new start, until somebody has seen it', async () => {
    const { ticket, message } = await test.receive(mail());
    await unlink(await pathOf(ticket, message));
    await check();
    const again = await openTestDesk({ clock, files, directory: test.directory });
    await again.desk.index.ready(10_000);
    await again.desk.ledger.load();
    await again.desk.ledger.check();
    expect(again.desk.ledger.report().unaccounted).toBe(1);
    await again.desk.ledger.acknowledge('anna');
    expect(again.desk.ledger.report().unaccounted).toBe(0);
    await again.desk.ledger.check();
    expect(again.desk.ledger.report().unaccounted).toBe(0);
    await again.close();
  });

  it.each(['cur', 'flags'])('is not led astray by a mail program (%s)', async (kind) => {
    const { ticket, message } = await test.receive(mail());
    await check();
    const folder = test.desk.folderPath(ticket);
    await rename(await pathOf(ticket, message), join(folder, 'cur', `${message}:2,S`));
    if (kind === 'flags')
      await rename(join(folder, 'cur', `${message}:2,S`), join(folder, 'cur', `${message}:2,RS`));
    await check();
    expect(report().unaccounted).toBe(0);
  });

  it.each([true, false])(
    'follows a mail that an admin moved by hand (seen before: %s)',
    async (isSeen) => {
      const one = await test.receive(mail());
      const other = await test.receive(mail());
      if (isSeen) await check();
      await rename(
        await pathOf(one.ticket, one.message),
        join(test.desk.folderPath(other.ticket), 'new', one.message),
      );
      await check();
      expect(report().unaccounted).toBe(0);
    },
  );

  it('follows a ticket into the archive', async () => {
    const { ticket } = await test.receive(mail());
    await check();
    const from = test.desk.folderPath(ticket);
    const to = from.replace(join(test.directory, 'tickets'), join(test.directory, 'archive'));
    await mkdir(join(to, '..'), { recursive: true });
    await rename(from, to);
    await check();
    expect(report().unaccounted).toBe(0);
  });

  it('believes an event that names the message', async () => {
    const { ticket, message } = await test.receive(mail());
    await check();
    await unlink(await pathOf(ticket, message));
    await writeFile(
      join(test.desk.folderPath(ticket), 'new', 'redacted'),
      `Ticket-Event: redaction\nTicket-Redacts: message=${message}; reason=asked for\n\n`,
    );
    await check();
    expect(report().unaccounted).toBe(0);
  });

  it('a folder that cannot be read tells nothing', async () => {
    const { ticket } = await test.receive(mail());
    broken = (path) => path.startsWith(test.desk.folderPath(ticket));
    await test.desk.ledger.check();
    expect(report()).toMatchObject({ unaccounted: 0, verified: 0 });
    expect(events()).toEqual(['ledger.unreadable']);
    broken = undefined;
    await check();
    expect(report()).toMatchObject({ unaccounted: 0, verified: 1 });
  });
});

describe('on disk', () => {
  it('says how the account stands, for the doctor', async () => {
    const { ticket, message } = await test.receive(mail());
    await unlink(await pathOf(ticket, message));
    await check();
    const file = createLedgerFile(nodeFiles, join(test.directory, 'index'));
    expect(await file.load()).toMatchObject({ unaccounted: 1, missing: [{ ticket, message }] });
    await writeFile(join(test.directory, 'index/mails.json'), '{"version":1,');
    expect(await file.load()).toBeUndefined();
  });

  it('a command hands in what it filed, and the running desk takes it once', async () => {
    const command = await openTestDesk({ clock, files, directory: test.directory });
    const { ticket, message } = await command.receive(mail(), { via: 'pipe' });
    await command.desk.ledger.handIn('one');
    await command.close();
    await test.desk.index.sweep();
    await check();
    await check();
    expect(report()).toMatchObject({
      sources: [{ source: 'pipe', count: { received: 1, outcomes: { ticket: 1 } } }],
      verified: 1,
      unaccounted: 0,
    });
    await unlink(await pathOf(ticket, message));
    await check();
    expect(report().unaccounted).toBe(1);
  });

  it('a command that filed nothing hands nothing in', async () => {
    await test.desk.ledger.handIn('nothing');
    await expect(readFile(join(test.directory, 'index/mails/nothing.json'))).rejects.toThrow();
  });

  it('a disk that refuses the account is no reason to stop', async () => {
    await test.receive(mail());
    broken = (path) => path.endsWith('mails.json.tmp');
    await check();
    expect(events()).toEqual(['ledger.save-failed']);
    broken = undefined;
    await check();
    const file = createLedgerFile(nodeFiles, join(test.directory, 'index'));
    expect((await file.load())?.days.size).toBe(1);
  });
});
