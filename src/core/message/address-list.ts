/**
 * Addresses as people type them into one line: between commas, semicolons or line breaks.
 *
 * Promises: total, in time proportional to the length; what is no address stands for itself, so that it can be refused by name.
 */
import { type Address, parseAddress } from './address.ts';

const longest = 50_000;

export function splitAddresses(text: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let isQuoted = false;
  let isBracketed = false;
  for (const sign of text.slice(0, longest)) {
    if (sign === '"') isQuoted = !isQuoted;
    else if (!isQuoted && sign === '<') isBracketed = true;
    else if (!isQuoted && sign === '>') isBracketed = false;
    if (!isQuoted && !isBracketed && /[,;\n]/.test(sign)) {
      parts.push(part);
      part = '';
    } else part += sign;
  }
  return [...parts, part].map((piece) => piece.trim()).filter((piece) => piece !== '');
}

/** What is no address has an empty name and the text itself as its address. */
export function toAddresses(text: string): readonly Address[] {
  return splitAddresses(text).map((part) => parseAddress(part) ?? { name: '', address: part });
}
