/**
 * One connection to one folder of an IMAP server.
 *
 * Owns: imapflow and its errors. Promises: a mail is read without marking it; at most `maxMessageBytes` of one are held;
 * every wait is bounded; a failure is a `Fault` whose sentence holds no password and can be shown.
 * Leaves to others: which mails to take (core/mailbox), filing, when to connect again (imap.ts).
 *
 * The certificate must be right, except on the loopback interface.
 */
import { ImapFlow } from 'imapflow';
import { type Duration, formatInstant, type Instant, second, toInstant } from '../../base/clock.ts';
import { errorText, Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { MailboxConfig } from '../../config/config.ts';
import { isLoopback } from '../../config/mailboxes.ts';
import type { ListedMail, Question } from '../../core/mailbox/progress.ts';
import { readOnly, toFault, tooLarge } from './imap-failure.ts';

export interface MailOnServer extends ListedMail {
  /** As the server says. */
  readonly size: number;
  readonly isFlagged: boolean;
}

export interface Listing {
  /** Those that answer the question, by UID. */
  readonly mails: readonly MailOnServer[];
  /** The greatest UID in the folder, listed or not; 0 for none. */
  readonly last: number;
}

export interface MailboxConnection {
  readonly validity: string;
  list(question: Question): Promise<Listing>;
  /** The bytes of a mail; undefined when it has gone meanwhile. Fails with `too-large`. */
  fetch(uid: number): Promise<Buffer | undefined>;
  /** Marks a filed mail as the mailbox's settings say. False when the server refuses. */
  finish(uid: number): Promise<boolean>;
  /** Draws the attention of people to a mail that stays. */
  flag(uid: number): Promise<void>;
  /** Resolves when the folder may hold more than before, or the time is over; rejects when the connection is lost. */
  change(limitMs: Duration): Promise<void>;
  /** Drops the connection; what is under way fails. */
  close(): void;
}

export interface ConnectRequest {
  readonly mailbox: MailboxConfig;
  readonly login: { readonly password: string } | { readonly token: string };
  readonly maxMessageBytes: number;
  readonly log: Log;
  readonly after: (delayMs: Duration, run: () => void) => () => void;
  /** Ends an attempt to connect that is under way. */
  readonly signal: AbortSignal;
}

export type Connect = (request: ConnectRequest) => Promise<MailboxConnection>;

const connectTimeoutMs = 30 * second;
const silenceMs = 120 * second;
/** Listed with one command, so that a long folder is not held in one answer. */
const listedAtOnce = 500;

export const connectMailbox: Connect = async (request) => {
  const { mailbox, maxMessageBytes, log, signal } = request;
  const client = createClient(request);
  const news = createNews(client);
  client.on('error', (error: unknown) => {
    log.debug('imap.connection-failed', { mailbox: mailbox.name, cause: errorText(error) });
  });
  const giveUp = () => client.close();
  signal.addEventListener('abort', giveUp);
  try {
    await client.connect();
    if (mailbox.after.kind === 'move') await makeFolder(client, mailbox.after.folder);
    const opened = await client.mailboxOpen(mailbox.folder);
    if (opened.readOnly === true) throw readOnly(mailbox.folder);
    return createConnection(client, news, opened.uidValidity.toString(), request);
  } catch (error) {
    client.close();
    throw toFault(`Cannot open the mailbox of "${mailbox.user}" on ${mailbox.host}`, error);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }

  function createConnection(
    server: ImapFlow,
    { next }: News,
    validity: string,
    { after }: ConnectRequest,
  ): MailboxConnection {
    const { user, host } = mailbox;
    /** The library takes the mailbox anew when the server changes UIDVALIDITY under it. */
    function requireSame(): void {
      if (server.mailbox === false || server.mailbox.uidValidity.toString() !== validity)
        throw new Fault('not-ready', {
          retry: 'later',
          detail: `The connection to ${host} for "${user}" was lost`,
        });
    }
    async function guard<T>(action: string, work: () => Promise<T>): Promise<T> {
      try {
        requireSame();
        return await work();
      } catch (error) {
        throw toFault(`${action} in the mailbox of "${user}" on ${host}`, error);
      }
    }
    return {
      validity,
      list: (question) => guard('Cannot list mail', () => listMails(server, question)),
      fetch: (uid) =>
        guard('Cannot fetch a mail', async () => {
          const mail = await server.fetchOne(uid, { uid: true, source: true }, { uid: true });
          if (mail === false || mail.source === undefined) return undefined;
          if (mail.source.length > maxMessageBytes) throw tooLarge(uid, maxMessageBytes);
          return mail.source;
        }),
      finish: (uid) =>
        guard('Cannot mark a mail', async () => {
          const options = { uid: true };
          switch (mailbox.after.kind) {
            case 'seen':
              return server.messageFlagsAdd(uid, ['\\Seen'], options);
            case 'delete':
              return server.messageDelete(uid, options);
            case 'move':
              return Boolean(await server.messageMove(uid, mailbox.after.folder, options));
          }
        }),
      flag: (uid) =>
        guard('Cannot flag a mail', async () => {
          await server.messageFlagsAdd(uid, ['\\Flagged'], { uid: true });
        }),
      change: (limitMs) =>
        guard('Cannot wait for mail', async () => {
          // Where the server knows no IDLE the library asks at intervals of its own, and may keep our next question waiting.
          const canIdle = server.capabilities.has('IDLE');
          // It ends when the next command comes, and then with the connection, of which `next` tells.
          if (canIdle) server.idle().catch(() => undefined);
          await next(limitMs, after);
          // A server may tell of new mail at the end of a command alone (RFC 3501 section 7).
          if (!canIdle) await server.noop();
        }),
      close: () => server.close(),
    };
  }
};

function createClient({ mailbox, login, maxMessageBytes }: ConnectRequest): ImapFlow {
  return new ImapFlow({
    host: mailbox.host,
    port: mailbox.port,
    secure: mailbox.tls === 'implicit',
    ...(mailbox.tls === 'implicit' ? {} : { doSTARTTLS: mailbox.tls === 'starttls' }),
    tls: { rejectUnauthorized: !isLoopback(mailbox.host) },
    auth: {
      user: mailbox.user,
      ...('token' in login ? { accessToken: login.token } : { pass: login.password }),
    },
    clientInfo: { name: 'Maildesk' },
    logger: false,
    disableAutoIdle: true,
    // A compressed mail may be far larger than what its sizes say.
    disableCompression: true,
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: silenceMs,
    maxIdleTime: silenceMs / 2,
    // The library's limits end the connection; the size that the server says is asked first.
    maxLiteralSize: maxMessageBytes + 1024 * 1024,
    maxResponseSize: maxMessageBytes + 20 * 1024 * 1024,
    // An answer to a search names every mail that was found, in a line: two million of them.
    maxLineLength: 16 * 1024 * 1024,
  });
}

/** The target of `after: move`. */
async function makeFolder(client: ImapFlow, path: string): Promise<void> {
  const known = await client.list();
  if (!known.some((each) => each.path === path)) await client.mailboxCreate(path);
}

async function listMails(client: ImapFlow, question: Question): Promise<Listing> {
  if (client.mailbox !== false && client.mailbox.exists === 0)
    return { mails: [], last: Math.max(0, client.mailbox.uidNext - 1) };
  // Asked first: a mail that comes between the two questions is then looked at once more, not left out.
  const newest = await search(client, { uid: '*' });
  const uids = await findUids(client, question);
  const found: MailOnServer[] = [];
  for (let at = 0; at < uids.length; at += listedAtOnce) {
    const part = uids.slice(at, at + listedAtOnce);
    const query = { uid: true, flags: true, size: true, internalDate: true };
    for await (const mail of client.fetch(part, query, { uid: true })) {
      const flags = mail.flags ?? new Set<string>();
      found.push({
        uid: mail.uid,
        isSeen: flags.has('\\Seen'),
        isDeleted: flags.has('\\Deleted'),
        isFlagged: flags.has('\\Flagged'),
        arrived: toArrival(mail.internalDate),
        size: mail.size ?? 0,
      });
    }
  }
  const mails = found.sort((one, other) => one.uid - other.uid);
  return { mails, last: Math.max(0, ...newest, mails.at(-1)?.uid ?? 0) };
}

async function findUids(client: ImapFlow, question: Question): Promise<readonly number[]> {
  switch (question.kind) {
    case 'all':
      return search(client, { all: true });
    case 'uids': {
      // `n:*` always names the last mail, also when its UID is smaller.
      const fresh = await search(client, { uid: `${question.from}:*` });
      const also =
        question.also.length === 0 ? [] : await search(client, { uid: question.also.join(',') });
      return [...new Set([...fresh.filter((uid) => uid >= question.from), ...also])];
    }
    case 'unread-or-since': {
      // SINCE knows whole days in the zone of the server.
      const dayBefore = formatInstant(toInstant(question.since - 2 * 86_400_000)).slice(0, 10);
      return search(client, { or: [{ seen: false }, { since: dayBefore }] });
    }
  }
}

async function search(
  client: ImapFlow,
  query: Parameters<ImapFlow['search']>[0],
): Promise<readonly number[]> {
  const found = await client.search(query, { uid: true });
  if (Array.isArray(found)) return found;
  throw new Fault('not-ready', { retry: 'later', detail: 'The server refuses to search' });
}

function toArrival(value: { valueOf(): unknown } | undefined): Instant | undefined {
  const time = value?.valueOf();
  return typeof time === 'number' && Number.isFinite(time) ? toInstant(time) : undefined;
}

interface News {
  next(limitMs: Duration, after: ConnectRequest['after']): Promise<void>;
}

/** Mails that come while others are worked on count at the next question. */
function createNews(client: ImapFlow): News {
  let isFresh = false;
  let isClosed = false;
  let notify = () => {};
  client.on('exists', () => {
    isFresh = true;
    notify();
  });
  client.on('close', () => {
    isClosed = true;
    notify();
  });
  return {
    async next(limitMs, after) {
      let isOver = false;
      const cancel = after(limitMs, () => {
        isOver = true;
        notify();
      });
      try {
        while (!isFresh && !isClosed && !isOver) {
          await new Promise<void>((resolve) => {
            notify = resolve;
          });
        }
      } finally {
        cancel();
      }
      isFresh = false;
      if (isClosed)
        throw new Fault('not-ready', { retry: 'later', detail: 'The connection was lost' });
    },
  };
}
