/**
 * JPEG streams of a TIFF (TIFF Technical Note 2) as points.
 *
 * Owns: utif2, of which only its reader of JPEG is asked, with one stream at a time in a small TIFF of our own: its readers of faxes
 * and of several strips were found wanting. Promises: the size that the stream itself says is bounded before anything is made of it.
 */
import UTIF from 'utif2';
import type { Raster } from '../../core/fax/raster.ts';
import { type PictureSize, readJpegSize } from '../../core/media/picture-size.ts';

export interface JpegPart {
  readonly bytes: Uint8Array;
  /** Tables that all streams of the page share; empty when there are none. */
  readonly tables: Uint8Array;
  /** The three colours are red, green and blue as they are. */
  readonly isRgb: boolean;
  readonly mostPoints: number;
}

/** Undefined when it is no JPEG, or too large. */
export function decodeJpeg({ bytes, tables, isRgb, mostPoints }: JpegPart): Raster | undefined {
  const stream = joinStream(bytes, tables, isRgb);
  const size = readJpegSize(stream);
  if (size === undefined || size.width * size.height > mostPoints) return undefined;
  const file = wrap(stream, size);
  const [image] = UTIF.decode(file);
  if (image === undefined) return undefined;
  UTIF.decodeImage(file, image);
  const { width, height } = size;
  const { data } = image;
  if (data === undefined || data.length < width * height * 3) return undefined;
  return { width, height, channels: 3, values: data };
}

const start = [0xff, 0xd8];

function joinStream(bytes: Uint8Array, tables: Uint8Array, isRgb: boolean): Uint8Array {
  const shared = tables.subarray(2, endsStream(tables) ? -2 : undefined);
  // Adobe's mark says whether the colours were turned; without it a decoder guesses.
  const mark = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, isRgb ? 0 : 1];
  return Uint8Array.from([...start, ...mark, ...shared, ...bytes.subarray(2)]);
}

function endsStream(bytes: Uint8Array): boolean {
  return bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9;
}

/** A TIFF of one strip. */
function wrap(stream: Uint8Array, { width, height }: PictureSize): Buffer {
  const tags: readonly (readonly [tag: number, value: number])[] = [
    [256, width],
    [257, height],
    [258, 8],
    [259, 7],
    [262, 2],
    [273, 0],
    [277, 3],
    [278, height],
    [279, stream.length],
  ];
  const head = Buffer.alloc(8 + 2 + tags.length * 12 + 4);
  head.write('II*\0', 'latin1');
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(tags.length, 8);
  for (const [at, [tag, value]] of tags.entries()) {
    const place = 10 + at * 12;
    head.writeUInt16LE(tag, place);
    head.writeUInt16LE(4, place + 2);
    head.writeUInt32LE(1, place + 4);
    head.writeUInt32LE(tag === 273 ? head.length : value, place + 8);
  }
  return Buffer.concat([head, stream]);
}
