/** Whether every language says dates, times, spans, sizes, numbers and lists in its own way, by what this Node knows. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Duration, minute, toInstant } from '../../../src/base/clock.ts';
import { type Catalogue, createLocales, type Locale } from '../../../src/services/render/locale.ts';

const root = join(import.meta.dirname, '..', '..', '..');

function readCatalogue(code: string): Catalogue {
  const parsed: Catalogue = JSON.parse(
    readFileSync(join(root, 'locales', code, 'viewer.json'), 'utf8'),
  );
  return parsed;
}

/** Those of the issue; a catalogue that is not there yet has English texts and formats of its own. */
const wanted = 'en de fr es it pt nl pl ru uk tr ja ko zh-Hans zh-Hant fi ar he fa hi'.split(' ');
const found = readdirSync(join(root, 'locales')).filter((name) => !name.endsWith('.json'));
const catalogues = new Map(
  [...new Set([...wanted, ...found])].map((code) => [
    code,
    found.includes(code) ? readCatalogue(code) : {},
  ]),
);
const locales = createLocales(catalogues);
const at = toInstant(Date.UTC(2026, 10, 24, 15, 48));
const now = toInstant(Date.UTC(2026, 10, 26, 8));
const span = (minutes: number): Duration => minutes * minute;

/** One of each, by name. */
function samples(locale: Locale): Readonly<Record<string, string>> {
  const dates = locale.dates('Europe/Berlin');
  return {
    date: dates.full(at),
    weekday: dates.weekdayTime(at),
    heading: dates.dayHeading(at, at),
    relative: dates.soon(toInstant(at + 86_400_000), at),
    days: dates.days(at, now),
    duration: locale.duration(span(3 * 24 * 60)),
    list: locale.list(['1', '2', '3']),
    language: locale.languageName('el'),
  };
}

const others = locales.all.filter(({ code }) => code !== 'en');
const english = locales.find('en');
if (english === undefined) throw new Error('English is missing');

describe.each(others.map((locale) => [locale.code, locale] as const))('in %s', (code, locale) => {
  it('nothing falls back to English', () => {
    const inEnglish = samples(english);
    for (const [name, text] of Object.entries(samples(locale)))
      expect([name, text]).not.toEqual([name, inEnglish[name]]);
    expect(Intl.DateTimeFormat.supportedLocalesOf([code])).toEqual([code]);
    expect(Intl.PluralRules.supportedLocalesOf([code])).toEqual([code]);
    expect(Intl.ListFormat.supportedLocalesOf([code])).toEqual([code]);
  });

  it('times are of 24 hours, in order, and numbers grouped and shortened', () => {
    const digits = (text: string) =>
      text
        .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
        .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660));
    const dates = locale.dates('Europe/Berlin');
    expect(digits(dates.time(at))).toMatch(/^16[:.]48$/);
    expect(digits(dates.dayTime(at))).toMatch(/24.*16[:.]48|11.*24.*16[:.]48|(?:3|۳).*16[:.]48/);
    expect(digits(locale.number(1_234_567)).replace(/\D/g, '')).toBe('1234567');
    expect(digits(locale.size(5_300_000))).toMatch(/5[.,٫]3/);
    expect(digits(locale.duration(span(130)))).toMatch(/10/);
    expect(locale.duration(span(130))).not.toBe(locale.duration(span(70)));
  });
});

describe('plural forms', () => {
  const counts = [0, 1, 2, 3, 11, 100];

  it.each([
    ['ar', ['لا تذاكر', 'تذكرة واحدة', 'تذكرتان', '3 تذاكر', '11 تذكرة', '100 تذكرة']],
    ['ru', ['0 тикетов', '1 тикет', '2 тикета', '3 тикета', '11 тикетов', '100 тикетов']],
    ['de', ['0 Tickets', '1 Ticket', '2 Tickets', '3 Tickets', '11 Tickets', '100 Tickets']],
  ])('are those of %s for 0, 1, 2, 3, 11 and 100', (code, texts) => {
    const locale = locales.find(code);
    expect(counts.map((count) => locale?.text('list.total', { count }))).toEqual(texts);
  });
});

describe('a sentence with values of another direction', () => {
  const [ar, de] = [locales.find('ar'), locales.find('de')];
  if (ar === undefined || de === undefined) throw new Error('Arabic or German is missing');

  it('isolates them, and leaves the others as they are', () => {
    expect(ar.text('world.label', { label: 'Ben Kaya', value: '12' })).toContain(
      '\u2068Ben Kaya\u2069',
    );
    expect(ar.text('world.label', { label: 'بن', value: '12' })).not.toMatch(/[\u2066-\u2069]/);
    expect(de.text('world.label', { label: 'محمود', value: '12' })).toContain('\u2068محمود\u2069');
    expect(de.text('world.label', { label: 'Kim', value: '12' })).toBe('Kim: 12');
    expect(de.list(['Kim', 'מיכל'])).toBe('Kim und \u2068מיכל\u2069');
    expect(ar.facts(['20261124000747', 'Billing'])).toBe('20261124000747 · \u2068Billing\u2069');
  });

  it('ends what a value turns, and leaves addresses of pages alone', () => {
    expect(de.text('world.label', { label: 'a\u202Eb', value: '\u2067c' })).toBe('ab: c');
    expect(ar.text('world.label', { label: 'x', value: 'https://desk.example/account' })).toMatch(
      /[^\u2068]https:\/\/desk\.example\/account$/,
    );
    const { html } = ar.markup('change.closed.by', { who: '<Ben>' });
    expect(html).toContain('<bdi>\u2068&lt;Ben&gt;\u2069</bdi>');
  });
});

it('counts are in the digits of the language', () => {
  const fa = locales.find('fa');
  expect(fa?.text('ticket.events', { count: 12 })).toContain('۱۲');
  expect(fa?.number(47)).toBe('۴۷');
  expect(fa?.dates('UTC').time(at)).toBe('۱۵:۴۸');
});
