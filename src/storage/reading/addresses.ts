/**
 * Address lists out of header fields (RFC 5322 section 3.4, RFC 6532), and what programs write instead.
 *
 * Owns: nodemailer's address parser. Promises: total, in time proportional to the value, at most `limits.addresses`
 * addresses; names are decoded after the list is split, so that nothing within an encoded word is ever an address.
 * Leaves to others: which field is asked, what an address means (core/message/address.ts).
 */
import parseAddresses from 'nodemailer/lib/addressparser';
import type { Address } from '../../core/message/address.ts';
import { withoutTurns } from '../../core/message/direction.ts';
import type { TextHints } from './charset.ts';
import { findWords } from './encoded-words.ts';
import { decodeRaw, decodeWords } from './header-text.ts';

const limits = {
  addresses: 500,
  characters: 512 * 1024,
  nameCharacters: 500,
  addressCharacters: 500,
};

/** `value`: unfolded, one character a byte. */
export function readAddressList(value: string, hints: TextHints = {}): readonly Address[] {
  const text = decodeRaw(value.slice(0, limits.characters), hints);
  const { covered, uncover } = coverWords(closeQuotes(text));
  const found: Address[] = [];
  for (const entry of parseAddresses(covered, { flatten: true })) {
    if (found.length === limits.addresses) break;
    const address = bareAddress(uncover(entry.address ?? ''));
    if (address === '') continue;
    const name = nameOf(decodeWords(uncover(entry.name), hints));
    found.push({ name, address: address.slice(0, limits.addressCharacters) });
  }
  return found;
}

/** A quote that nothing ends would make one name of the rest of the list. */
function closeQuotes(text: string): string {
  let open = -1;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) {
    if (open >= 0 && text[at - 1] === '\\' && text[at - 2] !== '\\') continue;
    open = open >= 0 ? -1 : at;
  }
  return open < 0 ? text : `${text.slice(0, open)} ${text.slice(open + 1)}`;
}

/** Without blanks, and without brackets that have lost their other half or stand around the whole. */
function bareAddress(text: string): string {
  const address = text.replace(/[\s\p{Cc}]+/gu, '');
  if (!/^[<[]|[>\]]$/.test(address)) return address;
  const inner = address.replace(/^</, '').replace(/>$/, '');
  return /^\[[^[\]@]+@[^[\]@]+\]$/.test(inner) ? inner.slice(1, -1) : inner;
}

function nameOf(text: string): string {
  return withoutTurns(text)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .replace(/^'([^']+)'$/, '$1')
    .slice(0, limits.nameCharacters);
}

/**
 * Encoded words with signs that would split the list (`=?utf-8?Q?Doe,_Jane?=`) stand as one atom until it is split. Words
 * with brackets or quotes stay as they are: other programs on the way may have taken those for an address.
 */
function coverWords(text: string): { covered: string; uncover: (part: string) => string } {
  if (!text.includes('=?')) return { covered: text, uncover: (part) => part };
  const words: string[] = [];
  let covered = '';
  let from = 0;
  for (const { start, end } of findWords(text)) {
    const word = text.slice(start, end);
    if (!word.endsWith('?=') || !/[,;:@()[\]\\\s]/.test(word) || /[<>"]/.test(word)) continue;
    covered += `${text.slice(from, start)}${cover}${words.length}${cover}`;
    words.push(word);
    from = end;
  }
  covered += text.slice(from);
  return {
    covered,
    uncover: (part) =>
      part.replace(covers, (whole: string, index: string) => words[Number(index)] ?? whole),
  };
}

/** No character (Unicode section 23.7), so no mail means anything by it. */
const cover = '\uFDD0';
const covers = /\uFDD0(\d+)\uFDD0/g;
