/**
 * What is due on a ticket, and why then: the block at the top of the side bar.
 *
 * Promises: pure; the sum is told in sentences with clock times in them, in the zone of the desk.
 */
import { hour, type Instant } from '../../../base/clock.ts';
import type { CalendarConfig } from '../../../config/config.ts';
import {
  type Calendar,
  localDay,
  openTimeBetween,
  skippedDays,
} from '../../../core/escalation/calendar.ts';
import {
  type ClockSpan,
  type ClockStart,
  instantAt,
  isPaused,
  type TargetClock,
  usedTime,
} from '../../../core/escalation/due.ts';
import type { TargetKind } from '../../../core/escalation/targets.ts';
import type { DueBook, DueSubject, Measure } from '../../../services/escalation/due-book.ts';
import type { Markup } from '../../../services/render/markup.ts';
import { dueGroupOf, roughSpan } from './due-words.ts';
import type { MessageWords } from './message.ts';
import { nameState } from './states.ts';

export interface DueSideRequest {
  readonly subject: DueSubject;
  readonly due: Pick<DueBook, 'of' | 'measureOf' | 'slas'>;
  readonly canChange: boolean;
}

export type DueSide = ReturnType<typeof presentDueSide>;

/** Undefined where nothing is owed and nothing can be chosen. */
export function presentDueSide(request: DueSideRequest, words: MessageWords) {
  const { subject, due } = request;
  const { clocks, next } = due.of(subject);
  const sla = presentSla(request, words);
  const first = next ?? clocks[0];
  if (first === undefined) return sla === undefined ? undefined : { sla, clocks: [] };
  const measure = due.measureOf(subject);
  const others = clocks.filter((clock) => clock !== first);
  return {
    sla,
    big: presentBig(first, measure, words),
    also: words.locale.facts([
      ...wasDue(first, words),
      ...others.map((clock) => presentOther(clock, measure, words)),
    ]),
    why: words.locale.text(next === undefined ? 'due.why-paused' : 'due.why'),
    clocks: [first, ...others].map((clock) => ({
      title: nameOf(clock, measure, words),
      sentences: sentencesOf(clock, { subject, measure, isFirst: clock === first }, words),
    })),
  };
}

const kindKeys: Readonly<Record<TargetKind, string>> = {
  firstResponse: 'due.first-response',
  update: 'due.update',
  solution: 'due.solution',
};

function nameOf({ kind }: TargetClock, { targets }: Measure, { locale }: MessageWords): string {
  const isContact = kind === 'update' && targets.updateFrom === 'contact';
  return locale.text(isContact ? 'due.contact' : kindKeys[kind]);
}

function presentBig(clock: TargetClock, measure: Measure, words: MessageWords) {
  const { locale, dates, now } = words;
  const { due } = clock;
  if (due === undefined)
    return { kind: 'quiet', sign: 'swait', text: locale.text('due.big-paused') };
  const what = nameOf(clock, measure, words);
  const group = dueGroupOf(due, now);
  if (group === 'later') {
    const values = { what, time: dates.soon(due, now) };
    return { kind: '', sign: 'clock', text: locale.text('due.big-later', values) };
  }
  const values = { what, time: roughSpan(Math.abs(due - now), locale) };
  return group === 'late'
    ? { kind: 'late', sign: 'tri', text: locale.text('due.big-late', values) }
    : { kind: 'soon', sign: 'clock', text: locale.text('due.big-soon', values) };
}

function wasDue({ due }: TargetClock, words: MessageWords): readonly string[] {
  const { locale, now } = words;
  if (due === undefined || dueGroupOf(due, now) === 'later') return [];
  if (due > now)
    return [locale.text('due.due', { time: moment(due, words) }).replace(/[.。]$/, '')];
  return [locale.text('due.was', { time: moment(due, words) })];
}

function presentOther(clock: TargetClock, measure: Measure, words: MessageWords): string {
  const { locale, now } = words;
  const what = nameOf(clock, measure, words);
  const { due } = clock;
  if (due === undefined)
    return locale.text('due.also-paused', { what, time: leftOf(clock, measure.calendar, words) });
  const key = due <= now ? 'due.also-was' : 'due.also';
  return locale.text(key, { what, time: moment(due, words) });
}

/** The time when it is today, within a week the day of the week with it. */
function moment(instant: Instant, { dates, now }: MessageWords): string {
  if (instant > now) return dates.soon(instant, now);
  const isNear = now - instant < 6 * 24 * hour;
  return dates.isSameDay(instant, now) || !isNear
    ? dates.moment(instant, now)
    : dates.weekdayTime(instant);
}

function leftOf(clock: TargetClock, calendar: Calendar, { locale, now }: MessageWords): string {
  return locale.duration(Math.max(0, clock.target - usedTime(clock, calendar, now)));
}

