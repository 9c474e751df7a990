/**
 * Files about customers: config/customers/NAME.yaml, one person a file, and config/companies/DOMAIN.yaml.
 *
 * Owns: their form, read and written. Promises: pure and total; a file with a problem says nothing at all, for half of
 * it may be wrong; a change keeps comments, order and every key that this version does not know.
 * Leaves to others: files on disk (services/customers.ts), what follows from them (core/customer).
 */
import { Document, parseDocument } from 'yaml';
import { Fault } from '../base/fault.ts';
import type { Company, Person, Since } from '../core/customer/customer.ts';
import { addressKey, isAddress } from '../core/message/address.ts';
import type { ConfigProblem } from './config.ts';
import { findNearest } from './nearest.ts';
import { isLanguageTag, timeZone } from './values.ts';
import { readYamlTable, scalarText, scalarTexts, unknownKey, type YamlEntry } from './yaml.ts';

export interface ReadPerson {
  /** Undefined when the file cannot be used. */
  readonly person: Person | undefined;
  readonly problems: readonly ConfigProblem[];
}

export interface ReadCompany {
  readonly company: Company | undefined;
  readonly problems: readonly ConfigProblem[];
}

const personKeys = [
  'name',
  'addresses',
  'language',
  'timeZone',
  'company',
  'notes',
  'muted',
  'blocked',
  'sla',
  'hold',
  'phone',
] as const;
const companyKeys = ['name', 'notes', 'muted', 'blocked', 'sla', 'hold'] as const;

export type CustomerKey = (typeof personKeys)[number];

const mostAddresses = 100;
export const longestNotes = 20_000;

export function parsePersonFile(id: string, text: string): ReadPerson {
  const table = openTable(text, `customers/${id}.yaml`, personKeys);
  const { read } = table;
  const addresses = read('addresses', 'a list of addresses such as kim@example.org', (value) => {
    const texts = scalarTexts(value);
    return texts?.every(isAddress) === true && texts.length <= mostAddresses
      ? [...new Set(texts.map(addressKey))]
      : undefined;
  });
  if (addresses === undefined || addresses.length === 0) table.need('addresses');
  const person = {
    id,
    name: read('name', 'text in one line', oneLine) ?? '',
    addresses: addresses ?? [],
    language: read('language', 'a language tag such as de or zh-Hans', (value) => {
      const tag = scalarText(value);
      return tag !== undefined && isLanguageTag(tag) ? tag : undefined;
    }),
    timeZone: read('timeZone', 'a time zone such as Europe/Berlin', (value) =>
      isTimeZone(scalarText(value) ?? '') ? scalarText(value) : undefined,
    ),
    company: read('company', 'text in one line', oneLine) ?? '',
    notes: read('notes', `text of at most ${longestNotes} characters`, plainText) ?? '',
    ...readRestrictions(read),
    ...readSla(read),
    ...readHold(read),
    ...readPhones(read),
  } satisfies Person;
  return { person: table.isSound() ? person : undefined, problems: table.problems() };
}

export function parseCompanyFile(domain: string, text: string): ReadCompany {
  const table = openTable(text, `companies/${domain}.yaml`, companyKeys);
  const { read } = table;
  const company = {
    domain: domain.toLowerCase(),
    name: read('name', 'text in one line', oneLine) ?? '',
    notes: read('notes', `text of at most ${longestNotes} characters`, plainText) ?? '',
    ...readRestrictions(read),
    ...readSla(read),
    ...readHold(read),
  } satisfies Company;
  return { company: table.isSound() ? company : undefined, problems: table.problems() };
}

type Read = <T>(
  key: CustomerKey,
  expected: string,
  parse: (value: unknown) => T | undefined,
) => T | undefined;

function openTable(text: string, file: string, keys: readonly CustomerKey[]) {
  const table = readYamlTable(text, file);
  const problems: ConfigProblem[] = [...table.problems];
  const report = (line: number | undefined, reason: string) =>
    problems.push({ file, line, reason });
  const read: Read = (key, expected, parse) => {
    const entry = table.entries.find((each) => each.key === key);
    if (entry === undefined || entry.value === null) return undefined;
    const value = parse(entry.value);
    if (value === undefined) report(entry.line, `"${key}" should be ${expected}`);
    return value;
  };
  return {
    read,
    need(key: CustomerKey): void {
      if (problems.length === 0) report(undefined, `The file needs "${key}"`);
    },
    isSound: () => problems.length === 0,
    problems: () => [...problems, ...slips(table.entries, file, keys)],
  };
}

