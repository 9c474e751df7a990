/**
 * Faxes and recordings for tests, made by Debian's own programs: libtiff-tools, sox, espeak-ng, opus-tools, ffmpeg.
 *
 * Promises: pages are drawn so that a test can tell them apart and see which way up they are: page n has n black bars
 * under a thick line at its top, and a black square in its lower left corner. Everything is made anew below a temporary directory.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from './programs.ts';
import { makeTemporaryDirectory } from './temp.ts';

const run = promisify(execFile);

/** Ink is 1, as in a PBM. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  isInk(x: number, y: number): boolean;
}

/** Signs of a fax page at 204 × 196 dpi: A4 has 1728 × 2287 points. */
export const faxWidth = 1728;
export const faxHeight = 2287;

/** A page that can be told from others: n bars at the top, a square at the lower left, dots and slants in between. */
export function drawPage(page: number, { width = faxWidth, height = faxHeight } = {}): Bitmap {
  return {
    width,
    height,
    isInk(x, y) {
      const [across, down] = [x / width, y / height];
      if (down > 0.04 && down < 0.05) return across > 0.08 && across < 0.92;
      if (down > 0.08 && down < 0.14) {
        const bar = Math.floor((across - 0.08) / 0.06);
        return bar >= 0 && bar < page && (across - 0.08) % 0.06 < 0.03;
      }
      if (down > 0.2 && down < 0.4) return across > 0.1 && across < 0.9 && (x * 7 + y * 3) % 61 < 9;
      if (down > 0.45 && down < 0.6) return across < 0.9 && (x ^ y) % 23 === page;
      if (down > 0.65 && down < 0.8) return across > 0.1 && (y % 40 < 3 || x % 170 < 4);
      return down > 0.9 && down < 0.97 && across > 0.05 && across < 0.15;
    },
  };
}

export type TiffCompression =
  | 'g3'
  | 'g3:2d'
  | 'g3:fill'
  | 'g3:2d:fill'
  | 'g4'
  | 'lzw'
  | 'zip'
  | 'packbits'
  | 'none';

export interface TiffOptions {
  readonly compression?: TiffCompression;
  /** One a page; three pages of fax size when absent. */
  readonly pages?: readonly Bitmap[];
  /** Dots an inch; 204 × 196 when absent. */
  readonly resolution?: readonly [across: number, down: number];
  readonly rowsPerStrip?: number;
  readonly tiles?: readonly [width: number, length: number];
  readonly fillOrder?: 'msb2lsb' | 'lsb2msb';
  readonly isBigEndian?: boolean;
  /** 0 where white is nought (as faxes are), 1 where black is. */
  readonly photometric?: 0 | 1;
  /** Value of the tag (1 to 8). */
  readonly orientation?: number;
}

/** A TIFF of black and white pages. */
export async function makeTiff({
  compression = 'g4',
  pages = [drawPage(1), drawPage(2), drawPage(3)],
  resolution = [204, 196],
  rowsPerStrip,
  tiles,
  fillOrder,
  isBigEndian = false,
  photometric = 0,
  orientation,
}: TiffOptions = {}): Promise<Buffer> {
  const folder = await makeTemporaryDirectory();
  const plain = await Promise.all(
    pages.map((page, at) => toTiff(folder, `${at}`, writePbm(page, photometric === 1), 'none')),
  );
  const tiffset = await findProgram('tiffset', 'libtiff-tools');
  for (const file of plain) {
    await run(tiffset, ['-s', '282', `${resolution[0]}`, file]);
    await run(tiffset, ['-s', '283', `${resolution[1]}`, file]);
    await run(tiffset, ['-s', '296', '2', file]);
    await run(tiffset, ['-s', '262', `${photometric}`, file]);
    if (orientation !== undefined) await run(tiffset, ['-s', '274', `${orientation}`, file]);
  }
  const target = join(folder, 'made.tif');
  const tiffcp = await findProgram('tiffcp', 'libtiff-tools');
  await run(tiffcp, [
    isBigEndian ? '-B' : '-L',
    ...['-c', compression],
    ...(rowsPerStrip === undefined ? [] : ['-s', '-r', `${rowsPerStrip}`]),
    ...(tiles === undefined ? [] : ['-t', '-w', `${tiles[0]}`, '-l', `${tiles[1]}`]),
    ...(fillOrder === undefined ? [] : ['-f', fillOrder]),
    ...plain,
    target,
  ]);
  return readFile(target);
}

/** A TIFF of grey or coloured pages, JPEG within it when not said otherwise. */
export async function makeColourTiff(
  compression: 'jpeg' | 'jpeg:r' | 'lzw' | 'lzw:2' | 'zip:2' | 'none' = 'jpeg',
  { isGrey = false, width = 400, height = 560, pages = 1, rowsPerStrip = 0, tiles = 0 } = {},
): Promise<Buffer> {
  const folder = await makeTemporaryDirectory();
  const plain: string[] = [];
  for (let page = 1; page <= pages; page += 1)
    plain.push(await toTiff(folder, `${page}`, writePnm(page, { isGrey, width, height }), 'none'));
  const target = join(folder, 'made.tif');
  const tiffcp = await findProgram('tiffcp', 'libtiff-tools');
  await run(tiffcp, [
    ...['-c', compression],
    ...(tiles === 0 ? ['-s'] : ['-t', '-w', `${tiles}`, '-l', `${tiles}`]),
    // Strips of JPEG need a multiple of 16.
    ...['-r', `${rowsPerStrip || Math.ceil(height / 16) * 16}`],
    ...plain,
    target,
  ]);
  return readFile(target);
}

