/**
 * What each agent was told: `agents/LOGIN/notifications`, one line a fact, only ever appended.
 *
 *     told MILLISECONDS TICKET MESSAGE page,mail REASON,REASON ACTOR
 *     mailed TICKET MESSAGE
 *     read MILLISECONDS
 *
 * Promises: a line that is there twice counts once, so an event that two processes tell, or one tells again after a
 * crash, is one notification. The file is bounded; a damaged line is no line. It may be lost: then nothing was told.
 * Leaves to others: what is news (core/notify), what the agent has seen of the ticket itself (read-marks.ts).
 */
import { dirname, join } from 'node:path';
import { type Instant, toInstant } from '../../base/clock.ts';
import { isFault } from '../../base/fault.ts';
import { createKeyedSerial } from '../../base/serial.ts';
import { isNotifyReason, type NotifyReason } from '../../core/notify/reasons.ts';
import {
  type Actor,
  formatActor,
  type MessageName,
  parseActor,
  parseMessageName,
} from '../../core/ticket/event.ts';
import { parseTicketNumber, type TicketNumber } from '../../core/ticket/number.ts';
import { ensureDirectory, type FileOps } from '../../storage/files.ts';

export interface Notification {
  readonly time: Instant;
  readonly ticket: TicketNumber;
  /** The event that it is about. */
  readonly message: MessageName;
  /** The weightiest first; never empty. */
  readonly reasons: readonly NotifyReason[];
  readonly by: Actor;
  readonly inPage: boolean;
  readonly byMail: boolean;
  /** Login of the agent who is away, in whose place it was told. */
  readonly insteadOf?: string;
}

export interface AgentNotifications {
  /** Oldest first, each event once. */
  readonly told: readonly Notification[];
  isMailed(notification: Notification): boolean;
  /** What is not later was read. */
  readonly readUpTo: Instant;
}

export interface NotificationFiles {
  read(login: string): Promise<AgentNotifications>;
  /** False when the event was told before. */
  tell(login: string, notification: Notification): Promise<boolean>;
  markMailed(login: string, notifications: readonly Notification[]): Promise<void>;
  markRead(login: string, upTo: Instant): Promise<void>;
  /** `agents/LOGIN`; made when it is missing. */
  folderOf(login: string): Promise<string>;
}

export interface NotificationFilesDeps {
  readonly files: FileOps;
  /** The `agents` directory; it is created when missing. */
  readonly directory: string;
}

/** Notifications that are kept of one agent; the oldest are forgotten first. */
const mostTold = 500;
/** A file with more lines is written anew. */
const mostLines = 3 * mostTold;

interface Facts {
  /** Of the file when it was read or written last. */
  size: number;
  lines: number;
  told: Map<string, Notification>;
  mailed: Set<string>;
  readUpTo: Instant;
}

