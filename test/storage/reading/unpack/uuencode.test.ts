import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { takeUuencoded } from '../../../../src/storage/reading/unpack/uuencode.ts';
import { effortOf } from '../../../helpers/effort.ts';
import { uuencode } from '../../../helpers/uuencode.ts';

const bytes = Buffer.from(Array.from({ length: 500 }, (_, at) => (at * 37) & 255));

describe('takeUuencoded', () => {
  it('takes several files out of a text and leaves the words', () => {
    const text = `Hello\n${uuencode('a photo.jpg', bytes)}Between\n${uuencode('b.txt', Buffer.from('hi'))}Bye\n`;
    expect(takeUuencoded(text)).toEqual({
      text: 'Hello\nBetween\nBye\n',
      files: [
        { name: 'a photo.jpg', bytes },
        { name: 'b.txt', bytes: Buffer.from('hi') },
      ],
    });
  });

  it('reads blanks in place of backquotes, trimmed blanks, and CR LF', () => {
    const zeros = Buffer.from([1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0]);
    const blank = uuencode('z', zeros, ' ');
    const forms = [blank, blank.replace(/ +$/gm, ''), blank.replaceAll('\n', '\r\n')];
    for (const form of forms)
      expect(takeUuencoded(form)).toEqual({ text: '', files: [{ name: 'z', bytes: zeros }] });
  });

  it('reads lines with a check sum, doubled line ends, and base64', () => {
    const whole = uuencode('f', bytes);
    const summed = whole.replace(/^(M.*)$/gm, '$1#');
    const doubled = whole.replaceAll('\n', '\n\n');
    const base64 = `begin-base64 644 f\n${bytes.toString('base64').replace(/.{60}/g, '$&\n')}\n====\n`;
    for (const form of [summed, doubled, base64])
      expect(takeUuencoded(form).files).toEqual([{ name: 'f', bytes }]);
  });

  it('gives what is there of a file without its end', () => {
    const cut = uuencode('f', bytes).split('\n').slice(0, 5).join('\n');
    const { text, files } = takeUuencoded(`${cut}\n\nRegards, Ann`);
    expect(files).toEqual([{ name: 'f', bytes: bytes.subarray(0, 4 * 45) }]);
    expect(text).toBe('\nRegards, Ann');
  });

  it('gives a file without bytes', () => {
    expect(takeUuencoded('begin 644 empty\n`\nend\nx')).toEqual({
      text: 'x',
      files: [{ name: 'empty', bytes: Buffer.alloc(0) }],
    });
  });

  it.each([
    'begin 644 the work\nWe will see.',
    'begin 755 times\nSORRY, THAT IS WRONG IN MANY WAYS AND NEVER ENDS, NEVER, SO WE STOP HERE, DEAR FRIENDS.',
    'begin with 644 files',
    `On Monday you wrote:\n${uuencode('f', bytes).replace(/^/gm, '> ')}`,
    ' begin 644 f\n#0V%T\n`\nend',
    'begin 644 f',
    'begin 644 f\nend',
  ])('leaves prose and quoted text: %s', (text) => {
    expect(takeUuencoded(text)).toEqual({ text, files: [] });
  });

  it('gives back any bytes that were encoded, and reads any text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 150 }), (any) => {
        const { files } = takeUuencoded(`a\n${uuencode('n', Buffer.from(any))}b`);
        expect(files[0]?.bytes.equals(any)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(
        fc
          .array(fc.constantFrom('M', '!`', '\n', ' ', 'end', 'é', '#0V%T', '\r'))
          .map((parts) => parts.join('')),
        (any) => {
          takeUuencoded(`begin 644 x\n${any}`);
        },
      ),
    );
  });

  it('takes time by the length of the text', () => {
    const effort = effortOf(() => {
      takeUuencoded('begin 644 x\n'.repeat(50_000));
      takeUuencoded(`begin 644 x\n${'!\n'.repeat(50_000)}`);
      takeUuencoded(`begin 644 x${' '.repeat(200_000)}y\n#0V%T`);
    });
    expect(effort).toBeLessThan(4000);
  });
});