/** What a fax machine sends (raw T.4), as fax2tiff files it: class F. */
export async function makeClassF(options: readonly string[] = ['-7', '-6']): Promise<Buffer> {
  const folder = await makeTemporaryDirectory();
  const first = join(folder, 'first.tif');
  await writeFile(first, await makeTiff({ compression: 'g3', pages: [drawPage(1)] }));
  const raw = join(folder, 'page.g3');
  await writeFile(raw, rawStrip(await readFile(first)));
  const target = join(folder, 'made.tif');
  const fax2tiff = await findProgram('fax2tiff', 'libtiff-tools');
  await run(fax2tiff, [...options, '-M', '-3', '-1', '-R', '196', '-o', target, raw]);
  return readFile(target);
}

/** The pages of a TIFF as libtiff sees them: red, green, blue, alpha. */
export async function readWithLibtiff(
  tiff: Buffer,
  page = 0,
): Promise<{ readonly width: number; readonly height: number; readonly rgba: Buffer }> {
  const folder = await makeTemporaryDirectory();
  const [source, target] = [join(folder, 'in.tif'), join(folder, 'out.tif')];
  await writeFile(source, tiff);
  const one = join(folder, 'one.tif');
  await run(await findProgram('tiffcp', 'libtiff-tools'), [`${source},${page}`, one]);
  await run(await findProgram('tiff2rgba', 'libtiff-tools'), ['-c', 'none', one, target]);
  const bytes = await readFile(target);
  const tags = readTags(bytes);
  const [width, height] = [tags.get(256)?.[0] ?? 0, tags.get(257)?.[0] ?? 0];
  const [offsets = [], counts = []] = [tags.get(273), tags.get(279)];
  const samples = tags.get(277)?.[0] ?? 4;
  const data = Buffer.concat(
    offsets.map((offset, at) => bytes.subarray(offset, offset + (counts[at] ?? 0))),
  );
  if (samples === 4) return { width, height, rgba: data };
  const rgba = Buffer.alloc(width * height * 4, 255);
  for (let at = 0; at < width * height; at += 1) data.copy(rgba, at * 4, at * 3, at * 3 + 3);
  return { width, height, rgba };
}

/** A PDF as a scanner or a fax gateway writes it: one picture a page. */
export async function makeScannedPdf(tiff?: Buffer): Promise<Buffer> {
  const folder = await makeTemporaryDirectory();
  const [source, target] = [join(folder, 'in.tif'), join(folder, 'out.pdf')];
  await writeFile(source, tiff ?? (await makeTiff()));
  await run(await findProgram('tiff2pdf', 'libtiff-tools'), ['-o', target, source]);
  return readFile(target);
}

/** The first page as PNG, JPEG or GIF. */
export async function makePicture(kind: 'png' | 'jpg' | 'gif', page = 1): Promise<Buffer> {
  const folder = await makeTemporaryDirectory();
  const source = join(folder, 'in.pbm');
  await writeFile(source, writePbm(drawPage(page), false));
  return convert(folder, source, kind, ['-frames:v', '1']);
}

export interface SoundOptions {
  readonly seconds?: number;
  readonly rate?: number;
  readonly channels?: 1 | 2;
}

export type SoundKind =
  | 'wav'
  | 'wav-alaw'
  | 'wav-ulaw'
  | 'wav-24'
  | 'wav-float'
  | 'mp3'
  | 'ogg'
  | 'opus'
  | 'm4a'
  | 'amr';

/** A tone that is silent in its second half: a waveform shows where. */
export async function makeTone(
  kind: SoundKind,
  { seconds = 6, rate = 8000, channels = 1 }: SoundOptions = {},
): Promise<Buffer> {
  const folder = await makeTemporaryDirectory();
  const source = join(folder, 'tone.wav');
  const sox = await findProgram('sox');
  const half = seconds / 2;
  await run(sox, [
    ...['-R', '-n', '-r', `${rate}`, '-c', `${channels}`, '-b', '16', source],
    ...['synth', `${half}`, 'sine', '440', 'vol', '0.8', 'pad', '0', `${half}`],
  ]);
  return encode(folder, source, kind);
}

/** A sentence that is spoken. */
export async function makeSpeech(
  text: string,
  { kind = 'mp3', voice = 'en' }: { readonly kind?: SoundKind; readonly voice?: string } = {},
): Promise<Buffer> {
  const folder = await makeTemporaryDirectory();
  const source = join(folder, 'speech.wav');
  await run(await findProgram('espeak-ng'), ['-v', voice, '-w', source, text]);
  return encode(folder, source, kind);
}

