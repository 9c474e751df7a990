/**
 * The due horizon: one lane a queue, now as a line, what is late before it as triangles.
 *
 * Promises: pure; places are percentages of the width, mirrored for languages that are written from right to left; what is
 * late for longer than the picture reaches stands at its edge as one mark with its number. The picture reaches as far as
 * needed to show what comes next: hours, a day, a week.
 */
import {
  type Duration,
  day,
  hour,
  type Instant,
  minute,
  toInstant,
  zoneOffset,
} from '../../../base/clock.ts';
import type { Board, BoardTicket } from '../../../services/escalation/board.ts';
import { roughSpan } from './due-words.ts';
import { listHref, queryQueue, quoteValue } from './frame.ts';
import { type RowWords, subjectOf } from './list.ts';

type Words = Pick<RowWords, 'locale' | 'dates'>;

/** How far the picture reaches before and after now, and where its lines stand. */
interface Span {
  readonly before: Duration;
  readonly after: Duration;
  readonly every: Duration;
  readonly key: string;
}

const spans: readonly [Span, ...Span[]] = [
  { before: hour, after: 4 * hour, every: hour, key: 'horizon.hours' },
  { before: 6 * hour, after: 24 * hour, every: 6 * hour, key: 'horizon.day' },
  { before: day, after: 7 * day, every: day, key: 'horizon.week' },
];

const laneHeight = 42;
const top = 24;
const mostLanes = 12;
const mostMarks = 40;

export function presentHorizon({ at, tickets }: Board, words: Words, zone: string) {
  const { locale, dates } = words;
  const span = chooseSpan(tickets, at);
  const place = placing(at, span, locale.direction);
  const shown = tickets.filter(({ due }) => due <= at + span.after);
  const lanes = toLanes(shown)
    .slice(0, mostLanes)
    .map(([queue, own], index) => ({
      queue,
      href: listHref(queryQueue(queue)),
      y: top + laneHeight / 2 + index * laneHeight,
      marks: presentMarks(queue, own, { at, span, words, place }),
    }));
  const height = top + lanes.length * laneHeight + 24;
  return {
    isEmpty: lanes.length === 0,
    label: locale.text('horizon.label', {
      from: dates.moment(toInstant(at - span.before), at),
      to: dates.moment(toInstant(at + span.after), at),
    }),
    title: locale.text(span.key),
    height,
    bottom: height - 22,
    textY: height - 6,
    lanes,
    ticks: ticksOf(at, span, { words, zone }).map(({ instant, text }) => ({
      x: place(instant),
      text,
    })),
    now: { x: place(at), text: locale.text('horizon.now', { time: dates.time(at) }) },
  };
}

/** The nearest in which something is still to come. */
function chooseSpan(tickets: readonly BoardTicket[], at: Instant): Span {
  const next = tickets.find(({ due }) => due > at)?.due;
  if (next === undefined) return spans[0];
  return spans.find(({ after }) => next <= at + after) ?? spans[0];
}

/** In percent of the width, with a rest at both edges for half a mark. */
function placing(
  at: Instant,
  { before, after }: Span,
  direction: 'ltr' | 'rtl',
): (instant: Instant) => string {
  const edge = 2;
  return (instant) => {
    const share = Math.max(0, Math.min(1, (instant - at + before) / (before + after)));
    const x = edge + share * (100 - 2 * edge);
    return `${(direction === 'rtl' ? 100 - x : x).toFixed(1)}%`;
  };
}

/** By queue, whoever is most urgent first. */
function toLanes(
  tickets: readonly BoardTicket[],
): readonly (readonly [queue: string, tickets: readonly BoardTicket[]])[] {
  const lanes = new Map<string, BoardTicket[]>();
  for (const ticket of tickets) {
    const { queue } = ticket.record;
    const lane = lanes.get(queue);
    if (lane === undefined) lanes.set(queue, [ticket]);
    else lane.push(ticket);
  }
  return [...lanes];
}

interface Picture {
  readonly at: Instant;
  readonly span: Span;
  readonly words: Words;
  readonly place: (instant: Instant) => string;
}

function presentMarks(
  queue: string,
  tickets: readonly BoardTicket[],
  { at, span, words, place }: Picture,
) {
  const { locale } = words;
  const edge = at - span.before;
  const older = tickets.filter(({ due }) => due < edge);
  const others = tickets.filter(({ due }) => due >= edge).slice(0, mostMarks);
  const marks = others.map(({ record, due }) => ({
    kind: due <= at ? 'late' : due <= at + hour ? 'soon' : 'next',
    x: place(due),
    href: `/tickets/${record.number}`,
    label: locale.text(due <= at ? 'horizon.late' : 'horizon.due', {
      subject: subjectOf(record.subject, locale),
      span: roughSpan(Math.abs(due - at), locale),
    }),
    count: '',
  }));
  const [first] = older;
  if (first === undefined) return marks;
  const only = older.length === 1;
  return [
    {
      kind: 'late',
      x: place(toInstant(edge)),
      href: only
        ? `/tickets/${first.record.number}`
        : listHref(`queue:${quoteValue(queue)} is:late`),
      label: only
        ? locale.text('horizon.late', {
            subject: subjectOf(first.record.subject, locale),
            span: roughSpan(at - first.due, locale),
          })
        : locale.text('horizon.older', { count: older.length, queue }),
      count: only ? '' : locale.number(older.length),
    },
    ...marks,
  ];
}

/** Whole hours, quarters of days, or midnights within the picture, by the clock of the zone. */
function ticksOf(
  at: Instant,
  { before, after, every }: Span,
  { words: { dates }, zone }: { readonly words: Words; readonly zone: string },
): readonly { readonly instant: Instant; readonly text: string }[] {
  // Some zones are a quarter of an hour off.
  const step = 15 * minute;
  const first = Math.ceil((at - before) / step) * step;
  const ticks: { instant: Instant; text: string }[] = [];
  for (let time = first; time <= at + after; time += step) {
    const instant = toInstant(time);
    const [hours, minutes] = clockOf(instant, zone);
    if (minutes !== 0 || hours % Math.min(24, every / hour) !== 0) continue;
    ticks.push({ instant, text: every >= day ? dates.shortDay(instant) : dates.time(instant) });
  }
  return ticks;
}

/** Hour and minute on the wall. */
function clockOf(instant: Instant, zone: string): readonly [hours: number, minutes: number] {
  const minutes = Math.floor((instant + zoneOffset(instant, zone)) / minute);
  return [Math.floor(minutes / 60) % 24, minutes % 60];
}
