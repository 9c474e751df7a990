/**
 * What programs print above a mail that they quote or send on without marks: dashes with a title, header fields.
 *
 * Promises: pure; looks a bounded number of lines ahead. Leaves to others: how far the mail reaches (divide.ts).
 */
import type { Line } from './lines.ts';
import { anyOf, asWord } from './patterns.ts';
import {
  endWords,
  forwardedLines,
  forwardedTitles,
  type HeaderKind,
  headerNames,
  originalTitles,
} from './words.ts';

const kinds: ReadonlyMap<string, HeaderKind> = new Map(
  Object.keys(headerNames).flatMap((key) => {
    const kind = isKind(key) ? key : 'other';
    return headerNames[kind].map((name) => [name.toLowerCase(), kind] as const);
  }),
);

function isKind(key: string): key is HeaderKind {
  return Object.hasOwn(headerNames, key);
}

const label =
  /^[\s*_•·-]{0,4}([\p{L}\p{M}][\p{L}\p{M}\s.'’\u200c-]{0,24}?)\s{0,3}[*_]{0,2}\s{0,3}[:：]/u;

const known = new WeakMap<object, HeaderKind | 'none'>();

/** Which field of a header a line is, if it looks like one. */
export function headerKindOf(line: Pick<Line, 'plain'>): HeaderKind | undefined {
  let kind = known.get(line);
  if (kind === undefined) {
    const [, name] = label.exec(line.plain) ?? [];
    kind = (name === undefined ? undefined : kinds.get(name.trim().toLowerCase())) ?? 'none';
    known.set(line, kind);
  }
  return kind === 'none' ? undefined : kind;
}

/** Lines of the header fields that begin here; 0 where it is no header of a mail. */
export function headerBlockAt(
  lines: readonly Line[],
  start: number,
  { isAnnounced }: { readonly isAnnounced: boolean },
): number {
  const first = lines[start];
  if (first === undefined || headerKindOf(first) === undefined) return 0;
  const found = new Set<HeaderKind>();
  let text = '';
  let last = start;
  let others = 0;
  for (let at = start; at < start + 24; at += 1) {
    const line = lines[at];
    if (line === undefined) break;
    const kind = headerKindOf(line);
    if (kind === undefined) {
      others += 1;
      // An address list over several lines, or a program that doubles line ends.
      if (others > (line.isBlank ? 1 : 2)) break;
      continue;
    }
    others = 0;
    found.add(kind);
    last = at;
    text = `${text} ${line.plain}`;
  }
  found.delete('other');
  return isHeader(found, text, isAnnounced) ? last - start + 1 : 0;
}

/** "From: Berlin, To: Paris, Date: Monday" is somebody's journey. */
function isHeader(found: ReadonlySet<HeaderKind>, text: string, isAnnounced: boolean): boolean {
  const isMail = text.includes('@') || found.has('sent');
  if (isAnnounced) return found.size >= 2 || (found.size === 1 && isMail);
  if (!found.has('from') || found.size < 3) return false;
  return isMail || (found.size >= 4 && found.has('subject'));
}

const dash = '[-‐‑‒–—―_=*~─━－]';
const frame = (words: string, after: string) =>
  new RegExp(`^${dash}{2,60}\\s{0,4}(?:${words})${after}\\s{0,4}${dash}{0,60}$`, 'iu');
const framed = {
  original: frame(anyOf(originalTitles), '(?:\\s?[:：])?'),
  forwarded: frame(anyOf(forwardedTitles), '(?:\\s?[:：])?(?:\\s.{0,200})?'),
};
/** Without dashes it counts only above header fields. */
const bare = new RegExp(`^(?:${anyOf(originalTitles)})\\s?[:：]?$`, 'iu');
const begin = new RegExp(`^(?:${anyOf(forwardedLines)})\\s?[:：]$`, 'iu');
const anyTitle = new RegExp(
  `^${dash}{3,40}\\s{0,4}\\p{L}[^\\n]{2,70}?\\s{0,4}${dash}{3,40}$`,
  'iu',
);
const rule = new RegExp(`^(?:${dash}{6,200}|(?:\\*\\s){3,30}\\*?)$`, 'u');
const ending = new RegExp(
  `^${dash}{2,60}\\s{0,4}${asWord(anyOf(endWords))}.{0,80}?(?:${dash}{2,60})?$`,
  'iu',
);

export interface Divider {
  readonly kind: 'original' | 'forwarded';
  /** Lines of the title and of the header fields below it. */
  readonly count: number;
}

/** What begins a whole mail here, in one or more lines. */
export function dividerAt(lines: readonly Line[], start: number): Divider | undefined {
  const line = lines[start];
  if (line === undefined || line.plain === '' || line.isMarked) return undefined;
  const title = titleOf(line.plain);
  if (title !== undefined) return { kind: title, count: 1 + announced(lines, start + 1) };
  if (anyTitle.test(line.plain) || bare.test(line.plain)) {
    const fields = announced(lines, start + 1);
    return fields > 0 ? { kind: 'original', count: 1 + fields } : undefined;
  }
  // GroupWise sets name and time between angles.
  if (/^>>>\s.{0,290}\p{Nd}.{0,290}>>>$/u.test(line.plain)) return { kind: 'original', count: 1 };
  const names = namesAt(lines, start);
  if (names > 0) return { kind: 'original', count: names };
  if (rule.test(line.plain)) {
    const next = lines[start + 1]?.isBlank === true ? start + 2 : start + 1;
    const fields = headerBlockAt(lines, next, { isAnnounced: false });
    return fields > 0 ? { kind: 'original', count: next - start + fields } : undefined;
  }
  const fields = headerBlockAt(lines, start, { isAnnounced: false });
  return fields > 0 ? { kind: 'original', count: fields } : undefined;
}

/** A title that says by itself that another mail follows. */
export function titleOf(plain: string): Divider['kind'] | undefined {
  if (plain.length > 400) return undefined;
  if (framed.forwarded.test(plain) || begin.test(plain)) return 'forwarded';
  return framed.original.test(plain) ? 'original' : undefined;
}

/** Header fields below a title, with a blank line or two between. */
function announced(lines: readonly Line[], from: number): number {
  let at = from;
  while (at < from + 2 && lines[at]?.isBlank === true) at += 1;
  const fields = headerBlockAt(lines, at, { isAnnounced: true });
  return fields === 0 ? 0 : at - from + fields;
}

const clock =
  /^[^\p{L}]{0,4}\p{Nd}{1,4}[./-]\p{Nd}{1,2}[./-]\p{Nd}{2,4},?\s+\p{Nd}{1,2}[:.]\p{Nd}{2}(?:\s?[ap]m)?$/iu;

/** Notes prints the sender, the time, and names of fields on lines of their own, without colons. */
function namesAt(lines: readonly Line[], start: number): number {
  const [sender, when] = [lines[start], lines[start + 1]];
  if (sender === undefined || when === undefined || !clock.test(when.plain)) return 0;
  if (!/[<"/@]/.test(sender.plain)) return 0;
  const rest = lines.slice(start + 2, start + 14);
  const has = (kind: HeaderKind) =>
    rest.findIndex(
      ({ plain }) => kinds.get(plain.replace(/[:：\s]{1,3}$/u, '').toLowerCase()) === kind,
    );
  const [to, subject] = [has('to'), has('subject')];
  return to < 0 || subject < 0 ? 0 : 2 + Math.max(to, subject) + 2;
}

/** "End of the forwarded message". */
export function isEndMark({ plain }: Pick<Line, 'plain'>): boolean {
  return plain.length <= 200 && ending.test(plain);
}