async function encode(folder: string, source: string, kind: SoundKind): Promise<Buffer> {
  const sox = await findProgram('sox');
  const target = join(folder, 'made.wav');
  switch (kind) {
    case 'wav':
      return readFile(source);
    case 'wav-alaw':
      await run(sox, [source, '-r', '8000', '-e', 'a-law', '-b', '8', target]);
      return readFile(target);
    case 'wav-ulaw':
      await run(sox, [source, '-r', '8000', '-e', 'u-law', '-b', '8', target]);
      return readFile(target);
    case 'wav-24':
      await run(sox, [source, '-b', '24', target]);
      return readFile(target);
    case 'wav-float':
      await run(sox, [source, '-e', 'floating-point', '-b', '32', target]);
      return readFile(target);
    case 'mp3':
      return convert(folder, source, 'mp3', ['-b:a', '32k']);
    case 'ogg':
      return convert(folder, source, 'ogg', ['-c:a', 'libvorbis', '-ar', '16000']);
    case 'opus': {
      const made = join(folder, 'made.opus');
      const opusenc = await findProgram('opusenc', 'opus-tools');
      await run(opusenc, ['--quiet', '--bitrate', '16', source, made]);
      return readFile(made);
    }
    case 'm4a':
      return convert(folder, source, 'm4a', ['-c:a', 'aac', '-b:a', '32k']);
    case 'amr':
      return silentAmr();
  }
}

/** A second of frames without words (RFC 4867 section 5): few builds of the programs can write AMR. */
function silentAmr(): Buffer {
  const frame = Buffer.alloc(13);
  frame[0] = 0x04;
  return Buffer.concat([Buffer.from('#!AMR\n'), ...Array.from({ length: 50 }, () => frame)]);
}

async function convert(
  folder: string,
  source: string,
  ending: string,
  options: readonly string[],
): Promise<Buffer> {
  const target = join(folder, `converted.${ending}`);
  const ffmpeg = await findProgram('ffmpeg');
  await run(ffmpeg, ['-v', 'error', '-y', '-i', source, ...options, target]);
  return readFile(target);
}

async function toTiff(
  folder: string,
  name: string,
  picture: Buffer,
  compression: string,
): Promise<string> {
  const [source, target] = [join(folder, `${name}.pnm`), join(folder, `${name}.tif`)];
  await writeFile(source, picture);
  await run(await findProgram('ppm2tiff', 'libtiff-tools'), ['-c', compression, source, target]);
  return target;
}

/** ppm2tiff takes the bits as they are and calls nought black; `isBlackNought` keeps that true. */
function writePbm({ width, height, isInk }: Bitmap, isBlackNought: boolean): Buffer {
  const stride = Math.ceil(width / 8);
  const rows = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      if (isInk(x, y) !== isBlackNought) {
        const at = y * stride + (x >> 3);
        rows[at] = (rows[at] ?? 0) | (0x80 >> (x & 7));
      }
  return Buffer.concat([Buffer.from(`P4\n${width} ${height}\n`), rows]);
}

function writePnm(
  page: number,
  { isGrey, width, height }: { isGrey: boolean; width: number; height: number },
): Buffer {
  const channels = isGrey ? 1 : 3;
  const values = Buffer.alloc(width * height * channels);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * channels;
      values[at] = Math.floor((255 * x) / width);
      if (isGrey) continue;
      values[at + 1] = Math.floor((255 * y) / height);
      values[at + 2] = page * 60;
    }
  return Buffer.concat([Buffer.from(`${isGrey ? 'P5' : 'P6'}\n${width} ${height}\n255\n`), values]);
}

/** The bytes of the first strip of a little-endian TIFF. */
function rawStrip(tiff: Buffer): Buffer {
  const tags = readTags(tiff);
  const [offsets = [], counts = []] = [tags.get(273), tags.get(279)];
  return Buffer.concat(
    offsets.map((offset, at) => tiff.subarray(offset, offset + (counts[at] ?? 0))),
  );
}

/** Whole numbers of the first directory of a TIFF that was made here. */
function readTags(tiff: Buffer): ReadonlyMap<number, readonly number[]> {
  const isLittle = tiff.toString('latin1', 0, 2) === 'II';
  const short = (at: number) => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const long = (at: number) => (isLittle ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const start = long(4);
  const tags = new Map<number, readonly number[]>();
  for (let entry = 0; entry < short(start); entry += 1) {
    const at = start + 2 + entry * 12;
    const [tag, type, count] = [short(at), short(at + 2), long(at + 4)];
    const size = type === 3 ? 2 : type === 4 ? 4 : 0;
    if (size === 0) continue;
    const from = count * size <= 4 ? at + 8 : long(at + 8);
    const values = Array.from({ length: count }, (_, index) =>
      size === 2 ? short(from + index * 2) : long(from + index * 4),
    );
    tags.set(tag, values);
  }
  return tags;
}
