/**
 * The text of a mail for reading: links can be clicked, what others wrote and signatures are folded, never removed.
 *
 * Promises: total and linear; every character of the text but blank lines between its parts is in the result. What somebody wrote
 * between quoted lines stays in view, with the lines that it answers; a mail without words of its own shows what it quotes.
 * Leaves to others: which words are whose (core/message/quotes).
 */
import {
  type DivideOptions,
  divideText,
  isWordless,
  ownPart,
  type Part,
} from '../../../core/message/quotes/divide.ts';
import { pointsIntoQuotation } from '../../../core/message/quotes/pointing.ts';
import type { Markup } from '../../../services/render/markup.ts';

export interface Segment {
  readonly text: string;
  readonly href?: string;
  /** A colleague is meant. */
  readonly isMention?: true;
  /** It was searched for. */
  readonly isHit?: true;
  /** The first one of the page. */
  readonly isFirst?: true;
}

export interface TextPart {
  /** `quoted` stays in view, between own words; `quotation`, `forwarded` and `signature` are folded. */
  readonly kind: 'own' | 'quoted' | 'quotation' | 'forwarded' | 'signature';
  readonly segments: readonly Segment[];
  readonly lines: number;
  /** Something stands in it that is looked for, or little else was said. */
  readonly isOpen?: boolean;
  /** The same with its light formatting. */
  readonly rich?: Markup;
}

export interface MailText {
  readonly parts: readonly TextPart[];
}

/** Of a longer quotation that an answer follows, the end stays in view. */
const mostInView = 8;
const leftInView = 2;

export function presentMailText(text: string, options: DivideOptions = {}): MailText {
  const parts = joinAlike(divideText(text.replace(/\r\n?/g, '\n'), options));
  const lastOwn = parts.findLastIndex(({ kind, text }) => kind === 'own' && !isWordless(text));
  if (lastOwn < 0) return { parts: withoutOwn(parts) };
  const own = ownPart(parts);
  const isBrief = isFewWords(own);
  const isWithin = pointsIntoQuotation(own);
  return {
    parts: parts.flatMap((part, at): readonly TextPart[] => {
      if (part.kind === 'quotation' && at < lastOwn) return inView(part.text);
      const isOpen = part.kind === 'forwarded' ? isBrief : part.kind === 'quotation' && isWithin;
      return toPart(part.kind, part.text).map((each) => (isOpen ? { ...each, isOpen } : each));
    }),
  };
}

/** A signature that is guessed and one below a mark are one to a reader. */
function joinAlike(parts: readonly Part[]): readonly Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last?.kind === part.kind)
      joined[joined.length - 1] = { ...part, text: last.text + part.text };
    else joined.push(part);
  }
  return joined;
}

/** Nothing but a quotation, or a mail sent on without a word: that is what the mail says. */
function withoutOwn(parts: readonly Part[]): readonly TextPart[] {
  const hasOther = parts.some(({ kind }) => kind === 'quotation' || kind === 'forwarded');
  return parts.flatMap(({ kind, text }) =>
    toPart(hasOther && kind === 'signature' ? 'signature' : 'own', text),
  );
}

function inView(text: string): readonly TextPart[] {
  const lines = withoutBlankEnds(text).split('\n');
  if (lines.length <= mostInView) return toPart('quoted', text);
  const cut = lines.length - leftInView;
  return [
    ...toPart('quotation', lines.slice(0, cut).join('\n')),
    ...toPart('quoted', lines.slice(cut).join('\n')),
  ];
}

/** "FYI", "Please take this one." */
function isFewWords(text: string): boolean {
  const words = text.trim();
  return words.length <= 240 && words.split(/\s+/).length <= 40;
}

/** Blank lines around a part belong to the page. */
function toPart(kind: TextPart['kind'], text: string): readonly TextPart[] {
  const said = withoutBlankEnds(text);
  if (said === '') return [];
  return [{ kind, segments: toSegments(said), lines: said.split('\n').length }];
}

function withoutBlankEnds(text: string): string {
  const end = text.trimEnd();
  let begin = 0;
  for (let at = 0; at < end.length; at += 1) {
    if (end[at] === '\n') begin = at + 1;
    else if (end[at] !== ' ' && end[at] !== '\t' && end[at] !== '\r') break;
  }
  return end.slice(begin);
}

const link =
  /\bhttps?:\/\/[^\s<>"'`]{3,2000}|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g;

function toSegments(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  for (const match of text.matchAll(link)) {
    const found = withoutTail(match[0]);
    if (match.index > from) segments.push({ text: text.slice(from, match.index) });
    segments.push({ text: found, href: found.includes('://') ? found : `mailto:${found}` });
    from = match.index + found.length;
  }
  if (from < text.length) segments.push({ text: text.slice(from) });
  return segments;
}

/** Signs at the end of an address belong to the sentence around it. */
function withoutTail(address: string): string {
  const trimmed = address.replace(/[.,;:!?…，。、）\]]{1,20}$/u, '');
  const unopened = (trimmed.match(/\)/g)?.length ?? 0) > (trimmed.match(/\(/g)?.length ?? 0);
  return unopened && trimmed.endsWith(')') ? withoutTail(trimmed.slice(0, -1)) : trimmed;
}
