import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTiff } from '../../../src/core/fax/tiff.ts';
import {
  createPagePictures,
  type PagedFile,
  usualPageOptions,
} from '../../../src/services/page-pictures/page-pictures.ts';
import { startPagesHere, startPageWorker } from '../../../src/services/page-pictures/page-port.ts';
import type { StartPages } from '../../../src/services/page-pictures/page-protocol.ts';
import { decodeTiffPage } from '../../../src/services/page-pictures/tiff-pages.ts';
import { faxSamples, readSample } from '../../core/fax/samples.ts';
import { createFakeClock } from '../../helpers/clock.ts';
import { drawPage } from '../../helpers/fax-and-sound.ts';
import { recordingLog } from '../../helpers/parts.ts';

const fileOf = (bytes: Uint8Array, key = 'a', type: PagedFile['type'] = 'tiff') => {
  let reads = 0;
  const file: PagedFile = {
    key,
    type,
    size: bytes.length,
    read: async () => {
      reads += 1;
      return bytes;
    },
  };
  return { file, reads: () => reads };
};

function makePictures(start: StartPages = startPagesHere()) {
  const clock = createFakeClock();
  const { log, lines } = recordingLog();
  return { clock, lines, pictures: createPagePictures({ start, clock, log }) };
}

/** Of a PNG with one bit a point. */
function isInk(png: Buffer, x: number, y: number): boolean {
  const width = png.readUInt32BE(16);
  const data = png.indexOf('IDAT');
  const rows = inflateSync(png.subarray(data + 4, data + 4 + png.readUInt32BE(data - 4)));
  const byte = rows[y * (1 + Math.ceil(width / 8)) + 1 + (x >> 3)] ?? 0;
  return ((byte >> (7 - (x & 7))) & 1) === 0;
}

