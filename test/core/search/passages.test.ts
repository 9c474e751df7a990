import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bestPassage,
  findMarks,
  type Piece,
  toPieces,
  wantedRuns,
} from '../../../src/core/search/passages.ts';
import { parseQuery } from '../../../src/core/search/query.ts';
import { anyText, holds } from '../../helpers/laws.ts';

function runs(text: string) {
  const query = parseQuery(text);
  if (!query.ok) throw new Error(text);
  return wantedRuns(query.value);
}

/** Hits in brackets. */
function show(pieces: readonly Piece[]): string {
  return pieces.map(({ text, isHit }) => (isHit ? `[${text}]` : text)).join('');
}

const marked = (text: string, query: string) => show(toPieces(text, findMarks(text, runs(query))));

describe('findMarks', () => {
  it.each([
    ['Die Straße ist laut', 'strasse', 'Die [Straße] ist laut'],
    ['Zoë MÜLLER schreibt', 'zoe muller', '[Zoë] [MÜLLER] schreibt'],
    ['Zoe\u0308 kam', 'zoë', '[Zoe\u0308] kam'],
    ['我的订单没有到', '订单', '我的[订单]没有到'],
    ['ฉันต้องการคืนสินค้า', 'สินค้า', 'ฉันต้องการคืน[สินค้า]'],
    ['وصلت الفاتورة اليوم', 'الفاتورة', 'وصلت [الفاتورة] اليوم'],
    ['Привет, Ёлка', 'елка', 'Привет, [Ёлка]'],
    ['write to anna@example.org now', 'anna@example.org', 'write to [anna@example.org] now'],
    ['the lamp is dark', '"lamp is"', 'the [lamp is] dark'],
    ['the lamp of the lamps', 'lamp', 'the [lamp] of the [lamps]'],
    ['the lamp of the lamps', '"lamp"', 'the [lamp] of the lamps'],
    [
      'Ihre Rechnungen und die Auftragsrechnung',
      'rechnung',
      'Ihre [Rechnungen] und die [Auftragsrechnung]',
    ],
    ['學習漢語', '学习', '[學習]漢語'],
    ['the lamp of the lamps', 'lamp*', 'the [lamp] of the [lamps]'],
    ['a lamp and a bulb', 'lamp OR bulb', 'a [lamp] and a [bulb]'],
    ['a lamp and a bulb', '-lamp', 'a lamp and a bulb'],
    ['a lamp', 'subject:lamp queue:lamp', 'a [lamp]'],
    ['a lamp', 'tag:lamp', 'a lamp'],
  ])('marks in %s what %s looks for', (text, query, expected) => {
    expect(marked(text, query)).toBe(expected);
  });

  it('keeps every character, whatever the text and the search', () => {
    holds(fc.tuple(anyText, fc.constantFrom('a', 'a*', '订', '"a b"')), ([text, query]) => {
      const pieces = toPieces(text, findMarks(text, runs(query)));
      expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    });
  });
});

describe('bestPassage', () => {
  const filler = (count: number) => Array.from({ length: count }, () => 'and so on').join(' ');

  it('takes the passage with most of what is looked for', () => {
    const text = `A lamp. ${filler(60)} The lamp\nis\tdark since Monday. ${filler(60)} It is dark.`;
    const passage = bestPassage(text, runs('lamp dark'));
    expect(passage?.found).toBe(2);
    expect(show(passage?.pieces ?? [])).toMatch(/^… .*The \[lamp\] is \[dark\] since Monday.* …$/);
  });

  it('begins with the text when the hit stands near its beginning', () => {
    expect(show(bestPassage('My lamp is dark', runs('dark'))?.pieces ?? [])).toBe(
      'My lamp is [dark]',
    );
  });

  it('cuts between characters where there are no blanks', () => {
    const text = `${'你好世界'.repeat(100)}订单${'再见朋友'.repeat(100)}`;
    const shown = show(bestPassage(text, runs('订单'))?.pieces ?? []);
    expect(shown).toContain('[订单]');
    expect(shown.length).toBeLessThan(230);
  });

  it('finds nothing where nothing is', () => {
    expect(bestPassage('a lamp', runs('bulb'))).toBeUndefined();
    expect(bestPassage('a lamp', [])).toBeUndefined();
  });

  it('is total and short', () => {
    holds(anyText, (text) => {
      const passage = bestPassage(text, runs('a OR e OR 订'));
      const length = passage?.pieces.reduce((sum, piece) => sum + piece.text.length, 0) ?? 0;
      expect(length).toBeLessThanOrEqual(210);
    });
  });
});
