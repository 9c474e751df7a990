import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import { type Catalogue, createLocales } from '../../../src/services/render/locale.ts';

const root = join(import.meta.dirname, '..', '..', '..');

function readCatalogue(code: string): Catalogue {
  const parsed: Catalogue = JSON.parse(
    readFileSync(join(root, 'locales', code, 'viewer.json'), 'utf8'),
  );
  return parsed;
}

const codes = readdirSync(join(root, 'locales')).filter((name) => !name.endsWith('.json'));
const catalogues = new Map(codes.map((code) => [code, readCatalogue(code)]));
const locales = createLocales(catalogues);
describe('a locale', () => {
  const [en, de] = [locales.find('en'), locales.find('de')];
  if (en === undefined || de === undefined) throw new Error('English and German are missing');
  const now = toInstant(Date.UTC(2026, 10, 24, 12));

  it('is chosen by the wishes of the browser, most wanted first', () => {
    expect(locales.choose('cy;q=0.9, de-AT;q=0.8, en;q=0.1', 'en').code).toBe('de');
    expect(locales.choose('en;q=0', 'de').code).toBe('de');
    expect(locales.choose('', 'xx').code).toBe('en');
    expect(locales.find('de-CH')?.code).toBe('de');
    expect(locales.find('../de')).toBeUndefined();
  });

  it.each([
    ['zh', 'zh-Hans'],
    ['zh-CN', 'zh-Hans'],
    ['zh-SG', 'zh-Hans'],
    ['zh-TW', 'zh-Hant'],
    ['zh-HK', 'zh-Hant'],
    ['zh-Hant-HK', 'zh-Hant'],
    ['ZH-hant', 'zh-Hant'],
    ['iw', 'he'],
    ['pt-BR', 'pt'],
    ['uz-Cyrl', undefined],
    ['x', undefined],
    ['', undefined],
  ])('that is meant by %s is %s', (asked, code) => {
    const some = ['en', 'zh-Hans', 'zh-Hant', 'he', 'pt', 'uz'];
    const chosen = createLocales(new Map(some.map((each) => [each, {}])));
    expect(chosen.find(asked)?.code).toBe(code);
  });

  it('counts by the rules of its language', () => {
    expect(en.text('list.fresh', { count: 1 })).toBe('Show 1 new ticket');
    expect(de.text('list.fresh', { count: 2 })).toBe('2 neue Tickets zeigen');
    expect(en.text('list.total', { count: 12345 })).toBe('12,345 tickets');
    expect(de.plurals('list.fresh')).toEqual({
      one: '{{count}} neues Ticket zeigen',
      other: '{{count}} neue Tickets zeigen',
    });
  });

  it('escapes values in markup, and leaves its own tags', () => {
    const { html } = en.markup(
      'query.did-you-mean',
      { query: '<b>"x"' },
      { link: '/tickets?q=a&b' },
    );
    expect(html).toBe(
      'Did you mean <a href="/tickets?q=a&amp;b"><bdi>&lt;b&gt;&quot;x&quot;</bdi></a>?',
    );
  });

  it('does not read a value for placeholders or other keys', () => {
    expect(en.text('ticket.answer-to', { name: '{{name}} $t(ticket.close)' })).toBe(
      'Answer {{name}} $t(ticket.close)',
    );
  });

  it('says dates as people do, in the zone of the desk', () => {
    const dates = en.dates('Asia/Tokyo');
    const at = (day: number, hour: number) => toInstant(Date.UTC(2026, 10, day, hour));
    expect(dates.dayHeading(at(24, 3), now)).toBe('Today');
    expect(dates.dayHeading(at(23, 14), now)).toBe('Yesterday');
    expect(dates.dayHeading(at(23, 16), now)).toBe('Today');
    expect(de.dates('UTC').dayHeading(at(23, 16), now)).toBe('Gestern');
    expect(de.dates('UTC').dayHeading(at(20, 16), now)).toBe('Freitag, 20. November');
    expect(dates.time(at(24, 3))).toBe('12:00');
    expect(dates.hourOf(at(24, 15))).toBe(0);
  });

  it.each([
    [30_000, 'now', /^jetzt$/],
    [38 * 60_000, '38m', /^38/],
    [5 * 3_600_000, '5h', /^5/],
    [3 * 86_400_000, '3d', /^3/],
    [12 * 86_400_000, '12 Nov', /^12\. Nov/],
    [400 * 86_400_000, '20 Oct 2025', /^20\. Okt\.? 2025$/],
  ])('tells the age of %i ms in one unit', (past, english, german) => {
    const then = toInstant(now - past);
    expect(en.dates('UTC').age(then, now)).toBe(english);
    // How a unit is shortened changes from one release of the CLDR to the next.
    expect(de.dates('UTC').age(then, now)).toMatch(german);
  });

  it('knows no negative age, and sizes in few digits', () => {
    expect(en.dates('UTC').age(toInstant(now + 5000), now)).toBe('now');
    expect([0, 970, 1234, 182_000, 5_300_000].map((bytes) => en.size(bytes))).toEqual([
      '0 bytes',
      '970 bytes',
      '1.2 kB',
      '182 kB',
      '5.3 MB',
    ]);
  });

  it('names languages, and keeps a tag that is none', () => {
    expect([de.languageName('ja'), de.languageName('zh-Hans'), de.languageName('!!')]).toEqual([
      'Japanisch',
      'Chinesisch (vereinfacht)',
      '!!',
    ]);
  });
});

it('a language without texts is a fault that names the file', () => {
  expect(() => createLocales(new Map([['de', {}]]))).toThrow('expected en/viewer.json');
});
