/**
 * What others wrote, and signatures, folded in the clean HTML of a mail; without any script.
 *
 * Promises: pure, total and linear. Nothing is taken away: around whole pieces stands one `details` more; what is searched for is open.
 * Leaves to others: what is folded (fold-ranges.ts).
 */
import { type FoldKind, findFolds } from './fold-ranges.ts';
import { type Piece, readPieces } from './html-pieces.ts';
import { escapeHtml } from './markup.ts';

/** What the folded parts are called in the reader's language. */
export interface FoldWords {
  readonly quotation: string;
  readonly signature: string;
  readonly forwarded: string;
}

export interface FoldRequest {
  readonly words: FoldWords;
  /** Tag of the language that the words are in. */
  readonly language?: string;
  /** The mail was sent on: what it holds of others is its matter. */
  readonly isForward?: boolean;
}

const longestHtml = 3_000_000;

export function foldQuotes(html: string, request: FoldRequest): string {
  const { words, language, isForward = false } = request;
  const lang = language === undefined ? '' : ` lang="${escapeHtml(language)}"`;
  return changed(html, isForward, ({ kind, first, isOpen, content }) => {
    const name = `<summary${lang}>${escapeHtml(words[kind])}</summary>`;
    const begin = `<details class="fold"${turnOf(first)}${isOpen ? ' open' : ''}>${name}`;
    return `${begin}${content}</details>`;
  });
}

/** Without what is folded and closed; the room of its folding stands for each. */
export function cutFolds(html: string): string {
  return changed(html, false, ({ isOpen, content }) =>
    isOpen ? content : '<div>…</div><div>…</div>',
  );
}

interface Fold {
  readonly kind: FoldKind;
  readonly first: Piece;
  readonly isOpen: boolean;
  readonly content: string;
}

function changed(html: string, isForward: boolean, write: (fold: Fold) => string): string {
  if (html.length > longestHtml) return html;
  const { pieces, text } = readPieces(html);
  let written = '';
  let from = 0;
  for (const { range, isOpen } of findFolds(pieces, text, isForward)) {
    const [first, last] = [range.pieces[0], range.pieces.at(-1)];
    if (first === undefined || last === undefined) continue;
    const content = html.slice(first.start, last.end);
    const fold = { kind: range.kind, first, isOpen: isOpen || content.includes('<mark'), content };
    written += html.slice(from, first.start) + write(fold);
    from = last.end;
  }
  return written + html.slice(from);
}

/** Which way the folded words run, so that their folding stands on that side. */
function turnOf({ attributes, children }: Piece): string {
  const turns = `${attributes} ${children[0]?.attributes ?? ''}`;
  return /\sdir="rtl"/.test(turns) ? ' dir="rtl"' : '';
}

/** Rules of the frame that shows it; no style of the mail may hide what opens a folding. */
export const foldStyle =
  'details.fold{display:block!important;visibility:visible!important;margin:.5rem 0!important}' +
  'details.fold>summary{display:inline-block!important;visibility:visible!important;box-sizing:border-box!important;min-height:1.5rem!important;padding:.1rem .75rem!important;border-radius:1rem!important;background:light-dark(#eef2f0,#2a3432)!important;color:light-dark(#44504d,#b9c3c0)!important;font:.8125rem/1.6 system-ui,sans-serif!important;cursor:pointer;list-style:none!important}' +
  'details.fold>summary::-webkit-details-marker{display:none}' +
  'details.fold>summary::before{content:"\\2026\\00a0"}' +
  'details.fold>summary:focus-visible{outline:2px solid light-dark(#0b646d,#68c6cc)!important;outline-offset:2px!important}' +
  // What is folded is printed.
  '@media print{details.fold::details-content{content-visibility:visible;display:block}details.fold>summary{display:none!important}}';
