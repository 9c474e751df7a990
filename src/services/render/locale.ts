/**
 * Texts and dates in the languages of the viewer.
 *
 * Owns: i18next, Intl, the files `locales/LANGUAGE/viewer.json`. Promises: a language is nothing but a
 * folder of files; plural forms, lists, numbers and dates follow CLDR. Values put into markup are escaped; one that runs
 * against the direction of its sentence is isolated in it, and none turns what follows.
 * Leaves to others: which language a page is in (edges/http/middleware/language.ts).
 */
import { createInstance, type TFunction } from 'i18next';
import {
  type Duration,
  day,
  formatDay,
  hour,
  type Instant,
  minute,
  toInstant,
} from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import { parentTags } from '../../base/language-tag.ts';
import { isolate, runsAgainst, settleTurns } from '../../core/message/direction.ts';
import { escapeHtml, type Markup } from './markup.ts';

export type TextValues = Readonly<Record<string, string | number>>;

/** Addresses by the name of the tag that becomes a link. */
export type Links = Readonly<Record<string, string>>;

export interface Locale {
  /** Language tag: `de`, `zh-Hans`. */
  readonly code: string;
  /** The language's name in itself. */
  readonly name: string;
  /** A sign of at most three letters. */
  readonly short: string;
  readonly direction: 'ltr' | 'rtl';
  text(key: string, values?: TextValues): string;
  /** A sentence with `<strong>`, `<bdi>` and links in it; the values are escaped. */
  markup(key: string, values?: TextValues, links?: Links): Markup;
  /** Every plural form of a text as it stands in the file, by CLDR category, for the browser. */
  plurals(key: string): Readonly<Record<string, string>>;
  /** A language's name in this language; the tag itself when unknown. */
  languageName(code: string): string;
  /** `12,345`, in the digits of the language. */
  number(value: number): string;
  size(bytes: number): string;
  list(items: readonly string[]): string;
  /** Facts beside each other that are no sentence: `20261124000747 · Billing`. */
  facts(items: readonly string[]): string;
  /** A span of time in whole minutes: `40 min`, `2 hr 10 min`. */
  duration(span: Duration): string;
  dates(timeZone: string): Dates;
}

/** Dates as people say them, in one time zone. */
export interface Dates {
  /** `16:48` */
  time(instant: Instant): string;
  /** `20 November 2026 at 16:48` */
  full(instant: Instant): string;
  /** To the second, with the zone: `20 November 2026 at 16:48:07 CET` */
  exact(instant: Instant): string;
  /** `Today`, `Yesterday`, `Friday, 20 November` */
  dayHeading(instant: Instant, now: Instant): string;
  /** `20 Nov` */
  short(instant: Instant): string;
  /** `Tuesday 14:02` */
  weekdayTime(instant: Instant): string;
  /** How long ago in one unit, after a week the date: `38m`, `2h`, `3d`, `12 Nov`. */
  age(instant: Instant, now: Instant): string;
  /** `12 Nov, 16:48` */
  dayTime(instant: Instant): string;
  /** `28 Oct – 26 Nov 2026` */
  days(first: Instant, last: Instant): string;
  /** The time when it is today, else day and time. */
  moment(instant: Instant, now: Instant): string;
  /** A moment to come as people say it: `17:27`, `tomorrow 09:30`, `Wed 09:00`, `3 Dec, 09:00`. */
  soon(instant: Instant, now: Instant): string;
  /** `Fri, 25 Dec` */
  shortDay(instant: Instant): string;
  /** Hour of the day, 0 to 23. */
  hourOf(instant: Instant): number;
  /** The calendar day as eight digits. */
  day(instant: Instant): string;
  isSameDay(one: Instant, other: Instant): boolean;
}

export interface Locales {
  /** By code. */
  readonly all: readonly Locale[];
  /** By exact tag, else by its language; undefined when there is none. */
  find(code: string): Locale | undefined;
  /** The best for an `Accept-Language` value, else the fallback, else English. */
  choose(acceptLanguage: string, fallback: string): Locale;
}

