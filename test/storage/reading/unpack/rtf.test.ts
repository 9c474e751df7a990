import fc from 'fast-check';
import { deEncapsulateSync } from 'rtf-stream-parser';
import { describe, expect, it } from 'vitest';
import { decodeCodePage } from '../../../../src/storage/reading/unpack/code-pages.ts';
import { readRtf } from '../../../../src/storage/reading/unpack/rtf.ts';
import { effortOf } from '../../../helpers/effort.ts';
import { wrapHtml } from '../../../helpers/tnef.ts';

const rtf = (text: string) => readRtf(Buffer.from(text, 'latin1'));

const decode = (bytes: Buffer, name: string) => decodeCodePage(bytes, Number(name.slice(2)));

describe('readRtf', () => {
  it.each([
    '<html><head><style>p {margin: 0}</style></head>\n<body><p>A &lt;b&gt; c</p>\n<p>Ö 😀 {y}</p></body></html>',
    '<div>x</div>',
  ])('takes out the same HTML as the library for it: %s', (html) => {
    const wrapped = wrapHtml(html);
    const text = html.replaceAll('\n', '\r\n');
    expect(readRtf(wrapped)).toEqual({ kind: 'html', text, isCut: false });
    expect(deEncapsulateSync(wrapped, { decode })).toEqual({ mode: 'html', text });
  });

  it('leaves out the bullets of lists that the HTML has itself', () => {
    const list = "{\\pntext\\f1\\'b7\\tab}one";
    const tag = '{\\*\\htmltag64 <li>}';
    expect(rtf(`{\\rtf1\\fromhtml1 ${tag}${list}}`)?.text).toBe('<li>one');
    expect(rtf(`{\\rtf1 ${list}}`)?.text).toBe('·\tone');
  });

  it('takes out text that was wrapped', () => {
    expect(
      rtf("{\\rtf1\\ansi\\fromtext\\deff0{\\fonttbl{\\f0 A;}}Hallo\\par \\'dcber\\tab x\\par }"),
    ).toEqual({
      kind: 'text',
      text: 'Hallo\nÜber\tx\n',
      isCut: false,
    });
  });

  it('decodes characters of several bytes by the font they stand in', () => {
    expect(
      rtf(
        "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0\\fcharset0 A;}{\\f1\\fcharset128 M;}}\\f1 \\'82\\'a0\\'82\\'a2\\f0  \\'e4}",
      )?.text,
    ).toBe('あい ä');
  });

  it('shows one of the two forms of a character, however the other one is written', () => {
    expect(
      rtf("{\\rtf1\\uc1 \\u8364?x\\u8364\\'80y\\uc2\\u26085\\'93\\'fa.\\uc0\\u228z}")?.text,
    ).toBe('€x€y日.äz');
  });

  it('skips pictures and binary data, however long they say they are', () => {
    expect(rtf('{\\rtf1 a{\\pict\\bin7 {}{}{}b}c\\bin2000000000 never}')?.text).toBe('ac');
    expect(
      rtf('{\\rtf1 a{\\*\\unknown {b}}{\\field{\\*\\fldinst HYPERLINK "x"}{\\fldrslt c}}}')?.text,
    ).toBe('ac');
  });

  it('gives the words of what is cut off or unbalanced', () => {
    expect(rtf('{\\rtf1 {{one}}}}} two{\\b three\\')?.text).toBe('one twothree');
    expect(rtf('no RTF')).toBeUndefined();
  });

  it('is not made busy by nesting, words or single characters', () => {
    const effort = effortOf(() => {
      rtf(`{\\rtf1 ${'{'.repeat(200_000)}x${'}'.repeat(200_000)}`);
      rtf(`{\\rtf1 ${'\\f1\\b'.repeat(60_000)}`);
      rtf(`{\\rtf1 ${"\\'e4".repeat(200_000)}`);
    });
    expect(effort).toBeLessThan(6000);
  });

  it('reads any bytes', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            '{',
            '}',
            '\\',
            "\\'",
            '*',
            'par',
            'u-1',
            'htmltag',
            '\\htmlrtf',
            'fonttbl',
            ' ',
            'é',
            '\0',
          ),
        ),
        (parts) => {
          rtf(`{\\rtf1 ${parts.join('')}`);
        },
      ),
    );
  });
});
