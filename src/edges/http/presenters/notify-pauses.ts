/**
 * Quiet times and digest of an agent, as a form shows and sends them.
 *
 * Promises: pure; what the form cannot show is offered as it stands in the file, so that saving loses nothing.
 */
import {
  formatMinute,
  formatQuiet,
  parseDigest,
  parseQuiet,
} from '../../../config/agent-notify.ts';
import type { Quiet } from '../../../core/notify/quiet.ts';
import {
  type NotifyKind,
  type NotifyPreferences,
  notifyKinds,
} from '../../../core/notify/reasons.ts';
import type { Locale } from '../../../services/render/locale.ts';
import { kindKeys } from './notifications.ts';

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const dayKeys: Readonly<Record<(typeof weekdays)[number], string>> = {
  mon: 'pauses.day.mon',
  tue: 'pauses.day.tue',
  wed: 'pauses.day.wed',
  thu: 'pauses.day.thu',
  fri: 'pauses.day.fri',
  sat: 'pauses.day.sat',
  sun: 'pauses.day.sun',
};

interface ShownQuiet {
  readonly kind: 'off' | 'times' | 'calendar' | 'other';
  readonly from: string;
  readonly until: string;
  readonly days: readonly string[];
}

/** As the form can show it: one span of every day, and whole days. */
function toShown(quiet: Quiet | undefined): ShownQuiet {
  const usual = { from: '22:00', until: '07:00', days: [] };
  if (quiet === undefined) return { kind: 'off', ...usual };
  if (quiet.kind === 'calendar')
    return { kind: quiet.name === '' ? 'calendar' : 'other', ...usual };
  const spans = quiet.texts.filter((text) => /^\d{1,2}:\d\d-\d{1,2}:\d\d$/.test(text));
  const days = quiet.texts.filter((text) => /^[a-z]{3}(,[a-z]{3})*$/i.test(text));
  const [span = '-'] = spans;
  const [from = '', until = ''] = span.split('-').map((time) => time.padStart(5, '0'));
  const isShown = spans.length <= 1 && spans.length + days.length === quiet.texts.length;
  return {
    kind: isShown && !until.startsWith('24') ? 'times' : 'other',
    from: spans.length === 0 ? '' : from,
    until: spans.length === 0 ? '' : until,
    days: days.flatMap((text) => text.toLowerCase().split(',')),
  };
}

export function presentPauses(
  notify: NotifyPreferences,
  { timeZone, locale }: { readonly timeZone: string; readonly locale: Locale },
) {
  const { quiet, digest, urgent, mailAway } = notify;
  const shown = toShown(quiet);
  const choice = (value: string, key: string, values = {}) => ({
    value,
    text: locale.text(key, values),
  });
  return {
    quiet: shown,
    quietChoices: [
      choice('off', 'pauses.quiet-off'),
      choice('times', 'pauses.quiet-times'),
      choice('calendar', 'pauses.quiet-calendar'),
      ...(shown.kind === 'other' && quiet !== undefined
        ? [choice('other', 'pauses.quiet-other', { times: locale.list(formatQuiet(quiet)) })]
        : []),
    ],
    days: weekdays.map((value) => ({
      value,
      text: locale.text(dayKeys[value]),
      isOn: shown.days.includes(value),
    })),
    digest: digest?.kind ?? 'off',
    digestAt: digest?.kind === 'daily' ? formatMinute(digest.minute) : '08:00',
    digestChoices: [
      choice('off', 'pauses.digest-off'),
      choice('hourly', 'pauses.digest-hourly'),
      choice('daily', 'pauses.digest-daily'),
    ],
    urgent: notifyKinds.map((kind) => ({
      value: kind,
      text: locale.text(kindKeys[kind]),
      isOn: urgent?.has(kind) === true,
    })),
    timeZone,
    mailAway: mailAway === true,
  };
}

/** What a form says. */
export interface PausesForm {
  get(name: string): string;
  has(name: string): boolean;
}

type Pauses = Pick<NotifyPreferences, 'quiet' | 'digest' | 'urgent' | 'mailAway'>;

/** What makes no sense is as it was. */
export function readPauses(form: PausesForm, before: NotifyPreferences): Pauses {
  // A page from before this part of the form was there.
  if (!form.has('quiet')) {
    const { quiet, digest, urgent, mailAway } = before;
    return strip({ quiet, digest, urgent, mailAway });
  }
  const urgent = new Set<NotifyKind>(notifyKinds.filter((kind) => form.has(`urgent-${kind}`)));
  const asked = form.get('digest');
  const digest = parseDigest(asked === 'daily' ? `daily ${form.get('digest-at')}` : asked);
  return strip({
    quiet: readQuiet(form, before.quiet),
    digest: digest === undefined ? before.digest : digest === 'off' ? undefined : digest,
    urgent: urgent.size === 0 ? undefined : urgent,
    mailAway: form.has('mail-away') ? true : undefined,
  });
}

function readQuiet(form: PausesForm, before: Quiet | undefined): Quiet | undefined {
  const [from, until] = [form.get('quiet-from').trim(), form.get('quiet-until').trim()];
  const days = weekdays.filter((day) => form.has(`quiet-${day}`)).join(',');
  const hours = from === '' || until === '' ? '' : `${from}-${until}`;
  switch (form.get('quiet')) {
    case 'times': {
      const parsed = parseQuiet([hours, days]);
      return parsed === undefined || parsed === 'off' ? before : parsed;
    }
    case 'calendar':
      return { kind: 'calendar', name: '' };
    case 'other':
      return before;
    default:
      return undefined;
  }
}

function strip(pauses: { readonly [K in keyof Pauses]: Pauses[K] | undefined }): Pauses {
  const { quiet, digest, urgent, mailAway } = pauses;
  return {
    ...(quiet === undefined ? {} : { quiet }),
    ...(digest === undefined ? {} : { digest }),
    ...(urgent === undefined ? {} : { urgent }),
    ...(mailAway === undefined ? {} : { mailAway }),
  };
}
