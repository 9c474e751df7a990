/**
 * Counting: stories of tickets in, figures out.
 *
 * Promises: a ticket counts where it was at that time, not where it is now; the order of the stories changes nothing; what
 * is counted for each queue alone adds up to the whole, beside arrivals and departures, which happen between queues.
 * Leaves to others: which tickets are counted at all, and who may see what (services/figures/).
 */
import { type Duration, type Instant, toInstant } from '../../base/clock.ts';
import { type Distribution, distributionOf } from './distribution.ts';
import {
  type Figures,
  type Flow,
  type LanguageFigures,
  type PersonFigures,
  type QueueFigures,
  targetKinds,
  type Waiting,
} from './figures.ts';
import { firstFrom, type Period, partOf, wallHour } from './period.ts';
import { type Done, type Place, type Span, type TicketStory, waitingSince } from './story.ts';

/** What counts. */
export interface Scope {
  inQueue(queue: string): boolean;
  /** Logins; undefined for everybody. */
  readonly people: ReadonlySet<string> | undefined;
  /** Undefined for all. */
  readonly language: string | undefined;
  /** Whether the work of this person there is shown with the name. */
  isNamed(login: string, queue: string): boolean;
}

export interface TallyRequest {
  readonly period: Period;
  readonly now: Instant;
  /** Where the present day begins. */
  readonly today: Instant;
  readonly scope: Scope;
  /** Open hours between the instants, by the calendar of the queue. */
  openTime(queue: string, from: Instant, to: Instant): Duration;
}

/** A target that a ticket had, and how it ended. */
export interface EndedTarget extends Place {
  readonly kind: (typeof targetKinds)[number];
  readonly ended: Instant;
  readonly isMet: boolean;
}

/** What targets make of a ticket. */
export interface TargetFacts {
  readonly ended: readonly EndedTarget[];
  readonly isLate: boolean;
}

export interface Tally {
  add(story: TicketStory, targets?: TargetFacts): void;
  figures(): Figures;
}

type MutableFlow = { -readonly [key in keyof Flow]: number };

interface Counted extends MutableFlow {
  readonly first: Duration[];
  readonly solved: Duration[];
  open: number;
}

const mostWaiting = 10;

