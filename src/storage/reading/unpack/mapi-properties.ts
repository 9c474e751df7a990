/**
 * MAPI properties as TNEF carries them (MS-OXTNEF 2.1.3.4, MS-OXCDATA 2.11).
 *
 * Promises: total and bounded: counts are not believed beyond the bytes that are there. What was read before the first mistake is
 * given. Named properties are found by the set and the number, or the name, that they stand for.
 */
import { decodeCodePage } from './code-pages.ts';

export interface Properties {
  /** By the property's id, or `set:number`/`set:name` for named ones (the set as lower-case hex). */
  readonly values: ReadonlyMap<number | string, PropertyValue>;
  readonly isBroken: boolean;
}

export interface PropertyValue {
  readonly type: number;
  readonly bytes: Buffer;
}

const types = {
  short: 0x02,
  object: 0x0d,
  text8: 0x1e,
  text: 0x1f,
  time: 0x40,
  binary: 0x102,
} as const;

/** Bytes of the types of one size, padded to four. */
const sizes: ReadonlyMap<number, number> = new Map([
  [0x01, 4],
  [types.short, 4],
  [0x03, 4],
  [0x04, 4],
  [0x05, 8],
  [0x06, 8],
  [0x07, 8],
  [0x0a, 4],
  [0x0b, 4],
  [0x14, 8],
  [types.time, 8],
  [0x48, 16],
]);

const variable: ReadonlySet<number> = new Set([
  types.object,
  types.text8,
  types.text,
  types.binary,
  0xfb,
  0xfd,
  0xfe,
]);

const several = 0x1000;
const mostProperties = 10_000;

/** Reads on where a cursor stands; `undefined` from any of its methods means that the bytes have ended. */
class Cursor {
  at = 0;
  readonly bytes: Buffer;
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
  take(length: number): Buffer | undefined {
    if (this.at + length > this.bytes.length) return undefined;
    const taken = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return taken;
  }
  number(): number | undefined {
    return this.take(4)?.readUInt32LE(0);
  }
  /** With its length before and its padding behind. */
  block(): Buffer | undefined {
    const length = this.number();
    const taken = length === undefined ? undefined : this.take(length);
    if (taken !== undefined) this.at = Math.min(this.at + (-taken.length & 3), this.bytes.length);
    return taken;
  }
}

export function readProperties(bytes: Buffer): Properties {
  return readList(new Cursor(bytes));
}

/** A table of recipients: one list of properties for each. */
export function readRows(bytes: Buffer, most: number): readonly Properties[] {
  const cursor = new Cursor(bytes);
  const count = cursor.number() ?? 0;
  const rows: Properties[] = [];
  while (rows.length < Math.min(count, most)) {
    const row = readList(cursor);
    rows.push(row);
    if (row.isBroken) break;
  }
  return rows;
}

function readList(cursor: Cursor): Properties {
  const values = new Map<number | string, PropertyValue>();
  const count = cursor.number();
  if (count === undefined) return { values, isBroken: true };
  for (let read = 0; read < count; read += 1) {
    const found = read < mostProperties ? readProperty(cursor) : undefined;
    if (found === undefined) return { values, isBroken: true };
    if (!values.has(found.key)) values.set(found.key, found.value);
  }
  return { values, isBroken: false };
}

function readProperty(
  cursor: Cursor,
): { readonly key: number | string; readonly value: PropertyValue } | undefined {
  const tag = cursor.take(4);
  if (tag === undefined) return undefined;
  const type = tag.readUInt16LE(0);
  const id = tag.readUInt16LE(2);
  const key = id < 0x8000 ? id : readName(cursor);
  const bytes = key === undefined ? undefined : readValue(cursor, type);
  return key === undefined || bytes === undefined
    ? undefined
    : { key, value: { type: type & ~several, bytes } };
}

function readName(cursor: Cursor): string | undefined {
  const set = cursor.take(16)?.toString('hex');
  const kind = cursor.number();
  if (set === undefined || kind === undefined) return undefined;
  if (kind === 0) {
    const number = cursor.number();
    return number === undefined ? undefined : `${set}:${number}`;
  }
  const name = cursor.block();
  return name === undefined ? undefined : `${set}:${toText16(name)}`;
}

/** Of several values the first; the others are read over. */
function readValue(cursor: Cursor, type: number): Buffer | undefined {
  const single = type & ~several;
  const size = sizes.get(single);
  const isVariable = variable.has(single);
  if (size === undefined && !isVariable) return undefined;
  const count = isVariable || (type & several) !== 0 ? cursor.number() : 1;
  if (count === undefined) return undefined;
  let first: Buffer | undefined;
  for (let read = 0; read < count; read += 1) {
    const value = size === undefined ? cursor.block() : cursor.take(size);
    if (value === undefined) return undefined;
    first ??= value;
  }
  return first ?? Buffer.alloc(0);
}

export function textIn(
  { values }: Properties,
  key: number | string,
  page: number | undefined,
): string | undefined {
  const value = values.get(key);
  if (value === undefined) return undefined;
  if (value.type === types.text) return toText16(value.bytes);
  if (value.type === types.text8) return toText8(value.bytes, page);
  return undefined;
}

export function numberIn({ values }: Properties, key: number | string): number | undefined {
  const bytes = values.get(key)?.bytes;
  return bytes === undefined || bytes.length < 4 ? undefined : bytes.readInt32LE(0);
}

export function bytesIn({ values }: Properties, key: number | string): Buffer | undefined {
  const value = values.get(key);
  return value?.type === types.binary || value?.type === types.object ? value.bytes : undefined;
}

/** Milliseconds since 1970; MAPI counts hundreds of nanoseconds since 1601. */
export function timeIn({ values }: Properties, key: number | string): number | undefined {
  const value = values.get(key);
  if (value?.type !== types.time || value.bytes.length < 8) return undefined;
  const milliseconds = Number(value.bytes.readBigUInt64LE(0) / 10_000n) - 11_644_473_600_000;
  return Math.abs(milliseconds) > 8.6e15 || milliseconds === -11_644_473_600_000
    ? undefined
    : milliseconds;
}

export function toText8(bytes: Buffer, page: number | undefined): string {
  const end = bytes.indexOf(0);
  return decodeCodePage(end < 0 ? bytes : bytes.subarray(0, end), page);
}

function toText16(bytes: Buffer): string {
  return bytes
    .subarray(0, bytes.length & ~1)
    .toString('utf16le')
    .replace(/\0[\s\S]*$/, '');
}
