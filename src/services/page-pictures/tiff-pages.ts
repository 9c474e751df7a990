/**
 * Pages of a TIFF as points: what fax machines, gateways and scanners write.
 *
 * Promises: any bytes give a picture or a word why there is none, in memory that the limits bound; parts that lie outside the file
 * or are broken stay white.
 * Leaves to others: directories (core/fax/tiff.ts), code words of faxes (core/fax/ccitt.ts), time (page-pictures.ts).
 */
import { inflateSync } from 'node:zlib';
import { type CcittPage, decodeCcitt } from '../../core/fax/ccitt.ts';
import { type Raster, setUpright } from '../../core/fax/raster.ts';
import type { TiffPage } from '../../core/fax/tiff.ts';
import { reverseBits, undoPredictor, unpackBits, unpackLzw } from '../../core/fax/unpack.ts';
import { decodeJpeg } from './jpeg-in-tiff.ts';

export interface PictureLimits {
  /** Points of a page as they stand in the file. */
  readonly points: number;
  /** The same for what needs more memory a point. */
  readonly jpegPoints: number;
}

export function decodeTiffPage(
  bytes: Uint8Array,
  page: TiffPage,
  limits: PictureLimits,
): Raster | undefined {
  const { width, height, parts } = page;
  if (width * height > limits.points || parts.length === 0) return undefined;
  const raster = isJpeg(page)
    ? decodeJpegPage(bytes, page, limits)
    : decodePlainPage(bytes, page, limits);
  return raster === undefined ? undefined : setUpright(raster, page.orientation);
}

const isJpeg = ({ compression }: TiffPage) => compression === 7 || compression === 6;

function bytesOf(bytes: Uint8Array, { offset, size }: TiffPage['parts'][number]): Uint8Array {
  return bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + size, bytes.length));
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly rows: number;
  /** Of the colour that the part holds, where each has parts of its own. */
  readonly plane: number;
}

function placeOf(page: TiffPage, at: number): Place {
  const { width, height, partWidth, partHeight, isTiled } = page;
  const across = Math.ceil(width / partWidth);
  const down = Math.ceil(height / partHeight);
  const plane = Math.floor(at / (across * down));
  const within = at % (across * down);
  const y = Math.floor(within / across) * partHeight;
  const rows = isTiled ? partHeight : Math.min(partHeight, height - y);
  return { x: (within % across) * partWidth, y, rows, plane };
}

function decodeJpegPage(
  bytes: Uint8Array,
  page: TiffPage,
  { jpegPoints }: PictureLimits,
): Raster | undefined {
  const { width, height, parts, photometric, tables } = page;
  if (width * height > jpegPoints) return undefined;
  const values = new Uint8Array(width * height * 3).fill(255);
  let shown = 0;
  let room = jpegPoints;
  for (const [at, part] of parts.entries()) {
    const { x, y, plane } = placeOf(page, at);
    if (y >= height || plane > 0 || room <= 0) break;
    const piece = decodeJpeg({
      bytes: bytesOf(bytes, part),
      tables: Uint8Array.from(tables),
      isRgb: photometric === 2,
      mostPoints: room,
    });
    if (piece === undefined) continue;
    shown += 1;
    room -= piece.width * piece.height;
    const across = Math.min(piece.width, page.partWidth, width - x) * 3;
    for (let row = 0; row < piece.height && row < page.partHeight && y + row < height; row += 1)
      values.set(
        piece.values.subarray(row * piece.width * 3, row * piece.width * 3 + across),
        ((y + row) * width + x) * 3,
      );
  }
  return shown === 0 ? undefined : { width, height, channels: 3, values };
}

function decodePlainPage(
  bytes: Uint8Array,
  page: TiffPage,
  { points }: PictureLimits,
): Raster | undefined {
  const { width, height, parts, partWidth, partHeight, samples, isPlanar } = page;
  const bits = page.bitsPerSample[0] ?? 1;
  const channels = page.photometric === 2 || page.photometric === 3 ? 3 : 1;
  const isKnown = page.photometric <= 3 && [1, 2, 4, 8, 16].includes(bits);
  const perPart = isPlanar ? 1 : samples;
  const isTooLarge =
    samples > 8 || width * height * channels > points * 2 || partWidth * partHeight > points * 2;
  if (!isKnown || isTooLarge || (page.photometric === 2 && samples < 3)) return undefined;
  const values = new Uint8Array(width * height * channels).fill(255);
  const stride = Math.ceil((partWidth * perPart * bits) / 8);
  let shown = 0;
  let room = points * 4;
  for (const [at, part] of parts.entries()) {
    const place = placeOf(page, at);
    const made = stride * place.rows;
    room -= made;
    if (place.y >= height || place.plane >= samples || room < 0) break;
    const unpacked = unpack(bytesOf(bytes, part), page, made, place.rows);
    if (unpacked === undefined) continue;
    shown += 1;
    if (page.predictor === 2 && bits === 8) undoPredictor(unpacked, stride, perPart);
    paintPart(values, unpacked, { page, place, bits, stride, channels, perPart });
  }
  return shown === 0 ? undefined : { width, height, channels, values };
}

