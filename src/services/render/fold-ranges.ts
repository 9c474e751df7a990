/**
 * Which pieces of a mail's clean HTML are quoted, sent on or a signature, and which of them stay in view.
 *
 * Promises: pure, total and linear. Answers between quoted pieces stay in view; a mail that says nothing of its own shows what it quotes.
 * Leaves to others: the names that programs use (quote-marks.ts), their sentences (core/message/quotes), the folding (fold-quotes.ts).
 */
import { isAttribution } from '../../core/message/quotes/attribution.ts';
import {
  dividerAt,
  headerBlockAt,
  headerKindOf,
  titleOf,
} from '../../core/message/quotes/header-block.ts';
import { toLines, toPlain } from '../../core/message/quotes/lines.ts';
import { pointsIntoQuotation } from '../../core/message/quotes/pointing.ts';
import { isDeviceLine, isDisclaimer } from '../../core/message/quotes/signature-words.ts';
import { isBlockTag, type Piece } from './html-pieces.ts';
import { foldMarkOf } from './quote-marks.ts';

export type FoldKind = 'quotation' | 'signature' | 'forwarded';

/** Neighbours within one piece, or at the top. */
interface Range {
  readonly kind: FoldKind;
  readonly pieces: readonly Piece[];
}

export interface FoldRange {
  readonly range: Range;
  readonly isOpen: boolean;
}

/** In their order. `text`: that of all pieces. */
export function findFolds(
  pieces: readonly Piece[],
  text: string,
  isForward: boolean,
): readonly FoldRange[] {
  const finder: Finder = { text, isForward, found: [], headers: { left: mostHeaders } };
  search(pieces, finder);
  return withView(finder.found, text);
}

interface Finder {
  readonly text: string;
  readonly isForward: boolean;
  readonly found: Range[];
  /** How many more pieces are read as a header, so that a mail of nothing else takes no long time. */
  readonly headers: { left: number };
}

const mostHeaders = 2000;

/** Within these a folding would end outside. */
const closed = new Set([
  'table',
  'tbody',
  'thead',
  'tfoot',
  'tr',
  'ul',
  'ol',
  'dl',
  'colgroup',
  'pre',
  'summary',
]);

function search(pieces: readonly Piece[], finder: Finder, parent = ''): void {
  const canFold = !closed.has(parent);
  const noted = canFold ? trailingNotes(pieces, finder) : pieces.length;
  for (let at = 0; at < noted; at += 1) {
    const piece = pieces[at];
    if (piece === undefined || isBlank(piece, finder)) {
      if (piece === undefined || foldMarkOf(piece.attributes) !== 'rest') continue;
    }
    const range = canFold ? rangeAt(pieces, at, finder) : undefined;
    if (range === undefined) {
      search(piece.children, finder, piece.tag);
      continue;
    }
    const { kind, from, to } = range;
    finder.found.push({ kind, pieces: pieces.slice(from, to) });
    at = to - 1;
  }
  const notes = pieces.slice(noted);
  if (notes.some((piece) => !isBlank(piece, finder)))
    finder.found.push({ kind: 'signature', pieces: notes });
}

interface Found {
  readonly kind: FoldKind;
  readonly from: number;
  readonly to: number;
}

function rangeAt(pieces: readonly Piece[], at: number, finder: Finder): Found | undefined {
  return quotedAt(pieces, at, finder) ?? signatureAt(pieces, at, finder);
}

function quotedAt(pieces: readonly Piece[], at: number, finder: Finder): Found | undefined {
  const piece = pieces[at];
  if (piece === undefined) return undefined;
  const mark = foldMarkOf(piece.attributes);
  const rest = (isSentOn = finder.isForward): Found => ({
    kind: isSentOn ? 'forwarded' : 'quotation',
    from: withRule(pieces, at, finder),
    to: pieces.length,
  });
  if (mark === 'forward') return { kind: 'forwarded', from: at, to: pieces.length };
  if (mark === 'rest') return rest();
  const title = titleOf(firstLine(wordsOf(piece, finder)));
  if (title !== undefined) {
    const sentOn = rest(title === 'forwarded' || finder.isForward);
    return mark === 'quote' ? { ...sentOn, from: at, to: at + 1 } : sentOn;
  }
  if (mark === 'quote') {
    return { kind: 'quotation', from: introduction(pieces, at, finder), to: at + 1 };
  }
  if (isHeader(pieces, at, finder)) return rest();
  const begins = mark === 'line' || isIntroduction(pieces, at, finder);
  return begins ? introduced(pieces, at, finder) : undefined;
}

