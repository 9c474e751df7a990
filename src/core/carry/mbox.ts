/**
 * Mailboxes of one file: where each mail lies in it, and how lines that begin with `From ` are quoted.
 *
 * Reads what is about: mboxrd, mboxo, mboxcl and mboxcl2, with LF or CRLF, also where separators are broken. Promises: pure and
 * total, any bytes give mails; bounded memory, for the file is asked for pieces; `quoteFrom` and `unquoteFrom` are inverse, and
 * what `formatMbox` makes is read back to the byte.
 * Sources: RFC 4155; mbox(5) of qmail; jwz.org/doc/content-length.html
 */
import { formatMailDate, type Instant, parseInstant } from '../../base/clock.ts';

/** Bytes of the file from the position on; fewer than asked for only at its end. */
export type ReadAt = (position: number, length: number) => Promise<Buffer>;

export interface MboxPlace {
  /** Where the first byte of the mail is, behind its separator. */
  readonly start: number;
  /** Behind its last byte; the blank line before the next separator is no part of it. */
  readonly end: number;
  /** What the separator says. */
  readonly date: Instant | undefined;
}

export interface MboxSum {
  /** False in a file whose mails are found by their length, and whose lines nobody quoted. */
  readonly isQuoted: boolean;
}

interface Separator {
  readonly start: number;
  /** Behind its line. */
  readonly next: number;
  readonly date: Instant | undefined;
  /** The mail has no line end at its end; one was put there. */
  readonly isUnended: boolean;
}

const pieceBytes = 1024 * 1024;
const mostSeparator = 1000;
/** A length that stands further behind is not seen. */
const mostHeader = 64 * 1024;
const fromWord = Buffer.from('From ');
const newline = 0x0a;
const quote = 0x3e;
const unendedMark = ' no-line-end';

/** The mails of the file in their order. What stands before the first separator, and is not blank, is one too. */
export async function* findMails(
  readAt: ReadAt,
  size: number,
): AsyncGenerator<MboxPlace, MboxSum, void> {
  const look = createWindow(readAt, size);
  let isQuoted = true;
  let before: Separator | undefined;
  let known: number | undefined;
  let at = 0;
  for (;;) {
    const found = await nextSeparator(look, at, size);
    if (found !== undefined && known !== undefined && found.start < known) {
      // Only where nobody quotes lines does a separator stand inside of a mail whose length is known.
      isQuoted = false;
      at = found.next;
      continue;
    }
    const start = before?.next ?? 0;
    const end = await endOf(look, start, found?.start ?? size, before?.isUnended === true);
    const isMail = before === undefined ? !(await isBlank(look, start, end)) : end > start;
    if (isMail || before?.isUnended === true) yield { start, end, date: before?.date };
    if (found === undefined) return { isQuoted };
    before = found;
    at = found.next;
    known = found.isUnended ? undefined : await nextByLength(look, found.next, size);
  }
}

/** A piece of the file is kept, so that looking around in it costs nothing. Gives more than was asked for, where it is there. */
function createWindow(readAt: ReadAt, size: number): ReadAt {
  let base = 0;
  let kept: Buffer = Buffer.alloc(0);
  return async (position, length) => {
    const end = Math.min(position + length, size);
    if (position < base || end > base + kept.length) {
      kept = await readAt(position, Math.max(length, pieceBytes));
      base = position;
    }
    return kept.subarray(position - base);
  };
}

async function nextSeparator(
  look: ReadAt,
  at: number,
  size: number,
): Promise<Separator | undefined> {
  for (let position = at; position + fromWord.length <= size; ) {
    const piece = await look(position, Math.min(2 * mostSeparator, size - position));
    if (piece.length < fromWord.length) return undefined;
    for (let i = piece.indexOf(fromWord); i >= 0; i = piece.indexOf(fromWord, i + 1)) {
      if (i > 0 && piece[i - 1] !== newline) continue;
      const found = await separatorAt(look, position + i, 'in-text');
      if (found !== undefined) return found;
    }
    position += piece.length - (fromWord.length - 1);
  }
  return undefined;
}

/** `by-length`: its place is known, so it need not look like one as much. */
async function separatorAt(
  look: ReadAt,
  start: number,
  how: 'in-text' | 'by-length',
): Promise<Separator | undefined> {
  const lead = Math.min(start, 3);
  const around = (await look(start - lead, lead + 2 * mostSeparator)).subarray(
    0,
    lead + 2 * mostSeparator,
  );
  const ahead = around.subarray(0, lead).toString('latin1');
  if (start > 0 && !ahead.endsWith('\n')) return undefined;
  const text = around.toString('latin1', lead);
  const lineEnd = text.indexOf('\n');
  if (!text.startsWith('From ') || lineEnd < 0 || lineEnd > mostSeparator) return undefined;
  const line = text.slice(0, lineEnd).replace(/\r$/, '');
  const isDated = datedLook.test(line);
  const isAfterBlank =
    how === 'by-length' ||
    start === 0 ||
    /(?:^|\n)\r?\n$/.test(ahead.length === 3 ? ahead : `\n${ahead}`);
  const isBeforeHeader = /^(?:>From |[!-9;-~]{1,76}:)/.test(text.slice(lineEnd + 1));
  const isSeparator = isAfterBlank
    ? isDated || (isBeforeHeader && bareLook.test(line))
    : isDated && isBeforeHeader;
  if (!isSeparator) return undefined;
  const date = dateOfLine(line);
  return { start, next: start + lineEnd + 1, date, isUnended: line.endsWith(unendedMark) };
}

