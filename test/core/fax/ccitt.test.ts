import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CcittPage, decodeCcitt } from '../../../src/core/fax/ccitt.ts';
import { readTiff } from '../../../src/core/fax/tiff.ts';
import { unpackBits, unpackLzw } from '../../../src/core/fax/unpack.ts';
import { effortOf } from '../../helpers/effort.ts';
import { faxSamples, readSample } from './samples.ts';

const bits = (text: string) => {
  const digits = text.replaceAll(' ', '');
  return Uint8Array.from(digits.match(/.{1,8}/g) ?? [], (byte) =>
    Number.parseInt(byte.padEnd(8, '0'), 2),
  );
};

const rowsOf = (bytes: Uint8Array, page: CcittPage) => {
  const { bits: made } = decodeCcitt(bytes, page);
  const stride = Math.ceil(page.width / 8);
  return Array.from({ length: page.height }, (_, y) =>
    Array.from({ length: page.width }, (_, x) =>
      ((made[y * stride + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1 ? '#' : '.',
    ).join(''),
  );
};

describe('decodeCcitt', () => {
  it('reads runs of white and black in turn (T.4 table 2)', () => {
    // White 2, black 3, white 3; white 0, black 8.
    const bytes = bits('0111 10 1000 000000 00110101 000101 00');
    expect(rowsOf(bytes, { width: 8, height: 2, kind: 'rows' })).toEqual(['..###...', '########']);
  });

  it('reads a line by the one above it (T.6)', () => {
    // Horizontal, white 2, black 3; then both edges below each other, the second one to the left; then all white.
    const bytes = bits('001 0111 10 1  1 010 1  0001 1 000000000001 000000000001');
    expect(rowsOf(bytes, { width: 8, height: 4, kind: 'group-4' })).toEqual([
      '..###...',
      '..##....',
      '........',
      '........',
    ]);
  });

  it('goes on at the next mark after a broken line', () => {
    const mark = '000000000001';
    const bytes = bits(
      `${mark} 0111 10 1000 ${mark} 0111 000000001 ${mark} 00110101 000101 ${mark}`,
    );
    const page = { width: 8, height: 3, kind: 'group-3' } as const;
    expect(rowsOf(bytes, page)).toEqual(['..###...', '........', '########']);
    expect(decodeCcitt(bytes, page)).toMatchObject({ rows: 3, broken: 1 });
  });

  it('takes any bytes, in time and memory that the sizes bound', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom<CcittPage['kind']>('rows', 'group-3', 'group-3-two', 'group-4'),
        (bytes, width, height, kind) => {
          const made = decodeCcitt(bytes, { width, height, kind });
          expect(made.bits.length).toBe(Math.ceil(width / 8) * height);
          expect(made.rows).toBeLessThanOrEqual(height);
        },
      ),
    );
  });

  it('is quick with noughts, with ones and with marks alone', () => {
    for (const byte of [0, 0xff, 0x01, 0x35, 0x10])
      for (const kind of ['rows', 'group-3', 'group-3-two', 'group-4'] as const) {
        const bytes = new Uint8Array(300_000).fill(byte);
        expect(
          effortOf(() => decodeCcitt(bytes, { width: 2000, height: 2000, kind })),
        ).toBeLessThan(5000);
      }
  });
});

describe('readTiff', () => {
  const limits = { pages: 20, values: 1000 };

  it('says what stands in the directories', () => {
    for (const name of faxSamples)
      expect(readTiff(readSample(name), limits)).toMatchObject([
        { width: 96, height: 80, resolution: [204, 196] },
      ]);
  });

  it('takes any bytes; a directory that leads to itself is read once', () => {
    const loop = Buffer.from(readSample('g4'));
    const start = loop.readUInt32LE(4);
    loop.writeUInt32LE(start, start + 2 + loop.readUInt16LE(start) * 12);
    expect(readTiff(loop, limits)).toHaveLength(1);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (tail, isLittle) => {
        const head = isLittle ? [0x49, 0x49, 42, 0, 8, 0, 0, 0] : [0x4d, 0x4d, 0, 42, 0, 0, 0, 8];
        expect(readTiff(Uint8Array.from([...head, ...tail]), limits).length).toBeLessThan(21);
      }),
    );
  });
});

it('unpackLzw and unpackBits take any bytes and make what was asked for, no more', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(2000), (bytes, size) => {
      expect(unpackLzw(bytes, size).length).toBe(size);
      expect(unpackBits(bytes, size).length).toBe(size);
    }),
  );
});
