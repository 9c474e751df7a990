/**
 * In which time zone somebody probably lives: by the offsets in the dates of his mails, the country of his address
 * and his language.
 *
 * Promises: pure; it is a guess, and says what it rests on. An offset of nought says little, for servers write it.
 */
import { type Instant, offsetMinutes } from '../../base/clock.ts';

export interface MailDate {
  readonly at: Instant;
  /** Minutes east of Greenwich, as the mail says. */
  readonly offset: number;
}

export interface ZoneGuess {
  readonly zone: string;
  /** The mails' dates bear it out; else it follows from country or language alone. */
  readonly byDates: boolean;
}

export interface ZoneClues {
  /** Newest first. */
  readonly dates: readonly MailDate[];
  readonly language: string | undefined;
  /** Domain of the address. */
  readonly domain: string;
}

/** Zones of a country or a language, the one with most people first. */
const places: Readonly<Record<string, string>> = {
  de: 'Europe/Berlin',
  at: 'Europe/Vienna',
  ch: 'Europe/Zurich',
  li: 'Europe/Zurich',
  nl: 'Europe/Amsterdam',
  be: 'Europe/Brussels',
  lu: 'Europe/Luxembourg',
  fr: 'Europe/Paris',
  it: 'Europe/Rome',
  es: 'Europe/Madrid Atlantic/Canary',
  pt: 'Europe/Lisbon Atlantic/Azores',
  uk: 'Europe/London',
  ie: 'Europe/Dublin',
  dk: 'Europe/Copenhagen',
  no: 'Europe/Oslo',
  se: 'Europe/Stockholm',
  fi: 'Europe/Helsinki',
  is: 'Atlantic/Reykjavik',
  ee: 'Europe/Tallinn',
  lv: 'Europe/Riga',
  lt: 'Europe/Vilnius',
  pl: 'Europe/Warsaw',
  cz: 'Europe/Prague',
  sk: 'Europe/Bratislava',
  hu: 'Europe/Budapest',
  si: 'Europe/Ljubljana',
  hr: 'Europe/Zagreb',
  rs: 'Europe/Belgrade',
  ro: 'Europe/Bucharest',
  bg: 'Europe/Sofia',
  gr: 'Europe/Athens',
  cy: 'Asia/Nicosia',
  tr: 'Europe/Istanbul',
  ua: 'Europe/Kyiv',
  by: 'Europe/Minsk',
  ru: 'Europe/Moscow Asia/Yekaterinburg Asia/Novosibirsk Asia/Krasnoyarsk Asia/Irkutsk Asia/Vladivostok Europe/Kaliningrad Europe/Samara Asia/Omsk Asia/Yakutsk Asia/Magadan Asia/Kamchatka',
  il: 'Asia/Jerusalem',
  ae: 'Asia/Dubai',
  sa: 'Asia/Riyadh',
  eg: 'Africa/Cairo',
  ma: 'Africa/Casablanca',
  tn: 'Africa/Tunis',
  za: 'Africa/Johannesburg',
  ng: 'Africa/Lagos',
  ke: 'Africa/Nairobi',
  ir: 'Asia/Tehran',
  pk: 'Asia/Karachi',
  in: 'Asia/Kolkata',
  lk: 'Asia/Colombo',
  bd: 'Asia/Dhaka',
  np: 'Asia/Kathmandu',
  th: 'Asia/Bangkok',
  vn: 'Asia/Ho_Chi_Minh',
  my: 'Asia/Kuala_Lumpur',
  sg: 'Asia/Singapore',
  id: 'Asia/Jakarta Asia/Makassar Asia/Jayapura',
  ph: 'Asia/Manila',
  hk: 'Asia/Hong_Kong',
  tw: 'Asia/Taipei',
  cn: 'Asia/Shanghai',
  kr: 'Asia/Seoul',
  jp: 'Asia/Tokyo',
  au: 'Australia/Sydney Australia/Perth Australia/Adelaide Australia/Brisbane Australia/Darwin',
  nz: 'Pacific/Auckland',
  us: 'America/New_York America/Chicago America/Los_Angeles America/Denver America/Phoenix America/Anchorage Pacific/Honolulu',
  ca: 'America/Toronto America/Vancouver America/Edmonton America/Winnipeg America/Halifax America/St_Johns',
  mx: 'America/Mexico_City America/Tijuana America/Cancun',
  br: 'America/Sao_Paulo America/Manaus',
  ar: 'America/Argentina/Buenos_Aires',
  cl: 'America/Santiago',
  co: 'America/Bogota',
  pe: 'America/Lima',
  ve: 'America/Caracas',
};

