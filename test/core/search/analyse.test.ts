import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse, foldText, longestWord } from '../../../src/core/search/analyse.ts';
import { anyText, holds, total } from '../../helpers/laws.ts';

/** Texts that mix scripts, beside any text at all. */
const anyWriting = fc.oneof(
  anyText,
  fc
    .array(
      fc.oneof(
        fc.integer({ min: 0x20, max: 0x24f }),
        fc.integer({ min: 0x300, max: 0x52f }),
        fc.integer({ min: 0x590, max: 0x6ff }),
        fc.integer({ min: 0x900, max: 0xeff }),
        fc.integer({ min: 0x1000, max: 0x109f }),
        fc.integer({ min: 0x1780, max: 0x17ff }),
        fc.integer({ min: 0x1e00, max: 0x1fff }),
        fc.integer({ min: 0x3040, max: 0x30ff }),
        fc.integer({ min: 0x4e00, max: 0x4fff }),
        fc.integer({ min: 0xac00, max: 0xad00 }),
        fc.integer({ min: 0xff00, max: 0xffef }),
      ),
      { maxLength: 60 },
    )
    .map((points) => String.fromCodePoint(...points)),
);

describe('analyse', () => {
  it.each([
    ['Ärger mit der STRASSE', ['arger', 'mit', 'der', 'strasse']],
    ['Straße, Łódź, Ærø, Çağrı', ['strasse', 'lodz', 'aero', 'cagri']],
    ['ΟΔΟΣ Άνοιξη', ['οδοσ', 'ανοιξη']],
    ['Ёлка ёж, мой край, за́мок, їжак', ['елка', 'еж', 'мой', 'край', 'замок', 'їжак']],
    ['مُحَمَّد שָׁלוֹם', ['محمد', 'שלום']],
    ['हिन्दी में', ['हिन्दी', 'में']],
    ['환불 요청', ['환불', '요청']],
    ['ｆｕｌｌ ﬁne №5', ['full', 'fine', 'no5']],
    ['soft\u00adhyphen', ['softhyphen']],
    ['', []],
    ['… — !?', []],
  ])('%s', (text, words) => {
    expect(analyse(text)).toEqual(words.map((word) => word.normalize('NFC')));
  });

  it('gives the parts of what is written together, in order', () => {
    expect(analyse('Anna@Example.org, ISO-9001: 3.14')).toEqual([
      ...['anna', 'example', 'org'],
      ...['iso', '9001', '3', '14'],
    ]);
  });

  it('gives each Chinese and Japanese character, so that any run of them is found', () => {
    expect(analyse('我想退款 iPhone用')).toEqual(['我', '想', '退', '款', 'iphone', '用']);
    expect(analyse('サーバー')).toEqual(['サ', 'ー', 'バ', 'ー']);
  });

  it('parts Thai by its words', () => {
    expect(analyse('สวัสดีครับ ผมต้องการคืนเงิน')).toEqual(expect.arrayContaining(['สวัสดี', 'คืน', 'เงิน']));
  });

  it('cuts long words, never within a character', () => {
    const [plain = ''] = analyse('x'.repeat(5000));
    expect(plain).toBe('x'.repeat(longestWord));
    const [astral = ''] = analyse(`a${'\u{10400}'.repeat(5000)}`);
    expect(astral).not.toMatch(/[\ud800-\udbff]$/);
    expect(astral.length).toBeLessThanOrEqual(longestWord);
  });

  it('gives each of its words again', () => {
    holds(anyWriting, (text) => {
      for (const word of analyse(text)) expect(analyse(word)).toEqual([word]);
    });
  });

  it('is total and bounds its words', () => {
    total(analyse, anyWriting);
    holds(anyWriting, (text) => {
      expect(analyse(text).every((word) => word !== '' && word.length <= longestWord)).toBe(true);
    });
  });

  it('finds the same words in composed and decomposed writing', () => {
    const text = 'Crème brûlée für Ёжик, Việt Nam, ガス';
    expect(analyse(text.normalize('NFD'))).toEqual(analyse(text.normalize('NFC')));
  });
});

describe('foldText', () => {
  it('keeps й apart from и and ї apart from і', () => {
    expect(foldText('Йод їсти')).toBe('йод їсти');
  });
});