export function createTally(request: TallyRequest): Tally {
  const { period, now, today, scope, openTime } = request;
  const { bounds } = period;
  const parts = bounds.slice(0, -1).map(() => newCounted());
  const sum = newCounted();
  const working = { first: [] as Duration[], solved: [] as Duration[] };
  const queues = createRows(newCounted);
  const languages = createRows(newCounted);
  const people = createRows(() => ({ ...newPerson }));
  const modules = new Map<string, number>();
  const hours = Array.from({ length: 7 }, () => new Array<number>(24).fill(0));
  const stock = new Int32Array(bounds.length + 1);
  const present = { open: 0, unowned: 0, openedToday: 0, closedToday: 0, unanswered: 0, late: 0 };
  const targets = targetKinds.map((kind) => ({ kind, met: 0, missed: 0 }));
  let withModules = 0;
  let waiting: Waiting[] = [];

  const isIn = ({ queue, owner }: Place) => isWith(owner, queue);
  const isWith = (login: string | undefined, queue: string) =>
    scope.inQueue(queue) &&
    (scope.people === undefined || (login !== undefined && scope.people.has(login)));

  /** False outside the period. */
  function count(at: Instant, queue: string, what: keyof Flow): boolean {
    const part = parts[partOf(bounds, at)];
    if (part === undefined) return false;
    part[what] += 1;
    sum[what] += 1;
    queues.get(queue)[what] += 1;
    return true;
  }

  function addSpan(span: Span, before: Span | undefined, language: string): void {
    const isCounted = isIn(span);
    if (before?.isOpen === true) {
      const wasCounted = isIn(before);
      if (isCounted && !wasCounted) count(span.from, span.queue, 'arrived');
      if (wasCounted && !isCounted) count(span.from, before.queue, 'left');
      if (isCounted && wasCounted && before.queue !== span.queue)
        moveBetween(before.queue, span.queue, span.from);
    }
    if (!span.isOpen || !isCounted) return;
    const from = firstFrom(bounds, span.from + 1);
    const to = firstFrom(bounds, span.to + 1);
    if (from === to) return;
    stock[from] = (stock[from] ?? 0) + 1;
    stock[to] = (stock[to] ?? 0) - 1;
    if (to < bounds.length) return;
    queues.get(span.queue).open += 1;
    languages.get(language).open += 1;
    const { owner } = span;
    if (owner !== undefined && scope.isNamed(owner, span.queue)) people.get(owner).open += 1;
  }

  /** From one counted queue to another: nothing for the whole, something for each of the two. */
  function moveBetween(before: string, after: string, at: Instant): void {
    if (partOf(bounds, at) < 0) return;
    queues.get(before).left += 1;
    queues.get(after).arrived += 1;
  }

  function addClosing(done: Done, language: string): void {
    if (!isIn(done)) return;
    if (done.at >= today) present.closedToday += 1;
    if (!addTime(done, 'solved')) return;
    count(done.at, done.queue, 'closed');
    languages.get(language).closed += 1;
    const { owner, queue } = done;
    if (owner !== undefined && scope.isNamed(owner, queue)) people.get(owner).closed += 1;
  }

  function addTime({ at, since, queue }: Done, heap: 'first' | 'solved'): boolean {
    const part = parts[partOf(bounds, at)];
    if (part === undefined) return false;
    for (const each of [part, sum, queues.get(queue)]) each[heap].push(at - since);
    working[heap].push(openTime(queue, since, at));
    return true;
  }

  function addContacts({ theirs, ours, firstResponse, language }: TicketStory): void {
    for (const contact of theirs) {
      if (!isIn(contact) || !count(contact.at, contact.queue, 'theirs')) continue;
      const wall = wallHour(period, contact.at);
      const row = wall === undefined ? undefined : hours[wall.weekday];
      if (row !== undefined && wall !== undefined) row[wall.hour] = (row[wall.hour] ?? 0) + 1;
    }
    for (const { at, login, queue, modules: used } of ours) {
      if (!isWith(login, queue) || !count(at, queue, 'ours')) continue;
      languages.get(language).ours += 1;
      if (used.length > 0) withModules += 1;
      for (const module of new Set(used)) modules.set(module, (modules.get(module) ?? 0) + 1);
      if (login === undefined || !scope.isNamed(login, queue)) continue;
      people.get(login).ours += 1;
      if (used.length > 0) people.get(login).withModules += 1;
    }
    if (firstResponse === undefined) return;
    const { login, queue } = firstResponse;
    if (!isWith(login, queue) || !addTime(firstResponse, 'first')) return;
    if (login !== undefined && scope.isNamed(login, queue)) people.get(login).firstResponses += 1;
  }

  function addPresent(story: TicketStory, isLate: boolean): void {
    const last = story.spans.at(-1);
    if (last?.isOpen !== true || !isIn(last)) return;
    present.open += 1;
    if (last.owner === undefined) present.unowned += 1;
    if (isLate) present.late += 1;
    const since = waitingSince(story, toInstant(last.to - 1));
    if (since === undefined) return;
    present.unanswered += 1;
    const { queue, owner } = last;
    waiting.push({ number: story.number, since, queue, owner });
    if (waiting.length > 20 * mostWaiting) waiting = longest(waiting);
  }

  return {
    add(story, facts) {
      const { spans, closings, reopenings, created, language } = story;
      if (scope.language !== undefined && scope.language !== language) return;
      const [first] = spans;
      if (first !== undefined && isIn(first)) {
        if (created >= today) present.openedToday += 1;
        if (count(created, first.queue, 'opened')) languages.get(language).opened += 1;
      }
      for (const [position, span] of spans.entries()) addSpan(span, spans[position - 1], language);
      for (const { at, ...place } of reopenings)
        if (isIn(place)) count(at, place.queue, 'reopened');
      for (const done of closings) addClosing(done, language);
      addContacts(story);
      addPresent(story, facts?.isLate === true);
      for (const { kind, ended, isMet, ...place } of facts?.ended ?? []) {
        const row = targets.find((each) => each.kind === kind);
        if (row === undefined || !isIn(place) || partOf(bounds, ended) < 0) continue;
        row[isMet ? 'met' : 'missed'] += 1;
      }
    },
    figures() {
      const levels = levelsOf(stock);
      return {
        period,
        present: { ...present, waiting: longest(waiting) },
        sum: {
          ...flowOf(sum),
          withModules,
          openBefore: levels[0] ?? 0,
          openAfter: levels[bounds.length - 1] ?? 0,
        },
        parts: parts.flatMap((part, position) => {
          const [from, to] = [bounds[position] ?? period.from, bounds[position + 1] ?? period.to];
          // What has not begun has no figures.
          if (from > now) return [];
          return [{ from, to, ...flowOf(part), open: levels[position + 1] ?? 0, ...timesOf(part) }];
        }),
        firstResponse: { wall: distributionOf(sum.first), working: distributionOf(working.first) },
        solution: { wall: distributionOf(sum.solved), working: distributionOf(working.solved) },
        queues: queues.rows(toQueue, ({ queue }) => queue),
        languages: languages.rows(toLanguage, ({ language }) => language),
        people: people.rows(
          (login, counted): PersonFigures => ({ login, ...counted }),
          ({ login }) => login,
        ),
        modules: [...modules]
          .map(([module, used]) => ({ module, used }))
          .sort((one, other) => other.used - one.used || compare(one.module, other.module)),
        targets,
        hours,
      };
    },
  };
}

