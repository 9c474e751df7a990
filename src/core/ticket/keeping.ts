/**
 * When a ticket goes to the archive, and when it is removed for good.
 *
 * A ticket rests when its work has ended and nothing of it is under way. Tickets that were merged share one fate: that of the
 * survivor, counted from the newest of them all. Spam that nobody answered is counted from its last news, whatever its state.
 * Promises: pure; a held ticket, and whatever is merged with it, is never due to be removed.
 * Leaves to others: how long a queue keeps (config/retention.ts), doing it (services/keeping/retention.ts).
 */
import { type Duration, type Instant, toInstant } from '../../base/clock.ts';
import type { CourseStep } from './course.ts';
import type { TicketNumber } from './number.ts';
import { isEnded, type TicketState } from './states.ts';
import { mostMerges } from './survivor.ts';

/** What of a ticket decides; an index's record has it all. */
export interface KeptTicket {
  readonly number: TicketNumber;
  readonly state: TicketState;
  readonly queue: string;
  readonly updated: Instant;
  readonly closedAt: Instant | undefined;
  readonly mergedInto: TicketNumber | undefined;
  readonly delivery: 'failed' | 'deferred' | 'waiting' | undefined;
  readonly confirmationDue: boolean;
  readonly drafts?: readonly unknown[];
  readonly course: readonly CourseStep[];
  readonly archived?: true;
  readonly held?: true;
}

export type KeepingStep = 'archive' | 'remove' | 'spam';

export interface KeepingRules {
  /** For tickets of the queue; undefined for never. */
  ageOf(queue: string, step: KeepingStep): Duration | undefined;
  readonly junkQueue: string | undefined;
}

export interface DueTicket {
  readonly number: TicketNumber;
  readonly queue: string;
  readonly step: KeepingStep;
  /** Since when it rests. */
  readonly since: Instant;
  readonly dueAt: Instant;
  /** It would be removed, and is held; or something merged with it is. */
  readonly isHeld: boolean;
}

/** Since when nothing happens to the ticket any more; undefined while something may. */
export function restsSince(ticket: KeptTicket): Instant | undefined {
  return isEnded(ticket.state) && isQuiet(ticket) ? lastNews(ticket) : undefined;
}

function isQuiet({ delivery, confirmationDue, drafts = [] }: KeptTicket): boolean {
  return (
    delivery !== 'waiting' && delivery !== 'deferred' && !confirmationDue && drafts.length === 0
  );
}

function lastNews({ updated, closedAt }: KeptTicket): Instant {
  return toInstant(Math.max(updated, closedAt ?? 0));
}

/** All that is due by then, the longest due first; what is merged into another comes before that one. */
export function findDueTickets(
  tickets: readonly KeptTicket[],
  rules: KeepingRules,
  now: Instant,
): readonly DueTicket[] {
  return groupsOf(tickets)
    .flatMap((group) => dueOfGroup(group, rules, now))
    .sort((one, other) => one.dueAt - other.dueAt);
}

/** The survivor is the last. */
type Group = readonly KeptTicket[];

function groupsOf(tickets: readonly KeptTicket[]): readonly Group[] {
  const known = new Map(tickets.map((ticket) => [ticket.number, ticket]));
  const groups = new Map<TicketNumber, KeptTicket[]>();
  for (const ticket of tickets) {
    const { number } = survivorOf(ticket, known);
    const group = groups.get(number);
    if (group === undefined) groups.set(number, [ticket]);
    else group.push(ticket);
  }
  return [...groups].map(([number, group]) =>
    group.sort((one, other) => Number(one.number === number) - Number(other.number === number)),
  );
}

function survivorOf(ticket: KeptTicket, known: ReadonlyMap<TicketNumber, KeptTicket>): KeptTicket {
  let survivor = ticket;
  for (let steps = 0; steps < mostMerges && survivor.mergedInto !== undefined; steps += 1) {
    const next = known.get(survivor.mergedInto);
    if (next === undefined || next === ticket) break;
    survivor = next;
  }
  return survivor;
}

function dueOfGroup(group: Group, rules: KeepingRules, now: Instant): readonly DueTicket[] {
  const survivor = group.at(-1);
  if (survivor === undefined) return [];
  const { queue } = survivor;
  const isHeld = group.some(({ held }) => held === true);
  const removal = spamRemoval(group, rules) ?? ruledBy(group, rules, 'remove');
  if (removal !== undefined && removal.dueAt <= now)
    return group.map(({ number }) => ({ number, queue, isHeld, ...removal }));
  const move = ruledBy(group, rules, 'archive');
  if (move === undefined || move.dueAt > now) return [];
  return group
    .filter(({ archived }) => archived !== true)
    .map(({ number }) => ({ number, queue, isHeld: false, ...move }));
}

type Ruled = Pick<DueTicket, 'step' | 'since' | 'dueAt'>;

function ruledBy(group: Group, rules: KeepingRules, step: KeepingStep): Ruled | undefined {
  const survivor = group.at(-1);
  const age = survivor && rules.ageOf(survivor.queue, step);
  const rests = group.map(restsSince);
  if (age === undefined || rests.includes(undefined)) return undefined;
  return toRuled(step, Math.max(...rests.map((since) => since ?? 0)), age);
}

/** What lies among the junk and was answered by nobody. */
function spamRemoval(group: Group, rules: KeepingRules): Ruled | undefined {
  const { junkQueue } = rules;
  const age = junkQueue === undefined ? undefined : rules.ageOf(junkQueue, 'spam');
  const isSpam = group.every(
    (ticket) =>
      ticket.queue === junkQueue &&
      isQuiet(ticket) &&
      !ticket.course.some(({ kind }) => kind === 'ours'),
  );
  return age === undefined || !isSpam
    ? undefined
    : toRuled('spam', Math.max(...group.map(lastNews)), age);
}

function toRuled(step: KeepingStep, since: number, age: Duration): Ruled {
  return { step, since: toInstant(since), dueAt: toInstant(since + age) };
}