/** Countries in which a language is mostly spoken. */
const speakers: Readonly<Record<string, readonly string[]>> = {
  de: ['de', 'at', 'ch'],
  nl: ['nl', 'be'],
  fr: ['fr', 'ca', 'ma', 'tn'],
  it: ['it'],
  es: ['es', 'mx', 'ar', 'co', 'pe', 'cl', 've'],
  pt: ['br', 'pt'],
  da: ['dk'],
  nb: ['no'],
  no: ['no'],
  sv: ['se'],
  fi: ['fi'],
  is: ['is'],
  et: ['ee'],
  lv: ['lv'],
  lt: ['lt'],
  pl: ['pl'],
  cs: ['cz'],
  sk: ['sk'],
  hu: ['hu'],
  sl: ['si'],
  hr: ['hr'],
  sr: ['rs'],
  ro: ['ro'],
  bg: ['bg'],
  el: ['gr', 'cy'],
  tr: ['tr'],
  uk: ['ua'],
  be: ['by'],
  ru: ['ru', 'ua'],
  he: ['il'],
  ar: ['eg', 'sa', 'ae', 'ma', 'tn'],
  fa: ['ir'],
  ur: ['pk'],
  hi: ['in'],
  bn: ['bd', 'in'],
  th: ['th'],
  vi: ['vn'],
  id: ['id'],
  ms: ['my'],
  ko: ['kr'],
  ja: ['jp'],
  'zh-hans': ['cn', 'sg'],
  'zh-hant': ['tw', 'hk'],
  zh: ['cn', 'tw', 'hk'],
  en: ['uk', 'us', 'ca', 'au', 'ie', 'nz', 'in', 'za', 'ng', 'ke', 'ph', 'sg'],
};

/** Languages of one land: they say something even without a date. */
const mostCountriesWithoutDate = 3;
const mostDates = 20;

/** Undefined when nothing says anything. */
export function guessTimeZone({ dates, language, domain }: ZoneClues): ZoneGuess | undefined {
  const country = domain.slice(domain.lastIndexOf('.') + 1).toLowerCase();
  const tag = (language ?? '').toLowerCase();
  const countries = speakers[tag] ?? speakers[tag.split('-')[0] ?? ''] ?? [];
  const home = zonesOf(country);
  const candidates = [...new Set([...home, ...countries.flatMap(zonesOf)])];
  const known = dates.slice(0, mostDates);
  const telling = known.filter(({ offset }) => offset !== 0);
  if (telling.length === 0) {
    const isAtNought = known.length > 0 ? candidates.find((zone) => fits(zone, known)) : undefined;
    if (isAtNought !== undefined) return { zone: isAtNought, byDates: true };
    const first =
      home[0] ?? (countries.length <= mostCountriesWithoutDate ? candidates[0] : undefined);
    return first === undefined ? undefined : { zone: first, byDates: false };
  }
  const zone = bestOf(candidates, telling) ?? bestOf(everywhere, telling);
  return zone === undefined ? undefined : { zone, byDates: true };
}

const everywhere = [
  'Europe/Berlin',
  ...new Set(Object.values(places).flatMap((zones) => zones.split(' '))),
];

function zonesOf(country: string): readonly string[] {
  return places[country]?.split(' ') ?? [];
}

/** The zone in which most of the dates are right, the newest one among them; the first of equals. */
function bestOf(zones: readonly string[], dates: readonly MailDate[]): string | undefined {
  let best: string | undefined;
  let most = 0;
  for (const zone of zones) {
    if (!fits(zone, dates.slice(0, 1))) continue;
    const right = dates.filter((date) => fits(zone, [date])).length;
    if (right > most) [best, most] = [zone, right];
  }
  return best;
}

function fits(zone: string, dates: readonly MailDate[]): boolean {
  return dates.every(({ at, offset }) => offsetMinutes(at, zone) === offset);
}

/** The offset that a `Date:` field names, in minutes; undefined where it names none that counts. */
export function readDateOffset(field: string): number | undefined {
  const [, sign, hours = '', minutes = ''] = /\s([+-])(\d{2})(\d{2})(?:\s|$)/.exec(field) ?? [];
  if (sign === undefined || Number(minutes) > 59 || Number(hours) > 14) return undefined;
  // RFC 5322 section 3.3: -0000 says that the zone is not known.
  if (sign === '-' && hours === '00' && minutes === '00') return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