describe('createPagePictures', () => {
  it('describes the pages of a fax and draws them as they were sent', async () => {
    const { pictures } = makePictures();
    const { file, reads } = fileOf(readSample('g4'));
    expect(await pictures.describe(file, 1000)).toMatchObject({
      pages: [{ width: 96, height: 83 }],
      encoding: 'G4',
      resolution: [204, 196],
    });
    const png = await pictures.picture(file, 0, 'page');
    expect(png?.subarray(1, 4).toString()).toBe('PNG');
    expect([png?.readUInt32BE(16), png?.readUInt32BE(20)]).toEqual([96, 83]);
    // What is known is not read again.
    await pictures.describe(file, 1000);
    await pictures.picture(file, 0, 'page');
    expect(reads()).toBe(2);
    expect(await pictures.picture(file, 1, 'page')).toBe(undefined);
  });

  it('draws every compression alike, point by point', () => {
    const page = drawPage(1, { width: 96, height: 80 });
    for (const name of faxSamples) {
      const bytes = readSample(name);
      const [found] = readTiff(bytes, { pages: 1, values: 1000 });
      const raster =
        found === undefined
          ? undefined
          : decodeTiffPage(bytes, found, { points: 10_000, jpegPoints: 10_000 });
      const wrong: string[] = [];
      for (let y = 0; y < 80; y += 1)
        for (let x = 0; x < 96; x += 1)
          if ((raster?.values[y * 96 + x] === 0) !== page.isInk(x, y)) wrong.push(`${x},${y}`);
      expect([name, wrong]).toEqual([name, []]);
    }
  });

  it('packs a page of square points into one bit a point', async () => {
    const square = Buffer.from(readSample('rows'));
    // As many dots an inch down as across.
    const [page] = readTiff(square, { pages: 1, values: 10 });
    const at = square.indexOf(Buffer.from([0x1b, 1, 5, 0, 1, 0, 0, 0]));
    square.writeUInt32LE(
      square.readUInt32LE(square.indexOf(Buffer.from([0x1a, 1, 5, 0])) + 8),
      at + 8,
    );
    expect(page?.width).toBe(96);
    const { pictures } = makePictures();
    const png = await pictures.picture(fileOf(square).file, 0, 'page');
    const drawn = drawPage(1, { width: 96, height: 80 });
    expect([png?.[24], png?.readUInt32BE(20)]).toEqual([1, 80]);
    for (const [x, y] of [
      [50, 3],
      [9, 8],
      [30, 8],
      [10, 74],
      [60, 74],
    ] as const)
      expect(png === undefined || isInk(png, x, y)).toBe(drawn.isInk(x, y));
  });

  it('answers for any bytes, and makes nothing larger than it may', async () => {
    const { pictures } = makePictures(
      startPagesHere({ pages: 3, values: 100, points: 100_000, jpegPoints: 50_000, longest: 500 }),
    );
    let count = 0;
    const mutated = fc.record({
      name: fc.constantFrom(...faxSamples, 'jpeg' as const),
      changes: fc.array(fc.tuple(fc.nat(1200), fc.nat(255)), { maxLength: 12 }),
      cut: fc.option(fc.nat(1200), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(mutated, async ({ name, changes, cut }) => {
        const bytes = Buffer.from(readSample(name));
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        count += 1;
        const { file } = fileOf(bytes.subarray(0, cut), `file ${count}`);
        const found = await pictures.describe(file, 1000);
        expect(found === undefined || found.pages.length <= 3).toBe(true);
        const png = await pictures.picture(file, 0, 'page');
        expect(png === undefined || png.readUInt32BE(16) <= 500).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('ends what takes too long with its thread, goes on with another, and does not try it again', async () => {
    let started = 0;
    let closed = 0;
    const start: StartPages = (events) => {
      started += 1;
      const works = started > 1 ? startPagesHere()(events) : undefined;
      return {
        post: (request) => works?.post(request),
        close: async () => {
          closed += 1;
        },
      };
    };
    const { clock, pictures, lines } = makePictures(start);
    const bad = fileOf(readSample('g3'), 'bad').file;
    const slow = pictures.picture(bad, 0, 'page');
    const good = pictures.picture(fileOf(readSample('g4'), 'good').file, 0, 'page');
    await clock.advance(usualPageOptions.mostMs);
    expect(await slow).toBe(undefined);
    expect(await good).toBeInstanceOf(Buffer);
    expect(await pictures.picture(bad, 0, 'page')).toBe(undefined);
    expect([started, closed]).toEqual([2, 1]);
    expect(lines.map(({ event }) => event)).toEqual(['pages.too-slow']);
  });

  it('does without a description that does not come in time, and has it the next time', async () => {
    const { clock, pictures } = makePictures();
    let release = () => {};
    const late: PagedFile = {
      ...fileOf(readSample('g4')).file,
      read: async () => {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        return readSample('g4');
      },
    };
    const first = pictures.describe(late, 2000);
    await clock.advance(2000);
    expect(await first).toBe(undefined);
    release();
    const next = await pictures.describe(late, 2000);
    expect(next?.pages).toHaveLength(1);
  });

  it('stays alive in a thread of its own whatever it is given', async () => {
    const { pictures } = makePictures(startPageWorker());
    try {
      const huge = Buffer.from(readSample('rows'));
      // A picture that is said to be enormous.
      for (const tag of [0x00, 0x01]) {
        const at = huge.indexOf(Buffer.from([tag, 1, 3, 0, 1, 0, 0, 0]));
        huge.writeUInt16LE(65_000, at + 8);
      }
      const { file } = fileOf(huge, 'huge');
      expect((await pictures.describe(file, 10_000))?.pages).toHaveLength(1);
      expect(await pictures.picture(file, 0, 'page')).toBe(undefined);
      const noPdf = fileOf(Buffer.from('%PDF-1.7 nothing'), 'pdf', 'pdf').file;
      expect(await pictures.describe(noPdf, 10_000)).toBe(undefined);
      const good = fileOf(readSample('g3-2d'), 'good').file;
      expect(await pictures.picture(good, 0, 'thumb')).toBeInstanceOf(Buffer);
    } finally {
      await pictures.close();
    }
  });
});
