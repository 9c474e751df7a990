/**
 * The kinds of value that a setting may have: how each is read from text and written as text.
 *
 * Promises: reading is total and never throws; what `format` writes, `parse` reads back as the same
 * value. Leaves to others: which setting has which kind (settings.ts).
 */
import { type Duration, day, hour, minute, second } from '../base/clock.ts';
import type { LogLevel } from '../base/log.ts';
import { formatSpan, parseSpan, spanExpected, type WaitSpan } from '../core/escalation/span.ts';
import { type ForeignKind, formatForeignKind, parseForeignKind } from '../core/followup/foreign.ts';
import { addressKey, isAddress } from '../core/message/address.ts';
import { type IpNetwork, parseIpNetwork } from '../core/message/ip-network.ts';
import type { Endpoint, Smarthost } from './config.ts';

/** Undefined when the text is not a value of the kind; the value itself may be undefined. */
export type Parsed<T> = { readonly value: T } | undefined;

export interface ValueKind<T> {
  /** What a right value looks like; stands after "should be". */
  readonly expected: string;
  /** Unit of the value in its text form, for the table of settings. */
  readonly unit: string | undefined;
  parse(text: string): Parsed<T>;
  format(value: T): string;
}

const off = 'off';

/** `off` (or `false`, as YAML has it) for undefined. */
export function orOff<T>(kind: ValueKind<T>): ValueKind<T | undefined> {
  return {
    expected: `${kind.expected}, or ${off}`,
    unit: kind.unit,
    parse: (text) => (text === off || text === 'false' ? { value: undefined } : kind.parse(text)),
    format: (value) => (value === undefined ? off : kind.format(value)),
  };
}

/** Text in one line. */
export function textOf({ most }: { readonly most: number }): ValueKind<string> {
  return {
    expected: `text in one line, at most ${most} characters`,
    unit: undefined,
    parse: (text) =>
      text !== '' && text.length <= most && !/\p{Cc}/u.test(text) ? { value: text } : undefined,
    format: (value) => value,
  };
}

export interface Bounds {
  readonly least: number;
  readonly most: number;
}

export function wholeNumber({ least, most, unit }: Bounds & { unit?: string }): ValueKind<number> {
  return {
    expected: `a whole number from ${least} to ${most}`,
    unit,
    parse: (text) => (/^\d{1,15}$/.test(text) ? within(Number(text), { least, most }) : undefined),
    format: String,
  };
}

/** Points that a filter gives. */
export const score: ValueKind<number> = {
  expected: 'a score such as 5 or 7.5',
  unit: undefined,
  parse: (text) => (/^-?\d{1,4}(?:\.\d{1,3})?$/.test(text) ? { value: Number(text) } : undefined),
  format: String,
};

export const yesOrNo: ValueKind<boolean> = {
  expected: 'true or false',
  unit: undefined,
  parse(text) {
    if (/^(?:true|yes|on)$/i.test(text)) return { value: true };
    return /^(?:false|no|off)$/i.test(text) ? { value: false } : undefined;
  },
  format: String,
};

const durationUnits: readonly (readonly [string, Duration])[] = [
  ['d', day],
  ['h', hour],
  ['m', minute],
  ['s', second],
  ['ms', 1],
];

/** Milliseconds; reads `15m`, `1.5h`. */
export function duration(bounds: Bounds): ValueKind<Duration> {
  return measure({ units: durationUnits, bounds, what: 'a duration', unit: 'ms, s, m, h or d' });
}

/** How long something waits; also in working time. */
export const waitSpan: ValueKind<WaitSpan> = {
  expected: spanExpected,
  unit: 'm, h, d, wh or wd',
  parse(text) {
    const value = parseSpan(text);
    return value === undefined ? undefined : { value };
  },
  format: formatSpan,
};

const sizeUnits: readonly (readonly [string, number])[] = [
  ['GB', 1024 ** 3],
  ['MB', 1024 ** 2],
  ['KB', 1024],
  ['B', 1],
];

/** Bytes; reads `50MB`, counting in steps of 1024. */
export function size(bounds: Bounds): ValueKind<number> {
  return measure({ units: sizeUnits, bounds, what: 'a size', unit: 'B, KB, MB or GB' });
}

interface Measure {
  /** Greatest first. */
  readonly units: readonly (readonly [string, number])[];
  readonly bounds: Bounds;
  readonly what: string;
  readonly unit: string;
}

