/** The log of log-ins and of what was read, in sentences. Promises: pure; an unknown detail is shown as it stands. */
import type { AuditEntry } from '../../../services/audit/entry.ts';
import type { Locale } from '../../../services/render/locale.ts';
import { httpAnswers } from '../errors.ts';

export function eventText(entry: AuditEntry, locale: Locale): string {
  const { event, detail = '', way = '', what = '' } = entry;
  if (event === 'read') return readText(what, way, locale);
  if (event === 'log-in') return locale.text('audit.log-in', { way: wayText(way, locale) });
  if (event === 'log-in-refused')
    return locale.text('audit.log-in-refused', {
      way: wayText(way, locale),
      reason: reasonText(detail, locale),
    });
  return locale.text(detail === '' ? `audit.${event}` : `audit.${event}-detail`, { detail });
}

const ways = ['password', 'link', 'openid', 'code'];

function wayText(way: string, locale: Locale): string {
  const parts = way
    .split(', ')
    .map((each) => (ways.includes(each) ? locale.text(`way.${each}`) : each));
  return locale.list(parts);
}

function reasonText(code: string, locale: Locale): string {
  if (code === 'too-many-attempts') return locale.text('audit.too-many');
  const row = Object.entries(httpAnswers).find(([known]) => known === code);
  return row === undefined ? code : locale.text(row[1].key);
}

const parts = ['ticket', 'history', 'attachment', 'raw', 'trouble', 'print'];

function readText(what: string, way: string, locale: Locale): string {
  const text = parts.includes(what)
    ? locale.text(`audit.read-${what}`)
    : locale.text('audit.read-other', { what });
  return way === 'api' ? locale.text('audit.by-api', { text }) : text;
}