const days = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const months = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const time = '[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?';
const zone = '(?:[+-][0-9]{4}|[A-Z]{1,5})';
const datedLook = new RegExp(
  `\\s${days},?\\s{1,4}(?:(${months})\\s{1,4}([0-9]{1,2})\\s{1,4}(${time})\\s{1,4}(?:(${zone})\\s{1,4})?([0-9]{4})(?:\\s{1,4}(${zone}))?|([0-9]{1,2})\\s{1,4}(${months})\\s{1,4}([0-9]{4})\\s{1,4}(${time})(?:\\s{1,4}(${zone}))?)`,
);
/** `From kim@example.org`, `From -`: without a date. */
const bareLook = /^From (?:[^\s@]+@\S+(?:\s.*)?|\S+)\s*$/;

function dateOfLine(line: string): Instant | undefined {
  const found = datedLook.exec(line);
  if (found === null) return undefined;
  const [, monthA, dayA, timeA, zoneA, yearA, zoneAfter, dayB, monthB, yearB, timeB, zoneB] = found;
  const where = zoneA ?? zoneAfter ?? zoneB ?? '+0000';
  const text = `${dayA ?? dayB} ${monthA ?? monthB} ${yearA ?? yearB} ${timeA ?? timeB}`;
  return parseInstant(`${text} ${where}`) ?? parseInstant(`${text} +0000`);
}

/** The blank line before the separator goes, and what was put at the end of a mail without a line end. */
async function endOf(
  look: ReadAt,
  start: number,
  limit: number,
  isUnended: boolean,
): Promise<number> {
  const from = Math.max(0, limit - 3);
  const tail = (await look(from, limit - from)).toString('latin1', 0, limit - from);
  const blank = /\n(\r?\n)$/.exec(from === 0 ? `\n${tail}` : tail)?.[1] ?? '';
  const trimmed = limit - blank.length;
  const end = Math.max(start, trimmed);
  if (!isUnended || end === start) return end;
  return (await look(end - 1, 1))[0] === newline ? end - 1 : end;
}

async function isBlank(look: ReadAt, start: number, end: number): Promise<boolean> {
  if (end - start > mostSeparator) return false;
  return (await look(start, end - start)).toString('latin1', 0, end - start).trim() === '';
}

/** Where the next separator is by the mail's own word, if that is true; the size of the file when it is the last one. */
async function nextByLength(
  look: ReadAt,
  start: number,
  size: number,
): Promise<number | undefined> {
  const text = (await look(start, mostHeader)).toString('latin1', 0, mostHeader);
  const header = /^[\s\S]*?\n\r?\n/.exec(text)?.[0];
  const length = /^content-length:[ \t]*([0-9]{1,15})[ \t]*\r?$/im.exec(header ?? '')?.[1];
  if (header === undefined || length === undefined) return undefined;
  const end = start + header.length + Number(length);
  if (end > size) return undefined;
  if (end === size) return size;
  const behind = (await look(end, 8)).toString('latin1', 0, 8);
  const blank = /^(?:\r?\n){0,2}/.exec(behind)?.[0].length ?? 0;
  if (end + blank === size) return size;
  return (await separatorAt(look, end + blank, 'by-length')) === undefined
    ? undefined
    : end + blank;
}

/** Every line that begins with `From `, whatever many `>` stand before it, gets one more. */
export function quoteFrom(mail: Buffer): Buffer {
  const places = fromLines(mail);
  if (places.length === 0) return mail;
  const sign = Buffer.of(quote);
  const pieces: Buffer[] = [];
  let done = 0;
  for (const { line } of places) {
    pieces.push(mail.subarray(done, line), sign);
    done = line;
  }
  return Buffer.concat([...pieces, mail.subarray(done)]);
}

/** Every line `>From ` loses one `>`. */
export function unquoteFrom(mail: Buffer): Buffer {
  const places = fromLines(mail).filter(({ line, word }) => word > line);
  if (places.length === 0) return mail;
  const pieces: Buffer[] = [];
  let done = 0;
  for (const { line } of places) {
    pieces.push(mail.subarray(done, line));
    done = line + 1;
  }
  return Buffer.concat([...pieces, mail.subarray(done)]);
}

interface FromLine {
  readonly line: number;
  /** Where `From ` stands, behind all `>`. */
  readonly word: number;
}

function fromLines(mail: Buffer): readonly FromLine[] {
  const found: FromLine[] = [];
  for (let word = mail.indexOf(fromWord); word >= 0; word = mail.indexOf(fromWord, word + 1)) {
    let line = word;
    while (line > 0 && mail[line - 1] === quote) line -= 1;
    if (line === 0 || mail[line - 1] === newline) found.push({ line, word });
  }
  return found;
}

/** One mail of an mboxrd: separator, mail, blank line. */
export function formatMbox(mail: Buffer, sender: string, at: Instant): Buffer {
  const who = /^[!-~]{1,300}$/.test(sender) ? sender : 'MAILER-DAEMON';
  const isEnded = mail.at(-1) === newline;
  const line = `From ${who} ${formatAsctime(at)}${isEnded ? '' : unendedMark}\n`;
  const end = isEnded ? '\n' : '\n\n';
  return Buffer.concat([Buffer.from(line, 'latin1'), quoteFrom(mail), Buffer.from(end, 'latin1')]);
}

/** `Thu Nov 26 07:28:08 2026`, in UTC. */
function formatAsctime(at: Instant): string {
  const [weekday = '', dayOfMonth = '', month = '', year = '', clock = ''] = formatMailDate(
    at,
    'UTC',
  )
    .replace(',', '')
    .split(' ');
  return `${weekday} ${month} ${dayOfMonth.replace(/^0/, ' ')} ${clock} ${year}`;
}