/** The texts of one language: key to text. */
export type Catalogue = Readonly<Record<string, string>>;

const namespace = 'viewer';
const sourceLanguage = 'en';

export function createLocales(catalogues: ReadonlyMap<string, Catalogue>): Locales {
  const i18n = createInstance();
  // Everything is at hand, so that nothing has to be waited for.
  void i18n.init({
    initAsync: false,
    lng: sourceLanguage,
    fallbackLng: sourceLanguage,
    ns: [namespace],
    defaultNS: namespace,
    resources: Object.fromEntries(
      [...catalogues].map(([code, texts]) => [code, { [namespace]: withDigits(texts) }]),
    ),
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });
  const all = [...catalogues.keys()]
    .sort()
    .map((code) => createLocale(code, i18n.getFixedT(code), catalogues.get(code) ?? {}));
  const byCode = new Map(all.map((locale) => [locale.code.toLowerCase(), locale]));
  const source = byCode.get(sourceLanguage);
  if (source === undefined) {
    throw new Fault('config-invalid', {
      retry: 'never',
      detail: `Cannot find the texts for "${sourceLanguage}": expected ${sourceLanguage}/${namespace}.json`,
    });
  }

  const find = (code: string) => {
    const tag = code.trim().toLowerCase();
    const exact = byCode.get(tag);
    if (exact !== undefined) return exact;
    const near = parentTags(tag).find((each) => byCode.has(each.toLowerCase()));
    return near === undefined ? undefined : byCode.get(near.toLowerCase());
  };

  return {
    all,
    find,
    choose(acceptLanguage, fallback) {
      for (const code of wantedLanguages(acceptLanguage)) {
        const found = find(code);
        if (found !== undefined) return found;
      }
      return find(fallback) ?? source;
    },
  };
}

/** Counts in the digits of the language. */
function withDigits(texts: Catalogue): Catalogue {
  const entries = Object.entries(texts).map(([key, text]) => [
    key,
    text.replace(/\{\{(count|percent)\}\}/g, '{{$1, number}}'),
  ]);
  return Object.fromEntries(entries);
}

/** Tags of an `Accept-Language` value (RFC 9110 section 12.5.4), the most wanted first. */
function wantedLanguages(value: string): readonly string[] {
  return value
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [code = '', ...parameters] = part.trim().split(';');
      const quality = parameters
        .map((text) => /^\s*q=([0-9.]+)\s*$/.exec(text)?.[1])
        .find((found) => found !== undefined);
      return { code: code.trim(), quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ code, quality }) => code !== '' && quality > 0)
    .sort((one, other) => other.quality - one.quality)
    .map(({ code }) => code);
}

