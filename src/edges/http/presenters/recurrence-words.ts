/** How an appointment repeats, in words. Promises: pure; what has no words is said to be a rule of its own. */
import { day, parseInstant, toInstant } from '../../../base/clock.ts';
import { readRecurrence } from '../../../core/appointment/recurrence.ts';
import type { Locale } from '../../../services/render/locale.ts';

const keys = {
  daily: 'packed.repeats.daily',
  weekly: 'packed.repeats.weekly',
  monthly: 'packed.repeats.monthly',
  yearly: 'packed.repeats.yearly',
} as const;

export function repeatsText(repeats: string, locale: Locale): string {
  const { every, interval, weekdays, until, times } = readRecurrence(repeats);
  const last = until === undefined ? undefined : parseInstant(`${until}T12:00:00Z`);
  return locale.facts([
    every === undefined
      ? locale.text('packed.repeats.rule')
      : locale.text(keys[every], { count: interval }),
    ...(weekdays.length === 0 ? [] : [locale.list(weekdays.map((each) => nameOf(each, locale)))]),
    ...(last === undefined
      ? []
      : [
          locale.text('packed.repeats.until', {
            day: locale.dates('UTC').dayHeading(last, toInstant(0)),
          }),
        ]),
    ...(times === undefined ? [] : [locale.text('packed.repeats.times', { count: times })]),
  ]);
}

function nameOf(weekday: number, { code }: Locale): string {
  // 5 January 1970 was a Monday.
  return new Intl.DateTimeFormat(code, { weekday: 'long', timeZone: 'UTC' }).format(
    (weekday + 3) * day,
  );
}
