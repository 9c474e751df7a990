/**
 * When an agent wants no mail, and when he wants it all at once.
 *
 * Owns: quiet times, the times of a digest, and when what was told goes out. Promises: pure; `nextLoud` never lies within quiet
 * time, is never before what it is asked for, and is monotonic; that clocks are changed moves neither into the other.
 * Leaves to others: what is told (news.ts), sending (services/notifications/mailer.ts).
 */
import { day, hour, type Instant, minute, toInstant, zoneOffset } from '../../base/clock.ts';
import {
  addOpenTime,
  type Calendar,
  isOpenAt,
  localDay,
  wallInstant,
} from '../escalation/calendar.ts';
import { isWithin, type Schedule } from '../rules/schedule.ts';

export type Quiet =
  | {
      readonly kind: 'spans';
      /** As written: `22:00-07:00`, `sat,sun`. */
      readonly texts: readonly string[];
      readonly spans: readonly Schedule[];
    }
  /** Quiet while this calendar is shut; an empty name for the desk's own. */
  | { readonly kind: 'calendar'; readonly name: string };

export type Digest =
  | { readonly kind: 'hourly' }
  /** Minutes since midnight. */
  | { readonly kind: 'daily'; readonly minute: number };

/** What the words of an agent mean here: his zone, and the calendar that he names. */
export interface QuietPlace {
  readonly timeZone: string;
  readonly calendarOf: (name: string) => Calendar;
}

/** Longer than any week with a change of clocks; who is quiet all the time gets his mail all the same. */
const longestQuiet = 16 * day;

/** The first instant from this one on that is not quiet. */
export function nextLoud(quiet: Quiet | undefined, from: Instant, place: QuietPlace): Instant {
  if (quiet === undefined) return from;
  if (quiet.kind === 'calendar') {
    const calendar = place.calendarOf(quiet.name);
    if (isOpenAt(calendar, from)) return from;
    // The first open millisecond ends where one millisecond of open time has passed.
    const opens = addOpenTime(calendar, from, 1) - 1;
    return opens - from > 366 * day ? from : toInstant(opens);
  }
  const isQuiet = (at: number) =>
    quiet.spans.some((span) => isWithin(span, toInstant(at), place.timeZone));
  if (!isQuiet(from)) return from;
  const end = from + longestQuiet;
  for (let at = Math.floor(from / minute) * minute + minute; at <= end; at += minute)
    if (!isQuiet(at)) return toInstant(at);
  return from;
}

export function isQuietAt(quiet: Quiet | undefined, at: Instant, place: QuietPlace): boolean {
  return nextLoud(quiet, at, place) > at;
}

/** When the digest goes out that holds what was told at this time: the first of its times after it. */
export function nextDigest(digest: Digest, told: Instant, { timeZone }: QuietPlace): Instant {
  if (digest.kind === 'hourly') {
    // Hours on the wall: some zones are half an hour off.
    const offset = zoneOffset(told, timeZone);
    return toInstant((Math.floor((told + offset) / hour) + 1) * hour - offset);
  }
  const today = localDay(told, timeZone);
  for (let ahead = 0; ahead <= 2; ahead += 1) {
    const at = wallInstant(today + ahead, digest.minute, timeZone);
    if (at > told) return at;
  }
  return toInstant(told + day);
}

export interface Delivery {
  readonly quiet: Quiet | undefined;
  readonly digest: Digest | undefined;
}

/**
 * When mail of what was told goes out: `base` is the end of the pause in which more may come; what is urgent waits for
 * nothing else.
 */
export function releaseTime(
  { quiet, digest }: Delivery,
  told: { readonly first: Instant; readonly base: Instant; readonly isUrgent: boolean },
  place: QuietPlace,
): Instant {
  if (told.isUrgent) return told.base;
  const gathered = digest === undefined ? told.base : nextDigest(digest, told.first, place);
  return nextLoud(quiet, gathered, place);
}
