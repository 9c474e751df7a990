/**
 * Where a signature begins in what somebody wrote.
 *
 * Promises: pure and linear. A signature needs words above it; without a mark it is one only where nothing else can be meant.
 */

import type { Line } from './lines.ts';
import { isClosing, isContactLine, isDeviceLine, isDisclaimer } from './signature-words.ts';

export interface Stretch {
  readonly from: number;
  /** Behind the last line. */
  readonly to: number;
  /** Something was said further up already. */
  readonly hasWordsAbove: boolean;
}

export interface SignatureBegin {
  /** By a mark, or a line that only programs write; `to` where there is none. */
  readonly sure: number;
  /** By what stands there: a block of telephone numbers, a note of lawyers; never behind `sure`. */
  readonly guessed: number;
}

export function findSignature(lines: readonly Line[], stretch: Stretch): SignatureBegin {
  const marked = markAt(lines, stretch);
  const device = deviceAt(lines, { ...stretch, to: marked });
  const sure = device;
  const noted = notesAt(lines, { ...stretch, to: sure });
  const guessed = contactsAt(lines, { ...stretch, to: noted });
  return { sure, guessed: Math.min(guessed, sure) };
}

const mostLines = 80;
const mostWeakLines = 14;

/** RFC 3676 section 4.3; many programs lose the blank, and some people draw a line of their own. */
function markAt(lines: readonly Line[], { from, to, hasWordsAbove }: Stretch): number {
  let hasWords = hasWordsAbove;
  for (let at = from; at < to; at += 1) {
    const line = lines[at];
    if (line === undefined || line.isBlank) continue;
    if (hasWords && /^--[ \t]?$/.test(line.text) && to - at <= mostLines) return at;
    const isWeak = hasWords && to - at <= 2 * mostWeakLines && weakMark.test(line.plain);
    const isSmall = /^(?:__|—|–)$/u.test(line.plain);
    // Short, or it would not be weak: so each line is looked at a few times at most.
    const rest = isWeak ? lines.slice(at + 1, to) : [];
    if (isWeak && !isBox(rest) && isCard(rest, isSmall)) return at;
    hasWords = true;
  }
  return to;
}

const weakMark = /^(?:-{2,}|_{2,}|—{1,3}|–{1,3}|={3,}|\*{3,}|~{2,})$/u;

/** Between two lines across the page stands what a program says; a card may end with one. */
function isBox(lines: readonly Line[]): boolean {
  const end = lines.findIndex(({ plain }) => weakMark.test(plain));
  return end >= 0 && lines.slice(end + 1).some(({ isBlank }) => !isBlank);
}

/** Some short lines, none of them a sentence: the card of a person. A line across the page may part two thoughts as well. */
function isCard(lines: readonly Line[], isSmallMark: boolean): boolean {
  const said = lines.filter(({ isBlank }) => !isBlank);
  if (said.length === 0 || said.length > mostWeakLines || said.some(isSentence)) return false;
  return said.some(({ plain }) => isContactLine(plain)) || (isSmallMark && said.length <= 3);
}

function isSentence({ text, plain }: Line): boolean {
  if (text.length > 160 || /[?？]\s*$/.test(plain)) return true;
  if (/^(?:p\.?\s?s\.?|n\.?\s?b\.?)\s?[:：.,]?\s/iu.test(plain)) return true;
  // Chinese, Japanese and Thai sentences have no blanks, but these signs.
  if (/[。！]$/.test(plain)) return true;
  return /[.!…]$/.test(plain) && plain.split(/\s+/, 9).length >= 8;
}

function lastWord(lines: readonly Line[], from: number, to: number): number {
  let at = to - 1;
  while (at >= from && lines[at]?.isBlank === true) at -= 1;
  return at;
}

/** "Sent from my telephone", above notes of the same kind. */
function deviceAt(lines: readonly Line[], { from, to }: Stretch): number {
  let begin = to;
  for (let count = 0; count < 4; count += 1) {
    const last = lastWord(lines, from, begin);
    const line = lines[last];
    if (line === undefined || last < from || !isDeviceLine(line.plain)) break;
    begin = last;
  }
  return begin;
}

const mostParagraphs = 12;

/** Notes of lawyers and programs at the end, paragraph by paragraph. */
function notesAt(lines: readonly Line[], { from, to, hasWordsAbove }: Stretch): number {
  let begin = to;
  for (let count = 0; count < mostParagraphs; count += 1) {
    const last = lastWord(lines, from, begin);
    if (last < from) break;
    let first = last;
    while (first > from && lines[first - 1]?.isBlank === false) first -= 1;
    const text = lines
      .slice(first, last + 1)
      .map(({ text }) => text.slice(0, 4000))
      .join('\n');
    const isRule = /^[\s*_=~—–-]{3,}$/u.test(text);
    const isNote = isRule ? begin < to : isDisclaimer(text);
    if (!isNote) break;
    begin = first;
  }
  return begin < to && hasWords(lines, from, begin, hasWordsAbove) ? begin : to;
}

function hasWords(lines: readonly Line[], from: number, to: number, above: boolean): boolean {
  return above || lastWord(lines, from, to) >= from;
}

const mostBelowClosing = 18;

/** Below "Kind regards" and the name: firm, street, telephone. The name itself stays in view. */
function contactsAt(lines: readonly Line[], { from, to }: Stretch): number {
  const earliest = Math.max(from, to - 2 * mostBelowClosing);
  for (let at = to - 1; at >= earliest; at -= 1) {
    const line = lines[at];
    if (line === undefined || line.isBlank || !isClosing(line.plain)) continue;
    if (lastWord(lines, from, at) < from) return to;
    let name = at + 1;
    while (name < to && lines[name]?.isBlank === true) name += 1;
    const below = lines.slice(name + 1, to);
    const said = below.filter(({ isBlank }) => !isBlank);
    const isCertain =
      said.length >= 2 &&
      said.length <= mostBelowClosing &&
      !said.some(isSentence) &&
      said.some(({ plain }) => isContactLine(plain));
    return isCertain ? name + 1 : to;
  }
  return to;
}
