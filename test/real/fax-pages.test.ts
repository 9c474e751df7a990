/** Pages of faxes, point by point as libtiff sees them. */
import { expect, test } from 'vitest';
import { readTiff } from '../../src/core/fax/tiff.ts';
import { decodeTiffPage } from '../../src/services/page-pictures/tiff-pages.ts';
import {
  drawPage,
  makeClassF,
  makeColourTiff,
  makeTiff,
  readWithLibtiff,
  type TiffOptions,
} from '../helpers/fax-and-sound.ts';

const limits = { points: 60_000_000, jpegPoints: 20_000_000 };

/** How far points differ from libtiff's at most, and how many do. */
async function compare(tiff: Buffer, page = 0) {
  const found = readTiff(tiff, { pages: 100, values: 100_000 })[page];
  if (found === undefined) return 'no page';
  const raster = decodeTiffPage(tiff, found, limits);
  if (raster === undefined) return 'not decoded';
  const { width, height, rgba } = await readWithLibtiff(tiff, page);
  if (width !== raster.width || height !== raster.height)
    return `${raster.width} × ${raster.height} instead of ${width} × ${height}`;
  let farthest = 0;
  let inks = 0;
  for (let at = 0; at < width * height; at += 1)
    for (let channel = 0; channel < 3; channel += 1) {
      const own = raster.values[at * raster.channels + (raster.channels === 3 ? channel : 0)] ?? 0;
      const theirs = rgba[at * 4 + channel] ?? 0;
      if (own < 128) inks += 1;
      farthest = Math.max(farthest, Math.abs(own - theirs));
    }
  return inks === 0 ? 'blank' : farthest;
}

const small = [drawPage(1, { width: 432, height: 571 }), drawPage(2, { width: 433, height: 100 })];

const faxes: readonly (readonly [name: string, options: TiffOptions])[] = [
  ['Group 3, one dimension', { compression: 'g3' }],
  ['Group 3, two dimensions', { compression: 'g3:2d' }],
  ['Group 3, marks at whole bytes', { compression: 'g3:fill' }],
  ['Group 3, two dimensions, marks at whole bytes', { compression: 'g3:2d:fill' }],
  ['Group 4', { compression: 'g4' }],
  ['Group 3 in strips', { compression: 'g3', rowsPerStrip: 7 }],
  ['Group 3 of two dimensions in strips', { compression: 'g3:2d', rowsPerStrip: 30 }],
  ['Group 4 in strips', { compression: 'g4', rowsPerStrip: 64 }],
  ['Group 4 in tiles', { compression: 'g4', tiles: [128, 96] }],
  ['Group 3 in tiles', { compression: 'g3', tiles: [128, 96] }],
  ['Group 3, lowest bit first', { compression: 'g3', fillOrder: 'lsb2msb' }],
  ['Group 3 of two dimensions, lowest bit first', { compression: 'g3:2d', fillOrder: 'lsb2msb' }],
  ['Group 4, lowest bit first', { compression: 'g4', fillOrder: 'lsb2msb' }],
  ['Group 4, black is nought', { compression: 'g4', photometric: 1 }],
  ['Group 3, black is nought', { compression: 'g3:2d', photometric: 1 }],
  ['Group 4, highest byte first', { compression: 'g4', isBigEndian: true }],
  ['LZW', { compression: 'lzw' }],
  ['deflate', { compression: 'zip' }],
  ['PackBits', { compression: 'packbits', fillOrder: 'lsb2msb' }],
  ['not compressed', { compression: 'none', rowsPerStrip: 50 }],
  ['upside down', { compression: 'g4', orientation: 3 }],
  ['mirrored', { compression: 'g4', orientation: 2 }],
  ['from the bottom', { compression: 'g4', orientation: 4 }],
];

test.each(faxes)('a fax page has the points that libtiff sees: %s', async (_name, options) => {
  const tiff = await makeTiff({ pages: small, ...options });
  expect([await compare(tiff, 0), await compare(tiff, 1)]).toEqual([0, 0]);
});

test.each([
  ['G3 without whole bytes', ['-7', '-6', '-p']],
  ['G4', ['-8']],
  ['classic, highest bit first', ['-c', '-m']],
] as const)('a page that fax2tiff filed is read whole: %s', async (_name, options) => {
  expect(await compare(await makeClassF(options))).toBe(0);
});

test('coloured and grey pages are those of libtiff, but for the rounding of JPEG', async () => {
  const made = {
    jpeg: await makeColourTiff('jpeg'),
    rgb: await makeColourTiff('jpeg:r'),
    strips: await makeColourTiff('jpeg', { rowsPerStrip: 64 }),
    tiles: await makeColourTiff('jpeg', { tiles: 128, width: 384, height: 512 }),
    grey: await makeColourTiff('jpeg', { isGrey: true }),
    lzw: await makeColourTiff('lzw:2', { rowsPerStrip: 16 }),
    zip: await makeColourTiff('zip:2', { tiles: 64 }),
    none: await makeColourTiff('none'),
  };
  for (const [name, tiff] of Object.entries(made)) {
    const most = ['jpeg', 'rgb', 'strips', 'tiles', 'grey'].includes(name) ? 8 : 0;
    const farthest = await compare(tiff);
    expect([name, typeof farthest === 'number' && farthest <= most, farthest]).toEqual([
      name,
      true,
      farthest,
    ]);
  }
});
