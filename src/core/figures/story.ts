/**
 * The story of one ticket as figures need it: in which queue, with whom and how open it was at any instant, and what
 * happened where.
 *
 * Promises: pure; all that stands in it happened at its time and is never changed by what comes later, beside the
 * language, which is the one that the ticket has now. What several events of one instant say is taken together: first
 * it comes to its place, then it is opened or closed there.
 */
import { type Instant, toInstant } from '../../base/clock.ts';
import type { CourseStep } from '../ticket/course.ts';
import type { TicketNumber } from '../ticket/number.ts';
import { isEnded, isTicketState } from '../ticket/states.ts';

/** Where a ticket is. */
export interface Place {
  readonly queue: string;
  readonly owner: string | undefined;
}

/** How it stood from one change until the next. */
export interface Span extends Place {
  readonly from: Instant;
  /** No longer within. */
  readonly to: Instant;
  readonly isOpen: boolean;
}

export interface Contact extends Place {
  readonly at: Instant;
}

export interface OurContact extends Contact {
  readonly login: string | undefined;
  readonly modules: readonly string[];
}

/** Something that took its time. */
export interface Done extends Place {
  readonly at: Instant;
  readonly since: Instant;
}

export interface FirstResponse extends Done {
  readonly login: string | undefined;
}

export interface TicketStory {
  readonly number: TicketNumber;
  /** Empty when nobody knows. */
  readonly language: string;
  readonly created: Instant;
  /** In order, without gaps, from its opening on; the last one does not end. */
  readonly spans: readonly Span[];
  /** Since its opening, or since it was opened again. */
  readonly closings: readonly Done[];
  readonly reopenings: readonly Contact[];
  readonly theirs: readonly Contact[];
  readonly ours: readonly OurContact[];
  /** Only when they spoke first. */
  readonly firstResponse: FirstResponse | undefined;
}

/** What a story is made of. */
export interface StoryFacts {
  readonly number: TicketNumber;
  readonly created: Instant;
  readonly queue: string;
  readonly owner: string | undefined;
  readonly language: string | undefined;
  readonly course: readonly CourseStep[];
}

export const endOfTime = toInstant(Number.MAX_SAFE_INTEGER);

interface Sum {
  queue: string;
  owner: string | undefined;
  isOpen: boolean;
  /** Since when it is open, this time. */
  since: Instant;
  isOld: boolean;
  theyBegan: Instant | undefined;
  spans: Span[];
  closings: Done[];
  reopenings: Contact[];
  theirs: Contact[];
  ours: OurContact[];
  firstResponse: FirstResponse | undefined;
}

export function tellStory(facts: StoryFacts): TicketStory {
  const { number, language, course } = facts;
  const created = course[0] === undefined ? facts.created : earlier(course[0].at, facts.created);
  const sum = beginning(facts, created);
  for (let from = 0; from < course.length; ) {
    const at = course[from]?.at ?? created;
    let to = from + 1;
    while (course[to]?.at === at) to += 1;
    takeInstant(sum, course.slice(from, to), at);
    from = to;
  }
  if (!sum.isOld) takeInstant(sum, [], created);
  const { spans, closings, reopenings, theirs, ours, firstResponse } = sum;
  return {
    number,
    language: language ?? '',
    created,
    spans,
    closings,
    reopenings,
    theirs,
    ours,
    firstResponse,
  };
}

/** A ticket of which no event names a queue or an owner has had the present ones all the time. */
function beginning({ queue, owner, course }: StoryFacts, created: Instant): Sum {
  const names = (field: 'queue' | 'owner') =>
    course.some((step) => step.kind === 'set' && step.field === field);
  const first = course.find((step) => step.kind === 'set' && step.field === 'queue');
  return {
    queue: names('queue') && first?.kind === 'set' ? first.value : queue,
    owner: names('owner') ? undefined : owner,
    isOpen: true,
    since: created,
    isOld: false,
    theyBegan: undefined,
    spans: [],
    closings: [],
    reopenings: [],
    theirs: [],
    ours: [],
    firstResponse: undefined,
  };
}

function takeInstant(sum: Sum, steps: readonly CourseStep[], at: Instant): void {
  let isOpen = sum.isOpen;
  const { queue, owner } = sum;
  for (const step of steps) {
    if (step.kind !== 'set') continue;
    if (step.field === 'queue') sum.queue = step.value;
    else if (step.field === 'owner') sum.owner = step.value === '' ? undefined : step.value;
    else if (step.field === 'state' && isTicketState(step.value)) isOpen = !isEnded(step.value);
  }
  const isMoved = queue !== sum.queue || owner !== sum.owner;
  for (const step of steps) takeContact(sum, step);
  takeState(sum, isOpen, at);
  if (sum.isOld && !isMoved && sum.spans.at(-1)?.isOpen === isOpen) return;
  const last = sum.spans.at(-1);
  if (last !== undefined) sum.spans[sum.spans.length - 1] = { ...last, to: at };
  sum.spans.push({ from: at, to: endOfTime, isOpen, queue: sum.queue, owner: sum.owner });
  sum.isOld = true;
}

function takeContact(sum: Sum, step: CourseStep): void {
  if (step.kind === 'set') return;
  const { at } = step;
  const place = { queue: sum.queue, owner: sum.owner };
  if (step.kind === 'theirs') {
    if (sum.ours.length === 0) sum.theyBegan ??= at;
    sum.theirs.push({ at, ...place });
    return;
  }
  const { login, modules } = step;
  if (sum.theyBegan !== undefined)
    sum.firstResponse ??= { at, since: sum.theyBegan, login, ...place };
  sum.ours.push({ at, login, modules, ...place });
}

function takeState(sum: Sum, isOpen: boolean, at: Instant): void {
  const place = { queue: sum.queue, owner: sum.owner };
  if (sum.isOpen && !isOpen) sum.closings.push({ at, since: sum.since, ...place });
  if (!sum.isOpen && isOpen) {
    sum.reopenings.push({ at, ...place });
    sum.since = at;
  }
  sum.isOpen = isOpen;
}

/** How it stood at the instant; undefined before its opening. */
export function standingAt({ spans }: TicketStory, at: Instant): Span | undefined {
  return spans.find(({ from, to }) => from <= at && at < to);
}

/** Since when somebody waits for us at the instant: the oldest word of theirs after the last one of ours, or after a closing. */
export function waitingSince(story: TicketStory, at: Instant): Instant | undefined {
  if (standingAt(story, at)?.isOpen !== true) return undefined;
  const ours = story.ours.findLast((each) => each.at <= at)?.at ?? -Infinity;
  const closed = story.closings.findLast((each) => each.at <= at)?.at ?? -Infinity;
  const settled = Math.max(ours, closed);
  // What came in the instant of a closing opened it again, if it is open.
  return story.theirs.find((each) => each.at > settled && each.at <= at)?.at;
}

function earlier(one: Instant, other: Instant): Instant {
  return one <= other ? one : other;
}
