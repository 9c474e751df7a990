/**
 * Pieces of text, each as plain text, HTML or both, put together to the text of a mail.
 *
 * Promises: pure; nothing is there twice, and nothing is lost that has no other form.
 */
import { htmlOfText, textOfHtml } from './html-text.ts';

export interface Piece {
  readonly text?: string;
  readonly html?: string;
}

export interface Joined {
  readonly text: string;
  readonly html: string | undefined;
}

/** A mail has HTML if any piece of it has. */
export function joinPieces(pieces: readonly Piece[]): Joined {
  const hasHtml = pieces.some(({ html }) => !isEmpty(html));
  const text = pieces.map((piece) => piece.text ?? textOfHtml(piece.html ?? '')).join('\n');
  if (!hasHtml) return { text, html: undefined };
  const html = pieces
    .map((piece) => piece.html ?? (isEmpty(piece.text) ? '' : htmlOfText(piece.text ?? '')))
    .filter((each) => !isEmpty(each))
    .join('<br/>\n');
  return { text, html };
}

function isEmpty(text: string | undefined): boolean {
  return text === undefined || !/\S/.test(text);
}

/** Of the forms of multipart/alternative the last HTML, and every different text; the best stands last (RFC 2046 section 5.1.4). */
export function bestForms(forms: readonly (readonly Piece[])[]): readonly Piece[] {
  const rich = forms.findLast((pieces) => pieces.some(({ html }) => !isEmpty(html)));
  const plain = forms.filter((pieces) => pieces.every(({ html }) => isEmpty(html)));
  const texts = new Map<string, string>();
  for (const pieces of plain) {
    const text = pieces.map((piece) => piece.text ?? '').join('\n');
    if (!isEmpty(text)) texts.set(text.replace(/\s+/g, ' ').trim(), text);
  }
  const text = texts.size === 0 ? undefined : [...texts.values()].join('\n');
  if (rich === undefined) return text === undefined ? [] : [{ text }];
  const { text: own, html = '' } = joinPieces(rich);
  const hasOwn = rich.some((piece) => !isEmpty(piece.text));
  if (text === undefined || isUseless(text, html))
    return hasOwn ? [{ text: own, html }] : [{ html }];
  return [{ text, html }];
}

const longestExcuse = 500;

/** It only says that there is HTML, or is HTML itself. */
function isUseless(text: string, html: string): boolean {
  const words = text.trim();
  if (/^<(?:!doctype html|html)\b/i.test(words)) return true;
  if (words.length > longestExcuse || html.length > 500_000) return false;
  const isLink = /^\S{0,20}\s*<?https?:\/\/\S+>?$/.test(words);
  if (!isLink && !/html|browser|viewer/i.test(words)) return false;
  const shown = flat(textOfHtml(html));
  return shown.length > words.length && !shown.includes(flat(words));
}

function flat(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
