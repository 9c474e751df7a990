/**
 * Follows every event that is filed, and tells the agents whom it is news to.
 *
 * Promises: every event from the mark on is looked at, also after a crash: `agents/.followed` says up to when all were,
 * and a start looks at what came since, a little overlap included. Once in an agent's file an event is not told again.
 * What was there before a desk was followed for the first time, or is older than a day, is never told: neither imported
 * nor copied tickets are news.
 * Leaves to others: whom and why (core/notify), the files (notification-file.ts), the mail (mailer.ts).
 */
import { join } from 'node:path';
import {
  type Clock,
  day,
  formatDay,
  formatInstant,
  type Instant,
  minute,
  parseInstant,
  toInstant,
} from '../../base/clock.ts';
import { errorText, isFault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Random } from '../../base/random.ts';
import { createRecent } from '../../base/recent.ts';
import { createKeyedSerial } from '../../base/serial.ts';
import type { Config } from '../../config/config.ts';
import { readIfThere, replaceFile } from '../../config/desk-files.ts';
import { newestEventOf } from '../../core/escalation/steps-done.ts';
import { findNews, type News, type NotifiableAgent } from '../../core/notify/news.ts';
import { isQuietAt } from '../../core/notify/quiet.ts';
import { kindOfReason } from '../../core/notify/reasons.ts';
import { withStandIns } from '../../core/notify/stand-in.ts';
import { absenceOn, standInOf, toDayText } from '../../core/team/absence.ts';
import type { Snooze } from '../../core/team/snooze.ts';
import { parseMessageName, type TicketEvent } from '../../core/ticket/event.ts';
import { compareEvents, continueFold, foldTicket, type Ticket } from '../../core/ticket/fold.ts';
import { isImported } from '../../core/ticket/imported.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { Right } from '../../core/ticket/rights.ts';
import { ensureDirectory, type FileOps } from '../../storage/files.ts';
import type { TicketReader } from '../../storage/ticket-store.ts';
import type { Agent } from '../accounts/accounts.ts';
import type { TicketIndex, TicketRecord } from '../index/index.ts';
import type { Snoozes } from '../waiting/snoozes.ts';
import type { NoticeMailer } from './mailer.ts';
import type { Notification, NotificationFiles } from './notification-file.ts';
import { placeOf } from './quiet-place.ts';

export interface Notifications {
  /** From now on what changes is followed; to be called before anything can be filed. */
  start(): Promise<void>;
  /** Looks at what came while nobody followed, once every ticket on disk was seen. */
  catchUp(): Promise<void>;
  settled(): Promise<void>;
  stop(): Promise<void>;
  /** Called with everybody who is told something in the page, and whether he wants no sound now; the returned function ends it. */
  onTold(listener: ToldListener): () => void;
  /** That a ticket which the agent had put aside is back; the same again is not told again. */
  tellOver(login: string, snooze: Snooze): Promise<void>;
}

export type ToldListener = (login: string, notification: Notification, isQuiet: boolean) => void;

