/**
 * The size of a picture from its head: PNG, GIF, JPEG (ITU-T T.81 section B.2.2).
 *
 * Promises: total; undefined where the head does not say.
 */

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

export function readPictureSize(bytes: Uint8Array): PictureSize | undefined {
  const at = (place: number) => bytes[place] ?? 0;
  if (at(0) === 0x89) return sizeOf(long(bytes, 16), long(bytes, 20));
  if (at(0) === 0x47) return sizeOf(at(6) | (at(7) << 8), at(8) | (at(9) << 8));
  return readJpegSize(bytes);
}

export function readJpegSize(bytes: Uint8Array): PictureSize | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  for (let at = 2; at + 9 < bytes.length; at += 2 + short(bytes, at + 2)) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return sizeOf(short(bytes, at + 7), short(bytes, at + 5));
  }
  return undefined;
}

function short(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function long(bytes: Uint8Array, at: number): number {
  return short(bytes, at) * 0x10000 + short(bytes, at + 2);
}

function sizeOf(width: number, height: number): PictureSize | undefined {
  return width > 0 && height > 0 && width < 100_000 && height < 100_000
    ? { width, height }
    : undefined;
}
