/** An account's sessions, tokens and log-ins in words. Promises: pure. */
import { formatInstant, type Instant } from '../../../base/clock.ts';
import { tokenScopes } from '../../../config/agent-tokens.ts';
import type { SessionEntry } from '../../../services/accounts/accounts.ts';
import type { TokenEntry } from '../../../services/accounts/api-tokens.ts';
import type { AuditEntry } from '../../../services/audit/entry.ts';
import { browserWords } from '../../../services/present/browser-words.ts';
import type { Dates, Locale } from '../../../services/render/locale.ts';
import { scopeKeys, wayKeys } from './account-keys.ts';
import { eventText } from './audit.ts';

export interface PageWords {
  readonly locale: Locale;
  readonly dates: Dates;
  readonly now: Instant;
}

export interface TimeText {
  readonly text: string;
  readonly iso: string;
}

export function timeText(instant: Instant, { dates, now }: PageWords): TimeText {
  return { text: dates.moment(instant, now), iso: formatInstant(instant) };
}

/** `Firefox on Linux`, as far as it is known. */
export function deviceText(userAgent: string, locale: Locale): string {
  const { browser, system } = browserWords(userAgent);
  if (browser !== '' && system !== '') return locale.text('session.device', { browser, system });
  return browser || system || locale.text('session.unknown-device');
}

export function presentSessions(
  sessions: readonly SessionEntry[],
  current: string | undefined,
  words: PageWords,
) {
  const { locale } = words;
  return sessions.map(({ id, way, address, browser, opened, used }) => ({
    id,
    isCurrent: id === current,
    device: deviceText(browser, locale),
    browser,
    address,
    way: locale.text(wayKeys[way]),
    opened: timeText(opened, words),
    used: timeText(used, words),
  }));
}

interface TokenLife {
  readonly value: string;
  /** Undefined: for ever. */
  readonly days: number | undefined;
  readonly key: string;
}

export const tokenLives: readonly TokenLife[] = [
  { value: '30', days: 30, key: 'token.lives-month' },
  { value: '90', days: 90, key: 'token.lives-quarter' },
  { value: '365', days: 365, key: 'token.lives-year' },
  { value: 'never', days: undefined, key: 'token.lives-never' },
];

export function presentScopes(locale: Locale) {
  return tokenScopes.map((value) => ({
    value,
    text: locale.text(scopeKeys[value]),
    isChosen: value === 'read',
  }));
}

export function presentTokens(tokens: readonly TokenEntry[], words: PageWords) {
  const { locale } = words;
  return tokens.map(({ id, name, scopes, created, expires, used, isOver }) => ({
    id,
    name: name === '' ? locale.text('token.no-name') : name,
    scopes: scopes === undefined ? locale.text('token.everything') : locale.list(scopes),
    created: created === undefined ? undefined : timeText(created, words),
    expires: expires === undefined ? undefined : timeText(expires, words),
    used: used === undefined ? undefined : timeText(used, words),
    isOver,
  }));
}

export function presentOwnLog(entries: readonly AuditEntry[], words: PageWords) {
  return entries.map((entry) => ({
    time: timeText(entry.time, words),
    text: eventText(entry, words.locale),
    isRefused: entry.event === 'log-in-refused',
    address: entry.address ?? '',
    device: entry.browser === undefined ? '' : deviceText(entry.browser, words.locale),
  }));
}