function measure({ units, bounds, what, unit }: Measure): ValueKind<number> {
  const format = (value: number): string => {
    const [name, factor] = (value === 0
      ? undefined
      : units.find(([, each]) => value % each === 0)) ??
      units.at(-1) ?? ['', 1];
    return `${value / factor}${name}`;
  };
  return {
    expected: `${what} from ${format(bounds.least)} to ${format(bounds.most)} (${unit})`,
    unit,
    parse(text) {
      const match = /^(\d{1,15}(?:\.\d{1,6})?) ?([a-z]{1,2})$/i.exec(text);
      const name = match?.[2]?.toLowerCase();
      const factor = units.find(([each]) => each.toLowerCase() === name)?.[1];
      return factor === undefined
        ? undefined
        : within(Math.round(Number(match?.[1]) * factor), bounds);
    },
    format,
  };
}

function within(value: number, { least, most }: Bounds): Parsed<number> {
  return value >= least && value <= most ? { value } : undefined;
}

export function oneOf<T extends string>(words: readonly T[]): ValueKind<T> {
  return {
    expected: `one of ${words.map((word) => `"${word}"`).join(', ')}`,
    unit: undefined,
    parse(text) {
      const value = words.find((word) => word === text);
      return value === undefined ? undefined : { value };
    },
    format: (value) => value,
  };
}

export const logLevel: ValueKind<LogLevel> = oneOf<LogLevel>([
  'debug',
  'info',
  'warn',
  'error',
  'silent',
]);

/** Parts of a name that may follow each other: letters, digits, hyphen, underscore; separated by dots. */
const hostPattern =
  /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\.?$/i;

function isHost(text: string): boolean {
  return text.length <= 253 && hostPattern.test(text);
}

export const host: ValueKind<string> = {
  expected: 'a host name',
  unit: undefined,
  parse: (text) => (isHost(text) ? { value: text } : undefined),
  format: (value) => value,
};

export const endpoint: ValueKind<Endpoint> = {
  expected: 'host:port, [IPv6 address]:port, or a port alone',
  unit: undefined,
  parse(text) {
    const match = /^(?:(?:\[([0-9a-f:.]{2,45})\]|([^\s:[\]]{1,253})):)?(\d{1,5})$/i.exec(text);
    const port = Number(match?.[3] ?? Number.NaN);
    const name = match?.[1] ?? match?.[2] ?? '127.0.0.1';
    const isKnown = match?.[1] !== undefined || isHost(name);
    return isKnown && port <= 65535 ? { value: { host: name, port } } : undefined;
  },
  format: ({ host: name, port }) => `${name.includes(':') ? `[${name}]` : name}:${port}`,
};

export const smarthost: ValueKind<Smarthost> = {
  expected: 'smtp://user:password@host:port or smtps://…',
  unit: undefined,
  parse(text) {
    // The password runs to the last @, since many hold one themselves.
    const match =
      /^(smtps?):\/\/(?:([^:@/\s]*)(?::(\S*))?@)?(?:\[([0-9a-f:.]{2,45})\]|([^\s:@/[\]]{1,253}))(?::(\d{1,5}))?\/?$/i.exec(
        text,
      );
    if (match === null) return undefined;
    const secure = match[1]?.toLowerCase() === 'smtps';
    const port = Number(match[6] ?? (secure ? 465 : 25));
    const name = match[4] ?? match[5] ?? '';
    if (port < 1 || port > 65535 || (match[4] === undefined && !isHost(name))) return undefined;
    const user = decodePercent(match[2]);
    return { value: { host: name, port, secure, user, password: decodePercent(match[3]) } };
  },
  format({ host: name, port, secure, user, password }) {
    const secret = password === undefined ? '' : `:${encodeURIComponent(password)}`;
    const login = user === undefined ? '' : `${encodeURIComponent(user)}${secret}@`;
    return `${secure ? 'smtps' : 'smtp'}://${login}${endpoint.format({ host: name, port })}`;
  },
};

