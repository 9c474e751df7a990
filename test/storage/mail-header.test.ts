/** The header of any bytes, cut out of them, and their form on the wire. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  mostHeaderBytes,
  readHeader,
  toWireForm,
  withoutFields,
} from '../../src/storage/mail-header.ts';
import { holds } from '../helpers/laws.ts';

const piece = fc.constantFrom(
  '\r\n',
  '\n',
  '\r',
  ' ',
  '\t',
  'A: b',
  'From: x',
  ':',
  'x',
  '\xe4',
  '\0',
);
const anyMail = fc
  .array(piece, { maxLength: 40 })
  .map((all) => Buffer.from(all.join(''), 'latin1'));

describe('readHeader', () => {
  test('gives fields in order, unfolded, with lower-case names', () => {
    const mail = 'Received: by a\r\n\tfor b\r\nFrom : Kim\nnonsense\r\n\r\nTo: body';
    const { fields, isTooLong } = readHeader(Buffer.from(mail));
    expect(isTooLong).toBe(false);
    expect(fields.map(({ name, value }) => [name, value])).toEqual([
      ['received', 'by a\tfor b'],
      ['from', 'Kim'],
      ['', 'nonsense'],
    ]);
  });

  test('gives nothing of a header that is longer than it should be, and the first thousand of many fields', () => {
    const long = readHeader(Buffer.alloc(mostHeaderBytes + 1, 'A: b\r\n'));
    expect(long).toEqual({ fields: [], isTooLong: true });
    const many = readHeader(Buffer.from(`${'A: b\r\n'.repeat(1001)}\r\n`));
    expect([many.fields.length, many.isTooLong]).toEqual([1000, true]);
  });

  test('loses no byte of any mail', () => {
    holds(anyMail, (mail) => {
      const { fields } = readHeader(mail);
      const rest = withoutFields(mail, fields);
      const cut = fields.map(({ start, end }) => mail.subarray(start, end));
      expect(Buffer.concat([...cut, rest])).toEqual(mail);
      expect(withoutFields(mail, [])).toBe(mail);
    });
  });
});

describe('toWireForm', () => {
  test('puts a carriage return before each bare line feed, and touches nothing else', () => {
    holds(anyMail, (mail) => {
      const text = mail.toString('latin1');
      const { raw, longestLine } = toWireForm(mail);
      expect(raw.toString('latin1')).toBe(text.replace(/\r?\n/g, '\r\n'));
      const lines = text.split(/(?<=\n)/);
      expect(longestLine).toBe(Math.max(...lines.map((line) => line.length)));
    });
  });
});
