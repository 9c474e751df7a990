/**
 * The text of a mail for reading: links can be clicked, what was quoted at the end can be folded.
 *
 * Promises: total and linear; every character of the text is in the result.
 */

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

export interface MailText {
  readonly own: readonly Segment[];
  /** What follows is an older mail. */
  readonly quoted: QuotedText | undefined;
}

export interface QuotedText {
  readonly lines: number;
  readonly segments: readonly Segment[];
  /** Something stands in it that is looked for. */
  readonly isOpen?: boolean;
}

export function presentMailText(text: string): MailText {
  const lines = text.replace(/\r\n?/g, '\n').trimEnd().split('\n');
  const begin = quotationBegin(lines);
  if (begin === undefined) return { own: toSegments(lines.join('\n')), quoted: undefined };
  const quoted = lines.slice(begin);
  return {
    own: toSegments(lines.slice(0, begin).join('\n').trimEnd()),
    quoted: { lines: quoted.length, segments: toSegments(quoted.join('\n')) },
  };
}

/** Line at which the quotation at the end begins; undefined when there is none, or nothing but it. */
function quotationBegin(lines: readonly string[]): number | undefined {
  const begin = forwardMark(lines) ?? angleMarks(lines);
  return begin === undefined || lines.slice(0, begin).every(isBlank) ? undefined : begin;
}

/** `-----Original Message-----` in any language, with header lines below. */
function forwardMark(lines: readonly string[]): number | undefined {
  const mark = lines.findIndex(
    (line, at) =>
      /^\s*-{3,20}\s{0,3}\p{L}[^-]{2,60}-{3,20}\s*$/u.test(line) &&
      lines.slice(at + 1, at + 6).some(isHeaderLine),
  );
  return mark < 0 ? undefined : mark;
}

function isHeaderLine(line: string): boolean {
  return line.length < 500 && /^[\s>*]*\p{L}[\p{L} ]{1,20}\*?\s?[:：].*@/u.test(line);
}

function angleMarks(lines: readonly string[]): number | undefined {
  let begin = lines.length;
  let marked = 0;
  while (begin > 0) {
    const line = lines[begin - 1] ?? '';
    if (!isMarked(line) && !isBlank(line)) break;
    if (isMarked(line)) marked += 1;
    begin -= 1;
  }
  if (marked === 0) return undefined;
  while (isBlank(lines[begin] ?? '-')) begin += 1;
  return begin - attributionLength(lines, begin);
}

function isMarked(line: string): boolean {
  return /^\s*>/.test(line);
}

function isBlank(line: string): boolean {
  return line.trim() === '';
}

/** "On 3 May Anna wrote:" above the quotation, in one line or broken into two, perhaps with a blank line between. */
function attributionLength(lines: readonly string[], begin: number): number {
  const gap = isBlank(lines[begin - 1] ?? '-') ? 1 : 0;
  const last = begin - 1 - gap;
  if (!/[:：]\s*$/.test(lines[last] ?? '')) return 0;
  const line = lines[last] ?? '';
  const above = lines[last - 1] ?? '';
  const looks = (text: string) => text.length < 400 && /\p{Nd}|@/u.test(text);
  // A program that breaks the line leaves the address, without a date, in its second half.
  if (looks(line) && /\p{Nd}/u.test(line.replace(/<[^>]*>/g, ''))) return 1 + gap;
  if (!isBlank(above) && looks(`${above} ${line}`)) return 2 + gap;
  return looks(line) ? 1 + gap : 0;
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
