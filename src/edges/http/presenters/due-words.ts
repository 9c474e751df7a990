/**
 * Due times in words: of a row, of the groups of a list.
 *
 * Promises: pure; time as people say it: "40 min late", "in 25 min", else the moment itself.
 */
import { type Duration, day, hour, type Instant, minute, toInstant } from '../../../base/clock.ts';
import type { DueTimes } from '../../../core/escalation/due.ts';
import type { ListPage } from '../../../services/index/index.ts';
import type { Dates, Locale } from '../../../services/render/locale.ts';

interface DueWords {
  readonly locale: Locale;
  readonly dates: Dates;
  readonly now: Instant;
}

export interface DueWord {
  readonly kind: 'late' | 'soon' | 'quiet';
  readonly sign: string;
  readonly text: string;
}

/** Within so much time a due time is said as what is left. */
export const soonSpan: Duration = hour;

export function dueWord(due: Instant, { locale, dates, now }: DueWords): DueWord {
  if (due <= now) {
    const time = roughSpan(now - due, locale);
    return { kind: 'late', sign: 'tri', text: locale.text('due.late-by', { time }) };
  }
  if (due <= now + soonSpan) {
    const time = roughSpan(due - now, locale);
    return { kind: 'soon', sign: 'clock', text: locale.text('due.in', { time }) };
  }
  return { kind: 'quiet', sign: '', text: dates.soon(due, now) };
}

/** One unit, rounded down: nobody is told more time than there is, nor of more delay. */
export function roughSpan(span: Duration, locale: Locale): string {
  if (span < hour) return locale.duration(Math.floor(span / minute) * minute);
  if (span < 2 * day) return locale.duration(Math.floor(span / hour) * hour);
  return locale.duration(Math.floor(span / day) * day);
}

/** When a row is due, and whether what it waits for is only a pause. */
export function rowDue({ next }: DueTimes, words: DueWords): DueWord | undefined {
  return next?.due === undefined ? undefined : dueWord(next.due, words);
}

export type DueGroup = 'late' | 'soon' | 'later';

export function dueGroupOf(due: Instant | undefined, now: Instant): DueGroup {
  if (due === undefined) return 'later';
  return due <= now ? 'late' : due <= now + soonSpan ? 'soon' : 'later';
}

/** The instants by which the groups are counted. */
export function groupBounds(now: Instant): readonly Instant[] {
  return [now, toInstant(now + soonSpan)];
}

const groupKeys: Readonly<Record<DueGroup, string>> = {
  late: 'due.group-late',
  soon: 'due.group-soon',
  later: 'due.group-later',
};

export interface DueGroupView {
  readonly kind: DueGroup;
  readonly text: string;
  readonly count: number;
}

/** The line over the row when a group begins with it. */
export function groupLine(
  { dueCounts, total }: Pick<ListPage, 'dueCounts' | 'total'>,
  group: DueGroup,
  locale: Locale,
): DueGroupView {
  const [late = 0, within = 0] = dueCounts ?? [];
  const count = group === 'late' ? late : group === 'soon' ? within - late : total - within;
  return { kind: group, text: locale.text(groupKeys[group]), count };
}