const newPerson = { ours: 0, withModules: 0, firstResponses: 0, closed: 0, open: 0 };

function newCounted(): Counted {
  return {
    opened: 0,
    reopened: 0,
    arrived: 0,
    closed: 0,
    left: 0,
    theirs: 0,
    ours: 0,
    open: 0,
    first: [],
    solved: [],
  };
}

function flowOf({ opened, reopened, arrived, closed, left, theirs, ours }: Counted): Flow {
  return { opened, reopened, arrived, closed, left, theirs, ours };
}

function timesOf({ first, solved }: Counted): {
  readonly firstResponse: Distribution;
  readonly solution: Distribution;
} {
  return { firstResponse: distributionOf(first), solution: distributionOf(solved) };
}

function toQueue(queue: string, counted: Counted): QueueFigures {
  return { queue, open: counted.open, ...flowOf(counted), ...timesOf(counted) };
}

function toLanguage(language: string, { opened, closed, open, ours }: Counted): LanguageFigures {
  return { language, opened, closed, open, ours };
}

interface Rows<T> {
  get(key: string): T;
  rows<R>(toRow: (key: string, counted: T) => R, keyOf: (row: R) => string): readonly R[];
}

function createRows<T>(make: () => T): Rows<T> {
  const known = new Map<string, T>();
  return {
    get(key) {
      const found = known.get(key);
      if (found !== undefined) return found;
      const made = make();
      known.set(key, made);
      return made;
    },
    rows: (toRow, keyOf) =>
      [...known]
        .map(([key, counted]) => toRow(key, counted))
        .sort((one, other) => compare(keyOf(one), keyOf(other))),
  };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** How many are open just before each bound. */
function levelsOf(changes: Int32Array): Int32Array {
  let level = 0;
  return changes.map((change) => {
    level += change;
    return level;
  });
}

function longest(waiting: readonly Waiting[]): Waiting[] {
  return waiting
    .toSorted((one, other) => one.since - other.since || compare(one.number, other.number))
    .slice(0, mostWaiting);
}
