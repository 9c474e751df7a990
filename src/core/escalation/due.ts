/**
 * Clocks of a ticket: what is owed to the customer, since when, and when it is due.
 *
 * The targets that hold now are laid over the whole course, and the calendar that holds now counts it; so a change of queue,
 * priority or service level changes the target from its beginning, with the time used so far. Promises: pure; nothing here
 * depends on what time it is.
 *
 * - First response: from the customer's first word until ours, once in a ticket's life.
 * - Update: `customer`: from the oldest mail that we did not answer, until we do. `contact`: from our last contact until
 *   the next. What comes before the first answer is the business of the first response alone, where that has a target.
 * - Solution: from the opening until it is closed.
 *
 * While a ticket is closed its clocks stand still, and a ticket that is reopened goes on with the time used so far; an
 * update that is owed ends with the closing. Merged and removed tickets have no clocks.
 * Leaves to others: which targets and which calendar (targets.ts, services/escalation/due-book.ts).
 */
import { type Duration, type Instant, toInstant } from '../../base/clock.ts';
import type { CourseStep } from '../ticket/course.ts';
import { isEnded, isTicketState, type TicketState } from '../ticket/states.ts';
import { addOpenTime, type Calendar, openTimeBetween } from './calendar.ts';
import { type TargetKind, type Targets, targetKinds } from './targets.ts';

export interface ClockSpan {
  readonly kind: 'running' | 'paused';
  readonly from: Instant;
  /** Undefined for the last span of a clock that has not ended. */
  readonly to: Instant | undefined;
  /** Of the ticket in this span: why it is paused. */
  readonly state: TicketState;
}

/** What made a clock start. */
export type ClockStart = 'opened' | 'theirs' | 'ours' | 'reopened';

interface Course {
  readonly kind: TargetKind;
  readonly started: Instant;
  readonly cause: ClockStart;
  /** In order, without gaps; none is empty. */
  readonly spans: readonly ClockSpan[];
  /** When what was owed happened; undefined while it is owed. */
  readonly ended: Instant | undefined;
}

export interface TargetClock extends Course {
  readonly target: Duration;
  /** Undefined while paused, and where the calendar has no hours. For a clock that has ended: when it was due. */
  readonly due: Instant | undefined;
}

export interface DueTimes {
  /** Running or paused now. */
  readonly clocks: readonly TargetClock[];
  /** The one that is due first; undefined when all are paused. */
  readonly next: TargetClock | undefined;
}

export interface PastClock extends Course {
  /** Undefined where there is no target: then only the time is measured. */
  readonly target: Duration | undefined;
  readonly due: Instant | undefined;
  /** Working time from start to end, pauses left out; undefined while it is owed. */
  readonly used: Duration | undefined;
  /** `open` while it is owed; undefined where there is no target. */
  readonly outcome: 'met' | 'missed' | 'open' | undefined;
}

export interface DueFacts {
  readonly opened: Instant;
  readonly targets: Targets;
  readonly calendar: Calendar;
}

export const noDueTimes: DueTimes = { clocks: [], next: undefined };

/** Steps in the order of the history. */
export function dueTimes(course: readonly CourseStep[], facts: DueFacts): DueTimes {
  const { targets, calendar } = facts;
  const clocks = drawClocks(course, facts).flatMap((drawn): readonly TargetClock[] => {
    const target = targets.times[drawn.kind];
    if (target === undefined || drawn.ended !== undefined) return [];
    return [{ ...drawn, target, due: dueOf(drawn, target, calendar) }];
  });
  return clocks.length === 0 ? noDueTimes : { clocks, next: firstDue(clocks) };
}

