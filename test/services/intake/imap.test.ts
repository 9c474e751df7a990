/** The loop around a mailbox with a server of this test's own: what is taken, in which order, and when again. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minute, second, toInstant } from '../../../src/base/clock.ts';
import { Fault } from '../../../src/base/fault.ts';
import { systemRandom } from '../../../src/base/random.ts';
import type { MailboxConfig } from '../../../src/config/config.ts';
import { formatTicketNumber } from '../../../src/core/ticket/number.ts';
import { type MailboxFetch, startMailbox } from '../../../src/services/intake/imap.ts';
import type { Connect, MailOnServer } from '../../../src/services/intake/imap-connection.ts';
import {
  createProgressFiles,
  readMailboxStatus,
} from '../../../src/services/intake/imap-progress.ts';
import type { IncomingMail } from '../../../src/services/intake/incoming.ts';
import { createMetrics } from '../../../src/services/metrics.ts';
import { nodeFiles } from '../../../src/storage/files.ts';
import { createFakeClock, type FakeClock } from '../../helpers/clock.ts';
import { createTestLog, type TestLog } from '../../helpers/log.ts';
import { makeTemporaryDirectory } from '../../helpers/temp.ts';
import { messageName } from '../outbound/fakes.ts';

const mailbox: MailboxConfig = {
  name: 'support',
  host: 'imap.example',
  port: 993,
  tls: 'implicit',
  user: 'support',
  secret: { kind: 'password', password: 'sesame' },
  folder: 'INBOX',
  after: { kind: 'seen' },
  queue: undefined,
  pollEveryMs: minute,
};

interface Stored extends MailOnServer {
  readonly raw: string;
}

let clock: FakeClock;
let log: TestLog;
let directory: string;
let stored: Map<number, Stored>;
let validity: string;
let taken: IncomingMail[];
let steps: string[];
let file: (mail: IncomingMail) => void;
let refuseMarks: boolean;
let connections: number;
let failConnect: Fault | undefined;
let wake: () => void;
let hasNews: boolean;
let isLost: boolean;
let fetching: MailboxFetch | undefined;

beforeEach(async () => {
  clock = createFakeClock();
  log = createTestLog();
  directory = await makeTemporaryDirectory();
  stored = new Map();
  validity = '7';
  taken = [];
  steps = [];
  file = () => {};
  refuseMarks = false;
  connections = 0;
  failConnect = undefined;
  wake = () => {};
  hasNews = false;
  isLost = false;
});
afterEach(async () => {
  const stopping = fetching?.stop();
  await clock.advance(10 * second);
  await stopping;
});

function notify(): void {
  hasNews = true;
  wake();
}

/** Time goes on once something waits for it. */
async function advance(ms: number): Promise<void> {
  await until(() => clock.pending() > 0);
  await clock.advance(ms);
}

function put(uid: number, more: Partial<Stored> = {}): void {
  stored.set(uid, {
    uid,
    raw: `Subject: ${uid}\r\n\r\n`,
    size: 20,
    isSeen: false,
    isDeleted: false,
    isFlagged: false,
    arrived: clock.now(),
    ...more,
  });
}

/** A server that answers any question with all it has; the rules of core choose. */
const connect: Connect = async () => {
  connections += 1;
  if (failConnect !== undefined) throw failConnect;
  isLost = false;
  return {
    validity,
    list: async () => ({
      mails: [...stored.values()].sort((one, other) => one.uid - other.uid),
      last: Math.max(0, ...stored.keys()),
    }),
    async fetch(uid) {
      steps.push(`fetch ${uid}`);
      const mail = stored.get(uid);
      return mail === undefined ? undefined : Buffer.from(mail.raw);
    },
    async finish(uid) {
      steps.push(`finish ${uid}`);
      const mail = stored.get(uid);
      if (mail !== undefined && !refuseMarks) stored.set(uid, { ...mail, isSeen: true });
      return !refuseMarks;
    },
    async flag(uid) {
      steps.push(`flag ${uid}`);
      const mail = stored.get(uid);
      if (mail !== undefined) stored.set(uid, { ...mail, isFlagged: true });
    },
    async change(limitMs) {
      let cancel = () => {};
      await new Promise<void>((resolve) => {
        wake = resolve;
        cancel = clock.after(limitMs, resolve);
        if (hasNews || isLost) resolve();
      });
      cancel();
      hasNews = false;
      if (isLost)
        throw new Fault('not-ready', { retry: 'later', detail: 'The connection was lost' });
    },
    close() {
      isLost = true;
      wake();
    },
  };
};

function start(changes: Partial<MailboxConfig> = {}): void {
  fetching = startMailbox(
    {
      connect,
      intake: {
        async process(mail) {
          file(mail);
          taken.push(mail);
          steps.push('filed');
          return {
            outcome: 'filed',
            ticket: formatTicketNumber('20261123', 1),
            message: messageName('m'),
            rule: 'new',
          };
        },
      },
      progress: createProgressFiles({
        files: nodeFiles,
        directory,
        reader: { async *numbers() {}, read: async () => undefined },
        clock,
      }),
      files: nodeFiles,
      runCommand: async () => 'token\n',
      up: createMetrics().gauge('up', 'up'),
      clock,
      random: systemRandom,
      log,
    },
    { mailbox: { ...mailbox, ...changes }, directory, maxMessageBytes: () => 1000 },
  );
}

