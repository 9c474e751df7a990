/**
 * Mail fetched from one mailbox at a provider.
 *
 * Promises: a mail is marked, moved or deleted there only after it is durable here; a crash in between fetches it again,
 * and the duplicate rule of intake finds it filed. A mail that cannot be taken stays on the server, flagged and reported,
 * and does not hold up those behind it. Connections that fail are tried again with growing pauses, for ever.
 * Leaves to others: the protocol (imap-connection.ts), which mails are new (core/mailbox), one for each file (imap-mailboxes.ts).
 */
import { createHash } from 'node:crypto';
import { type Clock, type Duration, type Instant, second, sleep } from '../../base/clock.ts';
import type { RunCommand } from '../../base/command.ts';
import { errorText, Fault, isFault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { type Random, randomBelow } from '../../base/random.ts';
import type { MailboxConfig } from '../../config/config.ts';
import { reconnectDelay, withJitter } from '../../core/delivery/backoff.ts';
import {
  afterPass,
  isWanted,
  type Keeping,
  type MailboxProgress,
  whatToAsk,
} from '../../core/mailbox/progress.ts';
import type { MessageName } from '../../core/ticket/event.ts';
import type { FileOps } from '../../storage/files.ts';
import { fixedName } from '../../storage/maildir.ts';
import type { Gauge } from '../metrics.ts';
import type { Connect, MailboxConnection, MailOnServer } from './imap-connection.ts';
import { formatSource, keyOf, type MailboxStatus, type ProgressFiles } from './imap-progress.ts';
import type { Intake } from './incoming.ts';

export interface MailboxDeps {
  readonly connect: Connect;
  readonly intake: Intake;
  readonly progress: ProgressFiles;
  readonly files: Pick<FileOps, 'readFile'>;
  readonly runCommand: RunCommand;
  /** 1 for a mailbox without problems, else 0. */
  readonly up: Gauge;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface MailboxOptions {
  readonly mailbox: MailboxConfig;
  /** Where the token command runs: the desk's `config`. */
  readonly directory: string;
  readonly maxMessageBytes: () => number;
}

export interface MailboxFetch {
  status(): MailboxStatus;
  /** Resolves when no look through the folder is under way. */
  settled(): Promise<void>;
  /** Ends after the mail that is being filed. */
  stop(): Promise<void>;
}

/** Of a look through the folder that could not file everything. */
const retryMs = 30 * second;
const commandTimeoutMs = 30 * second;
/** Mails after which progress is written down within a look. */
const notedAfter = 100;

/** What became of the mails of one look. */
interface Look {
  readonly settled: number[];
  readonly left: number[];
  tooLarge: number;
  notFiled: number;
  notMarked: number;
}

export function startMailbox(deps: MailboxDeps, options: MailboxOptions): MailboxFetch {
  const { intake, progress, clock, log } = deps;
  const { mailbox } = options;
  const mailboxKey = keyOf(mailbox);
  const keeping: Keeping = mailbox.after.kind === 'seen' ? 'stays' : 'leaves';
  const stopped = new AbortController();
  /** Filed here, but the server refused to mark or move them; by UIDVALIDITY and UID. */
  const filed = new Set<string>();
  /** No further attempt helps while this desk runs. */
  const unfit = new Set<string>();
  let status: MailboxStatus = { name: mailbox.name, looked: undefined, problem: undefined };
  let written: Instant | undefined;
  let current: MailboxConnection | undefined;
  let looking: Promise<unknown> = Promise.resolve();

  async function run(): Promise<void> {
    for (let failures = 0; !stopped.signal.aborted; ) {
      const lookedBefore = status.looked;
      try {
        await connectAndFetch();
      } catch (error) {
        if (stopped.signal.aborted) return;
        failures = status.looked === lookedBefore ? failures + 1 : 1;
        await report(errorText(error), status.looked);
        const pause = withJitter(reconnectDelay(failures), randomBelow(deps.random, 1000) / 1000);
        log.warn('imap.failed', { mailbox: mailbox.name, cause: errorText(error), retryMs: pause });
        await sleep(clock, pause, stopped.signal);
      }
    }
  }

  async function connectAndFetch(): Promise<void> {
    const connection = await deps.connect({
      mailbox,
      login: await readLogin(),
      maxMessageBytes: options.maxMessageBytes(),
      log,
      after: clock.after,
      signal: stopped.signal,
    });
    current = connection;
    try {
      log.info('imap.connected', { mailbox: mailbox.name, validity: connection.validity });
      while (!stopped.signal.aborted) {
        const look = lookThrough(connection);
        looking = look.catch(() => undefined);
        const problem = await look;
        await report(problem, clock.now());
        const pollMs = mailbox.pollEveryMs;
        await connection.change(problem === undefined ? pollMs : Math.min(retryMs, pollMs));
      }
    } finally {
      current = undefined;
      connection.close();
    }
  }

  async function readLogin(): Promise<{ password: string } | { token: string }> {
    const { secret } = mailbox;
    switch (secret.kind) {
      case 'password':
        return { password: secret.password };
      case 'file':
        return { password: firstLine((await deps.files.readFile(secret.path)).toString('utf8')) };
      case 'token': {
        const { directory } = options;
        const request = { command: secret.command, directory, timeoutMs: commandTimeoutMs };
        const token = firstLine(await deps.runCommand(request)).trim();
        if (token !== '') return { token };
        throw new Fault('not-ready', {
          retry: 'later',
          detail: 'The token command printed nothing; expected an access token',
        });
      }
    }
  }

  /** Takes everything that is there. The answer is what is wrong, if anything. */
  async function lookThrough(connection: MailboxConnection): Promise<string | undefined> {
    const { validity } = connection;
    const before = await progress.read(mailboxKey);
    if (before.validity !== '' && before.validity !== validity)
      log.warn('imap.renumbered', { mailbox: mailbox.name, was: before.validity, is: validity });
    const listing = await connection.list(whatToAsk(before, validity, keeping));
    const wanted = listing.mails.filter((mail) => isWanted(mail, before, validity, keeping));
    const look: Look = { settled: [], left: [], tooLarge: 0, notFiled: 0, notMarked: 0 };
    for (const [position, mail] of wanted.entries()) {
      if (stopped.signal.aborted) return undefined;
      try {
        await take(connection, mail, look);
      } catch (error) {
        await note(before, validity, wanted[position - 1]?.uid ?? 0, look);
        throw error;
      }
      if (position % notedAfter === notedAfter - 1) await note(before, validity, mail.uid, look);
    }
    await write(before, validity, listing.last, look);
    return describe(look, options.maxMessageBytes());
  }

  /** Within a look only UIDs that were known before say what is done; otherwise it begins anew. */
  async function note(
    before: MailboxProgress,
    validity: string,
    last: number,
    look: Look,
  ): Promise<void> {
    if (keeping !== 'stays' || before.validity !== validity || last === 0) return;
    const waiting = before.left.filter((uid) => !look.settled.includes(uid));
    await write(before, validity, Math.max(last, before.done), {
      ...look,
      left: [...look.left, ...waiting],
    });
  }

  async function write(
    before: MailboxProgress,
    validity: string,
    last: number,
    { settled, left }: Look,
  ): Promise<void> {
    const after = afterPass(before, { validity, last, settled, left });
    if (JSON.stringify(after) !== JSON.stringify(before)) await progress.write(mailboxKey, after);
  }

  async function take(
    connection: MailboxConnection,
    mail: MailOnServer,
    look: Look,
  ): Promise<void> {
    const { uid } = mail;
    const key = `${connection.validity} ${uid}`;
    if (!filed.has(key)) {
      const isFiled = await fileOrLeave(connection, mail, look);
      if (!isFiled) return;
    }
    filed.add(key);
    const isMarked = (keeping === 'stays' && mail.isSeen) || (await connection.finish(uid));
    if (isMarked) {
      filed.delete(key);
      look.settled.push(uid);
    } else {
      look.notMarked += 1;
      look.left.push(uid);
    }
  }

  /** False when the mail stays on the server as it is, or has gone from there. */
  async function fileOrLeave(
    connection: MailboxConnection,
    mail: MailOnServer,
    look: Look,
  ): Promise<boolean> {
    const key = `${connection.validity} ${mail.uid}`;
    const isTooLarge = mail.size > options.maxMessageBytes();
    if (isTooLarge || unfit.has(key)) {
      look[isTooLarge ? 'tooLarge' : 'notFiled'] += 1;
      look.left.push(mail.uid);
      if (!mail.isFlagged) await connection.flag(mail.uid);
      return false;
    }
    try {
      const raw = await connection.fetch(mail.uid);
      if (raw === undefined) return false;
      await intake.process({
        raw,
        via: 'imap',
        sender: undefined,
        recipients: [],
        client: mailbox.host,
        name: nameFor(connection.validity, mail),
        source: formatSource(mailboxKey, connection.validity, mail.uid),
        ...(mailbox.queue === undefined ? {} : { queue: mailbox.queue }),
      });
      return true;
    } catch (error) {
      if (isFault(error) && error.retry === 'later') throw error;
      log.error('imap.left', { mailbox: mailbox.name, uid: mail.uid, cause: errorText(error) });
      unfit.add(key);
      look.notFiled += 1;
      look.left.push(mail.uid);
      await connection.flag(mail.uid);
      return false;
    }
  }

  /** The same for the same mail on the server. `arrived` only sorts it among the others. */
  function nameFor(validity: string, { uid, arrived }: MailOnServer): MessageName {
    const { host, user, folder } = mailbox;
    const key = createHash('sha256').update([host, user, folder, validity, uid].join('\n'));
    return fixedName((arrived ?? 0) / 1000, 'M', key.digest('hex').slice(0, 24));
  }

  async function report(problem: string | undefined, looked: Instant | undefined): Promise<void> {
    const isNews = problem !== status.problem;
    const isOld = looked !== undefined && looked - (written ?? 0) >= statusEveryMs;
    status = { name: mailbox.name, looked, problem };
    deps.up.set(problem === undefined ? 1 : 0, { mailbox: mailbox.name });
    if (isNews && problem === undefined) log.info('imap.well', { mailbox: mailbox.name });
    if (!isNews && !isOld) return;
    written = looked;
    try {
      await progress.writeStatus(status);
    } catch (error) {
      // Only `doctor` misses it.
      log.warn('imap.status-not-written', { mailbox: mailbox.name, cause: errorText(error) });
    }
  }

  const running = run();
  return {
    status: () => status,
    settled: async () => void (await looking),
    async stop() {
      stopped.abort();
      // A mail that is being filed is marked as well, unless the server takes too long for that.
      const limit = new AbortController();
      await Promise.race([looking, sleep(clock, longestStop, limit.signal)]);
      limit.abort();
      current?.close();
      await running;
    },
  };
}

const longestStop: Duration = 5 * second;
const statusEveryMs: Duration = 60 * second;

function describe(look: Look, maxMessageBytes: number): string | undefined {
  const parts = [
    ...(look.tooLarge === 0
      ? []
      : [`${look.tooLarge} mails are larger than ${maxMessageBytes} bytes ("maxMessage")`]),
    ...(look.notFiled === 0 ? [] : [`${look.notFiled} mails cannot be filed; the log says why`]),
    ...(look.notMarked === 0
      ? []
      : [`${look.notMarked} mails are filed here, but the server refuses to mark or move them`]),
  ];
  if (parts.length === 0) return undefined;
  return `Mails stay on the server: ${parts.join('; ')}`;
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? '';
}
