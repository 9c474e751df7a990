/**
 * A segment of the text index as one file: `maildesk-text VERSION LENGTH SHA256`, a header, the arrays.
 *
 * Promises: what is read back is what was written, or undefined: another version, another byte order, a file that is cut
 * or changed. Nothing of it needs to be kept: it is built again from the tickets.
 */
import type { TicketNumber } from '../../../core/ticket/number.ts';
import { parseTicketNumber } from '../../../core/ticket/number.ts';
import { digestOf } from '../../../storage/codec.ts';
import type { SegmentText } from './text-segment.ts';
import { openVocabulary } from './text-vocabulary.ts';

/** Of the tickets in the segment, what each was read from. */
export type Manifest = ReadonlyMap<TicketNumber, string>;

export interface StoredSegment {
  readonly segment: SegmentText;
  readonly manifest: Manifest;
}

/** Another number with every change of the arrays, of the analyser, or of the stems. */
const version = 1;
const magic = `maildesk-text ${version} `;
const lengthDigits = 10;
const digestLength = 64;
/** Bytes of the first line. */
export const firstLine = magic.length + lengthDigits + 1 + digestLength + 1;

const isLittle = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

export function formatSegment({ segment, manifest }: StoredSegment): Buffer {
  const arrays = arraysOf(segment);
  const header = Buffer.from(
    JSON.stringify({
      isLittle,
      sizes: arrays.map(({ byteLength }) => byteLength),
      tickets: segment.numbers.map((number) => [number, manifest.get(number) ?? '']),
    }),
  );
  const body = Buffer.concat([header, ...arrays.map(toBytes)]);
  const length = String(header.length).padStart(lengthDigits, '0');
  return Buffer.concat([Buffer.from(`${magic}${length} ${hexDigest(body)}\n`), body]);
}

function arraysOf(segment: SegmentText) {
  const { languages, vocabulary, sequence, starts, postings, stems } = segment;
  return [
    ...[languages, vocabulary.bytes, vocabulary.ends, sequence, starts],
    ...[postings.ends, postings.positions, postings.fields],
    ...[stems.keys.bytes, stems.keys.ends, stems.ends, stems.words],
  ];
}

function toBytes(array: Uint8Array | Uint32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function hexDigest(bytes: Uint8Array): string {
  return digestOf(bytes).replace(/^.*:/, '');
}

/** How long the header is, of a file's first line; undefined for anything else. */
export function headerLength(line: Buffer): number | undefined {
  const text = line.toString('latin1', 0, firstLine);
  if (text.length !== firstLine || !text.startsWith(magic)) return undefined;
  const length = Number(text.slice(magic.length, magic.length + lengthDigits));
  return Number.isSafeInteger(length) ? length : undefined;
}

/** The tickets that the header names, before the whole file was looked at. */
export function readManifest(header: Buffer): Manifest | undefined {
  return parseHeader(header)?.manifest;
}

export function parseSegment(file: Buffer): StoredSegment | undefined {
  const length = headerLength(file);
  if (length === undefined) return undefined;
  const said = file.toString('latin1', firstLine - 1 - digestLength, firstLine - 1);
  const body = file.subarray(firstLine);
  if (hexDigest(body) !== said) return undefined;
  const header = parseHeader(body.subarray(0, length));
  if (header === undefined) return undefined;
  let at = length;
  const bytesOf = (place: number) => {
    const size = header.sizes[place] ?? 0;
    const part = body.subarray(at, at + size);
    at += size;
    // A copy: the arrays must begin at a multiple of their width, and not hold the whole file.
    return new Uint8Array(part);
  };
  const take = { words: (place: number) => new Uint32Array(bytesOf(place).buffer), bytes: bytesOf };
  const languages = take.words(0);
  const vocabulary = openVocabulary(Buffer.from(take.bytes(1).buffer), take.words(2));
  const sequence = take.words(3);
  const starts = take.words(4);
  const postings = { ends: take.words(5), positions: take.words(6), fields: take.bytes(7) };
  const keys = openVocabulary(Buffer.from(take.bytes(8).buffer), take.words(9));
  const stems = { keys, ends: take.words(10), words: take.words(11) };
  const numbers = [...header.manifest.keys()];
  return {
    segment: { numbers, languages, vocabulary, sequence, starts, postings, stems },
    manifest: header.manifest,
  };
}

function parseHeader(
  header: Buffer,
): { readonly sizes: readonly number[]; readonly manifest: Manifest } | undefined {
  const value = readJson(header.toString());
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('isLittle' in value && 'sizes' in value && 'tickets' in value)) return undefined;
  if (value.isLittle !== isLittle || !Array.isArray(value.sizes) || !Array.isArray(value.tickets))
    return undefined;
  const manifest = new Map<TicketNumber, string>();
  for (const entry of value.tickets) {
    const [digits, token]: readonly unknown[] = Array.isArray(entry) ? entry : [];
    const number = typeof digits === 'string' ? parseTicketNumber(digits) : undefined;
    if (number === undefined || typeof token !== 'string') return undefined;
    manifest.set(number, token);
  }
  return { sizes: value.sizes.map(Number), manifest };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not ours: it is built again.
    return undefined;
  }
}
