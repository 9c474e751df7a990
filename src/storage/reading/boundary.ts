/**
 * Boundaries of multiparts (RFC 2046 section 5.1.1): lines that are one, and which one is meant where the header does not say.
 *
 * Promises: total; a line is looked at once for each boundary that is open; what is remembered of lines is bounded.
 */

const hyphen = 0x2d;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** More blanks behind a boundary than mailers pad lines with. */
const mostBlanks = 1000;

export interface BoundaryLine {
  readonly isClosing: boolean;
  /** Where the next line begins. */
  readonly next: number;
}

/** Reads the line that begins at `at` with two hyphens as this boundary. */
export function matchBoundary(
  source: Buffer,
  at: number,
  boundary: Buffer,
): BoundaryLine | undefined {
  if (boundary.length > 0 && source[at + 2] !== boundary[0]) return undefined;
  const behind = at + 2 + boundary.length;
  if (source.compare(boundary, 0, boundary.length, at + 2, Math.min(behind, source.length)) !== 0)
    return undefined;
  // With nothing between the hyphens, the line before a signature would be one.
  const next = endOfLine(source, behind, boundary.length > 0);
  if (next !== undefined) return { isClosing: false, next };
  if (source[behind] !== hyphen || source[behind + 1] !== hyphen) return undefined;
  const closed = endOfLine(source, behind + 2, true);
  return closed === undefined ? undefined : { isClosing: true, next: closed };
}

/** Behind the line end, if nothing but blanks stands before it. */
function endOfLine(source: Buffer, from: number, mayPad: boolean): number | undefined {
  let at = from;
  const most = mayPad ? from + mostBlanks : from;
  while (at < most && (source[at] === 0x20 || source[at] === 0x09)) at += 1;
  if (at >= source.length) return source.length;
  const begun = at;
  while (source[at] === carriageReturn) at += 1;
  if (source[at] === lineFeed) return at + 1;
  return at > begun ? begun + 1 : undefined;
}

interface Label {
  /** Where it stands for the last time. */
  last: number;
  opens: number;
  closes: number;
  /** A field that describes a part follows it. */
  begins: boolean;
  /** A blank line follows it. */
  beginsBare: boolean;
}

export interface Labels {
  readonly known: ReadonlyMap<string, Label>;
  readonly lines: readonly { readonly at: number; readonly label: string }[];
}

const longestLabel = 250;
const mostLines = 100_000;

/** Every line that may be a boundary. */
export function readLabels(source: Buffer, start: number, end: number): Labels {
  const known = new Map<string, Label>();
  const lines: { at: number; label: string }[] = [];
  for (
    let at = nextHyphens(source, start, end, true);
    at >= 0 && lines.length < mostLines;
    at = nextHyphens(source, at + 2, end, true)
  ) {
    const text = source.toString('latin1', at + 2, Math.min(at + 2 + longestLabel + 400, end));
    const line = /^[^\r\n]*/.exec(text)?.[0].trimEnd() ?? '';
    if (line.length > longestLabel) continue;
    const isClosing = line.endsWith('--');
    const label = isClosing ? line.slice(0, -2) : line;
    const behind = text.slice(line.length).replace(/^[ \t]*(?:\r*\n|\r)/, '');
    const found = known.get(label) ?? {
      last: at,
      opens: 0,
      closes: 0,
      begins: false,
      beginsBare: false,
    };
    found.last = at;
    found[isClosing ? 'closes' : 'opens'] += 1;
    found.begins ||= !isClosing && /^content-[a-z-]{2,30}[ \t]*:/i.test(behind);
    found.beginsBare ||= !isClosing && /^[\r\n]/.test(behind);
    known.set(label, found);
    lines.push({ at, label });
  }
  return { known, lines };
}

export interface BoundaryChoice {
  readonly boundary: string;
  readonly isGuessed: boolean;
}

/** The boundary of the multipart whose body begins at `from`; undefined where no line can be one. */
export function chooseBoundary(
  { known, lines }: Labels,
  declared: string | undefined,
  from: number,
  isOpen: (label: string) => boolean,
): BoundaryChoice | undefined {
  const occurs = (label: string) => (known.get(label)?.last ?? -1) >= from;
  if (declared !== undefined && declared !== '' && occurs(declared))
    return { boundary: declared, isGuessed: false };
  const begun = lines.findIndex(({ at }) => at >= from);
  const wanted = declared === undefined ? undefined : bare(declared);
  for (const { label } of begun < 0 ? [] : lines.slice(begun, begun + 2000)) {
    if (isOpen(label)) return undefined;
    if (wanted !== undefined && wanted !== '' && bare(label) === wanted)
      return { boundary: label, isGuessed: true };
    const entry = known.get(label);
    if (entry !== undefined && isLikely(label, entry)) return { boundary: label, isGuessed: true };
  }
  return undefined;
}

/** What is left of a boundary when case, quotes and hyphens in front are taken for slips. */
function bare(label: string): string {
  return label.replace(/^[\s"'<-]+|[\s"'>]+$/g, '').toLowerCase();
}

function isLikely(label: string, { opens, closes, begins, beginsBare }: Label): boolean {
  if (begins) return true;
  return opens > 0 && closes > 0 && beginsBare && /^\S*[A-Za-z0-9]\S*$/.test(label);
}

const lineHyphens = Buffer.from('\n--');

/** The next line that begins with two hyphens; a bare CR ends lines too where `anyEnd` says so. */
export function nextHyphens(source: Buffer, from: number, end: number, anyEnd: boolean): number {
  if (isHyphens(source, from) && isLineBegin(source, from, anyEnd))
    return from + 2 <= end ? from : -1;
  const near = anyEnd ? end : Math.min(end, from + nearby);
  for (let at = from; at + 2 < near; at += 1) {
    const byte = source[at];
    if ((byte === lineFeed || (anyEnd && byte === carriageReturn)) && isHyphens(source, at + 1))
      return at + 1;
  }
  if (near === end) return -1;
  const found = source.indexOf(lineHyphens, Math.max(from, near - 3));
  return found < 0 || found + 3 > end ? -1 : found + 1;
}

/** Asking for a search costs more than looking at so many bytes. */
const nearby = 100;

function isHyphens(source: Buffer, at: number): boolean {
  return source[at] === hyphen && source[at + 1] === hyphen;
}

function isLineBegin(source: Buffer, at: number, anyEnd: boolean): boolean {
  const before = at === 0 ? lineFeed : source[at - 1];
  return before === lineFeed || (anyEnd && before === carriageReturn);
}

/** The line end before a boundary belongs to it; only CR CR LF where the boundary ends so itself, at `next`. */
export function beforeLineEnd(source: Buffer, at: number, next: number): number {
  if (source[at - 1] === carriageReturn) return at - 1;
  if (source[at - 1] !== lineFeed) return at;
  if (source[at - 2] !== carriageReturn) return at - 1;
  const isDoubled = source[next - 3] === carriageReturn && source[next - 2] === carriageReturn;
  return isDoubled && source[at - 3] === carriageReturn ? at - 3 : at - 2;
}
