/** How long something takes, as people say it: `38 min`, `2 h 10 min`, `3 days`. Promises: pure; rounded down, never below a minute. */
import { type Duration, day, hour, minute } from '../../base/clock.ts';

export function spanWords(
  span: Duration,
  text: (key: string, values: Readonly<Record<string, number>>) => string,
): string {
  const whole = Math.max(minute, Math.abs(span));
  if (whole < hour) return text('span.minutes', { minutes: Math.floor(whole / minute) });
  if (whole >= 2 * day) return text('span.days', { count: Math.floor(whole / day) });
  const hours = Math.floor(whole / hour);
  const minutes = Math.floor((whole % hour) / minute);
  return minutes === 0 || hours >= 10
    ? text('span.hours', { hours })
    : text('span.hours-minutes', { hours, minutes });
}