/** Every clock that ever ran, in the order of their beginnings; also where there is no target. */
export function pastClocks(course: readonly CourseStep[], facts: DueFacts): readonly PastClock[] {
  const { targets, calendar } = facts;
  return drawClocks(course, facts).map((drawn) => {
    const { ended } = drawn;
    const target = targets.times[drawn.kind];
    const used = ended === undefined ? undefined : usedTime(drawn, calendar, ended);
    return {
      ...drawn,
      target,
      due: target === undefined ? undefined : dueOf(drawn, target, calendar),
      used,
      outcome: outcomeOf(target, used),
    };
  });
}

function outcomeOf(target: Duration | undefined, used: Duration | undefined): PastClock['outcome'] {
  if (target === undefined) return undefined;
  if (used === undefined) return 'open';
  return used <= target ? 'met' : 'missed';
}

/** When so many per cent of the target are used up; undefined when that is not reached before a pause that lasts. */
export function instantAt(
  clock: Pick<TargetClock, 'target' | 'spans' | 'started'>,
  percent: number,
  calendar: Calendar,
): Instant | undefined {
  let left = (clock.target * percent) / 100;
  let last = clock.started;
  for (const { kind, from, to } of clock.spans) {
    if (kind === 'paused') continue;
    const reached = addOpenTime(calendar, from, left);
    if (to === undefined) return isNever(reached) ? undefined : reached;
    if (reached <= to) return reached;
    left -= openTimeBetween(calendar, from, to);
    last = to;
  }
  // It ended before: then the instant at which it would have come.
  const isPausedNow = clock.spans.at(-1)?.to === undefined;
  const reached = isPausedNow ? undefined : addOpenTime(calendar, last, left);
  return reached === undefined || isNever(reached) ? undefined : reached;
}

/** Working time that the clock has run until the instant. */
export function usedTime(
  { spans }: Pick<TargetClock, 'spans'>,
  calendar: Calendar,
  until: Instant,
): Duration {
  let sum = 0;
  for (const { kind, from, to = until } of spans)
    if (kind === 'running') sum += openTimeBetween(calendar, from, earlier(to, until));
  return sum;
}

export function isPaused({ spans }: Pick<TargetClock, 'spans'>): boolean {
  const last = spans.at(-1);
  return last?.kind === 'paused' && last.to === undefined;
}

function dueOf(drawn: Course, target: Duration, calendar: Calendar): Instant | undefined {
  return isPaused(drawn) ? undefined : instantAt({ ...drawn, target }, 100, calendar);
}

/** The last instant that there is says that a calendar has no hours. */
function isNever(instant: Instant): boolean {
  return instant >= toInstant(Number.MAX_SAFE_INTEGER);
}

function firstDue(clocks: readonly TargetClock[]): TargetClock | undefined {
  let first: TargetClock | undefined;
  for (const clock of clocks) {
    if (clock.due === undefined) continue;
    if (first?.due === undefined || clock.due < first.due) first = clock;
  }
  return first;
}

interface Running {
  readonly kind: TargetKind;
  readonly started: Instant;
  readonly cause: ClockStart;
  readonly spans: ClockSpan[];
  since: Instant;
  state: TicketState;
}

