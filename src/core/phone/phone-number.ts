/**
 * Telephone numbers as values.
 *
 * Owns: libphonenumber-js; the address `tel:+49301234567` (RFC 3966) by which somebody is known of whom there is only a
 * number. Promises: pure and total; what is no number that could be dialled is undefined, never guessed.
 * Leaves to others: whose number it is (services/phone/callers.ts).
 */
import {
  type CountryCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min';
import type { Address } from '../message/address.ts';

declare const phoneBrand: unique symbol;

/** E.164: `+49301234567`. */
export type PhoneNumber = string & { readonly [phoneBrand]: 'PhoneNumber' };

/** An ISO 3166 country of whose numbers something is known: `DE`. */
export type Country = CountryCode;

/** Longer texts are no numbers, whatever else they are. */
const mostLength = 40;

/**
 * `country`: where a number without `+` or `00` is dialled; without it only international ones are understood. An
 * extension is left out: a switchboard is called by its number.
 */
export function parsePhone(text: string, country?: Country): PhoneNumber | undefined {
  const bare = withoutScheme(text);
  if (
    bare.length > mostLength ||
    !/[0-9]/.test(bare) ||
    /[^0-9+()./\s*#\u2010-\u2015-]/u.test(bare)
  )
    return undefined;
  const international = bare.replace(/^00/, '+');
  const parsed = parsePhoneNumberFromString(international, country) ?? undefined;
  return parsed?.isPossible() === true && isPhoneNumber(parsed.number) ? parsed.number : undefined;
}

function withoutScheme(text: string): string {
  return text
    .replace(/^\s*(?:tel|fax|sip):/i, '')
    .replace(/[;@].*$/s, '')
    .trim();
}

function isPhoneNumber(text: string): text is PhoneNumber {
  return /^\+[1-9][0-9]{3,17}$/.test(text);
}

/** A number in E.164, as it is kept in files; undefined for anything else. */
export function readPhone(text: string): PhoneNumber | undefined {
  return isPhoneNumber(text) ? text : undefined;
}

export function isCountry(text: string): text is Country {
  return isSupportedCountry(text);
}

/** `+49 30 1234567`: as people write it. */
export function formatPhone(number: PhoneNumber): string {
  return parsePhoneNumberFromString(number)?.formatInternational() ?? number;
}

/** `030 1234567`: as it is dialled within its own country. */
export function formatNational(number: PhoneNumber): string {
  return parsePhoneNumberFromString(number)?.formatNational() ?? number;
}

/** The customer of whom nothing is known but the number. */
export function phoneAddress(number: PhoneNumber): Address {
  return { name: formatPhone(number), address: `tel:${number}` };
}

/** The number of such an address; undefined for one that mail can be sent to. */
export function phoneOf(address: string): PhoneNumber | undefined {
  const number = /^tel:(\+[0-9]{4,18})$/i.exec(address.trim())?.[1];
  return number === undefined ? undefined : readPhone(number);
}

/** Whether nothing can be mailed to the person. */
export function isOnlyPhone({ address }: Pick<Address, 'address'>): boolean {
  return phoneOf(address) !== undefined;
}

/** `NAME <tel:+49…>`, as `formatAddress` writes it; undefined for anything else. */
export function parsePhoneAddress(text: string): Address | undefined {
  const [, name = '', address = ''] =
    /^([^<>]{0,200}?)\s*<(tel:\+[0-9]{4,18})>$/i.exec(text.trim()) ?? [];
  const number = phoneOf(address === '' ? text : address);
  if (number === undefined) return undefined;
  const shown = name.replace(/^"(.*)"$/s, '$1').trim();
  return shown === '' ? phoneAddress(number) : { name: shown, address: `tel:${number}` };
}

/** Digits alone, with a `+` in front where it is known to be international: what the index keeps of a number as written. */
export function compactPhone(text: string): string {
  const digits = text.replace(/[^0-9]/g, '').slice(0, mostLength);
  if (digits === '') return '';
  const bare = text.replace(/^\s*tel:/i, '').trim();
  if (bare.startsWith('+')) return `+${digits}`;
  return bare.startsWith('00') ? `+${digits.slice(2)}` : digits;
}

/** The fewest digits by which the end of a number stands for the whole. */
const leastDigits = 6;

/**
 * Whether what somebody looks for is part of the number, however either is written: `030 12345`, `+49 30 12345` and
 * `12345` find `+493012345`, and the first of them is found by the second.
 */
export function isPartOfPhone(wanted: string, compact: string): boolean {
  const [part, whole] = [wanted, compact].map((text) => compactPhone(text).replace(/^\+?0*/, ''));
  if (part === undefined || whole === undefined || part === '' || whole === '') return false;
  return whole.includes(part) || (whole.length >= leastDigits && part.endsWith(whole));
}
