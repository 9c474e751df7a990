/** The page of what lies in the trouble folder: why, since when, what can be done. */
import { formatInstant, type Instant } from '../../../base/clock.ts';
import type { Dates, Locale } from '../../../services/render/locale.ts';
import type { TroubleEntry } from '../../../services/trouble.ts';

export interface TroubleRequest {
  readonly entries: readonly TroubleEntry[];
  readonly isAdmin: boolean;
}

export function presentTrouble(
  { entries, isAdmin }: TroubleRequest,
  { locale, dates, now }: { locale: Locale; dates: Dates; now: Instant },
) {
  return {
    isAdmin,
    count: locale.text('trouble.count', { count: entries.length }),
    entries: entries.map((entry) => {
      const page = `/trouble/${encodeURIComponent(entry.name)}`;
      const canRelease = isAdmin && entry.kind !== 'outgoing';
      return {
        subject: entry.subject.trim() === '' ? locale.text('ticket.no-subject') : entry.subject,
        why: whyText(entry, locale),
        reason: entry.kind === 'virus' ? undefined : entry.reason || undefined,
        people: peopleText(entry, locale),
        since: dates.moment(entry.since, now),
        sinceIso: formatInstant(entry.since),
        size: locale.size(entry.size),
        name: entry.name,
        rawHref: isAdmin ? `${page}/raw` : undefined,
        releaseAction: canRelease ? `${page}/release` : undefined,
      };
    }),
  };
}

const whyKeys = {
  failed: 'trouble.failed',
  outgoing: 'trouble.outgoing',
  unknown: 'trouble.unknown',
} as const;

function whyText({ kind, reason }: TroubleEntry, locale: Locale): string {
  return kind === 'virus'
    ? locale.text('trouble.virus', { name: reason })
    : locale.text(whyKeys[kind]);
}

const mostNamed = 5;

function peopleText({ sender, recipients }: TroubleEntry, locale: Locale): string | undefined {
  const to = locale.list(recipients.slice(0, mostNamed));
  const isNamed = sender !== undefined && sender !== '';
  if (isNamed && to !== '') return locale.text('trouble.people', { from: sender, to });
  return isNamed ? sender : undefined;
}
