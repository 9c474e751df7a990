/** The smallest files of each kind that `drop/` takes, as bytes. */

/** A picture of one white point. */
export const pngFile = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEANl9ngAAAAABJRU5ErkJggg==',
  'base64',
);

/** One page of one point, not compressed (TIFF 6.0). */
export const tiffFile = makeTiff();

/** A quarter of a second of silence at 8,000 samples of 8 bits. */
export const wavFile = makeWav(2000);

export const pdfFile = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
);

function makeWav(samples: number): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + samples, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(8000, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(samples, 40);
  return Buffer.concat([header, Buffer.alloc(samples, 0x80)]);
}

function makeTiff(): Buffer {
  const entries: readonly (readonly [tag: number, type: number, value: number])[] = [
    [256, 3, 8],
    [257, 3, 1],
    [258, 3, 1],
    [259, 3, 1],
    [262, 3, 0],
    [273, 4, 8],
    [278, 3, 1],
    [279, 4, 1],
  ];
  const file = Buffer.alloc(10 + 2 + entries.length * 12 + 4);
  file.write('II*\0', 0, 'latin1');
  file.writeUInt32LE(10, 4);
  file.writeUInt16LE(entries.length, 10);
  entries.forEach(([tag, type, value], at) => {
    const start = 12 + at * 12;
    file.writeUInt16LE(tag, start);
    file.writeUInt16LE(type, start + 2);
    file.writeUInt32LE(1, start + 4);
    file.writeUInt32LE(value, start + 8);
  });
  return file;
}