function signatureAt(pieces: readonly Piece[], at: number, finder: Finder): Found | undefined {
  const piece = pieces[at];
  if (piece === undefined) return undefined;
  if (foldMarkOf(piece.attributes) === 'sign') return { kind: 'signature', from: at, to: at + 1 };
  if (piece.textEnd - piece.textStart > longestLine) return undefined;
  const words = wordsOf(piece, finder);
  if (isMark(piece, words)) {
    return { kind: 'signature', from: at, to: nextQuoted(pieces, at, finder) };
  }
  return isDeviceLine(toPlain(words)) ? { kind: 'signature', from: at, to: at + 1 } : undefined;
}

const longestLine = 240;
const mostWords = 4000;

function wordsOf({ textStart, textEnd }: Piece, { text }: Finder, most = mostWords): string {
  return text.slice(textStart, Math.min(textEnd, textStart + most));
}

function firstLine(text: string): string {
  const begun = text.slice(0, 600).trimStart();
  const end = begun.indexOf('\n');
  return toPlain(end < 0 ? begun : begun.slice(0, end));
}

function isBlank({ tag, textStart, textEnd, children }: Piece, { text }: Finder): boolean {
  if (tag === 'img') return false;
  if (text.slice(textStart, textEnd).trim() !== '') return false;
  return !hasPicture(children);
}

function hasPicture(pieces: readonly Piece[]): boolean {
  return pieces.some(({ tag, children }) => tag === 'img' || hasPicture(children));
}

/** A line across the page above it belongs to it. */
function withRule(pieces: readonly Piece[], at: number, finder: Finder): number {
  let from = at;
  while (from > 0) {
    const above = pieces[from - 1];
    if (above === undefined || !isBlank(above, finder)) break;
    from -= 1;
    if (above.tag === 'hr') return from;
  }
  return at;
}

/** "From: …, Sent: …, To: …", in one piece or in several with ends of lines between. */
function isHeader(pieces: readonly Piece[], at: number, finder: Finder): boolean {
  const piece = pieces[at];
  if (piece === undefined) return false;
  const begin = { plain: firstLine(wordsOf(piece, finder)) };
  if (begin.plain === '' || headerKindOf(begin) === undefined) return false;
  if (!isBlockTag(piece.tag) && !beginsLine(pieces, at, finder)) return false;
  finder.headers.left -= 1;
  if (finder.headers.left < 0) return false;
  const last = pieces.at(-1);
  const text = finder.text.slice(
    piece.textStart,
    Math.min(last?.textEnd ?? piece.textEnd, piece.textStart + mostWords),
  );
  return headerBlockAt(toLines(squeeze(text)), 0, { isAnnounced: false }) > 0;
}

/** A program sets each field in a paragraph, so that blank lines stand between. */
function squeeze(text: string): string {
  return text
    .replace(/[^\S\n]*\n[^\S\n]*/g, '\n')
    .replace(/\n{2,}/g, '\n')
    .trimStart();
}

function beginsLine(pieces: readonly Piece[], at: number, finder: Finder): boolean {
  const above = pieces[at - 1];
  if (above === undefined) return true;
  if (above.tag === 'br' || isBlockTag(above.tag)) return true;
  return isBlank(above, finder) && beginsLine(pieces, at - 1, finder);
}

const mostBack = 8;

/** Where the line begins that introduces the quoted piece; the piece itself where there is none. */
function introduction(pieces: readonly Piece[], at: number, finder: Finder): number {
  const end = pieces[at]?.textStart ?? 0;
  for (let from = at - 1; from >= Math.max(0, at - mostBack); from -= 1) {
    const piece = pieces[from];
    if (piece === undefined) break;
    if (foldMarkOf(piece.attributes) === 'line') return from;
    const text = finder.text.slice(piece.textStart, end);
    if (text.length > 900) break;
    if (isIntroducing(text) && beginsLine(pieces, from, finder)) return from;
  }
  return at;
}

function isIntroducing(text: string): boolean {
  const plain = toPlain(text.replace(/\s+/g, ' '));
  if (isAttribution(plain)) return true;
  // "Kim wrote:" is enough where the quotation is marked as one.
  return plain.length < 300 && dividerAt(toLines(plain), 0)?.kind === 'original';
}

