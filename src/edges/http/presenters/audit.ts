/** The log of log-ins and of what was read, in sentences. Promises: pure; an unknown detail is shown as it stands. */
import type { AuditEntry } from '../../../services/audit/entry.ts';
import type { Locale } from '../../../services/render/locale.ts';
import { httpAnswers } from '../errors.ts';
import { eventKeys, readingKeys, wayKeys } from './account-keys.ts';

export function eventText(entry: AuditEntry, locale: Locale): string {
  const { event, detail = '', way = '', what = '' } = entry;
  if (event === 'read') return readText(what, way, locale);
  if (event === 'log-in') return locale.text('audit.log-in', { way: wayText(way, locale) });
  if (event === 'log-in-refused') {
    const reason = reasonText(detail, locale);
    return locale.text('audit.log-in-refused', { way: wayText(way, locale), reason });
  }
  const { plain, detailed } = eventKeys[event];
  return detailed === undefined || detail === ''
    ? locale.text(plain)
    : locale.text(detailed, { detail });
}

function wayText(way: string, locale: Locale): string {
  const keys = new Map(Object.entries(wayKeys));
  const words = way.split(', ').map((each) => {
    const key = keys.get(each);
    return key === undefined ? each : locale.text(key);
  });
  return locale.list(words);
}

function reasonText(code: string, locale: Locale): string {
  if (code === 'too-many-attempts') return locale.text('audit.too-many');
  const row = Object.entries(httpAnswers).find(([known]) => known === code);
  return row === undefined ? code : locale.text(row[1].key);
}

function readText(what: string, way: string, locale: Locale): string {
  const key = readingKeys.get(what);
  const text = key === undefined ? locale.text('audit.read-other', { what }) : locale.text(key);
  return way === 'api' ? locale.text('audit.by-api', { text }) : text;
}
