import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mediaKind } from '../../../src/core/media/media-kind.ts';
import { readPictureSize } from '../../../src/core/media/picture-size.ts';

it('readPictureSize takes any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
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
