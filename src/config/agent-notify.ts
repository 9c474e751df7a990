/**
 * What an agent is told of: the key `notify` in config/agents/LOGIN.yaml.
 *
 *     notify:
 *       page: [new, assigned, answered, mentioned, escalating]
 *       mail: [assigned, answered, mentioned]
 *       queues: [Support, Billing]
 *       quiet: [22:00-07:00, "sat,sun"]
 *       digest: daily 08:00
 *       urgent: [escalating]
 *       mailAway: no
 *
 * Promises: pure and total; what is left out is as it is for everybody.
 */
import type { Digest, Quiet } from '../core/notify/quiet.ts';
import {
  defaultPreferences,
  isNotifyKind,
  type NotifyKind,
  type NotifyPreferences,
} from '../core/notify/reasons.ts';
import { parseSchedule, type Schedule } from '../core/rules/schedule.ts';
import { yesOrNo } from './values.ts';
import { scalarText, scalarTexts } from './yaml.ts';

export const notifyExpected =
  'a table with "page" and "mail" (lists of new, assigned, answered, mentioned, escalating), "queues" (a list of names), "quiet" (times such as 22:00-07:00 or sat,sun, or calendar NAME), "digest" (hourly, daily 08:00 or off), "urgent" (a list like those) and "mailAway" (yes or no)';

const known = ['page', 'mail', 'queues', 'quiet', 'digest', 'urgent', 'mailAway'] as const;

export function readNotify(value: unknown): NotifyPreferences | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = new Map<string, unknown>(Object.entries(value));
  if ([...entries.keys()].some((key) => !known.some((each) => each === key))) return undefined;
  const page = entries.has('page') ? readKinds(entries.get('page')) : defaultPreferences.page;
  const mail = entries.has('mail') ? readKinds(entries.get('mail')) : defaultPreferences.mail;
  const queues = entries.has('queues') ? scalarTexts(entries.get('queues')) : undefined;
  const pauses = readPauses(entries);
  if (page === undefined || mail === undefined || pauses === undefined) return undefined;
  if (entries.has('queues') && queues === undefined) return undefined;
  return { page, mail, queues, ...pauses };
}

type Pauses = Pick<NotifyPreferences, 'quiet' | 'digest' | 'urgent' | 'mailAway'>;

/** What is left out, or `off`, is not set. */
function readPauses(entries: ReadonlyMap<string, unknown>): Pauses | undefined {
  const textsOf = (key: string): readonly string[] | undefined => {
    const value = entries.get(key);
    if (value === undefined || value === null || value === false) return [];
    return scalarTexts(value);
  };
  const [quietTexts, digestTexts] = [textsOf('quiet'), textsOf('digest')];
  const quiet = quietTexts === undefined ? undefined : parseQuiet(quietTexts);
  const digest = digestTexts === undefined ? undefined : parseDigest(digestTexts.join(' '));
  const urgent = entries.has('urgent') ? readKinds(entries.get('urgent')) : new Set<NotifyKind>();
  const away = yesOrNo.parse(scalarText(entries.get('mailAway') ?? false) ?? '')?.value;
  if (quiet === undefined || digest === undefined || urgent === undefined) return undefined;
  if (away === undefined) return undefined;
  return {
    ...(quiet === 'off' ? {} : { quiet }),
    ...(digest === 'off' ? {} : { digest }),
    ...(urgent.size === 0 ? {} : { urgent }),
    ...(away ? { mailAway: true } : {}),
  };
}

/** Times of the week, or `calendar`, or `calendar NAME`; undefined for what is neither, or leaves no time at all. */
export function parseQuiet(texts: readonly string[]): Quiet | 'off' | undefined {
  const written = texts.map((text) => text.trim()).filter((text) => text !== '' && text !== 'off');
  const [first] = written;
  if (first === undefined) return 'off';
  const [, name] = /^calendar(?: +([^\s/\\]{1,100}))?$/.exec(first) ?? [];
  if (/^calendar(?: |$)/.test(first))
    return written.length === 1 ? { kind: 'calendar', name: name ?? '' } : undefined;
  const spans = written.flatMap((text): readonly Schedule[] => {
    const span = parseSchedule(text, () => false);
    return span === undefined ? [] : [span];
  });
  if (spans.length < written.length || isWholeWeek(spans)) return undefined;
  return { kind: 'spans', texts: written, spans };
}

function isWholeWeek(spans: readonly Schedule[]): boolean {
  const minutes = [...Array(7 * 24 * 60).keys()];
  return minutes.every((at) => {
    const [weekday, ofDay] = [Math.floor(at / 1440), at % 1440];
    return spans.some(({ weekdays, from, to }) => {
      if (from < to) return weekdays.has(weekday) && ofDay >= from && ofDay < to;
      if (ofDay >= from) return weekdays.has(weekday);
      return ofDay < to && weekdays.has((weekday + 6) % 7);
    });
  });
}

/** `hourly`, `daily 08:00`, `off`. */
export function parseDigest(text: string): Digest | 'off' | undefined {
  const wanted = text.trim();
  if (wanted === '' || wanted === 'off') return 'off';
  if (wanted === 'hourly') return { kind: 'hourly' };
  const [, hours, minutes] = /^daily ([01]?\d|2[0-3]):([0-5]\d)$/.exec(wanted) ?? [];
  return hours === undefined
    ? undefined
    : { kind: 'daily', minute: Number(hours) * 60 + Number(minutes) };
}

function formatDigest(digest: Digest): string {
  return digest.kind === 'hourly' ? 'hourly' : `daily ${formatMinute(digest.minute)}`;
}

/** `08:00` */
export function formatMinute(minute: number): string {
  const digits = (value: number) => String(value).padStart(2, '0');
  return `${digits(Math.floor(minute / 60))}:${digits(minute % 60)}`;
}

function readKinds(value: unknown): ReadonlySet<NotifyKind> | undefined {
  const texts = value === null ? [] : scalarTexts(value);
  const kinds = texts?.filter(isNotifyKind);
  return kinds === undefined || kinds.length !== texts?.length ? undefined : new Set(kinds);
}

/** The form in the file. */
export function formatNotify(preferences: NotifyPreferences) {
  const { page, mail, queues, quiet, digest, urgent, mailAway } = preferences;
  return {
    page: [...page],
    mail: [...mail],
    ...(queues === undefined ? {} : { queues: [...queues] }),
    ...(quiet === undefined ? {} : { quiet: formatQuiet(quiet) }),
    ...(digest === undefined ? {} : { digest: formatDigest(digest) }),
    ...(urgent === undefined ? {} : { urgent: [...urgent] }),
    ...(mailAway === true ? { mailAway } : {}),
  };
}

export function formatQuiet(quiet: Quiet): string[] {
  return quiet.kind === 'spans' ? [...quiet.texts] : [`calendar ${quiet.name}`.trim()];
}
