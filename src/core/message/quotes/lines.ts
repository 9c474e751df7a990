/**
 * A text as lines that know where they stand in it, and which of them carry a mark of quotation.
 *
 * Promises: pure and linear; the lines in a row are the text, with every end of line as it was.
 */

export interface Line {
  /** As it stands there, without its end. */
  readonly text: string;
  /** For looking at: trimmed, with ordinary blanks, without signs of direction; empty for a line that is too long for anybody's rule. */
  readonly plain: string;
  /** Where it begins in the whole text. */
  readonly start: number;
  /** Where the next one begins. */
  readonly end: number;
  readonly isBlank: boolean;
  /** Somebody else's words, by a sign at its beginning. */
  readonly isMarked: boolean;
}

const longest = 1000;

export function toLines(text: string): readonly Line[] {
  const found: { text: string; start: number; end: number }[] = [];
  const breaks = /\r\n|\n|\r/g;
  let start = 0;
  for (let hit = breaks.exec(text); hit !== null; hit = breaks.exec(text)) {
    found.push({ text: text.slice(start, hit.index), start, end: breaks.lastIndex });
    start = breaks.lastIndex;
  }
  if (start < text.length) found.push({ text: text.slice(start), start, end: text.length });
  const initials = repeatedInitials(found);
  return found.map(({ text, start, end }, at) => {
    const plain = text.length > longest ? '' : toPlain(text);
    const isBlank = plain === '' && text.trim() === '';
    const isMarked =
      !isBlank &&
      (isAngle(text.slice(0, longest), found[at + 1]?.text) ||
        isInitials(text, initials) ||
        isBar(found, at));
    return { text, plain, start, end, isBlank, isMarked };
  });
}

const odd = /[\u00a0\u2007\u200b-\u200f\u202a-\u202f\u2066-\u2069\u3000\ufeff]/;

export function toPlain(text: string): string {
  const trimmed = text.trim();
  if (!odd.test(trimmed)) return trimmed;
  return trimmed
    .replace(/[\u00a0\u2007\u202f\u3000]/g, ' ')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .trim();
}

/** `>`, `> >`, `>>`, the same in full width, or as a broken program wrote it. */
function isAngle(line: string, next: string | undefined): boolean {
  if (!/^\s{0,8}(?:>|＞|&gt;)/.test(line)) return false;
  // Programs that keep mail in one file put this sign before a line that begins so (RFC 4155).
  const isOwnFrom = /^>From /.test(line) && !/^\s{0,8}>/.test(next ?? '');
  return !isOwnFrom && !/^>>>\s.{5,300}>>>\s*$/.test(line);
}

const initialsOf = /^\s{0,3}(\p{Lu}[\p{L}.]{0,9})>{1,5}(?:\s|$)/u;

/** `KB> text`: one such line alone may be anything. */
function repeatedInitials(lines: readonly { readonly text: string }[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const { text } of lines) {
    const [, name] = hasInitials(text) ? (initialsOf.exec(text) ?? []) : [];
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return new Set([...counts].flatMap(([name, count]) => (count > 1 ? [name] : [])));
}

function hasInitials(line: string): boolean {
  const angle = line.slice(0, 16).indexOf('>');
  return angle > 0 && angle < 14;
}

export function hasInitialsMark(line: string): boolean {
  return hasInitials(line) && initialsOf.test(line.slice(0, longest));
}

function isInitials(line: string, known: ReadonlySet<string>): boolean {
  return known.size > 0 && hasInitials(line) && known.has(initialsOf.exec(line)?.[1] ?? '');
}

/** `| text`, two lines or more; a table has more strokes in a line. */
function isBar(lines: readonly { readonly text: string }[], at: number): boolean {
  if (!isSingleBar(lines[at]?.text)) return false;
  return isSingleBar(lines[at - 1]?.text) || isSingleBar(lines[at + 1]?.text);
}

function isSingleBar(line: string | undefined): boolean {
  if (line === undefined || !/^\s{0,3}[|│┃](?:\s|$)/.test(line)) return false;
  return !/[|│┃].*[|│┃+]/.test(line.slice(0, longest));
}
