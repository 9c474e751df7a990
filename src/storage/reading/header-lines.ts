/**
 * The fields of a mail or of a part, as they stand (RFC 5322 section 2.2), and where the header ends.
 *
 * Promises: total, in time proportional to the header. Any line ends: LF, CRLF, CR CR LF, and bare CR where the first line
 * ends so. What stands before the first field of a mail (a byte order mark, blank lines, an mbox line) is passed over.
 * A line that is no field ends the header unless fields follow it; so a letter without any header is all body.
 * Leaves to others: what the fields mean.
 */

export interface RawField {
  /** In lower case. */
  readonly name: string;
  /** One character a byte, with the line ends of its folding. */
  readonly value: string;
}

export interface HeaderLines {
  readonly fields: readonly RawField[];
  readonly bodyStart: number;
  /** Every line ends with a bare CR. */
  readonly hasBareCr: boolean;
}

export interface HeaderPlace {
  readonly start: number;
  readonly end: number;
  /** Of a whole mail: any field counts. A part without fields of a part has no header. */
  readonly isMail: boolean;
  /** Whether the line that begins there with two hyphens is a boundary that is waited for. */
  readonly isBoundary: (at: number) => boolean;
}

const firstPiece = 16 * 1024;

export function readHeaderLines(source: Buffer, place: HeaderPlace): HeaderLines {
  const { start, end } = place;
  for (let length = firstPiece; ; length *= 4) {
    const isWhole = start + length >= end;
    const text = source.toString('latin1', start, isWhole ? end : start + length);
    const read = readText(text, place, isWhole);
    if (read !== undefined) return { ...read, bodyStart: start + read.bodyStart };
  }
}

/** Undefined where more must be seen. */
function readText(text: string, place: HeaderPlace, isWhole: boolean): HeaderLines | undefined {
  const hasBareCr = endsWithBareCr(text);
  const lines = lineReader(text, hasBareCr);
  const first = place.isMail ? skipLead(text, lines) : 0;
  const fields: RawField[] = [];
  let at = first;
  const finish = (bodyStart: number): HeaderLines =>
    place.isMail || fields.length === 0 || fields.some(({ name }) => ofParts.test(name))
      ? { fields, bodyStart, hasBareCr }
      : { fields: [], bodyStart: 0, hasBareCr };
  while (at < text.length) {
    const next = lines.after(at);
    const line = lines.line(at, next);
    if (next >= text.length && !isWhole) return undefined;
    if (line === '') return finish(next);
    if (line.startsWith('--') && place.isBoundary(place.start + at)) return finish(at);
    const colon = nameEnd(line);
    if (colon < 0) {
      const resumed = resume(text, lines, next);
      if (resumed === undefined) return isWhole ? finish(at) : undefined;
      if (resumed < 0) return isBlank(line) ? finish(next) : finish(at);
      at = resumed;
      continue;
    }
    const last = endOfField(text, lines, next);
    if (last >= text.length && !isWhole) return undefined;
    const name = line.slice(0, colon).trimEnd().toLowerCase();
    fields.push({ name, value: text.slice(at + colon + 1, last).trim() });
    at = last;
  }
  return isWhole ? finish(text.length) : undefined;
}

/** Fields by which a part says what it is; one that has none of them begins with its words. */
const ofParts = /^(?:content-|x-|mime-version$)/;

interface Lines {
  /** Where the next line begins. */
  after(at: number): number;
  /** Without its end. */
  line(at: number, next: number): string;
}

function lineReader(text: string, hasBareCr: boolean): Lines {
  const anyEnd = /\r*\n|\r/g;
  return {
    after(at) {
      if (!hasBareCr) {
        const feed = text.indexOf('\n', at);
        return feed < 0 ? text.length : feed + 1;
      }
      anyEnd.lastIndex = at;
      return anyEnd.exec(text) === null ? text.length : anyEnd.lastIndex;
    },
    line(at, next) {
      let end = next;
      if (text.charCodeAt(end - 1) === 0x0a && end > at) end -= 1;
      while (end > at && text.charCodeAt(end - 1) === 0x0d) end -= 1;
      return text.slice(at, end);
    },
  };
}

/** The first line ends with a CR that no LF follows, and a field or a blank line comes next. */
function endsWithBareCr(text: string): boolean {
  const first = /\r+\n?|\n/.exec(text);
  if (first === null || first[0].endsWith('\n')) return false;
  const next = text.slice(first.index + 1, first.index + 200);
  return next === '' || next.startsWith('\r') || fieldName.test(next);
}

const fieldName = /^[!-9;-~]{1,200}[ \t]*:/;

/** Position of the colon behind the name of a field; -1 for a line that is none. */
function nameEnd(line: string): number {
  const found = fieldName.exec(line.length > 210 ? line.slice(0, 210) : line);
  return found === null ? -1 : found[0].length - 1;
}

function isBlank(line: string): boolean {
  return /^[ \t]*$/.test(line);
}

/** Lines that begin with a blank continue a field; one of nothing but blanks only where the header goes on behind it. */
function endOfField(text: string, lines: Lines, from: number): number {
  let at = from;
  while (at < text.length && (text[at] === ' ' || text[at] === '\t')) {
    const next = lines.after(at);
    if (isBlank(lines.line(at, next)) && !goesOn(lines, next)) return at;
    at = next;
  }
  return at;
}

function goesOn(lines: Lines, at: number): boolean {
  const line = lines.line(at, lines.after(at));
  return !isBlank(line) && (/^[ \t]/.test(line) || nameEnd(line) >= 0);
}

/** Names that no sentence begins with. */
const surelyField =
  /^(?:from|to|cc|bcc|sender|subject|date|message-id|in-reply-to|references|reply-to|return-path|received|delivered-to|mime-version|content-[a-z-]+|x-[a-z0-9-]+|list-[a-z-]+|dkim-signature|ticket-[a-z-]+)[ \t]*:/i;

const mostOddLines = 20;

/**
 * Where the header goes on behind lines that are no fields: before the next blank line, with a well-known field. -1 where it
 * does not; undefined where more must be seen.
 */
function resume(text: string, lines: Lines, from: number): number | undefined {
  let at = from;
  for (let count = 0; count < mostOddLines; count += 1) {
    if (at >= text.length) return undefined;
    const next = lines.after(at);
    const line = lines.line(at, next);
    if (surelyField.test(line)) return at;
    if (line === '') return -1;
    at = next;
  }
  return -1;
}

/** Behind what mailbox files and editors put before a mail. */
function skipLead(text: string, lines: Lines): number {
  let at = text.startsWith('\u00ef\u00bb\u00bf') ? 3 : 0;
  if (/^>?From \S/.test(text.slice(at, at + 10))) at = lines.after(at);
  const begun = at;
  for (let count = 0; count < 100 && at < text.length; count += 1) {
    const next = lines.after(at);
    const line = lines.line(at, next);
    if (!isBlank(line)) return at === begun || surelyField.test(line) ? at : begun;
    at = next;
  }
  return begun;
}

/** The first value of a name, folded as it stands. */
export function firstValue(fields: readonly RawField[], name: string): string | undefined {
  return fields.find((field) => field.name === name)?.value;
}
