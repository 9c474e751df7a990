/**
 * Bytes of the demo's attachments: small, valid files made from a few words.
 *
 * A PNG is drawn as grey lines like a page of text; a PDF (ISO 32000-1) carries its words in Helvetica, with
 * a question mark for what that font has no letter for.
 */
import { crc32, deflateSync } from 'node:zlib';
import type { DemoAttachment } from './conversations.ts';

export interface AttachmentFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

export function makeAttachment({ name, kind, content }: DemoAttachment): AttachmentFile {
  switch (kind) {
    case 'png':
      return { name, type: 'image/png', bytes: makePng(content) };
    case 'pdf':
      return { name, type: 'application/pdf', bytes: makePdf(content) };
    case 'text':
      return { name, type: 'text/plain; charset=utf-8', bytes: Buffer.from(content) };
  }
}

const width = 320;
const height = 200;

function makePng(content: string): Buffer {
  const words = content.split(/\s+/).filter((word) => word !== '');
  const rows = Buffer.alloc((width + 1) * height, 0xf6);
  for (let y = 0; y < height; y += 1) {
    rows[y * (width + 1)] = 0;
    if (y < 26) rows.fill(0x55, y * (width + 1) + 1, (y + 1) * (width + 1));
  }
  let [x, y] = [16, 44];
  for (const word of words.slice(0, 80)) {
    const length = Math.min(120, 6 * [...word].length);
    if (x + length > width - 16) [x, y] = [16, y + 16];
    if (y > height - 16) break;
    for (let line = 0; line < 6; line += 1) {
      const from = (y + line) * (width + 1) + 1 + x;
      rows.fill(0x99, from, from + length);
    }
    x += length + 8;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a pixel, greyscale, no interlacing.
  header.set([8, 0, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const frame = Buffer.alloc(8 + body.length);
  frame.writeUInt32BE(content.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), 4 + body.length);
  return frame;
}

function makePdf(content: string): Buffer {
  const lines = content.trimEnd().split('\n').slice(0, 45);
  const shown = lines.map(
    (line) => `(${line.replace(/[^\x20-\x7e\xa0-\xff]/g, '?').replace(/[\\()]/g, '\\$&')}) '`,
  );
  const page = `BT /F1 12 Tf 56 780 Td 16 TL\n${shown.join('\n')}\nET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${page.length} >>\nstream\n${page}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ];
  let file = '%PDF-1.4\n';
  const offsets = objects.map((body, position) => {
    const offset = file.length;
    file += `${position + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const end = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(file + end, 'latin1');
}
