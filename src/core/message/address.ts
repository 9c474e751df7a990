/**
 * Mail addresses (RFC 5322 section 3.4) as values.
 *
 * Promises: comparing and formatting are total; a formatted address never holds a line break.
 * Leaves to others: reading address lists out of a header (storage/codec.ts).
 */

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
  return text.length <= 254 && /^[^\s@<>(),;:"\\[\]]+@[^\s@<>(),;:"\\[\]]+$/.test(text) && !text.includes('..');
}

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
export function formatAddress({ name, address }: Address): string {
  const clean = name.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  if (clean === '') return address;
  const shown = /^[^()<>[\]:;@\\,."]+$/u.test(clean) ? clean : `"${clean.replace(/(["\\])/g, '\\$1')}"`;
  return `${shown} <${address}>`;
}

/** Reads what `formatAddress` writes, and a bare address; undefined for anything without an `@`. */
export function parseAddress(text: string): Address | undefined {
  const match = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^<"]*?))\s*<\s*([^<>\s]+)\s*>\s*$/u.exec(text);
  const bare = text.trim();
  if (match === null) return isAddress(bare) ? { name: '', address: bare } : undefined;
  const address = match[3] ?? '';
  const name = match[1]?.replace(/\\(.)/g, '$1') ?? match[2] ?? '';
  return isAddress(address) ? { name: name.trim(), address } : undefined;
}

/** What to show for a person: the name, or the address when there is none. */
export function displayName({ name, address }: Address): string {
  return name.trim() === '' ? address : name.trim();
}

/** The address without its `+detail`, as a plus-addressed mailbox is compared. */
export function withoutDetail(address: string): string {
  return addressKey(address).replace(/\+[^@]*(?=@)/, '');
}
