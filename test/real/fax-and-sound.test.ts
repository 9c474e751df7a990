import { expect, test } from 'vitest';
import {
  drawPage,
  faxHeight,
  faxWidth,
  makeClassF,
  makeColourTiff,
  makePicture,
  makeScannedPdf,
  makeTiff,
  makeTone,
  readWithLibtiff,
} from '../helpers/fax-and-sound.ts';

test('a made fax page is what was drawn, whichever way it is filed', async () => {
  const page = drawPage(2);
  for (const photometric of [0, 1] as const) {
    const tiff = await makeTiff({ pages: [drawPage(1), page], photometric });
    const { width, height, rgba } = await readWithLibtiff(tiff, 1);
    expect([width, height]).toEqual([faxWidth, faxHeight]);
    const dark = (x: number, y: number) => (rgba[(y * width + x) * 4] ?? 0) < 128;
    for (let y = 0; y < height; y += 37)
      for (let x = 0; x < width; x += 31) expect(dark(x, y)).toBe(page.isInk(x, y));
  }
});

test('the other pages and sounds begin as their kinds do', async () => {
  const kinds = {
    colour: await makeColourTiff(),
    classF: await makeClassF(),
    pdf: await makeScannedPdf(
      await makeTiff({ pages: [drawPage(1, { width: 400, height: 500 })] }),
    ),
    png: await makePicture('png'),
    wav: await makeTone('wav-alaw', { seconds: 1 }),
    mp3: await makeTone('mp3', { seconds: 1 }),
    opus: await makeTone('opus', { seconds: 1 }),
    m4a: await makeTone('m4a', { seconds: 1 }),
    amr: await makeTone('amr'),
  };
  const first = Object.entries(kinds).map(([kind, bytes]) => [
    kind,
    bytes.toString('latin1', 0, 12).replace(/[^ -~]/g, '.'),
  ]);
  expect(Object.fromEntries(first)).toMatchObject({
    colour: expect.stringMatching(/^II\*/),
    classF: expect.stringMatching(/^II\*/),
    pdf: expect.stringMatching(/^%PDF-/),
    png: expect.stringMatching(/^\.PNG/),
    wav: expect.stringMatching(/^RIFF....WAVE/),
    mp3: expect.stringMatching(/^ID3/),
    opus: expect.stringMatching(/^OggS/),
    m4a: expect.stringMatching(/^....ftyp/),
    amr: expect.stringMatching(/^#!AMR/),
  });
});