/** The clocks of all kinds, whether or not there is a target for them. */
function drawClocks(
  course: readonly CourseStep[],
  { opened, targets }: Pick<DueFacts, 'opened' | 'targets'>,
): readonly Course[] {
  const drawn: Course[] = [];
  const running = new Map<TargetKind, Running>();
  let state: TicketState = 'new';
  let isAnswered = false;
  /** All that was said so far was said in another system. */
  let isOld = true;
  const byContact = targets.updateFrom === 'contact';
  const hasFirst = targets.times.firstResponse !== undefined;

  const start = (kind: TargetKind, at: Instant, cause: ClockStart) => {
    if (!running.has(kind))
      running.set(kind, { kind, started: at, cause, spans: [], since: at, state });
  };
  const end = (kind: TargetKind, at: Instant) => {
    const clock = running.get(kind);
    if (clock === undefined) return;
    running.delete(kind);
    drawn.push(finish(clock, at, targets));
  };

  start('solution', opened, 'opened');
  for (const step of course) {
    const { at } = step;
    switch (step.kind) {
      case 'theirs':
        isOld = false;
        if (!isAnswered) start('firstResponse', at, 'theirs');
        if (isAnswered ? !byContact : !hasFirst) start('update', at, 'theirs');
        break;
      case 'ours':
        isOld = false;
        end('firstResponse', at);
        end('update', at);
        isAnswered = true;
        if (byContact) start('update', at, 'ours');
        break;
      case 'imported':
        // Where somebody wrote to us before, that is owed still.
        if (isOld) running.clear();
        break;
      case 'set': {
        if (step.field !== 'state' || !isTicketState(step.value)) break;
        const wasEnded = isEnded(state);
        state = step.value;
        for (const clock of running.values()) turn(clock, at, state, targets);
        if (isEnded(state) && !wasEnded) end('update', at);
        if (!isEnded(state) && wasEnded && byContact && isAnswered) start('update', at, 'reopened');
      }
    }
  }
  if (state === 'merged' || state === 'removed') return [];
  const left = [...running.values()].map((clock) => settle(clock, targets));
  // What was owed for no moment, or only while the ticket was closed, was not owed.
  return [
    ...drawn.filter((clock) => clock.kind !== 'update' || hasRun(clock)),
    ...left.filter(hasRun),
  ].sort((one, other) => one.started - other.started || order(one, other));
}

function order(one: Course, other: Course): number {
  return targetKinds.indexOf(one.kind) - targetKinds.indexOf(other.kind);
}

function hasRun({ spans }: Course): boolean {
  return spans.some((span) => span.kind === 'running' || span.to === undefined);
}

/** The ticket's state is another one from here on. */
function turn(clock: Running, at: Instant, state: TicketState, targets: Targets): void {
  close(clock, at, targets);
  clock.since = at;
  clock.state = state;
}

function close(clock: Running, at: Instant, targets: Targets): void {
  const { since: from, state, spans } = clock;
  if (at <= from) return;
  const kind = isStill(clock, targets) ? 'paused' : 'running';
  const last = spans.at(-1);
  // States that are the same to the clock are one span, but each pause has its reason.
  if (last?.kind === kind && (kind === 'running' || last.state === state))
    spans.splice(-1, 1, { ...last, to: at });
  else spans.push({ kind, from, to: at, state });
}

function isStill({ kind, state }: Running, targets: Targets): boolean {
  const pausing = kind === 'firstResponse' ? targets.firstResponsePausing : targets.pausing;
  return isEnded(state) || pausing.has(state);
}

function finish(clock: Running, at: Instant, targets: Targets): Course {
  close(clock, at, targets);
  const { kind, started, cause, spans } = clock;
  return { kind, started, cause, spans, ended: at };
}

/** At the end of the course: on a closed ticket the clocks have ended when it was closed, all others go on. */
function settle(clock: Running, targets: Targets): Course {
  const { kind, started, cause, spans, since: from, state } = clock;
  if (isEnded(state)) {
    // Closed, and then closed in another way: it ended the first time.
    const before = spans.findLastIndex((span) => !isEnded(span.state)) + 1;
    return {
      kind,
      started,
      cause,
      spans: spans.slice(0, before),
      ended: spans[before]?.from ?? from,
    };
  }
  const isPausedNow = isStill(clock, targets);
  const last = spans.at(-1);
  const open: ClockSpan = { kind: isPausedNow ? 'paused' : 'running', from, to: undefined, state };
  const joined =
    last?.kind === open.kind && (!isPausedNow || last.state === state)
      ? [...spans.slice(0, -1), { ...last, to: undefined }]
      : [...spans, open];
  return { kind, started, cause, spans: joined, ended: undefined };
}

function earlier(one: Instant, other: Instant): Instant {
  return one < other ? one : other;
}
