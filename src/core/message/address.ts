/**
 * Mail addresses (RFC 5322 section 3.4) as values.
 *
 * Promises: comparing and formatting are total; a formatted address never holds a line break.
 * Leaves to others: reading address lists out of a header (storage/codec.ts).
 */
import { runsAgainst, withoutTurns } from './direction.ts';
import { doubtName, type OwnNames } from './look-alike.ts';

export interface Address {
  /** Display name, decoded; empty when there is none. */
  readonly name: string;
  /** The addr-spec as written; may be anything when the mail was broken. */
  readonly address: string;
}

/** The form under which addresses are compared: trimmed, lower case. */
export function addressKey(address: string): string {
  return address.trim().toLowerCase();
}

export function isSameAddress(one: string, other: string): boolean {
  return addressKey(one) === addressKey(other);
}

/** Whether the text is a plain `local@domain` that can stand in an SMTP command. */
export function isAddress(text: string): boolean {
  return text.length <= 254 && plainAddress.test(text) && !text.includes('..');
}

const plainAddress = /^[^\s\p{Cc}@<>(),;:"\\[\]]+@[^\s\p{Cc}@<>(),;:"\\[\]]+$/u;

/** The part after the last `@`, lower case; empty when there is none. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** The local part before the last `@`, as written. */
export function localPartOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? address : address.slice(0, at);
}

/** `Name <address>` for people; the name is quoted where RFC 5322 asks for it. */
export function formatAddress(person: Address): string {
  const address = oneLine(person.address);
  const name = oneLine(person.name);
  if (name === '') return address;
  const shown = /^[^()<>[\]:;@\\,."]+$/u.test(name)
    ? name
    : `"${name.replace(/(["\\])/g, '\\$1')}"`;
  return `${shown} <${address}>`;
}

/** Goes before the address in a field that is written from left to right, so that a name from the other side leaves it whole. */
const leftToRightMark = '\u200E';

/** As `formatAddress`, for a field in which people read and type; `parseAddress` reads it. */
export function typedAddress(person: Address): string {
  const shown = formatAddress(person);
  const open = shown.lastIndexOf(' <');
  return open < 0 || !runsAgainst('ltr', shown)
    ? shown
    : `${shown.slice(0, open)}${leftToRightMark}${shown.slice(open)}`;
}

function oneLine(text: string): string {
  return withoutTurns(text)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

/**
 * Reads what `formatAddress` writes, and a bare address; undefined for anything without an `@`.
 * In time proportional to the length, for the text may come from a mail.
 */
export function parseAddress(text: string): Address | undefined {
  const whole = text.replaceAll(leftToRightMark, '').trim();
  const open = whole.lastIndexOf('<');
  if (open < 0 || !whole.endsWith('>')) {
    return isAddress(whole) ? { name: '', address: whole } : undefined;
  }
  const address = whole.slice(open + 1, -1).trim();
  const name = parseName(whole.slice(0, open).trim());
  return name !== undefined && isAddress(address) ? { name, address } : undefined;
}

/** A quoted string, or words without a quotation mark (RFC 5322 section 3.4). */
function parseName(text: string): string | undefined {
  if (!text.startsWith('"')) return /[<"]/.test(text) ? undefined : text;
  const quoted = /^"((?:[^"\\]|\\.)*)"$/su.exec(text);
  return quoted?.[1]?.replace(/\\(.)/gsu, '$1').trim();
}

const longestDoubted = 60;

/**
 * What to show for a person: the name, or the address when there is none. A name that is made to be taken for somebody
 * else's stands behind its address, where it hides nothing.
 */
export function displayName(person: Address, own?: OwnNames): string {
  const { name, address } = person;
  const shown = withoutTurns(name).trim();
  if (shown === '') return address;
  return doubtName(person, own) === undefined
    ? shown
    : `${address} (${shown.slice(0, longestDoubted)})`;
}

/** The address without its `+detail`, as a plus-addressed mailbox is compared. */
export function withoutDetail(address: string): string {
  const key = addressKey(address);
  const plus = key.indexOf('+');
  const at = key.lastIndexOf('@');
  return plus < 0 || at < plus ? key : key.slice(0, plus) + key.slice(at);
}
