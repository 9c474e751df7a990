import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unflow } from '../../../../src/storage/reading/unpack/flowed.ts';

const plain = (text: string) => unflow(text, { delSp: false });

describe('unflow', () => {
  it('joins soft breaks, keeps hard ones and empty lines, takes stuffed blanks away', () => {
    expect(plain('One \ntwo.\nThree\n\n From here\n >not a quote ')).toBe(
      'One two.\nThree\n\nFrom here\n>not a quote ',
    );
  });

  it('keeps quotes of several depths, and breaks where the depth changes', () => {
    expect(plain('>> deep \n>> down\n> one \n> more\n> cut \n>> other\nmine \n> yours')).toBe(
      '>> deep down\n> one more\n> cut \n>> other\nmine \n> yours',
    );
  });

  it('keeps the signature mark a line of its own, quoted too', () => {
    expect(plain('text \n-- \nAnn \nFirm\n> quoted \n> -- \n> Bob')).toBe(
      'text \n-- \nAnn Firm\n> quoted \n> -- \n> Bob',
    );
  });

  it('joins words of languages without blanks by DelSp', () => {
    expect(unflow('これは長い \n文章です。\n> 引用 \n> 文', { delSp: true })).toBe(
      'これは長い文章です。\n> 引用文',
    );
  });

  it('reads CR LF, and leaves a last soft line as it is', () => {
    expect(plain('a \r\nb\r\n')).toBe('a b\n');
    expect(plain('end ')).toBe('end ');
  });

  it('does not believe soft breaks behind lines that nobody wraps so late', () => {
    const long = 'words and words '.repeat(20);
    expect(plain(`${long}\nnext`)).toBe(`${long}\nnext`);
    const address = `see https://shop.example/${'x'.repeat(300)} `;
    expect(plain(`${address}\nfor more`)).toBe(`${address}for more`);
  });

  it('loses no word of any text', () => {
    const words = (text: string) => text.replace(/[>\s]/g, '');
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'bc ', '> ', '>', '-- ', ' ', '\n')), (parts) => {
        const text = parts.join('');
        expect(words(plain(text))).toBe(words(text));
      }),
    );
  });
});