/** Other keys belong to other versions and programs; only a slip of the pen is worth a word. */
function slips(
  entries: readonly YamlEntry[],
  file: string,
  keys: readonly string[],
): readonly ConfigProblem[] {
  return entries
    .filter(({ key }) => !keys.includes(key) && (findNearest(key, keys)?.distance ?? 9) <= 2)
    .map(({ key, line }) => ({ file, line, reason: unknownKey('key', key, keys) }));
}

function readRestrictions(read: Read) {
  const expected = 'yes, no, or the day and the login of who did it';
  return {
    muted: read('muted', expected, readSince)?.since,
    blocked: read('blocked', expected, readSince)?.since,
  };
}

function readSla(read: Read): { readonly sla?: string } {
  const sla = read('sla', 'the name of a file in slas/', oneLine);
  return sla === undefined || sla === '' ? {} : { sla };
}

function readHold(read: Read): { readonly hold?: string } {
  const hold = read('hold', 'the reason for a legal hold, in one line', oneLine);
  return hold === undefined || hold === '' ? {} : { hold };
}

/** One number or a list; one without `+` is dialled in the desk's own country. */
function readPhones(read: Read): { readonly phones?: readonly string[] } {
  const phones = read('phone', 'a telephone number such as +49 30 1234567', (value) => {
    const texts = scalarTexts(value);
    const areNumbers = texts?.every((text) => /^[+0-9(][0-9 ()./-]{2,39}$/.test(text)) === true;
    return areNumbers && texts.length <= mostAddresses ? texts : undefined;
  });
  return phones === undefined ? {} : { phones };
}

/** `yes`, or `2026-11-25 anna`; `no` is the same as nothing. */
function readSince(value: unknown): { readonly since: Since | undefined } | undefined {
  const text = scalarText(value)?.toLowerCase() ?? '';
  if (/^(no|false|off)$/.test(text)) return { since: undefined };
  if (/^(yes|true|on)$/.test(text)) return { since: { day: undefined, by: undefined } };
  const [, day, by] = /^(\d{4}-\d{2}-\d{2})(?:\s+(\S{1,64}))?$/.exec(text) ?? [];
  return day === undefined ? undefined : { since: { day, by } };
}

/** What `readSince` reads. */
export function formatSince({ day, by }: Since): string {
  return day === undefined ? 'yes' : [day, by].filter((part) => part !== undefined).join(' ');
}

function oneLine(value: unknown): string | undefined {
  const text = scalarText(value);
  return text !== undefined && text.length <= 300 && !/\p{Cc}/u.test(text) ? text : undefined;
}

function plainText(value: unknown): string | undefined {
  const text = scalarText(value);
  return text !== undefined && text.length <= longestNotes ? text : undefined;
}

export function isTimeZone(text: string): boolean {
  return timeZone.parse(text) !== undefined;
}

/** A domain as the name of a file: nothing that could be a path. */
export function isCompanyDomain(text: string): boolean {
  return (
    text.length <= 253 &&
    /^[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)+$/u.test(
      text,
    )
  );
}

/** The name of a new file: the address, with what does not belong into a file name replaced. */
export function fileIdOf(address: string): string {
  const id = addressKey(address).replace(/[^a-z0-9@._+-]/g, '_');
  return id.replace(/^[._-]+/, '').slice(0, 120) || 'customer';
}

/** What is to stand under each key; undefined takes the key away. */
export type CustomerEdit = Readonly<
  Partial<Record<CustomerKey, string | readonly string[] | undefined>>
>;

/** The file's text after the edit; an empty text is a new file. Fails with `config-invalid` when it is not YAML. */
export function editCustomerFile(text: string, edit: CustomerEdit): string {
  const document =
    text.trim() === '' ? new Document({}) : parseDocument(text, { logLevel: 'silent' });
  if (document.errors.length > 0) {
    throw new Fault('config-invalid', {
      retry: 'never',
      detail: 'Cannot change customer: the file is not YAML and must be repaired first',
      cause: document.errors[0],
    });
  }
  for (const [key, value] of Object.entries(edit)) {
    if (value === undefined || value === '') document.delete(key);
    else if (document.get(key) !== value)
      document.set(key, typeof value === 'string' ? value : document.createNode(value));
  }
  return document.toString({ lineWidth: 0 });
}
