/**
 * Fields with parameters (Content-Type, Content-Disposition): RFC 2045, 2183, 2231, and what programs made of them.
 *
 * Promises: total, in time proportional to the value, at most `limits.parameters` parameters; names in lower case. Whatever
 * mixture of forms names a parameter, one value comes out: the extended form before pieces before the plain one, unless
 * only a later one can be read.
 * Leaves to others: splitting the field (parameter-scan.ts), what the parameters mean, names fit for a file system.
 */
import { isUtf8 } from 'node:buffer';
import { decodeText, type TextHints } from './charset.ts';
import { charsetOf } from './charset-names.ts';
import { decodeRaw, decodeWords } from './header-text.ts';
import { type ScannedParameter, scanField } from './parameter-scan.ts';

export interface ParameterField {
  /** The value before the parameters, in lower case, without comments. */
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const limits = { parameters: 1000, valueCharacters: 200_000, nameCharacters: 100 };

/** `value`: unfolded, one character a byte. */
export function readParameterField(value: string, hints: TextHints = {}): ParameterField {
  const scanned = scanField(
    decodeRaw(value.slice(0, limits.valueCharacters), hints),
    limits.parameters,
  );
  const collected = new Map<string, Forms>();
  for (const parameter of scanned.parameters) collect(collected, parameter);
  const parameters = new Map<string, string>();
  for (const [name, forms] of collected) parameters.set(name, chooseForm(forms, hints));
  return { value: scanned.value.toLowerCase(), parameters };
}

interface Piece {
  readonly text: string;
  /** By its star; the text may say otherwise. */
  readonly isExtended: boolean;
}

/** One parameter in the forms in which it was given; of each the first counts. */
interface Forms {
  plain?: string;
  extended?: string;
  readonly pieces: Map<number, Piece>;
}

function collect(into: Map<string, Forms>, { name, text }: ScannedParameter): void {
  const found = /^([^*]+?)\s*(?:\*(\d{1,5}))?\s*(\*?)\**$/.exec(name);
  const [, base = name, index, star = ''] = found ?? [];
  const key = base.toLowerCase().slice(0, limits.nameCharacters);
  const forms: Forms = into.get(key) ?? { pieces: new Map() };
  into.set(key, forms);
  if (index !== undefined) {
    const at = Number(index);
    if (!forms.pieces.has(at)) forms.pieces.set(at, { text, isExtended: star !== '' });
  } else if (star === '') forms.plain ??= text;
  else forms.extended ??= text;
}

function chooseForm({ plain, extended, pieces }: Forms, hints: TextHints): string {
  const readings: string[] = [];
  const add = (text: string): boolean => {
    readings.push(text);
    return text.trim() !== '' && !text.includes('\uFFFD');
  };
  if (extended !== undefined && add(joinPieces([{ text: extended, isExtended: true }], hints)))
    return readings.at(-1) ?? '';
  if (pieces.size > 0) {
    const ordered = [...pieces].sort(([one], [other]) => one - other).map(([, piece]) => piece);
    // A piece without a number is where some programs begin.
    const all =
      plain !== undefined && !pieces.has(0)
        ? [{ text: plain, isExtended: false }, ...ordered]
        : ordered;
    if (add(joinPieces(all, hints))) return readings.at(-1) ?? '';
  }
  if (plain !== undefined) add(readPlain(plain, hints));
  return (
    readings.find((text) => text.trim() !== '' && !text.includes('\uFFFD')) ??
    readings.find((text) => text.trim() !== '') ??
    readings[0] ??
    ''
  );
}

/** Bytes of pieces next to each other are read together: a character may be cut between them. */
function joinPieces(pieces: readonly Piece[], hints: TextHints): string {
  if (pieces.every(({ isExtended }) => !isExtended)) {
    return readPlain(pieces.map(({ text }) => text).join(''), hints);
  }
  let label: string | undefined;
  let text = '';
  let bytes: Buffer[] = [];
  const flush = (): void => {
    if (bytes.length > 0) text += decodeText(Buffer.concat(bytes), label, hints).text;
    bytes = [];
  };
  for (const [at, piece] of pieces.entries()) {
    const named = label === undefined ? splitCharset(piece, at === 0) : undefined;
    if (named !== undefined && named.charset !== '') label = named.charset;
    const rest = named?.rest ?? piece.text;
    if (piece.isExtended || isPercentEncoded(rest, bytes.length > 0)) bytes.push(fromPercent(rest));
    else if (isAsciiText(rest)) bytes.push(Buffer.from(rest, 'latin1'));
    else {
      flush();
      text += rest;
    }
  }
  flush();
  return decodeWords(text, hints);
}

/**
 * `charset'language'rest`: the language, its second apostrophe, or the charset's name may be missing; only the first piece
 * may name no or an unknown set.
 */
function splitCharset(
  { text, isExtended }: Piece,
  isFirst: boolean,
): { readonly charset: string; readonly rest: string } | undefined {
  const found = /^([^']{0,60})'(?:([^']{0,40})')?/.exec(text);
  if (found === null) return undefined;
  const [whole, charset = '', language] = found;
  const isKnown = charsetOf(charset) !== undefined;
  const isTwice = language !== undefined;
  if (!isKnown && !(isFirst && isTwice && !/[%\s.]/.test(charset))) return undefined;
  if (!isExtended && !isTwice) return undefined;
  // `utf-8'it%20is'`: the second apostrophe is one of the text.
  const isOfText = language !== undefined && /[%.\s]/.test(language);
  return { charset, rest: text.slice(isOfText ? charset.length + 1 : whole.length) };
}

/** A piece without a star after encoded ones, which was encoded all the same. */
function isPercentEncoded(text: string, isAfterBytes: boolean): boolean {
  return isAfterBytes && /%[89A-Fa-f][0-9A-Fa-f]/.test(text) && !/%(?![0-9A-Fa-f]{2})/.test(text);
}

function isAsciiText(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text);
}

/** Encoded words against RFC 2047 section 5, and percent signs without a star where they can be nothing else. */
function readPlain(text: string, hints: TextHints): string {
  if (text.includes('=?')) return decodeWords(text, hints);
  if (!/%[89A-Fa-f][0-9A-Fa-f]%/.test(text) || !isAsciiText(text)) return text;
  const named = splitCharset({ text, isExtended: false }, false);
  const bytes = fromPercent(named?.rest ?? text);
  if (named !== undefined) return decodeText(bytes, named.charset, hints).text;
  return isUtf8(bytes) && !/%(?![0-9A-Fa-f]{2})/.test(text) ? bytes.toString('utf8') : text;
}

function fromPercent(text: string): Buffer {
  if (!isAsciiText(text)) {
    return Buffer.concat(
      text
        .split(/([^\x00-\x7f]+)/)
        .map((part, at) => (at % 2 === 1 ? Buffer.from(part, 'utf8') : fromPercent(part))),
    );
  }
  const bytes = text.replace(/%([0-9A-Fa-f]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return Buffer.from(bytes, 'latin1');
}