/** A lone `%` in a password that nobody encoded is meant as it stands. */
function decodePercent(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Addresses separated by commas or spaces, at least one, each once. */
export const addresses: ValueKind<readonly string[]> = {
  expected: 'one or more addresses such as support@example.org',
  unit: undefined,
  parse(text) {
    const words = text.split(/[\s,]+/).filter((word) => word !== '');
    return words.length > 0 && words.every(isAddress)
      ? { value: distinctAddresses(words) }
      : undefined;
  },
  format: (value) => value.join(', '),
};

/** Networks of machines, separated by commas or spaces. */
export const networks: ValueKind<readonly IpNetwork[]> = {
  expected: `addresses and networks such as 192.0.2.1 or 2001:db8::/32, or ${off}`,
  unit: undefined,
  parse(text) {
    const read = wordsOf(text).map(parseIpNetwork);
    const known = read.filter((network) => network !== undefined);
    return known.length === read.length ? { value: known } : undefined;
  },
  format: (value) => (value.length === 0 ? off : value.map(({ text }) => text).join(', ')),
};

/** Names of hosts, or of other things that are named like them, separated by commas or spaces. */
export const hosts: ValueKind<readonly string[]> = {
  expected: `names such as mx.example.org, or ${off}`,
  unit: undefined,
  parse: (text) => (wordsOf(text).every(isHost) ? { value: wordsOf(text) } : undefined),
  format: (value) => (value.length === 0 ? off : value.join(', ')),
};

function wordsOf(text: string): readonly string[] {
  return text === off || text === 'false' ? [] : text.split(/[\s,]+/).filter((word) => word !== '');
}

/** A machine by its address, for what must be found without asking for names. */
export const addressEndpoint: ValueKind<Endpoint> = {
  expected: 'address:port or [IPv6 address]:port; the port is 53 when absent',
  unit: undefined,
  parse(text) {
    const match = /^(?:\[([0-9a-f:.]{2,45})\]|([0-9.]{7,15}))(?::(\d{1,5}))?$/i.exec(text);
    const name = match?.[1] ?? match?.[2] ?? '';
    const port = Number(match?.[3] ?? 53);
    const isAddressOfOne = parseIpNetwork(name) !== undefined && !name.includes('/');
    return isAddressOfOne && port > 0 && port <= 65535
      ? { value: { host: name, port } }
      : undefined;
  },
  format: endpoint.format,
};

/** Without repetitions, compared without regard to case. */
export function distinctAddresses(list: readonly string[]): readonly string[] {
  const seen = new Map<string, string>();
  for (const each of list) {
    if (!seen.has(addressKey(each))) seen.set(addressKey(each), each);
  }
  return [...seen.values()];
}

export const timeZone: ValueKind<string> = {
  expected: 'a time zone such as Europe/Berlin',
  unit: undefined,
  parse(text) {
    try {
      new Intl.DateTimeFormat('en', { timeZone: text });
      return { value: text };
    } catch {
      return undefined;
    }
  },
  format: (value) => value,
};

export function isLanguageTag(text: string): boolean {
  return /^[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}$/i.test(text);
}

export const language: ValueKind<string> = {
  expected: 'a language tag such as en, de or zh-Hans',
  unit: undefined,
  parse: (text) => (isLanguageTag(text) ? { value: text } : undefined),
  format: (value) => value,
};

export const webAddress: ValueKind<string> = {
  expected: 'an address such as https://desk.example.org',
  unit: undefined,
  parse(text) {
    const plain = /^https?:\/\/[^\s?#@]{1,1000}$/i.test(text);
    return plain && URL.canParse(text) ? { value: text.replace(/\/+$/, '') } : undefined;
  },
  format: (value) => value,
};

/** Kinds of numbers of other systems, parted by commas: `otrs, rt example.com, helpdesk Case-`. */
export const foreignKinds: ValueKind<readonly ForeignKind[]> = {
  expected:
    'names such as "otrs", "zammad", "rt NAME" or "NAME TEXT" (the text that stands before the digits), parted by commas, or off',
  unit: undefined,
  parse(text) {
    if (text === off || text === 'false') return { value: [] };
    const parts = text
      .split(/[,\n]/)
      .map((part) => part.trim())
      .filter((part) => part !== '');
    const kinds = parts.map(parseForeignKind);
    const names = new Set(kinds.map((kind) => kind?.name));
    if (
      kinds.length === 0 ||
      kinds.includes(undefined) ||
      names.size !== kinds.length ||
      kinds.length > mostForeignKinds
    )
      return undefined;
    return { value: kinds.flatMap((kind) => kind ?? []) };
  },
  format: (kinds) => (kinds.length === 0 ? off : kinds.map(formatForeignKind).join(', ')),
};

const mostForeignKinds = 20;
