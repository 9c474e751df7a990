/**
 * Tells the agents of every event that is filed, whom it is news to.
 *
 * Promises: once in an agent's file an event is not told again, also after a crash. What was there before a desk was followed
 * for the first time, or is older than a day, is never told.
 * Leaves to others: following (follower.ts), whom and why (core/notify), the files (notification-file.ts), the mail (mailer.ts).
 */
import { join } from 'node:path';
import { formatDay } from '../../base/clock.ts';
import type { Config } from '../../config/config.ts';
import { findNews, type News, type NotifiableAgent } from '../../core/notify/news.ts';
import { isQuietAt } from '../../core/notify/quiet.ts';
import { kindOfReason } from '../../core/notify/reasons.ts';
import { withStandIns } from '../../core/notify/stand-in.ts';
import { absenceOn, standInOf, toDayText } from '../../core/team/absence.ts';
import type { Snooze } from '../../core/team/snooze.ts';
import { parseMessageName, type TicketEvent } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { Right } from '../../core/ticket/rights.ts';
import type { Agent } from '../accounts/accounts.ts';
import { createFollower, type FiledEvent, type Follower, type FollowerDeps } from '../follower.ts';
import type { Snoozes } from '../waiting/snoozes.ts';
import type { NoticeMailer } from './mailer.ts';
import type { Notification, NotificationFiles } from './notification-file.ts';
import { placeOf } from './quiet-place.ts';

export interface Notifications extends Follower {
  /** Called with everybody who is told something in the page, and whether he wants no sound now; the returned function ends it. */
  onTold(listener: ToldListener): () => void;
  /** That a ticket which the agent had put aside is back; the same again is not told again. */
  tellOver(login: string, snooze: Snooze): Promise<void>;
}

export type ToldListener = (login: string, notification: Notification, isQuiet: boolean) => void;

export interface NotificationsDeps extends FollowerDeps {
  readonly agents: () => readonly Agent[];
  readonly rightsOf: (login: string, queue: string) => ReadonlySet<Right>;
  readonly told: Pick<NotificationFiles, 'tell'>;
  readonly mailer: NoticeMailer;
  readonly config: () => Config;
  /** What agents have put aside; absent where nobody can. */
  readonly snoozes?: Pick<Snoozes, 'wasAside'>;
  /** The `agents` directory. */
  readonly directory: string;
}

export function createNotifications(deps: NotificationsDeps): Notifications {
  const { agents, told, mailer, clock } = deps;
  const listeners = new Set<ToldListener>();
  const follower = createFollower(deps, {
    name: 'notifications',
    path: join(deps.directory, '.followed'),
    look: tellOf,
  });

  async function tellOf({ number, event, before, after }: FiledEvent): Promise<void> {
    const notifiable = agents().map((agent) => toNotifiable(agent, number));
    const news = findNews({ event, before, after }, notifiable);
    for (const each of withStandIns(news, { event, after }, notifiable))
      await tell(number, event, each);
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

  return {
    start: follower.start,
    async catchUp() {
      await follower.catchUp();
      await mailer.catchUp();
    },
    async settled() {
      await follower.settled();
      await mailer.settled();
    },
    async stop() {
      await follower.stop();
      await mailer.stop();
    },
    tellOver,
    onTold(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
