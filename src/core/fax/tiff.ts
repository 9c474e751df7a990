/**
 * The directories of a TIFF 6.0 file: which pictures it holds, and where their bytes are.
 *
 * Promises: total, any bytes give pages or none, bounded in number and time; offsets and sizes are checked by whoever reads there.
 * Leaves to others: decoding (services/fax/tiff-pages.ts).
 */

/** The bytes of one strip or tile. */
export interface TiffPart {
  readonly offset: number;
  readonly size: number;
}

export interface TiffPage {
  readonly width: number;
  readonly height: number;
  readonly compression: number;
  /** 0: nought is white; 1: nought is black; 2: RGB; 3: palette; 6: YCbCr. */
  readonly photometric: number;
  readonly bitsPerSample: readonly number[];
  readonly samples: number;
  /** True where the lowest bit of a byte comes first. */
  readonly isReversed: boolean;
  /** 1 to 8; 1 is upright. */
  readonly orientation: number;
  /** Dots an inch; undefined where the file does not say. */
  readonly resolution: readonly [across: number, down: number] | undefined;
  readonly parts: readonly TiffPart[];
  /** Of a strip: the page's width and its rows; of a tile: both. */
  readonly partWidth: number;
  readonly partHeight: number;
  readonly isTiled: boolean;
  /** Samples lie in parts of their own. */
  readonly isPlanar: boolean;
  readonly predictor: number;
  /** T4Options or T6Options. */
  readonly faxOptions: number;
  readonly palette: readonly number[];
  /** JPEG tables that all parts share. */
  readonly tables: readonly number[];
  readonly isBigEndian: boolean;
  /** Where its directory stands in the file. */
  readonly directory: number;
}

export interface TiffLimits {
  readonly pages: number;
  /** Values of one tag: parts of a page. */
  readonly values: number;
}

/** Pages in the order of the file; empty when it is no TIFF. */
export function readTiff(bytes: Uint8Array, limits: TiffLimits): readonly TiffPage[] {
  const order = String.fromCharCode(bytes[0] ?? 0, bytes[1] ?? 0);
  if (order !== 'II' && order !== 'MM') return [];
  const isBigEndian = order === 'MM';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8 || view.getUint16(2, !isBigEndian) !== 42) return [];
  const pages: TiffPage[] = [];
  const seen = new Set<number>();
  let at = view.getUint32(4, !isBigEndian);
  while (at >= 8 && at + 6 <= bytes.length && !seen.has(at) && seen.size < limits.pages) {
    seen.add(at);
    const { tags, next } = readDirectory(view, { at, isBigEndian, most: limits.values });
    const page = toPage(tags, { isBigEndian, directory: at });
    if (page !== undefined) pages.push(page);
    at = next;
  }
  return pages;
}

type Tags = ReadonlyMap<number, readonly number[]>;

interface DirectoryPlace {
  readonly at: number;
  readonly isBigEndian: boolean;
  readonly most: number;
}

/** Bytes of a value by its type. */
const sizes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 5: 8, 7: 1 };

function readDirectory(view: DataView, { at, isBigEndian, most }: DirectoryPlace) {
  const isLittle = !isBigEndian;
  const tags = new Map<number, readonly number[]>();
  const count = view.getUint16(at, isLittle);
  let entry = at + 2;
  for (let index = 0; index < count && entry + 12 <= view.byteLength; index += 1) {
    const type = view.getUint16(entry + 2, isLittle);
    const length = view.getUint32(entry + 4, isLittle);
    const size = sizes[type];
    if (size !== undefined && length > 0) {
      const from = length * size <= 4 ? entry + 8 : view.getUint32(entry + 8, isLittle);
      const values: number[] = [];
      for (let value = 0; value < Math.min(length, most); value += 1) {
        const place = from + value * size;
        if (place + size > view.byteLength) break;
        values.push(readValue(view, { place, type, isLittle }));
      }
      tags.set(view.getUint16(entry, isLittle), values);
    }
    entry += 12;
  }
  const next = entry + 4 <= view.byteLength ? view.getUint32(entry, isLittle) : 0;
  return { tags, next };
}

interface ValuePlace {
  readonly place: number;
  readonly type: number;
  readonly isLittle: boolean;
}

function readValue(view: DataView, { place, type, isLittle }: ValuePlace): number {
  if (type === 1 || type === 7) return view.getUint8(place);
  if (type === 3) return view.getUint16(place, isLittle);
  const whole = view.getUint32(place, isLittle);
  if (type === 4) return whole;
  const divisor = view.getUint32(place + 4, isLittle);
  return divisor === 0 ? 0 : whole / divisor;
}

interface PageGround {
  readonly isBigEndian: boolean;
  readonly directory: number;
}

function toPage(tags: Tags, { isBigEndian, directory }: PageGround): TiffPage | undefined {
  const value = (tag: number, usual: number) => tags.get(tag)?.[0] ?? usual;
  const [width, height] = [value(256, 0), value(257, 0)];
  if (width < 1 || height < 1) return undefined;
  const isTiled = tags.has(324);
  const offsets = tags.get(isTiled ? 324 : 273) ?? [];
  const counts = tags.get(isTiled ? 325 : 279) ?? [];
  const compression = value(259, 1);
  return {
    width,
    height,
    compression,
    photometric: value(262, 0),
    bitsPerSample: tags.get(258) ?? [1],
    samples: value(277, 1),
    isReversed: value(266, 1) === 2,
    orientation: value(274, 1),
    resolution: resolutionOf(value(282, 0), value(283, 0), value(296, 2)),
    // One part without a size reaches to the end of the file.
    parts: offsets.map((offset, at) => ({ offset, size: counts[at] ?? Number.MAX_SAFE_INTEGER })),
    partWidth: isTiled ? value(322, width) : width,
    partHeight: isTiled ? value(323, height) : Math.min(height, value(278, height) || height),
    isTiled,
    isPlanar: value(284, 1) === 2,
    predictor: value(317, 1),
    faxOptions: value(compression === 4 ? 293 : 292, 0),
    palette: tags.get(320) ?? [],
    tables: tags.get(347) ?? [],
    isBigEndian,
    directory,
  };
}

const centimetresAnInch = 2.54;

function resolutionOf(across: number, down: number, unit: number): TiffPage['resolution'] {
  if (!(across > 0 && down > 0)) return undefined;
  const factor = unit === 3 ? centimetresAnInch : 1;
  return [across * factor, down * factor];
}
