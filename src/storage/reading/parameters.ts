/**
 * Fields with parameters (Content-Type, Content-Disposition): RFC 2045, 2183, 2231, and what programs made of them.
 *
 * Promises: total, in time proportional to the value, at most `limits.parameters` parameters; names in lower case.
 * Leaves to others: what the parameters mean, file names for the file system.
 */
import { decodeText, type TextHints } from './charset.ts';
import { decodeRaw, decodeWords } from './header-text.ts';

export interface ParameterField {
  /** The value before the parameters, in lower case, without comments. */
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const limits = { parameters: 300, valueCharacters: 20_000 };

/** `value`: unfolded, one character a byte. */
export function readParameterField(value: string, hints: TextHints = {}): ParameterField {
  const text = decodeRaw(value.slice(0, limits.valueCharacters * 10), hints);
  const semicolon = text.indexOf(';');
  const head = (semicolon < 0 ? text : text.slice(0, semicolon)).trim().toLowerCase();
  const parameters = new Map<string, string>();
  const parts =
    semicolon < 0 ? [] : (text.slice(semicolon + 1).match(/(?:"(?:\\.|[^"\\])*"?|[^;"])+/g) ?? []);
  const segments = new Map<string, Map<number, { text: string; isEncoded: boolean }>>();
  for (const part of parts.slice(0, limits.parameters)) {
    const found = /^\s*([^=*\s]+)(?:\*(\d{1,4}))?(\*)?\s*=\s*([\s\S]*?)\s*$/.exec(part);
    if (found === null) continue;
    const [, name = '', index, star, raw = ''] = found;
    const key = name.toLowerCase();
    const plain = raw.startsWith('"') ? raw.replace(/^"|"$/g, '').replace(/\\(["\\])/g, '$1') : raw;
    if (index === undefined && star === undefined) {
      if (!parameters.has(key)) parameters.set(key, decodeWords(plain, hints));
      continue;
    }
    const pieces = segments.get(key) ?? new Map<number, { text: string; isEncoded: boolean }>();
    segments.set(key, pieces);
    pieces.set(Number(index ?? 0), { text: plain, isEncoded: star !== undefined });
  }
  for (const [key, pieces] of segments) parameters.set(key, joinSegments(pieces, hints));
  return { value: head, parameters };
}

function joinSegments(
  pieces: ReadonlyMap<number, { text: string; isEncoded: boolean }>,
  hints: TextHints,
): string {
  let label: string | undefined;
  const bytes: Buffer[] = [];
  for (const [, { text, isEncoded }] of [...pieces].sort(([one], [other]) => one - other)) {
    const named = isEncoded && label === undefined ? /^([^']*)'[^']*'/.exec(text) : null;
    if (named !== null) label = named[1];
    const rest = named === null ? text : text.slice(named[0].length);
    bytes.push(isEncoded ? fromPercent(rest) : Buffer.from(rest, 'utf8'));
  }
  return decodeWords(decodeText(Buffer.concat(bytes), label, hints).text, hints);
}

function fromPercent(text: string): Buffer {
  return Buffer.from(
    text.replace(/%([0-9A-Fa-f]{2})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    ),
    'latin1',
  );
}