function unpack(
  packed: Uint8Array,
  page: TiffPage,
  size: number,
  rows: number,
): Uint8Array | undefined {
  if (packed.length === 0) return undefined;
  const bytes = page.isReversed ? reverseBits(packed) : packed;
  switch (page.compression) {
    case 1: {
      const made = new Uint8Array(size);
      made.set(bytes.subarray(0, size));
      return made;
    }
    case 2:
      return unpackFax(bytes, page, rows, 'rows');
    case 3:
      return unpackFax(bytes, page, rows, page.faxOptions & 1 ? 'group-3-two' : 'group-3');
    case 4:
      return unpackFax(bytes, page, rows, 'group-4');
    case 5:
      return unpackLzw(bytes, size);
    case 8:
    case 32946:
      return inflate(bytes, size);
    case 32773:
      return unpackBits(bytes, size);
    default:
      return undefined;
  }
}

function unpackFax(
  bytes: Uint8Array,
  { partWidth }: TiffPage,
  height: number,
  kind: CcittPage['kind'],
): Uint8Array | undefined {
  const { bits, rows } = decodeCcitt(bytes, { width: partWidth, height, kind });
  return rows === 0 ? undefined : bits;
}

function inflate(bytes: Uint8Array, size: number): Uint8Array | undefined {
  try {
    const made = new Uint8Array(size);
    made.set(inflateSync(bytes, { maxOutputLength: size, finishFlush: 2 }).subarray(0, size));
    return made;
  } catch {
    // Broken, or larger than the picture that it is said to be: nothing of it is shown.
    return undefined;
  }
}

interface PartGround {
  readonly page: TiffPage;
  readonly place: Place;
  readonly bits: number;
  readonly stride: number;
  readonly channels: 1 | 3;
  /** Samples of a point in this part. */
  readonly perPart: number;
}

function paintPart(values: Uint8Array, part: Uint8Array, ground: PartGround): void {
  const { page, place, bits, stride, channels, perPart } = ground;
  const { width, height, photometric, isPlanar, samples } = page;
  const across = Math.min(page.partWidth, width - place.x);
  const shade = shadeOf(page, bits);
  // Of a picture in planes, each part brings one colour.
  const wanted = photometric === 2 ? 3 : 1;
  const colours = isPlanar ? [place.plane] : [0, 1, 2].slice(0, wanted);
  if (isPlanar && (place.plane >= wanted || samples < wanted)) return;
  for (let row = 0; row < place.rows && place.y + row < height; row += 1)
    for (let x = 0; x < across; x += 1) {
      const to = ((place.y + row) * width + place.x + x) * channels;
      for (const [at, colour] of colours.entries()) {
        const sample = readSample(part, row * stride, x * perPart + at, bits, page.isBigEndian);
        if (photometric !== 3) values[to + colour] = shade[sample] ?? 255;
        else
          for (let each = 0; each < 3; each += 1)
            values[to + each] = paletteOf(page, sample, bits, each);
      }
    }
}

function readSample(
  part: Uint8Array,
  row: number,
  index: number,
  bits: number,
  isBigEndian: boolean,
): number {
  if (bits === 8) return part[row + index] ?? 0;
  // Of two bytes the higher one is enough for a screen.
  if (bits === 16) return part[row + index * 2 + (isBigEndian ? 0 : 1)] ?? 0;
  const bit = index * bits;
  return ((part[row + (bit >> 3)] ?? 0) >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
}

/** Which grey each value is. Fax codes say black and white by themselves; a file may call either of them nought. */
function shadeOf({ photometric }: TiffPage, bits: number): Uint8Array {
  const most = (1 << Math.min(bits, 8)) - 1;
  const isWhiteNought = photometric === 0;
  return Uint8Array.from({ length: most + 1 }, (_, value) => {
    const grey = Math.round((value * 255) / most);
    return isWhiteNought ? 255 - grey : grey;
  });
}

/** Colours of a palette have sixteen bits, all reds first. */
function paletteOf({ palette }: TiffPage, sample: number, bits: number, colour: number): number {
  return (palette[colour * (1 << Math.min(bits, 8)) + sample] ?? 0) >> 8;
}
