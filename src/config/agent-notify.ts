/**
 * What an agent is told of: the key `notify` in config/agents/LOGIN.yaml.
 *
 *     notify:
 *       page: [new, assigned, answered, mentioned, escalating]
 *       mail: [assigned, answered, mentioned]
 *       queues: [Support, Billing]
 *
 * Promises: pure and total; what is left out is as it is for everybody.
 */
import {
  defaultPreferences,
  isNotifyKind,
  type NotifyKind,
  type NotifyPreferences,
} from '../core/notify/reasons.ts';
import { scalarTexts } from './yaml.ts';

export const notifyExpected =
  'a table with "page" and "mail" (lists of new, assigned, answered, mentioned, escalating) and "queues" (a list of names)';

export function readNotify(value: unknown): NotifyPreferences | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = new Map<string, unknown>(Object.entries(value));
  if ([...entries.keys()].some((key) => !['page', 'mail', 'queues'].includes(key)))
    return undefined;
  const page = entries.has('page') ? readKinds(entries.get('page')) : defaultPreferences.page;
  const mail = entries.has('mail') ? readKinds(entries.get('mail')) : defaultPreferences.mail;
  const queues = entries.has('queues') ? scalarTexts(entries.get('queues')) : undefined;
  if (page === undefined || mail === undefined) return undefined;
  if (entries.has('queues') && queues === undefined) return undefined;
  return { page, mail, queues };
}

function readKinds(value: unknown): ReadonlySet<NotifyKind> | undefined {
  const texts = value === null ? [] : scalarTexts(value);
  const kinds = texts?.filter(isNotifyKind);
  return kinds === undefined || kinds.length !== texts?.length ? undefined : new Set(kinds);
}

/** The form in the file. */
export function formatNotify({ page, mail, queues }: NotifyPreferences) {
  return {
    page: [...page],
    mail: [...mail],
    ...(queues === undefined ? {} : { queues: [...queues] }),
  };
}