function createLocale(code: string, translate: TFunction, texts: Catalogue): Locale {
  const tag = texts['language.dates'] ?? code;
  const languageNames = new Intl.DisplayNames([code], { type: 'language', fallback: 'code' });
  const direction = texts['language.direction'] === 'rtl' ? 'rtl' : 'ltr';
  const conjunction = new Intl.ListFormat(tag, { type: 'conjunction' });
  const numbers = new Intl.NumberFormat(tag);
  const zones = new Map<string, Dates>();
  /** What stands as it is in the file: a page asks for hundreds of them. */
  const fixed = new Map<string, string>();
  const text = (key: string, values?: TextValues) => {
    if (values !== undefined) return translate(key, isolateValues(values, direction));
    const known = fixed.get(key) ?? translate(key, {});
    fixed.set(key, known);
    return known;
  };

  return {
    code,
    name: texts['language.name'] ?? code,
    short: texts['language.short'] ?? code,
    direction,
    text,
    markup: (key, values = {}, links = {}) =>
      toMarkup(translate(key, escapeValues(isolateValues(values, direction))), links),
    plurals(key) {
      const { pluralCategories } = new Intl.PluralRules(code).resolvedOptions();
      const forms = pluralCategories.map((category) => [
        category,
        texts[`${key}_${category}`] ?? texts[`${key}_other`] ?? '',
      ]);
      return Object.fromEntries(forms);
    },
    languageName: (other) => {
      try {
        return languageNames.of(other) ?? other;
      } catch {
        // A tag that is none came from outside; it is shown as it is.
        return other;
      }
    },
    number: (value) => numbers.format(value),
    size: (bytes) => formatSize(tag, bytes),
    list: (items) => conjunction.format(items.map((item) => isolateIn(item, direction))),
    facts: (items) => items.map((item) => isolateIn(item, direction)).join(' · '),
    duration: formatDuration(tag),
    dates(timeZone) {
      let dates = zones.get(timeZone);
      if (dates === undefined) {
        dates = createDates(tag, timeZone, (onDay, time) =>
          translate('world.day-time', { day: onDay, time }),
        );
        zones.set(timeZone, dates);
      }
      return dates;
    },
  };
}

/** Addresses of pages stay as they are: programs look for their end. */
function isolateIn(text: string, direction: Locale['direction']): string {
  const settled = settleTurns(text);
  return runsAgainst(direction, settled) && !/^[a-z]+:\/\//.test(settled)
    ? isolate(settled)
    : settled;
}

function isolateValues(values: TextValues, direction: Locale['direction']): TextValues {
  const isolated = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' ? isolateIn(value, direction) : value,
  ]);
  return Object.fromEntries(isolated);
}

function escapeValues(values: TextValues): TextValues {
  const escaped = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' ? escapeHtml(value) : value,
  ]);
  return Object.fromEntries(escaped);
}

/** Every zone that there is, by its IANA name. */
export function timeZoneNames(): readonly string[] {
  return [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])];
}

/** `4 December 2026` in any language, for mails in languages that the viewer has not; English where the tag is none. */
export function formatLongDate(
  instant: Instant,
  language: string | undefined,
  timeZone: string,
): string {
  const known = language !== undefined && /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(language);
  return new Intl.DateTimeFormat(known ? [language, 'en-GB'] : 'en-GB', {
    dateStyle: 'long',
    timeZone,
  }).format(instant);
}

const plainTags = new Set(['strong', 'bdi', 'kbd']);

/** The text comes from our own files with escaped values, so every `<` in it is a tag of ours. */
function toMarkup(text: string, links: Links): Markup {
  const html = text.replace(/<(\/?)([a-z]+)>/g, (whole, slash: string, name: string) => {
    if (plainTags.has(name)) return whole;
    const href = links[name];
    if (href === undefined) return '';
    return slash === '/' ? '</a>' : `<a href="${escapeHtml(href)}">`;
  });
  return { html };
}

/** `40 min`, `2 hr 10 min`, `3 days`. */
function formatDuration(tag: string): (span: Duration) => string {
  const unit = (name: string) => {
    const unitDisplay = name === 'day' ? 'long' : 'short';
    return new Intl.NumberFormat(tag, { style: 'unit', unit: name, unitDisplay });
  };
  const [minutes, hours, days] = [unit('minute'), unit('hour'), unit('day')];
  const together = new Intl.ListFormat(tag, { type: 'unit', style: 'narrow' });
  return (span) => {
    const whole = Math.floor(span / minute);
    if (whole >= 48 * 60 && whole % (24 * 60) === 0) return days.format(whole / (24 * 60));
    const [full, rest] = [Math.floor(whole / 60), whole % 60];
    const parts = [full === 0 ? '' : hours.format(full), rest === 0 ? '' : minutes.format(rest)];
    return together.format(parts.filter((part) => part !== '')) || minutes.format(0);
  };
}

const sizeUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

