/**
 * Compressions of TIFF that need no library: PackBits, LZW (TIFF 6.0 sections 9 and 13), and what a predictor did.
 *
 * Promises: total; no more than the wanted number of bytes is made, and what is missing stays nought.
 */

export function unpackBits(bytes: Uint8Array, size: number): Uint8Array {
  const made = new Uint8Array(size);
  let to = 0;
  for (let at = 0; at < bytes.length && to < size; ) {
    const head = bytes[at] ?? 0;
    at += 1;
    if (head === 128) continue;
    if (head < 128) {
      made.set(bytes.subarray(at, Math.min(at + head + 1, at + size - to)), to);
      at += head + 1;
      to += head + 1;
    } else {
      made.fill(bytes[at] ?? 0, to, to + 257 - head);
      at += 1;
      to += 257 - head;
    }
  }
  return made;
}

const clear = 256;
const end = 257;
const mostCodes = 4096;

export function unpackLzw(bytes: Uint8Array, size: number): Uint8Array {
  const made = new Uint8Array(size);
  // Each code is a former one and one more byte.
  const before = new Int16Array(mostCodes);
  const last = new Uint8Array(mostCodes);
  const length = new Uint16Array(mostCodes);
  for (let code = 0; code < clear; code += 1) {
    last[code] = code;
    length[code] = 1;
    before[code] = -1;
  }
  let next = end + 1;
  let width = 9;
  let former = -1;
  let to = 0;
  for (let bit = 0; bit + width <= bytes.length * 8 && to < size; ) {
    const code = readBits(bytes, bit, width);
    bit += width;
    if (code === end) break;
    if (code === clear) {
      next = end + 1;
      width = 9;
      former = -1;
      continue;
    }
    if (code > next || (code === next && former < 0)) break;
    if (former >= 0 && next < mostCodes) {
      before[next] = former;
      length[next] = (length[former] ?? 0) + 1;
      last[next] = firstOf(code === next ? former : code);
      next += 1;
    }
    const count = length[code] ?? 0;
    for (let at = to + count - 1, each = code; at >= to && each >= 0; at -= 1) {
      if (at < size) made[at] = last[each] ?? 0;
      each = before[each] ?? -1;
    }
    to += count;
    former = code;
    // One code early, as TIFF has it.
    if (next + 1 >= 1 << width && width < 12) width += 1;
  }
  return made;

  function firstOf(code: number): number {
    let each = code;
    for (let before1 = before[each] ?? -1; before1 >= 0; before1 = before[each] ?? -1)
      each = before1;
    return last[each] ?? 0;
  }
}

function readBits(bytes: Uint8Array, bit: number, count: number): number {
  const at = bit >> 3;
  const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  return (three >> (24 - (bit & 7) - count)) & ((1 << count) - 1);
}

/** Undoes horizontal differencing of samples of a byte each, in place. */
export function undoPredictor(bytes: Uint8Array, stride: number, samples: number): void {
  for (let row = 0; row + stride <= bytes.length; row += stride)
    for (let at = row + samples; at < row + stride; at += 1)
      bytes[at] = (bytes[at] ?? 0) + (bytes[at - samples] ?? 0);
}

const reversed = Uint8Array.from({ length: 256 }, (_, byte) => {
  let turned = 0;
  for (let bit = 0; bit < 8; bit += 1) if (byte & (1 << bit)) turned |= 0x80 >> bit;
  return turned;
});

/** The lowest bit of each byte first. */
export function reverseBits(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => reversed[byte] ?? 0);
}
