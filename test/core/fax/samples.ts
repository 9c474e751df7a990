/** Small files of each compression, made by libtiff's tools as in test/helpers/fax-and-sound.ts: page 1 of 96 × 80 points. */
import { readFileSync } from 'node:fs';

export const faxSamples = ['g3', 'g3-2d', 'g4', 'lzw', 'packbits', 'rows', 'zip'] as const;

export function readSample(name: (typeof faxSamples)[number] | 'jpeg'): Buffer {
  return readFileSync(new URL(`samples/${name}.tif`, import.meta.url));
}
