/**
 * Dates in prepared texts, in the language of the text.
 *
 * Promises: dates follow CLDR; a language that the system does not know gives ISO 8601.
 * Leaves to others: which dates there are (values.ts).
 */
import { day, type Instant, toInstant } from '../../base/clock.ts';
import { formatDate, localDay } from '../../core/escalation/calendar.ts';

/**
 * `long`: 26 November 2026; `short`: 26/11/2026; `weekday`: Thursday, 26 November 2026; `time`: 26 November 2026 at 09:15;
 * `iso`: 2026-11-26.
 */
export const dateForms = ['long', 'short', 'weekday', 'time', 'iso'] as const;

export type DateForm = (typeof dateForms)[number];

/** A moment, or a day without a time: days since 1970. */
export type Dated =
  | { readonly instant: Instant; readonly timeZone: string }
  | { readonly day: number };

export function isDateForm(text: string): text is DateForm {
  return dateForms.some((form) => form === text);
}

const longDate = { day: 'numeric', month: 'long', year: 'numeric' } as const;

const options: Readonly<Record<Exclude<DateForm, 'iso'>, Intl.DateTimeFormatOptions>> = {
  long: longDate,
  short: { day: '2-digit', month: '2-digit', year: 'numeric' },
  weekday: { weekday: 'long', ...longDate },
  time: { ...longDate, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
};

export function formatDateAs(form: DateForm, dated: Dated, language: string): string {
  const number = 'day' in dated ? dated.day : localDay(dated.instant, dated.timeZone);
  if (form === 'iso') return formatDate(number);
  // A day has no time that could be shown.
  const shape = 'day' in dated && form === 'time' ? 'long' : form;
  const instant = 'day' in dated ? toInstant(number * day) : dated.instant;
  const timeZone = 'day' in dated ? 'UTC' : dated.timeZone;
  try {
    return new Intl.DateTimeFormat(toTag(language), { timeZone, ...options[shape] }).format(
      instant,
    );
  } catch {
    // No tag of a language; a file name may hold what looks like one.
    return formatDate(number);
  }
}

/** British dates, as the viewer has them in English; and digits that every mail program shows. */
function toTag(language: string): string {
  const tag = language.toLowerCase() === 'en' ? 'en-GB' : language;
  return tag.includes('-u-') ? tag : `${tag}-u-nu-latn`;
}