function formatSize(tag: string, bytes: number): string {
  let value = bytes;
  let step = 0;
  while (value >= 1000 && step < sizeUnits.length - 1) {
    value /= 1000;
    step += 1;
  }
  const unit = sizeUnits[step] ?? 'byte';
  const maximumFractionDigits = value < 10 && step > 0 ? 1 : 0;
  const unitDisplay = step === 0 ? 'long' : 'short';
  return new Intl.NumberFormat(tag, {
    style: 'unit',
    unit,
    unitDisplay,
    maximumFractionDigits,
  }).format(value);
}

function createDates(
  tag: string,
  timeZone: string,
  joinDayTime: (day: string, time: string) => string,
): Dates {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(tag, { timeZone, hourCycle: 'h23', ...options });
  const clockTime = format({ hour: '2-digit', minute: '2-digit' });
  const full = format({
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  const exact = format({
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  });
  const weekday = format({ weekday: 'long', day: 'numeric', month: 'long' });
  const weekdayTime = format({ weekday: 'long', hour: '2-digit', minute: '2-digit' });
  const weekdayYear = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const nearTime = format({ weekday: 'short', hour: '2-digit', minute: '2-digit' });
  const nearDay = format({ weekday: 'short', day: 'numeric', month: 'short' });
  const short = format({ day: 'numeric', month: 'short' });
  const shortYear = format({ day: 'numeric', month: 'short', year: 'numeric' });
  const shortTime = format({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' });
  const unit = (name: string) =>
    new Intl.NumberFormat(tag, { style: 'unit', unit: name, unitDisplay: 'narrow' });
  const [minutes, hours, days] = [unit('minute'), unit('hour'), unit('day')];
  const dayOf = (instant: Instant) => formatDay(instant, timeZone);
  const isSameDay = (one: Instant, other: Instant) => dayOf(one) === dayOf(other);
  const isSameYear = (one: Instant, other: Instant) =>
    dayOf(one).slice(0, 4) === dayOf(other).slice(0, 4);

  return {
    time: (instant) => clockTime.format(instant),
    full: (instant) => full.format(instant),
    exact: (instant) => exact.format(instant),
    short: (instant) => short.format(instant),
    weekdayTime: (instant) => weekdayTime.format(instant),
    dayHeading(instant, now) {
      if (isSameDay(instant, now)) return capitalize(relative.format(0, 'day'), tag);
      if (isSameDay(instant, toInstant(now - day)))
        return capitalize(relative.format(-1, 'day'), tag);
      return (isSameYear(instant, now) ? weekday : weekdayYear).format(instant);
    },
    age(instant, now) {
      const past = Math.max(0, now - instant);
      if (past < minute) return relative.format(0, 'second');
      if (past < hour) return minutes.format(Math.floor(past / minute));
      if (past < day) return hours.format(Math.floor(past / hour));
      if (past < 7 * day) return days.format(Math.floor(past / day));
      return (isSameYear(instant, now) ? short : shortYear).format(instant);
    },
    soon(instant, now) {
      if (isSameDay(instant, now)) return clockTime.format(instant);
      if (isSameDay(instant, toInstant(now + day)))
        return joinDayTime(relative.format(1, 'day'), clockTime.format(instant));
      return (instant - now < 6 * day ? nearTime : shortTime).format(instant);
    },
    dayTime: (instant) => shortTime.format(instant),
    days: (first, last) => shortYear.formatRange(first, last),
    moment: (instant, now) => (isSameDay(instant, now) ? clockTime : shortTime).format(instant),
    shortDay: (instant) => nearDay.format(instant),
    hourOf: (instant) =>
      Number(
        new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', hour: '2-digit' }).format(
          instant,
        ),
      ),
    day: dayOf,
    isSameDay,
  };
}

function capitalize(text: string, tag: string): string {
  const [first = '', ...rest] = text;
  return first.toLocaleUpperCase(tag) + rest.join('');
}
