/**
 * Encoded words (RFC 2047 section 2) in a text, whole and broken.
 *
 * Promises: pure and total, in time proportional to the text. A word may lack its end, hold blanks and question marks,
 * touch its neighbours or share a sign with them.
 * Leaves to others: what the bytes of a word say (header-text.ts).
 */

export interface EncodedWord {
  readonly start: number;
  readonly end: number;
  /** Name of the character set, without a language (RFC 2231 section 5). */
  readonly label: string;
  readonly encoding: 'b' | 'q';
  readonly text: string;
}

export function findWords(text: string): readonly EncodedWord[] {
  const words: EncodedWord[] = [];
  const beginning = /=\?\s?([^?\s]{1,100})\s?\?\s?([BbQq])\s?\?/g;
  const ends = createFinder(text);
  let found = beginning.exec(text);
  while (found !== null) {
    const from = found.index + found[0].length;
    const next = beginning.exec(text);
    const nextStart = next?.index ?? text.length;
    const encoding = found[2]?.toLowerCase() === 'b' ? 'b' : 'q';
    const { textEnd, end } = endOfWord(text, { from, nextStart, encoding, ends });
    words.push({
      start: found.index,
      end,
      label: (found[1] ?? '').replace(/\*.*$/, ''),
      encoding,
      text: text.slice(from, textEnd),
    });
    found = next;
  }
  return words;
}

interface Finder {
  /** Where `?=` stands from there on. */
  readonly after: (from: number) => number;
}

/** Asked with growing positions, it looks at no character twice. */
function createFinder(text: string): Finder {
  let last = -2;
  return {
    after: (from) => {
      if (last < from && last !== Number.POSITIVE_INFINITY) {
        const found = text.indexOf('?=', from);
        last = found < 0 ? Number.POSITIVE_INFINITY : found;
      }
      return last;
    },
  };
}

interface Opened {
  readonly from: number;
  readonly nextStart: number;
  readonly encoding: 'b' | 'q';
  readonly ends: Finder;
}

function endOfWord(
  text: string,
  { from, nextStart, encoding, ends }: Opened,
): { readonly textEnd: number; readonly end: number } {
  let at = ends.after(from);
  // A question mark that should have been encoded stands before an encoded sign: "what?=20now?=".
  for (let tries = 0; encoding === 'q' && tries < 20 && isWithin(text, at); tries += 1) {
    const later = ends.after(at + 1);
    if (later >= nextStart || /\s/.test(text.slice(at, Math.min(later, at + 200)))) break;
    at = later;
  }
  if (at <= nextStart && at < text.length) {
    // Two words may share the sign between them: "?=?utf-8?".
    return { textEnd: at, end: Math.min(at + 2, Math.max(nextStart, at + 1)) };
  }
  // No end: up to the next blank or the next word.
  const rest = text.slice(from, nextStart);
  const blank = rest.search(/\s/);
  const end = from + (blank < 0 ? rest.length : blank);
  return { textEnd: text[end - 1] === '?' && end > from ? end - 1 : end, end };
}

function isWithin(text: string, at: number): boolean {
  return at < text.length && /^\?=[0-9A-Fa-f]{2}/.test(text.slice(at, at + 4));
}

/** The bytes of adjacent words one after the other. */
export function wordBytes(words: readonly EncodedWord[]): Buffer {
  const parts: Buffer[] = [];
  let open = '';
  for (const { encoding, text } of words) {
    if (encoding === 'q') {
      if (open !== '') parts.push(fromBase64(open));
      open = '';
      parts.push(fromQuoted(text));
      continue;
    }
    // What does not end at a whole group goes on in the next word.
    open += text.replace(/[^A-Za-z0-9+/=_-]/g, '');
    if (open.length % 4 !== 0 && !open.endsWith('=')) continue;
    parts.push(fromBase64(open));
    open = '';
  }
  if (open !== '') parts.push(fromBase64(open));
  return parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts);
}

/** Several encodings may stand one behind the other, each with its padding. */
function fromBase64(text: string): Buffer {
  const runs = text.split(/=+/).filter((run) => run !== '');
  return runs.length === 1
    ? Buffer.from(runs[0] ?? '', 'base64')
    : Buffer.concat(runs.map((run) => Buffer.from(run, 'base64')));
}

/** A sign beyond Latin-1 cannot stand for a byte; it is there by mistake and written as UTF-8. */
function fromQuoted(text: string): Buffer {
  const bytes = text
    .replace(/[\u0100-\uffff]+/g, (signs) => Buffer.from(signs).toString('latin1'))
    .replaceAll('_', ' ')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
  return Buffer.from(bytes, 'latin1');
}