async function stop(): Promise<void> {
  const stopping = fetching?.stop();
  await clock.advance(10 * second);
  await stopping;
  fetching = undefined;
}

async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000 && !isSo(); turn += 1)
    await new Promise((next) => setTimeout(next, 1));
  expect(isSo()).toBe(true);
}

const looked = () => fetching?.status().looked !== undefined;
const subjects = () => taken.map(({ raw }) => raw.toString().trim());

describe('a look through the folder', () => {
  it('files each mail before it marks it, and takes what people have read too', async () => {
    put(1);
    put(2, { isSeen: true, arrived: toInstant(0) });
    start();
    await until(looked);
    put(3, { isSeen: true });
    notify();
    await until(() => taken.length === 2);
    expect(steps).toEqual(['fetch 1', 'filed', 'finish 1', 'fetch 3', 'filed']);
    expect(taken[0]).toMatchObject({
      via: 'imap',
      sender: undefined,
      client: 'imap.example',
      source: 'imap; mailbox=support; place=ae7eed8f5754; validity=7; uid=1',
    });
  });

  it('gives a mail the same name again, and another under another UIDVALIDITY', async () => {
    put(1);
    refuseMarks = true;
    start();
    await until(() => taken.length === 1);
    await until(looked);
    await stop();
    start();
    await until(() => taken.length === 2);
    await until(looked);
    await stop();
    validity = '8';
    start();
    log.expectLog('imap.renumbered');
    await until(() => taken.length === 3);
    const [first, again, renumbered] = taken.map(({ name }) => name);
    expect(again).toBe(first);
    expect(renumbered).not.toBe(first);
  });

  it('is not held up by a mail that is too large, and reports it', async () => {
    put(1, { size: 2000 });
    put(2);
    start();
    await until(looked);
    expect(steps).toEqual(['flag 1', 'fetch 2', 'filed', 'finish 2']);
    expect(fetching?.status().problem).toBe(
      'Mails stay on the server: 1 mails are larger than 1000 bytes ("maxMessage")',
    );
    await until(() => clock.pending() > 0);
    expect(await readMailboxStatus(nodeFiles, directory, 'support')).toEqual(fetching?.status());
    stored.delete(1);
    notify();
    await until(() => fetching?.status().problem === undefined);
  });

  it('is not held up by a mail that no attempt can file', async () => {
    log.expectLog('imap.left');
    put(1);
    put(2);
    file = ({ raw }) => {
      if (raw.toString().includes('1')) throw new TypeError('Odd');
    };
    start();
    await until(looked);
    expect(subjects()).toEqual(['Subject: 2']);
    expect(fetching?.status().problem).toContain('1 mails cannot be filed');
    notify();
    await until(() => steps.filter((step) => step === 'fetch 1').length === 1);
  });

  it('fetches a mail once that the server refuses to mark, and tries to mark it again', async () => {
    refuseMarks = true;
    put(1);
    start();
    await until(looked);
    expect(fetching?.status().problem).toContain('refuses to mark or move them');
    refuseMarks = false;
    notify();
    await until(() => fetching?.status().problem === undefined);
    expect(steps).toEqual(['fetch 1', 'filed', 'finish 1', 'finish 1']);
  });

  it('ends at a full disk, and goes on from there later', async () => {
    log.expectLog('imap.failed');
    start();
    await until(looked);
    put(1);
    put(2);
    let isFull = true;
    file = ({ raw }) => {
      if (isFull && raw.toString().includes('2'))
        throw new Fault('disk-full', { retry: 'later', detail: 'Cannot write: full' });
    };
    notify();
    await until(() => fetching?.status().problem === 'Cannot write: full');
    isFull = false;
    await advance(15 * second);
    await until(() => subjects().includes('Subject: 2'));
    expect(subjects()).toEqual(['Subject: 1', 'Subject: 2']);
  });
});

describe('the connection', () => {
  it('is tried again with growing pauses, and says what is wrong', async () => {
    log.expectLog('imap.failed');
    failConnect = new Fault('not-ready', { retry: 'later', detail: 'Nobody answers' });
    start();
    await until(() => fetching?.status().problem === 'Nobody answers');
    await advance(13 * second);
    await until(() => connections === 2);
    await advance(13 * second);
    expect(connections).toBe(2);
    await advance(13 * second);
    await until(() => connections === 3);
    failConnect = undefined;
    put(1);
    await advance(minute);
    await until(() => taken.length === 1);
  });

  it('to another folder begins anew, and with nothing that was read there before', async () => {
    put(1);
    start();
    await until(looked);
    await stop();
    put(2, { isSeen: true, arrived: toInstant(0) });
    put(3);
    validity = '8';
    await clock.advance(2 * minute);
    start({ folder: 'Other' });
    await until(() => taken.length === 2);
    await until(looked);
    expect(subjects()).toEqual(['Subject: 1', 'Subject: 3']);
  });

  it('begins with what the state file says, also when that is spoilt', async () => {
    put(1, { arrived: toInstant(0) });
    start();
    await until(looked);
    await stop();
    const [state = ''] = (await readdir(join(directory, 'index/imap'))).filter((name) =>
      name.endsWith('.json'),
    );
    await writeFile(join(directory, 'index/imap', state), '{"valid');
    put(2);
    start();
    await until(() => taken.length === 2);
    expect(subjects()).toEqual(['Subject: 1', 'Subject: 2']);
  });
});