export function createNotificationFiles({
  files,
  directory,
}: NotificationFilesDeps): NotificationFiles {
  const known = new Map<string, Facts>();
  const serial = createKeyedSerial();
  const folder = (login: string) =>
    join(directory, encodeURIComponent(login).replaceAll('.', '%2E'));
  const pathOf = (login: string) => join(folder(login), 'notifications');

  /** Another process may have appended: the size tells. */
  async function load(login: string): Promise<Facts> {
    const size = (await files.stat(pathOf(login)))?.size ?? 0;
    const before = known.get(login);
    if (before?.size === size) return before;
    const text = size === 0 ? '' : await readText(files, pathOf(login));
    const facts = parseFacts(text);
    known.set(login, facts);
    return facts;
  }

  async function append(login: string, facts: Facts, lines: readonly string[]): Promise<void> {
    if (facts.lines + lines.length > mostLines) await rewrite(login, facts);
    await ensureDirectory(files, dirname(pathOf(login)), directory);
    const text = lines.join('');
    await files.append(pathOf(login), text);
    facts.size += Buffer.byteLength(text);
    facts.lines += lines.length;
  }

  async function rewrite(login: string, facts: Facts): Promise<void> {
    const path = pathOf(login);
    const draft = `${path}.new`;
    const told = [...facts.told].slice(-mostTold);
    facts.told = new Map(told);
    facts.mailed = new Set(told.map(([key]) => key).filter((key) => facts.mailed.has(key)));
    const lines = [
      ...told.map(([, notification]) => formatTold(notification)),
      ...[...facts.mailed].map((key) => `mailed ${key}\n`),
      `read ${facts.readUpTo}\n`,
    ];
    await files.unlink(draft);
    await files.createFile(draft, Buffer.from(lines.join('')));
    await files.rename(draft, path);
    facts.size = Buffer.byteLength(lines.join(''));
    facts.lines = lines.length;
  }

  return {
    read: (login) =>
      serial.run(login, async () => {
        const { told, mailed, readUpTo } = await load(login);
        const mailedNow = new Set(mailed);
        return {
          told: [...told.values()].sort((one, other) => one.time - other.time),
          isMailed: (notification) => mailedNow.has(keyOf(notification)),
          readUpTo,
        };
      }),
    tell: (login, notification) =>
      serial.run(login, async () => {
        const facts = await load(login);
        const key = keyOf(notification);
        if (facts.told.has(key)) return false;
        await append(login, facts, [formatTold(notification)]);
        facts.told.set(key, notification);
        return true;
      }),
    markMailed: (login, notifications) =>
      serial.run(login, async () => {
        const facts = await load(login);
        const keys = notifications.map(keyOf).filter((key) => !facts.mailed.has(key));
        await append(
          login,
          facts,
          keys.map((key) => `mailed ${key}\n`),
        );
        for (const key of keys) facts.mailed.add(key);
      }),
    markRead: (login, upTo) =>
      serial.run(login, async () => {
        const facts = await load(login);
        if (upTo <= facts.readUpTo) return;
        await append(login, facts, [`read ${upTo}\n`]);
        facts.readUpTo = upTo;
      }),
    async folderOf(login) {
      await ensureDirectory(files, folder(login), directory);
      return folder(login);
    },
  };
}

function keyOf({ ticket, message }: Pick<Notification, 'ticket' | 'message'>): string {
  return `${ticket} ${encodeURIComponent(message)}`;
}

function formatTold(notification: Notification): string {
  const { time, reasons, by, inPage, byMail, insteadOf } = notification;
  const ways = [
    ...(inPage ? ['page'] : []),
    ...(byMail ? ['mail'] : []),
    ...(insteadOf === undefined ? [] : [`for=${encodeURIComponent(insteadOf)}`]),
  ].join(',');
  const actor = formatActor(by).replace(/[\s\p{Cc}]+/gu, ' ');
  return `told ${time} ${keyOf(notification)} ${ways} ${reasons.join(',')} ${actor}\n`;
}

function parseFacts(text: string): Facts {
  const lines = text.split('\n').slice(0, -1);
  const facts: Facts = {
    size: Buffer.byteLength(text),
    lines: lines.length,
    told: new Map(),
    mailed: new Set(),
    readUpTo: toInstant(0),
  };
  for (const line of lines) {
    const [word = '', ...rest] = line.split(' ');
    if (word === 'told') {
      const notification = parseTold(rest);
      if (notification !== undefined && !facts.told.has(keyOf(notification)))
        facts.told.set(keyOf(notification), notification);
    }
    if (word === 'mailed') facts.mailed.add(rest.join(' '));
    if (word === 'read')
      facts.readUpTo = toInstant(Math.max(facts.readUpTo, Number(rest[0] ?? 0) || 0));
  }
  return facts;
}

function parseTold([
  time = '',
  ticket = '',
  message = '',
  ways = '',
  reasons = '',
  ...actor
]: readonly string[]): Notification | undefined {
  const number = parseTicketNumber(ticket);
  const name = parseMessageName(decodeName(message));
  const known = reasons.split(',').filter(isNotifyReason);
  const by = parseActor(actor.join(' '));
  if (number === undefined || name === undefined || known.length === 0 || by === undefined)
    return undefined;
  if (!/^[0-9]{1,15}$/.test(time)) return undefined;
  const instead = ways.split(',').find((way) => way.startsWith('for='));
  const insteadOf = instead === undefined ? '' : decodeName(instead.slice(4));
  return {
    time: toInstant(Number(time)),
    ticket: number,
    message: name,
    reasons: known,
    by,
    inPage: ways.split(',').includes('page'),
    byMail: ways.split(',').includes('mail'),
    ...(insteadOf === '' ? {} : { insteadOf }),
  };
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A damaged line names nothing.
    return '';
  }
}

async function readText(files: FileOps, path: string): Promise<string> {
  try {
    return (await files.readFile(path)).toString('utf8');
  } catch (error) {
    if (isFault(error, 'not-found')) return '';
    throw error;
  }
}
