/**
 * How far a mailbox at a provider was taken in, and which of its mails are still to be taken.
 *
 * Promises: pure and total. Whatever progress is lost or wrong, a mail is rather looked at twice than never: what was
 * filed before is known by its content (services/intake). Leaves to others: talking to the server (services/intake/imap*.ts).
 *
 * Where filed mails stay on the server (`seen`), the mark `\Seen` does not decide what is new: people read the
 * mailbox too, and what they have read would never become a ticket. The UID decides (RFC 9051 section 2.3.1.1: it only
 * grows while UIDVALIDITY stays). Without a known UIDVALIDITY everything unread is taken, and of what was read all that
 * came since the mailbox was first looked at.
 */
import { formatInstant, type Instant, minute, parseInstant } from '../../base/clock.ts';

export interface MailboxProgress {
  /** Of the server, as it was last seen; empty when not known. */
  readonly validity: string;
  /** When the mailbox was first looked at. What came earlier and was read belongs to the time before the desk. */
  readonly since: Instant;
  /** Every mail up to this UID was dealt with, those of `left` excepted. */
  readonly done: number;
  /** UIDs that wait for something to change: too large, or not to be filed. */
  readonly left: readonly number[];
}

/** A mail as the server lists it. */
export interface ListedMail {
  readonly uid: number;
  readonly isSeen: boolean;
  readonly isDeleted: boolean;
  /** When the server got it; undefined when it does not say. */
  readonly arrived: Instant | undefined;
}

/** Whether filed mails stay in the folder, marked as seen, or leave it. */
export type Keeping = 'stays' | 'leaves';

/** What to ask the server for; `isWanted` then decides for each mail. */
export type Question =
  | { readonly kind: 'all' }
  /** From this UID on, and these. */
  | { readonly kind: 'uids'; readonly from: number; readonly also: readonly number[] }
  | { readonly kind: 'unread-or-since'; readonly since: Instant };

export function whatToAsk(progress: MailboxProgress, validity: string, keeping: Keeping): Question {
  if (keeping === 'leaves') return { kind: 'all' };
  if (progress.validity === validity)
    return { kind: 'uids', from: progress.done + 1, also: progress.left };
  return { kind: 'unread-or-since', since: progress.since };
}

/** Mails marked as deleted were taken out by somebody; the server only keeps them a while. */
export function isWanted(
  { uid, isSeen, isDeleted, arrived }: ListedMail,
  progress: MailboxProgress,
  validity: string,
  keeping: Keeping,
): boolean {
  if (isDeleted) return false;
  if (keeping === 'leaves') return true;
  if (progress.validity === validity) return uid > progress.done || progress.left.includes(uid);
  return !isSeen || (arrived ?? progress.since) >= progress.since - clockDifference;
}

/** The server's clock and ours; it also counts seconds only. */
const clockDifference = minute;

export interface Pass {
  readonly validity: string;
  /** Greatest UID that was listed; 0 for none. */
  readonly last: number;
  /** Dealt with in this pass. */
  readonly settled: readonly number[];
  /** Not to be taken now. */
  readonly left: readonly number[];
}

/** After a look through the folder that came to its end. */
export function afterPass(progress: MailboxProgress, pass: Pass): MailboxProgress {
  const isSame = progress.validity === pass.validity;
  const settled = new Set(pass.settled);
  // What is left of old and is not listed any more has gone from the server.
  const left = [...new Set(pass.left)].filter((uid) => !settled.has(uid));
  return {
    validity: pass.validity,
    since: progress.since,
    done: Math.max(isSame ? progress.done : 0, pass.last),
    left: left.sort((one, other) => one - other).slice(-mostLeft),
  };
}

const mostLeft = 10_000;

export function formatProgress({ validity, since, done, left }: MailboxProgress): string {
  return `${JSON.stringify({ validity, since: formatInstant(since), done, left })}\n`;
}

/** Undefined for what is no progress; then everything is looked at again. */
export function parseProgress(text: string): MailboxProgress | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const validity: unknown = Reflect.get(value, 'validity');
  const since: unknown = Reflect.get(value, 'since');
  const done: unknown = Reflect.get(value, 'done');
  const left: unknown = Reflect.get(value, 'left');
  const start = typeof since === 'string' ? parseInstant(since) : undefined;
  if (typeof validity !== 'string' || start === undefined || !isUid(done) || !Array.isArray(left))
    return undefined;
  return { validity, since: start, done, left: left.filter(isUid) };
}

function isUid(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not ours, or half written by something that does not rename.
    return undefined;
  }
}