interface WhyRequest {
  readonly subject: DueSubject;
  readonly measure: Measure;
  /** What holds for all clocks is said once. */
  readonly isFirst: boolean;
}

function sentencesOf(
  clock: TargetClock,
  { subject, measure, isFirst }: WhyRequest,
  words: MessageWords,
): readonly Markup[] {
  const { locale, now } = words;
  const { sla } = measure;
  const { started, due } = clock;
  const target = locale.duration(clock.target);
  return [
    locale.markup(startKeyOf(clock, measure), { time: moment(started, words) }),
    sla === undefined
      ? locale.markup('due.target-queue', { queue: subject.queue, time: target })
      : locale.markup('due.target-sla', { sla, time: target }),
    ...(isFirst ? [calendarSentence(measure, words)] : []),
    ...clock.spans
      .filter(({ kind }) => kind === 'paused')
      .map((span) => pauseSentence(span, clock, measure.calendar, words)),
    ...holidaySentence(clock, measure.calendar, words),
    ...(due === undefined
      ? isPaused(clock)
        ? []
        : [locale.markup('due.never')]
      : [
          locale.markup('due.due', {
            time: due <= now ? moment(due, words) : words.dates.soon(due, now),
          }),
        ]),
  ];
}

function calendarSentence({ calendar, calendarName }: Measure, { locale }: MessageWords): Markup {
  const zone = calendar.timeZone;
  return calendarName === undefined
    ? locale.markup('due.calendar-own', { zone })
    : locale.markup('due.calendar', { calendar: calendarName, zone });
}

const startKeys: Readonly<Record<ClockStart, string>> = {
  opened: 'due.started-opened',
  theirs: 'due.started-theirs',
  ours: 'due.started-ours',
  reopened: 'due.started-reopened',
};

function startKeyOf({ kind, cause }: TargetClock, { targets }: Measure): string {
  const isOldest = kind === 'update' && cause === 'theirs' && targets.updateFrom === 'customer';
  return isOldest ? 'due.started-oldest' : startKeys[cause];
}

function pauseSentence(
  { from, to, state }: ClockSpan,
  clock: TargetClock,
  calendar: Calendar,
  words: MessageWords,
): Markup {
  const { locale } = words;
  const named = nameState({ state, stateName: undefined }, words).text;
  if (to !== undefined) {
    return locale.markup('due.paused', {
      from: moment(from, words),
      to: moment(to, words),
      state: named,
      time: locale.duration(openTimeBetween(calendar, from, to)),
    });
  }
  const over = instantAt(clock, 100, calendar);
  const since = { from: moment(from, words), state: named };
  return over === undefined
    ? locale.markup('due.paused-since', { ...since, time: leftOf(clock, calendar, words) })
    : locale.markup('due.paused-over', { ...since, due: moment(over, words) });
}

const mostHolidays = 5;

/** Days that would have been worked, from the start until it is due, or until now. */
function holidaySentence(
  { started, due }: TargetClock,
  calendar: Calendar & Pick<CalendarConfig, 'holidayNames'>,
  words: MessageWords,
): readonly Markup[] {
  const { locale, now } = words;
  const last = due ?? now;
  const zoned = locale.dates(calendar.timeZone);
  const days = skippedDays(
    calendar,
    localDay(started, calendar.timeZone),
    localDay(last, calendar.timeZone),
    mostHolidays,
  );
  if (days.length === 0) return [];
  const named = days.map(({ date, noon }) => {
    const name = calendar.holidayNames?.[date] ?? '';
    const shown = zoned.shortDay(noon);
    return name === '' ? shown : locale.text('world.detail', { text: shown, detail: name });
  });
  return [locale.markup('due.holidays', { days: locale.list(named) })];
}

/** Whoever may change the ticket chooses one of the service levels of the desk. */
function presentSla({ subject, due, canChange }: DueSideRequest, { locale }: MessageWords) {
  const slas = due.slas();
  if (slas.length === 0) return undefined;
  const holds = due.measureOf(subject).sla;
  const step = subject.course.findLast((each) => each.kind === 'set' && each.field === 'sla');
  const named = step?.kind === 'set' && step.value !== '' ? step.value : undefined;
  const none =
    named === undefined && holds !== undefined
      ? locale.text('due.sla-by-itself', { sla: holds })
      : locale.text('due.sla-none');
  return {
    text: holds,
    choices: canChange
      ? [
          { value: '', text: none, isCurrent: named === undefined },
          ...slas.map(({ name }) => ({
            value: name,
            text: name,
            isCurrent: name.toLowerCase() === named?.toLowerCase(),
          })),
        ]
      : [],
  };
}
