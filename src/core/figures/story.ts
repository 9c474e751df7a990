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
    takeInstant(sum, facts, { from, to, at });
    from = to;
  }
  if (!sum.isOld) takeInstant(sum, facts, { from: 0, to: 0, at: created });
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
  const first = course.find((step) => step.kind === 'set' && step.field === 'queue');
  const hasOwner = course.some((step) => step.kind === 'set' && step.field === 'owner');
  return {
    queue: first?.kind === 'set' ? first.value : queue,
    owner: hasOwner ? undefined : owner,
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

/** Takes the steps of one instant, from one position until before another. */
function takeInstant(
  sum: Sum,
  { course }: Pick<StoryFacts, 'course'>,
  { from, to, at }: { readonly from: number; readonly to: number; readonly at: Instant },
): void {
  const { queue, owner, isOpen: wasOpen } = sum;
  let isOpen = wasOpen;
  for (let position = from; position < to; position += 1) {
    const step = course[position];
    if (step?.kind !== 'set') continue;
    if (step.field === 'queue') sum.queue = step.value;
    else if (step.field === 'owner') sum.owner = step.value === '' ? undefined : step.value;
    else if (step.field === 'state' && isTicketState(step.value)) isOpen = !isEnded(step.value);
  }
  for (let position = from; position < to; position += 1) takeContact(sum, course[position]);
  takeState(sum, isOpen, at);
  const isMoved = queue !== sum.queue || owner !== sum.owner;
  if (sum.isOld && !isMoved && wasOpen === isOpen) return;
  const last = sum.spans.pop();
  if (last !== undefined)
    sum.spans.push({
      from: last.from,
      to: at,
      isOpen: last.isOpen,
      queue: last.queue,
      owner: last.owner,
    });
  sum.spans.push({ from: at, to: endOfTime, isOpen, queue: sum.queue, owner: sum.owner });
  sum.isOld = true;
}

function takeContact(sum: Sum, step: CourseStep | undefined): void {
  if (step === undefined || step.kind === 'set' || step.kind === 'imported') return;
  const { at } = step;
  const { queue, owner } = sum;
  if (step.kind === 'theirs') {
    if (sum.ours.length === 0) sum.theyBegan ??= at;
    sum.theirs.push({ at, queue, owner });
    return;
  }
  const { login, modules } = step;
  if (sum.theyBegan !== undefined)
    sum.firstResponse ??= { at, since: sum.theyBegan, login, queue, owner };
  sum.ours.push({ at, login, modules, queue, owner });
}

function takeState(sum: Sum, isOpen: boolean, at: Instant): void {
  const { queue, owner } = sum;
  if (sum.isOpen && !isOpen) sum.closings.push({ at, since: sum.since, queue, owner });
  if (!sum.isOpen && isOpen) {
    sum.reopenings.push({ at, queue, owner });
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
