/**
 * Compressed RTF (MS-OXRTFCP).
 *
 * Promises: total and bounded, whatever the sizes in its head say; of a stream that ends early the readable beginning is given.
 * The library of this name believes the sizes and holds every byte as a number, which a small file can turn into gigabytes.
 */

const dictionary = Buffer.from(
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor ' +
    'MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx',
  'latin1',
);

const compressed = 0x75465a4c;
const stored = 0x414c454d;
const headBytes = 16;

export interface PlainRtf {
  readonly rtf: Buffer;
  readonly isBroken: boolean;
}

/** `most`: bytes of RTF at most; what is beyond is left out. */
export function decompressRtf(bytes: Buffer, most: number): PlainRtf | undefined {
  if (bytes.length < headBytes) return undefined;
  const kind = bytes.readUInt32LE(8);
  const size = bytes.readUInt32LE(4);
  if (kind === stored) {
    const rtf = bytes.subarray(headBytes, headBytes + Math.min(size, most));
    return { rtf, isBroken: rtf.length < size };
  }
  if (kind !== compressed) return undefined;
  const end = Math.min(bytes.readUInt32LE(0) + 4, bytes.length);
  const { rtf, isBroken } = expand(bytes.subarray(0, end), Math.min(size, most));
  return { rtf, isBroken: isBroken || rtf.length < size };
}

function expand(bytes: Buffer, most: number): PlainRtf {
  const begin = dictionary.length;
  // Two bytes give at most seventeen, so that room is never made for more than the input can fill.
  const limit = Math.min(most, bytes.length * 9);
  const out = Buffer.alloc(begin + limit + 17);
  dictionary.copy(out);
  let length = begin;
  let at = headBytes;
  while (at < bytes.length && length - begin < limit) {
    const control = bytes[at] ?? 0;
    at += 1;
    for (let bit = 0; bit < 8 && at < bytes.length && length - begin < limit; bit += 1) {
      if ((control & (1 << bit)) === 0) {
        out[length] = bytes[at] ?? 0;
        length += 1;
        at += 1;
        continue;
      }
      const token = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      at += 2;
      const from = sourceOf(token >> 4, length);
      if (from === undefined) return { rtf: out.subarray(begin, length), isBroken: false };
      length = copyWithin(out, from, { length, count: (token & 15) + 2 });
    }
  }
  const rtf = out.subarray(begin, Math.min(length, begin + limit));
  return { rtf, isBroken: false };
}

/** Where in the output the place of the ring of 4096 bytes was written last; undefined for the mark of the end. */
function sourceOf(offset: number, length: number): number | undefined {
  const near = (length & ~4095) + offset;
  if (near === length) return undefined;
  return near > length ? near - 4096 : near;
}

function copyWithin(
  out: Buffer,
  from: number,
  { length, count }: { readonly length: number; readonly count: number },
): number {
  for (let step = 0; step < count; step += 1) {
    // Places that were never written are blank (MS-OXRTFCP 2.1.3.1.1).
    out[length + step] = from + step < 0 ? 0x20 : (out[from + step] ?? 0);
  }
  return length + count;
}