export interface NotificationsDeps {
  readonly index: Pick<TicketIndex, 'onChange' | 'records'>;
  readonly reader: Pick<TicketReader, 'read'>;
  readonly agents: () => readonly Agent[];
  readonly rightsOf: (login: string, queue: string) => ReadonlySet<Right>;
  readonly told: Pick<NotificationFiles, 'tell'>;
  readonly mailer: NoticeMailer;
  readonly config: () => Config;
  /** What agents have put aside; absent where nobody can. */
  readonly snoozes?: Pick<Snoozes, 'wasAside'>;
  readonly files: FileOps;
  /** The `agents` directory. */
  readonly directory: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** A mail that was being filed at the mark has an earlier time than when it could be seen. */
const overlap = 10 * minute;
const longestWay = day;
const markEvery = minute;
const keptEvents = 20_000;

export function createNotifications(deps: NotificationsDeps): Notifications {
  const { index, reader, agents, told, mailer, files, directory, clock, log } = deps;
  const serial = createKeyedSerial();
  const waiting = new Set<TicketNumber>();
  const failed = new Set<TicketNumber>();
  /** Looked at before; what is forgotten is looked at again, and found in the agents' files. */
  const known = createRecent<string, true>(keptEvents);
  const listeners = new Set<ToldListener>();
  const path = join(directory, '.followed');
  let from = toInstant(0);
  let isCaughtUp = false;
  let isStopped = false;
  let end = () => {};
  let cancelMark = () => {};

  async function start(): Promise<void> {
    await ensureDirectory(files, directory, directory);
    const now = clock.now();
    const upTo = parseInstant((await readIfThere(files, path)) ?? '');
    from = upTo === undefined ? now : toInstant(Math.max(upTo - overlap, now - longestWay));
    if (upTo === undefined) await mark(now);
    end = index.onChange(({ number, record }) => {
      if (record !== undefined && newestEventOf(record) >= from) look(number);
    });
    markRegularly();
  }

  function look(number: TicketNumber): void {
    if (waiting.has(number)) return;
    waiting.add(number);
    serial
      .run('look', async () => {
        waiting.delete(number);
        await tellOf(number);
        failed.delete(number);
      })
      .catch((error: unknown) => {
        failed.add(number);
        log.error('notifications.failed', { ticket: number, cause: errorText(error) });
      });
  }

  async function tellOf(number: TicketNumber): Promise<void> {
    const folder = await reader.read(number);
    if (folder === undefined) return;
    const events = folder.messages.map(({ event }) => event).toSorted(compareEvents);
    const first = events.findIndex((event) => isFresh(number, event));
    if (first < 0) return;
    let ticket: Ticket | undefined =
      first === 0 ? undefined : foldTicket(number, events.slice(0, first));
    const notifiable = agents().map((agent) => toNotifiable(agent, number));
    for (const event of events.slice(first)) {
      const before = ticket;
      const after: Ticket =
        before === undefined ? foldTicket(number, [event]) : continueFold(before, [event]);
      ticket = after;
      if (!isFresh(number, event)) continue;
      const news = findNews({ event, before, after }, notifiable);
      for (const each of withStandIns(news, { event, after }, notifiable))
        await tell(number, event, each);
      known.set(`${number} ${event.name}`, true);
    }
  }

  function isFresh(number: TicketNumber, event: TicketEvent): boolean {
    const isKnown = known.get(`${number} ${event.name}`) !== undefined;
    return event.time >= from && !isKnown && !isImported(event);
  }

  function toNotifiable({ login, email, notify, absence }: Agent, number: TicketNumber) {
    const today = toDayText(formatDay(clock.now(), deps.config().desk.timeZone));
    const isAway = absenceOn({ login, absence }, today) !== undefined;
    return {
      login,
      email,
      preferences: notify,
      sees: (queue) => deps.rightsOf(login, queue).has('see'),
      wasAside: (time) => deps.snoozes?.wasAside(login, number, time) === true,
      ...(isAway ? { away: { standIn: standInOf(login, agents(), today) } } : {}),
    } satisfies NotifiableAgent;
  }

  async function tell(
    ticket: TicketNumber,
    { name, time, actor }: TicketEvent,
    { login, reasons, inPage, byMail, insteadOf }: News,
  ): Promise<void> {
    const what = { time, ticket, message: name, reasons, by: actor, inPage, byMail };
    await announce(login, insteadOf === undefined ? what : { ...what, insteadOf });
  }

  async function announce(login: string, notification: Notification): Promise<void> {
    const { inPage, byMail, ticket } = notification;
    if (!(await told.tell(login, notification))) return;
    if (inPage) {
      const isQuiet = isSilent(login, notification);
      for (const listener of listeners) listener(login, notification, isQuiet);
    }
    if (byMail) mailer.wake(login, ticket);
  }

  function isSilent(login: string, { reasons }: Notification): boolean {
    const agent = agents().find((each) => each.login === login);
    if (agent === undefined) return false;
    const { notify } = agent;
    if (reasons.some((reason) => notify.urgent?.has(kindOfReason[reason]) === true)) return false;
    const today = toDayText(formatDay(clock.now(), deps.config().desk.timeZone));
    if (absenceOn(agent, today) !== undefined && notify.mailAway !== true) return true;
    if (notify.quiet === undefined) return false;
    return isQuietAt(notify.quiet, clock.now(), placeOf(agent, deps.config()));
  }

  /** Nothing of it stands in the ticket, so its name is made of the snooze itself. */
  async function tellOver(login: string, { number, since, until }: Snooze): Promise<void> {
    const agent = agents().find((each) => each.login === login);
    const message = parseMessageName(`snooze-${since}-${until}`);
    if (agent === undefined || message === undefined) return;
    const kind = kindOfReason['snooze-over'];
    const today = toDayText(formatDay(clock.now(), deps.config().desk.timeZone));
    const isAway = absenceOn(agent, today) !== undefined && agent.notify.mailAway !== true;
    await announce(login, {
      time: until,
      ticket: number,
      message,
      reasons: ['snooze-over'],
      by: { kind: 'system', part: 'snooze' },
      inPage: agent.notify.page.has(kind),
      byMail: agent.notify.mail.has(kind) && !isAway,
    });
  }

  async function mark(upTo: Instant): Promise<void> {
    try {
      await replaceFile(deps, { path, text: `${formatInstant(upTo)}\n`, mode: 0o600 });
    } catch (error) {
      if (!isFault(error)) throw error;
      // The next start looks at more, no more than that.
      log.warn('notifications.mark-failed', { cause: errorText(error) });
    }
  }

  function markRegularly(): void {
    if (isStopped) return;
    cancelMark = clock.after(markEvery, () => {
      for (const number of [...failed]) look(number);
      void markIfDone().finally(markRegularly);
    });
  }

  /** In its turn, so that nothing is being looked at; what is filed meanwhile falls into the overlap. */
  function markIfDone(): Promise<void> {
    return serial.run('look', async () => {
      const now = clock.now();
      if (isCaughtUp && waiting.size === 0 && failed.size === 0) await mark(now);
    });
  }

  async function catchUp(): Promise<void> {
    await lookAtAllSince();
    await serial.idle();
    await mailer.catchUp();
    isCaughtUp = true;
  }

  async function lookAtAllSince(): Promise<void> {
    const fresh: TicketRecord[] = [];
    for await (const slice of index.records())
      fresh.push(...slice.filter((record) => newestEventOf(record) >= from));
    fresh.sort((one, other) => newestEventOf(other) - newestEventOf(one));
    for (const { number } of fresh) look(number);
  }

  return {
    start,
    catchUp,
    async settled() {
      await serial.idle();
      await mailer.settled();
    },
    async stop() {
      isStopped = true;
      end();
      cancelMark();
      await serial.idle();
      await mailer.stop();
      await markIfDone();
    },
    tellOver,
    onTold(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
