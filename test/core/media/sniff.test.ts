import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readPictureSize } from '../../../src/core/media/picture-size.ts';
import { mediaKind, sniffType } from '../../../src/core/media/sniff.ts';

it.each([
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['GIF89a', 'image/gif'],
  ['\xff\xd8\xff\xe0', 'image/jpeg'],
  ['RIFF\x10\0\0\0WEBPVP8 ', 'image/webp'],
  ['RIFF\x10\0\0\0WAVEfmt ', 'audio/wav'],
  ['RIFF\x10\0\0\0AVI LIST', undefined],
  ['II*\0\x08\0\0\0', 'image/tiff'],
  ['MM\0*\0\0\0\x08', 'image/tiff'],
  ['%PDF-1.7', 'application/pdf'],
  ['ID3\x04\0', 'audio/mpeg'],
  ['\xff\xfb\x90\x64', 'audio/mpeg'],
  ['\xff\xf1\x50\x80', 'audio/aac'],
  ['\xff\xfe<\0s\0', undefined],
  ['OggS\0\x02', 'audio/ogg'],
  ['\0\0\0\x20ftypM4A ', 'audio/mp4'],
  ['#!AMR\n\x04', 'audio/amr'],
  ['<html>', undefined],
  ['', undefined],
] as const)('sniffType tells %j', (bytes, type) => {
  expect(sniffType(Buffer.from(bytes, 'latin1'))).toBe(type);
});

it('sniffType and readPictureSize take any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      sniffType(bytes);
      const size = readPictureSize(bytes);
      expect(size === undefined || (size.width > 0 && size.height > 0)).toBe(true);
    }),
  );
});

it('mediaKind believes a type, and a name where the type says nothing', () => {
  expect(mediaKind({ type: 'image/tiff', name: 'x' })).toBe('tiff');
  expect(mediaKind({ type: 'application/octet-stream', name: 'fax.TIF' })).toBe('tiff');
  expect(mediaKind({ type: 'audio/x-wav', name: '' })).toBe('sound');
  expect(mediaKind({ type: 'audio/amr', name: '' })).toBe('amr');
  expect(mediaKind({ type: 'text/plain', name: 'a.mp3' })).toBe(undefined);
});