function isIntroduction(pieces: readonly Piece[], at: number, finder: Finder): boolean {
  const piece = pieces[at];
  if (piece === undefined || piece.tag === 'td') return false;
  const words = wordsOf(piece, finder, 900);
  if (words.length >= 900) return false;
  return isAttribution(toPlain(words.replace(/\s+/g, ' '))) && beginsLine(pieces, at, finder);
}

/** With the marked piece that follows it, or else with all that follows. */
function introduced(pieces: readonly Piece[], at: number, finder: Finder): Found {
  let next = at + 1;
  while (next < pieces.length) {
    const piece = pieces[next];
    if (piece === undefined || !isBlank(piece, finder)) break;
    next += 1;
  }
  const piece = pieces[next];
  const isQuoted = piece?.tag === 'blockquote' || foldMarkOf(piece?.attributes ?? '') === 'quote';
  return { kind: 'quotation', from: at, to: isQuoted ? next + 1 : pieces.length };
}

/** The mark of RFC 3676 on a line of its own. */
function isMark({ tag }: Piece, head: string): boolean {
  return (tag === '#text' || tag === 'p' || tag === 'div') && /^\s*--\s*$/.test(head);
}

/** A signature ends where a quotation begins. */
function nextQuoted(pieces: readonly Piece[], at: number, finder: Finder): number {
  for (let next = at + 1; next < pieces.length; next += 1) {
    const piece = pieces[next];
    if (piece === undefined || isBlank(piece, finder)) continue;
    const found = quotedAt(pieces, next, finder);
    if (found !== undefined) return Math.max(at + 1, found.from);
  }
  return pieces.length;
}

/** Where the notes of lawyers begin that end it all. */
function trailingNotes(pieces: readonly Piece[], finder: Finder): number {
  let begin = pieces.length;
  for (let at = pieces.length - 1; at >= 0; at -= 1) {
    const piece = pieces[at];
    if (piece === undefined || isBlank(piece, finder)) continue;
    const words = wordsOf(piece, finder);
    const isOne = isBlockTag(piece.tag) || piece.tag === 'font' || piece.tag === 'span';
    if (!isOne || words.length >= mostWords || !isDisclaimer(words.trim())) break;
    // Our own words and the note in one piece are looked at further in.
    if (words.trim().split(/\n\s*\n/).length > 3) break;
    begin = at;
  }
  return begin;
}

const mostInView = 600;
const fewWords = 240;

/** Which ranges are folded, and which of them stay open. */
function withView(found: readonly Range[], text: string): readonly FoldRange[] {
  const places = found.map(({ pieces }) => ({
    from: pieces[0]?.textStart ?? 0,
    to: pieces.at(-1)?.textEnd ?? 0,
  }));
  const gaps = [...places.map(({ to }) => to)].map((to, at) =>
    text.slice(to, places[at + 1]?.from),
  );
  const above = text.slice(0, places[0]?.from);
  const own = [above, ...gaps].join(' ').trim();
  const lastOwn = gaps.findLastIndex((gap) => gap.trim() !== '');
  return found.flatMap((range, at): readonly FoldRange[] => {
    if (range.kind === 'signature')
      return own === '' && found.length === 1 ? [] : [{ range, isOpen: false }];
    // Nothing but a quotation is what the mail says.
    if (own === '') return [];
    if (range.kind === 'forwarded') return [{ range, isOpen: own.length <= fewWords }];
    if (at > lastOwn) return [{ range, isOpen: pointsIntoQuotation(own) }];
    const place = places[at];
    const length = place === undefined ? 0 : place.to - place.from;
    return length <= mostInView
      ? []
      : beginningOf(range).map((part) => ({ range: part, isOpen: false }));
  });
}

const leftInView = 2;

/** Of a long quoted piece that an answer follows, the last two lines stay in view. */
function beginningOf({ kind, pieces }: Range): readonly Range[] {
  let children = pieces.at(-1)?.children ?? [];
  // Programs set one piece into another around all of it.
  for (let depth = 0; depth < 8; depth += 1) {
    const said = children.filter(({ textStart, textEnd }) => textEnd - textStart > 1);
    if (said.length !== 1) break;
    children = said[0]?.children ?? [];
  }
  const lines = children.filter(
    ({ tag, textStart, textEnd }) => isBlockTag(tag) || textEnd - textStart > 2,
  );
  const kept = lines.at(-leftInView);
  const cut = kept === undefined ? 0 : children.indexOf(kept);
  return lines.length <= leftInView + 1 || cut <= 0
    ? []
    : [{ kind, pieces: children.slice(0, cut) }];
}
