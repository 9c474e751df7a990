/**
 * Notifications that go out by mail: what comes within a short time about one ticket is one mail to an agent; quiet times
 * hold mail back, and a digest is one mail over several tickets.
 *
 * Promises: what is held back is known from the agent's file, so it survives every end; what was told by mail is marked in the agent's file, so a crash forgets none; the mail's name follows from
 * the first notification in it, so of several processes one writes it. After a crash between outbox and mark an agent
 * may get a mail twice, with the same Message-ID.
 * Leaves to others: what is told (core/notify), the words (notice-words.ts), the mail (agent-post.ts).
 */
import { type Clock, type Instant, minute, toInstant } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { releaseTime } from '../../core/notify/quiet.ts';
import { kindOfReason } from '../../core/notify/reasons.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { TicketFolder, TicketReader } from '../../storage/ticket-store.ts';
import type { Agent } from '../accounts/accounts.ts';
import { createAlarm } from '../alarm.ts';
import type { AgentPost } from './agent-post.ts';
import { createNoticeWords, type NoticeWordsDeps } from './notice-words.ts';
import type { Notification, NotificationFiles } from './notification-file.ts';
import { placeOf } from './quiet-place.ts';

export interface NoticeMailer {
  /** There is something to be told by mail; it is, when the time for more of it is over. */
  wake(login: string, ticket: TicketNumber): void;
  /** Posts what an earlier run left. */
  catchUp(): Promise<void>;
  /** Resolves when nothing is being posted. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface NoticeMailerDeps extends NoticeWordsDeps {
  readonly told: Pick<NotificationFiles, 'read' | 'markMailed'>;
  readonly post: AgentPost;
  readonly reader: Pick<TicketReader, 'read' | 'readMail'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Tickets in one digest; what is left follows in another one at once. */
const mostInDigest = 50;
/** After another process wrote the mail: by then it has marked what is in it. */
const restAfterOther = minute;

/** A ticket of which an agent is to be told by mail. */
interface Plan {
  /** End of the time in which more may come. */
  readonly base: Instant;
  /** An earlier run may have put it into the outbox. */
  readonly again: boolean;
}

interface Due extends Plan {
  readonly number: TicketNumber;
  readonly open: readonly Notification[];
  readonly first: Notification;
}

export function createNoticeMailer(deps: NoticeMailerDeps): NoticeMailer {
  const { told, post, reader, agents, rightsOf, config, clock, log } = deps;
  const words = createNoticeWords(deps);
  const plans = new Map<string, Map<TicketNumber, Plan>>();
  const alarm = createAlarm<string>({ clock, log, name: 'notices', ring: mailDue });

  function plan(login: string, ticket: TicketNumber, how: Plan): void {
    const own = plans.get(login) ?? new Map<TicketNumber, Plan>();
    plans.set(login, own);
    if (own.has(ticket)) return;
    own.set(ticket, how);
    // That it must wait for longer is found out then.
    alarm.set(login, earlier(alarm.at(login), how.base));
  }

  /** Sends what may go out now, and looks again when the next may. */
  async function mailDue(login: string): Promise<void> {
    // Taken out first: what is told meanwhile gets a plan of its own.
    const taken = plans.get(login) ?? new Map<TicketNumber, Plan>();
    plans.delete(login);
    const kept = new Map(taken);
    try {
      const next = await mailTaken(login, taken, kept);
      if (Number.isFinite(next)) alarm.set(login, earlier(alarm.at(login), toInstant(next)));
    } finally {
      const own = plans.get(login);
      if (kept.size > 0) plans.set(login, new Map([...(own ?? []), ...kept]));
    }
  }

  /** When to look again; leaves in `kept` what is not done. */
  async function mailTaken(
    login: string,
    taken: ReadonlyMap<TicketNumber, Plan>,
    kept: Map<TicketNumber, Plan>,
  ): Promise<number> {
    const agent = agents().find((each) => each.login === login);
    const facts = await told.read(login);
    const open = facts.told.filter((each) => each.byMail && !facts.isMailed(each));
    if (agent === undefined) {
      await told.markMailed(login, open);
      kept.clear();
      return Number.POSITIVE_INFINITY;
    }
    const waiting = gather(agent, taken, open);
    const now = clock.now();
    const due = waiting.filter(({ at }) => at <= now);
    const later = waiting.filter(({ at }) => at > now);
    const isPosted = await postAll(agent, due);
    kept.clear();
    for (const { number, base, again } of later) kept.set(number, { base, again });
    if (isPosted) return Math.min(...later.map(({ at }) => at));
    // By then the other process has marked what it wrote, or this one writes it once more.
    for (const { number, base } of due) kept.set(number, { base, again: true });
    return now + restAfterOther;
  }

  function gather(
    agent: Agent,
    own: ReadonlyMap<TicketNumber, Plan>,
    open: readonly Notification[],
  ): readonly (Due & { readonly at: Instant })[] {
    const { notify } = agent;
    const numbers = new Set(open.map(({ ticket }) => ticket));
    return [...numbers].flatMap((number) => {
      // A digest holds what other processes told, too; else each looks after its own.
      const how = own.get(number) ?? (notify.digest === undefined ? undefined : unplanned(open));
      const those = open.filter(({ ticket }) => ticket === number);
      const [first] = those;
      if (how === undefined || first === undefined) return [];
      const isUrgent = those.some((each) => isUrgentFor(agent, each));
      const told = { first: first.time, base: how.base, isUrgent };
      const delivery = { quiet: notify.quiet, digest: notify.digest };
      const at = releaseTime(delivery, told, placeOf(agent, config()));
      return [{ ...how, number, open: those, first, at }];
    });
  }

  function unplanned(open: readonly Notification[]): Plan {
    const first = open[0]?.time ?? clock.now();
    return { base: toInstant(first + config().desk.notifyPauseMs), again: false };
  }

  /** False when another process has written it, and may not have marked it yet. */
  async function postAll(agent: Agent, due: readonly Due[]): Promise<boolean> {
    const { login, notify } = agent;
    const isApart = ({ open }: Due) =>
      notify.digest === undefined || open.some((each) => isUrgentFor(agent, each));
    const apart = due.filter(isApart);
    const gathered = due.filter((each) => !isApart(each));
    for (const each of gathered.length === 1 ? due : apart) {
      await mailOne(agent, each);
      await told.markMailed(login, each.open);
    }
    if (gathered.length < 2) return true;
    for (let at = 0; at < gathered.length; at += mostInDigest)
      if (!(await mailDigest(agent, gathered.slice(at, at + mostInDigest)))) return false;
    return true;
  }

  async function mailOne(agent: Agent, { number, open, first, again }: Due): Promise<void> {
    const folder = await readFor(agent, number);
    if (folder === undefined) return;
    const { subject, text, language } = await words.ofTicket(agent, folder, open);
    await post.post(
      {
        login: agent.login,
        to: { name: agent.name, address: agent.email },
        ticket: { number, queue: folder.ticket.queue },
        subject,
        text,
        language,
        isReply: false,
        once: `told ${first.message}`,
        since: first.time,
      },
      again,
    );
  }

  async function mailDigest(agent: Agent, due: readonly Due[]): Promise<boolean> {
    const { login } = agent;
    const read = await Promise.all(
      due.map(async (each) => ({ each, folder: await readFor(agent, each.number) })),
    );
    const shown = read.flatMap(({ each, folder }) =>
      folder === undefined ? [] : [{ each, folder }],
    );
    const [first] = shown;
    if (first !== undefined) {
      const again = due.some((each) => each.again);
      const isMade = await post.post(
        {
          login,
          to: { name: agent.name, address: agent.email },
          ticket: { number: first.each.number, queue: first.folder.ticket.queue },
          ...(await words.ofDigest(
            agent,
            shown.map(({ each, folder }) => ({ folder, open: each.open })),
          )),
          isReply: false,
          isDigest: true,
          once: `digest ${first.each.first.message}`,
          since: first.each.first.time,
        },
        again,
      );
      if (!isMade && !again) return false;
    }
    await told.markMailed(
      login,
      due.flatMap(({ open }) => open),
    );
    return true;
  }

  /** Undefined when the agent cannot be written to, or may not see the ticket. */
  async function readFor(agent: Agent, number: TicketNumber): Promise<TicketFolder | undefined> {
    if (!post.reaches(agent.email)) return undefined;
    const folder = await reader.read(number);
    return folder !== undefined && rightsOf(agent.login, folder.ticket.queue).has('see')
      ? folder
      : undefined;
  }

  return {
    wake(login, ticket) {
      plan(login, ticket, {
        base: toInstant(clock.now() + config().desk.notifyPauseMs),
        again: false,
      });
    },
    async catchUp() {
      for (const { login } of agents()) {
        const facts = await told.read(login);
        const open = facts.told.filter((each) => each.byMail && !facts.isMailed(each));
        // What was told a moment ago keeps its time.
        for (const { ticket } of open) plan(login, ticket, { base: clock.now(), again: true });
      }
    },
    settled: alarm.settled,
    stop: alarm.stop,
  };
}

function earlier(one: Instant | undefined, other: Instant): Instant {
  return one !== undefined && one < other ? one : other;
}

function isUrgentFor({ notify }: Agent, { reasons }: Notification): boolean {
  return reasons.some((reason) => notify.urgent?.has(kindOfReason[reason]) === true);
}
