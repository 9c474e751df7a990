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
  return parseAddresses(text, { flatten: true })
    .filter((entry) => (entry.address ?? '') !== '')
    .slice(0, limits.addresses)
    .map(({ name, address }) => ({
      name: withoutTurns(decodeWords(name, hints))
        .replace(/[\s\p{Cc}]+/gu, ' ')
        .trim()
        .slice(0, limits.nameCharacters),
      address: (address ?? '').replace(/[\s\p{Cc}]+/gu, '').slice(0, limits.addressCharacters),
    }));
}
