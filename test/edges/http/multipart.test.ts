/** Forms with files (RFC 7578): what browsers send, and any bytes at all. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type MultipartForm,
  parseMultipart,
  readBoundary,
  readMultipart,
} from '../../../src/edges/http/middleware/multipart.ts';

const boundary = '----WebKitFormBoundary7MA4YWxkTrZu0gW';

interface SketchPart {
  readonly name: string;
  readonly file?: string;
  readonly type?: string;
  readonly content: Buffer;
}

/** As the HTML standard has browsers write it. */
function encode(parts: readonly SketchPart[]): Buffer {
  const quoted = (text: string) =>
    text.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22');
  return Buffer.concat([
    ...parts.flatMap(({ name, file, type, content }) => [
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"${
          file === undefined ? '' : `; filename="${quoted(file)}"`
        }\r\n${type === undefined ? '' : `Content-Type: ${type}\r\n`}\r\n`,
      ),
      content,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
}

function read(bytes: Buffer): MultipartForm {
  const parsed = parseMultipart(bytes, boundary);
  if (!parsed.ok) throw new Error(parsed.refusal);
  return parsed.value;
}

describe('parseMultipart', () => {
  it('reads fields and files as a browser writes them', () => {
    const bytes = encode([
      { name: 'to', content: Buffer.from('Kim <kim@example.org>') },
      { name: 'text', content: Buffer.from('Grüße\r\n\r\n--\r\nAnna') },
      {
        name: 'file',
        file: 'plan "A".pdf',
        type: 'application/pdf',
        content: Buffer.from([0, 1, 13, 10, 45, 45]),
      },
      { name: 'file', file: 'C:\\images\\日本.png', type: 'image/png', content: Buffer.from('x') },
      { name: 'file', file: '', type: 'application/octet-stream', content: Buffer.alloc(0) },
      { name: 'empty', content: Buffer.alloc(0) },
    ]);
    expect(read(bytes)).toEqual({
      fields: [
        ['to', 'Kim <kim@example.org>'],
        ['text', 'Grüße\r\n\r\n--\r\nAnna'],
        ['empty', ''],
      ],
      files: [
        {
          field: 'file',
          name: 'plan "A".pdf',
          type: 'application/pdf',
          bytes: Buffer.from([0, 1, 13, 10, 45, 45]),
        },
        { field: 'file', name: '日本.png', type: 'image/png', bytes: Buffer.from('x') },
      ],
    });
  });

  it.each([
    ['no boundary', Buffer.from('hello')],
    ['no end', encode([{ name: 'a', content: Buffer.from('b') }]).subarray(0, -20)],
    ['nothing', Buffer.alloc(0)],
    [
      'a part without a blank line',
      Buffer.from(`--${boundary}\r\nno header at all\r\n--${boundary}--`),
    ],
  ])('refuses a body with %s', (_, bytes) => {
    expect(parseMultipart(bytes, boundary)).toEqual({ ok: false, refusal: 'broken' });
  });

  it('refuses what goes beyond the limits', () => {
    const limits = { mostBytes: 1000, mostParts: 2, mostFieldBytes: 10 };
    const part = { name: 'a', content: Buffer.from('b') };
    const many = encode([part, part, part]);
    expect(parseMultipart(many, boundary, limits)).toEqual({ ok: false, refusal: 'too-large' });
    const long = encode([{ name: 'a', content: Buffer.alloc(11, 'x') }]);
    expect(parseMultipart(long, boundary, limits)).toEqual({ ok: false, refusal: 'too-large' });
  });

  it('stops reading a body that is too large', async () => {
    let taken = 0;
    async function* endless() {
      for (;;) {
        taken += 1;
        yield Buffer.alloc(100);
      }
    }
    const limits = { mostBytes: 1000, mostParts: 2, mostFieldBytes: 10 };
    const parsed = await readMultipart(endless(), boundary, limits);
    expect([parsed, taken]).toEqual([{ ok: false, refusal: 'too-large' }, 11]);
  });

  it('gives back whatever was put in', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((each) => Buffer.from(each));
    const name = fc
      .string({ maxLength: 20 })
      .map((text) => text.replace(/[\\%\p{Cc}]/gu, '') || 'x');
    const part = fc
      .record({ name, content: bytes })
      .map((each): SketchPart => ({ ...each, file: 'a.bin', type: 'image/png' }));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        expect(read(encode(parts)).files).toEqual(
          parts.map((each) => ({
            field: each.name,
            name: 'a.bin',
            type: 'image/png',
            bytes: each.content,
          })),
        );
      }),
    );
  });

  it('is total', () => {
    const lines = fc.constantFrom(
      `--${boundary}`,
      `--${boundary}--`,
      '\r\n',
      '\r\n\r\n',
      'Content-Disposition: form-data; name="a"',
      'Content-Disposition: form-data; name="a"; filename="b',
      'Content-Type: text/plain',
      '--',
      ' ',
    );
    const body = fc.array(fc.oneof(lines, fc.string({ unit: 'binary' })), { maxLength: 20 });
    fc.assert(
      fc.property(body, (parts) => {
        expect(typeof parseMultipart(Buffer.from(parts.join('')), boundary).ok).toBe('boolean');
      }),
    );
  });
});

describe('readBoundary', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data; charset=utf-8; BOUNDARY="a b c"', 'a b c'],
    ['multipart/form-data', undefined],
    ['multipart/mixed; boundary=abc', undefined],
    ['application/x-www-form-urlencoded', undefined],
    ['', undefined],
  ])('of "%s" is %s', (type, expected) => {
    expect(readBoundary(type)).toBe(expected);
  });
});
