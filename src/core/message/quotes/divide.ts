/**
 * A mail's text in parts: what its writer wrote, what he quoted, what he sent on, his signature.
 *
 * The one road to "what did the writer write": viewer, lists, notices, answers by mail ask here. Promises: pure, total, in time
 * proportional to the text; the parts in a row are the text, sign for sign.
 * Leaves to others: words of languages (words.ts, signature-words.ts), how parts look (edges/http/presenters/mail-text.ts).
 */
import { attributionAt } from './attribution.ts';
import { dividerAt, isEndMark } from './header-block.ts';
import { hasInitialsMark, type Line, toLines } from './lines.ts';
import { findSignature } from './signature.ts';
import { replyMarks } from './words.ts';

export type PartKind = 'own' | 'quotation' | 'forwarded' | 'signature';

export interface Part {
  readonly kind: PartKind;
  readonly text: string;
  /** A signature that no mark begins. */
  readonly isGuess?: true;
}

export interface DivideOptions {
  /** The mail was sent on: what it holds of others without marks is its content. */
  readonly isForward?: boolean;
  /** A mail system reports: its rules and addresses are no signatures. */
  readonly isReport?: boolean;
}

export function divideText(text: string, options: DivideOptions = {}): readonly Part[] {
  const lines = toLines(text);
  const blocks = findBlocks(lines, options);
  return toParts(text, lines, options.isReport === true ? blocks : withSignatures(lines, blocks));
}

/** What the writer wrote this time, without signature. */
export function ownText(text: string, options: DivideOptions = {}): string {
  return ownPart(divideText(text, options));
}

export function ownPart(parts: readonly Part[]): string {
  return parts
    .filter(({ kind }) => kind === 'own')
    .map((part) => part.text)
    .join('');
}

export function isWordless(text: string): boolean {
  return text.trim() === '';
}

interface Span {
  readonly kind: PartKind;
  readonly from: number;
  readonly to: number;
  readonly isGuess?: true;
}

function findBlocks(lines: readonly Line[], options: DivideOptions): readonly Span[] {
  const spans: Span[] = [];
  let own = 0;
  for (let at = 0; at < lines.length; ) {
    const block = blockAt(lines, at, options);
    if (block === undefined) {
      at += 1;
      continue;
    }
    if (own < at) spans.push({ kind: 'own', from: own, to: at });
    spans.push(block);
    at = block.to;
    own = at;
  }
  if (own < lines.length) spans.push({ kind: 'own', from: own, to: lines.length });
  return spans;
}

function blockAt(
  lines: readonly Line[],
  at: number,
  { isForward = false }: DivideOptions,
): Span | undefined {
  const line = lines[at];
  if (line === undefined || line.isBlank) return undefined;
  const quotation = (to: number): Span => ({ kind: 'quotation', from: at, to });
  if (line.isMarked) return quotation(introducedByMark(lines, at) ?? endOfMarked(lines, at));
  if (isReplyMark(line)) return quotation(lines.length);
  const divider = dividerAt(lines, at);
  if (divider !== undefined) {
    const kind = isForward || divider.kind === 'forwarded' ? 'forwarded' : 'quotation';
    return { kind, from: at, to: endOfMail(lines, at + divider.count) };
  }
  const to = introduced(lines, at);
  return to === undefined ? undefined : quotation(to);
}

/** Where the quotation ends that "Kim wrote:" begins; undefined when no such line is here. */
function introduced(lines: readonly Line[], at: number): number | undefined {
  const attribution = attributionAt(lines, at);
  if (attribution === undefined) return undefined;
  const body = at + attribution.count;
  const next = skipBlanks(lines, body, 3);
  const first = lines[next];
  if (first?.isMarked === true) return endOfMarked(lines, next);
  // One line with initials is no mark by itself; below such a line it is.
  if (first !== undefined && hasInitialsMark(first.text)) return next + 1;
  // Our own mark stands at the top of what we wrote.
  if (lines.slice(body, body + 6).some(isReplyMark)) return lines.length;
  if (!attribution.isCertain) return undefined;
  const above = lines[at - 1];
  const isApart = above === undefined || above.isBlank || /^[-_=*\s]{3,}$/.test(above.plain);
  return isApart ? endOfMail(lines, body) : undefined;
}

/** `>>> On Monday, Kim wrote:` of GroupWise; the lines below it have no mark. */
function introducedByMark(lines: readonly Line[], at: number): number | undefined {
  const line = lines[at];
  if (line === undefined || !/^>>>\s\S/.test(line.text)) return undefined;
  const few = [{ ...line, isMarked: false }, ...lines.slice(at + 1, at + 4)];
  const attribution = attributionAt(few, 0);
  if (attribution?.isCertain !== true) return undefined;
  const body = at + attribution.count;
  return lines[skipBlanks(lines, body, 3)]?.isMarked === true ? undefined : lines.length;
}

/** A mail that begins here without marks reaches to the end, save that something says where it ends. */
function endOfMail(lines: readonly Line[], body: number): number {
  let at = skipBlanks(lines, body, 4);
  const attribution = attributionAt(lines, at);
  if (attribution !== undefined) at = skipBlanks(lines, at + attribution.count, 3);
  if (lines[at]?.isMarked === true) return endOfMarked(lines, at);
  for (let end = body; end < lines.length; end += 1) {
    const line = lines[end];
    if (line !== undefined && isEndMark(line)) return end + 1;
  }
  return lines.length;
}

/** Marked lines, with the blank ones between them. */
function endOfMarked(lines: readonly Line[], from: number): number {
  let end = from;
  for (let at = from; at < lines.length; at += 1) {
    const line = lines[at];
    if (line?.isMarked === true) end = at + 1;
    else if (line?.isBlank !== true) break;
  }
  return end;
}

function skipBlanks(lines: readonly Line[], from: number, most: number): number {
  let at = from;
  while (at < from + most && lines[at]?.isBlank === true) at += 1;
  return at;
}

function isReplyMark({ plain }: Line): boolean {
  return plain !== '' && replyMarks.some((mark) => mark.test(plain));
}

function withSignatures(lines: readonly Line[], spans: readonly Span[]): readonly Span[] {
  let hasWordsAbove = false;
  return spans.flatMap((span): readonly Span[] => {
    if (span.kind !== 'own') return [span];
    const { from, to } = span;
    const { sure, guessed } = findSignature(lines, { from, to, hasWordsAbove });
    if (lines.slice(from, guessed).some(({ isBlank }) => !isBlank)) hasWordsAbove = true;
    const found: readonly Span[] = [
      { kind: 'own', from, to: guessed },
      { kind: 'signature', from: guessed, to: sure, isGuess: true },
      { kind: 'signature', from: sure, to },
    ];
    return found.filter((each) => each.from < each.to);
  });
}

function toParts(text: string, lines: readonly Line[], spans: readonly Span[]): readonly Part[] {
  const parts: { kind: PartKind; from: number; to: number; isGuess?: true }[] = [];
  for (const { kind, from, to, isGuess } of spans) {
    const last = parts.at(-1);
    const end = lines[to - 1]?.end ?? text.length;
    if (last !== undefined && last.kind === kind && last.isGuess === isGuess) last.to = end;
    else
      parts.push({
        kind,
        from: lines[from]?.start ?? 0,
        to: end,
        ...(isGuess === undefined ? {} : { isGuess }),
      });
  }
  return parts.map(({ from, to, ...part }) => ({ ...part, text: text.slice(from, to) }));
}
