import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/core/search/analyse.ts';
import { locateWords } from '../../../src/core/search/locate-words.ts';
import { anyText, holds } from '../../helpers/laws.ts';

const scripts: readonly (readonly [from: number, to: number])[] = [
  [0x20, 0x24f],
  [0x300, 0x52f],
  [0x590, 0x6ff],
  [0x900, 0xeff],
  [0x1000, 0x11ff],
  [0x1780, 0x17ff],
  [0x1e00, 0x2120],
  [0x3040, 0x31ff],
  [0x4e00, 0x4fff],
  [0xac00, 0xad00],
  [0xfb00, 0xffef],
  [0x1d400, 0x1d500],
];
const anyWriting = fc.oneof(
  anyText,
  fc
    .array(fc.oneof(...scripts.map(([min, max]) => fc.integer({ min, max }))), { maxLength: 60 })
    .map((points) => String.fromCodePoint(...points)),
);

const shown = (text: string) =>
  locateWords(text).map(({ word, start, end }) => [word, text.slice(start, end)]);

describe('locateWords', () => {
  it.each([
    [
      'Die Lampe, dunkel!',
      [
        ['die', 'Die'],
        ['lampe', 'Lampe'],
        ['dunkel', 'dunkel'],
      ],
    ],
    [
      'Größe STRASSE Straße',
      [
        ['grosse', 'Größe'],
        ['strasse', 'STRASSE'],
        ['strasse', 'Straße'],
      ],
    ],
    ['Gro\u0308ße', [['grosse', 'Gro\u0308ße']]],
    [
      'soft\u00adhyphen x',
      [
        ['softhyphen', 'soft\u00adhyphen'],
        ['x', 'x'],
      ],
    ],
    [
      '我想退款',
      [
        ['我', '我'],
        ['想', '想'],
        ['退', '退'],
        ['款', '款'],
      ],
    ],
    [
      'ｶﾞｽ',
      [
        ['ガ', 'ｶﾞ'],
        ['ス', 'ｽ'],
      ],
    ],
    [
      'ﬁne №5',
      [
        ['fine', 'ﬁne'],
        ['no5', '№5'],
      ],
    ],
    ['مُحَمَّد', [['محمد', 'مُحَمَّد']]],
    ['환불을', [['환불을', '환불을']]],
    ['\u1112\u116a\u11ab', [['환', '\u1112\u116a\u11ab']]],
    [
      'anna@example.org',
      [
        ['anna', 'anna'],
        ['example', 'example'],
        ['org', 'org'],
      ],
    ],
    ['', []],
  ])('%s', (text, expected) => {
    expect(shown(text)).toEqual(expected);
  });

  it('gives the words of analyse, in order, at places within the text', () => {
    holds(anyWriting, (text) => {
      const located = locateWords(text);
      expect(located.map(({ word }) => word)).toEqual(analyse(text));
      let last = 0;
      for (const { start, end } of located) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
        last = start;
      }
    });
  });
});
