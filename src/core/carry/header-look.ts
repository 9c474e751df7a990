/**
 * What an import must know of a mail before it is read: when it was written, and what its folder says of it.
 *
 * Promises: pure, total, bounded: only the first 64 kB are looked at. Nothing here is believed further than that it sorts.
 */
import { type Instant, parseInstant, toInstant } from '../../base/clock.ts';

export interface HeaderLook {
  /** The first of Date and the newest Received that can be true. */
  readonly date: Instant | undefined;
  /** Maildir flags, as far as fields of other mail programs say the same. */
  readonly flags: string;
  /** A note of a mail program to itself that lies among the mails. */
  readonly isInternal: boolean;
}

const mostBytes = 64 * 1024;
/** RFC 822 is of this day; nothing was written in its form before. */
const oldest = toInstant(398_044_800_000);

/** `now`: nothing was written later. */
export function lookAtHeader(mail: Buffer, now: Instant): HeaderLook {
  const text = mail.toString('latin1', 0, mostBytes);
  const end = text.search(/\r?\n\r?\n/);
  const header = (end < 0 ? text : text.slice(0, end)).replace(/\r?\n[ \t]+/g, ' ');
  const field = (name: string) =>
    new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(header)?.[1]?.trim() ?? '';
  const received = field('received');
  return {
    date: firstSane(
      [dateOf(field('date')), dateOf(received.slice(received.lastIndexOf(';') + 1))],
      now,
    ),
    flags: flagsOf(field('status'), field('x-status')),
    isInternal: field('x-imap') !== '' && /FOLDER INTERNAL DATA/.test(field('subject')),
  };
}

/** The first time that is not of the future and not older than mail is. */
export function firstSane(
  dates: readonly (Instant | undefined)[],
  now: Instant,
): Instant | undefined {
  return dates.find((date) => date !== undefined && date >= oldest && date <= now);
}

/** A date without a zone is meant in UTC. */
function dateOf(text: string): Instant | undefined {
  const bare = text.replace(/\([^()]*\)/g, ' ').trim();
  if (bare === '' || bare.length > 100) return undefined;
  const hasZone = /(?:[+-][0-9]{4}|[A-Za-z]{1,5})$/.test(bare);
  return parseInstant(hasZone ? bare : `${bare} +0000`);
}

/** `Status: RO`, `X-Status: A` of mutt, pine and others. */
function flagsOf(status: string, more: string): string {
  const signs: readonly (readonly [is: boolean, flag: string])[] = [
    [/D/.test(more) && /^[ADFT]{0,4}$/.test(more), 'T'],
    [/F/.test(more), 'F'],
    [/A/.test(more), 'R'],
    [/R/.test(status), 'S'],
    [/T/.test(more), 'D'],
  ];
  return signs.flatMap(([is, flag]) => (is ? [flag] : [])).join('');
}
