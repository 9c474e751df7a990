/**
 * Files that stand uuencoded within a text (POSIX `uuencode`, also its base64 form).
 *
 * Promises: total and linear. A `begin` that is followed by no data is prose and stays; so does a file within quoted text.
 * Of a file without its end, or with lines too short, what is there is given. Leaves to others: cleaning the names.
 */

export interface UuencodedText {
  /** The text without the files. */
  readonly text: string;
  readonly files: readonly { readonly name: string; readonly bytes: Buffer }[];
}

const mostFiles = 200;
const longestName = 500;

export function takeUuencoded(text: string): UuencodedText {
  if (!/^begin(?:-base64)? /m.test(text)) return { text, files: [] };
  const lines = text.split('\n');
  const kept: string[] = [];
  const files: { readonly name: string; readonly bytes: Buffer }[] = [];
  for (let at = 0; at < lines.length; ) {
    const block = files.length < mostFiles ? readBlock(lines, at) : undefined;
    if (block === undefined) {
      kept.push(lines[at] ?? '');
      at += 1;
    } else {
      files.push({ name: block.name, bytes: Buffer.concat(block.pieces) });
      at = block.next;
    }
  }
  return files.length === 0 ? { text, files } : { text: kept.join('\n'), files };
}

interface Block {
  readonly name: string;
  readonly pieces: readonly Buffer[];
  /** The first line behind it. */
  readonly next: number;
}

function readBlock(lines: readonly string[], at: number): Block | undefined {
  const [, form, name] =
    /^begin(-base64)? [0-7]{3,4} +(\S.*)$/.exec((lines[at] ?? '').trimEnd()) ?? [];
  if (name === undefined || name.length > longestName) return undefined;
  return form === undefined ? readLines(lines, at + 1, name) : readBase64(lines, at + 1, name);
}

function readLines(lines: readonly string[], first: number, name: string): Block | undefined {
  const pieces: Buffer[] = [];
  let at = first;
  for (; at < lines.length; at += 1) {
    const line = withoutLineEnd(lines[at]);
    if (line === 'end') return pieces.length === 0 ? undefined : { name, pieces, next: at + 1 };
    if (isEmptyLine(line)) {
      const end = endWithin(lines, at + 1);
      if (end !== undefined) return { name, pieces, next: end + 1 };
      // Some gateways double the line ends; otherwise the end is missing.
      if (decodeLine(withoutLineEnd(lines[at + 1])) === undefined) break;
      continue;
    }
    const piece = decodeLine(line);
    if (piece === undefined) break;
    pieces.push(piece);
  }
  return pieces.length === 0 ? undefined : { name, pieces, next: at };
}

function withoutLineEnd(line: string | undefined): string {
  return (line ?? '').replace(/\r$/, '');
}

/** A line that counts no bytes, its blank perhaps trimmed away. */
function isEmptyLine(line: string): boolean {
  const bare = line.trimEnd();
  return bare === '' || bare === '`';
}

/** Where `end` stands, at most one empty line further on. */
function endWithin(lines: readonly string[], at: number): number | undefined {
  for (let near = at; near < at + 2; near += 1) {
    const line = withoutLineEnd(lines[near]).trimEnd();
    if (line === 'end') return near;
    if (!isEmptyLine(line)) return undefined;
  }
  return undefined;
}

/**
 * Undefined for what is no line of data. Blanks at its end may have been trimmed, and some programs put a check sum behind; a
 * line that is much too short or too long for its count is prose in capitals.
 */
function decodeLine(line: string): Buffer | undefined {
  if (!/^[!-M][ -`]*$/.test(line.trimEnd())) return undefined;
  const count = line.charCodeAt(0) - 32;
  const wanted = Math.ceil(count / 3) * 4;
  const given = line.length - 1;
  if (given > wanted + 2) return undefined;
  const bytes = Buffer.alloc(wanted);
  let out = 0;
  for (let at = 1; at <= wanted; at += 4) {
    const value =
      (sextet(line, at) << 18) |
      (sextet(line, at + 1) << 12) |
      (sextet(line, at + 2) << 6) |
      sextet(line, at + 3);
    out = bytes.writeUIntBE(value, out, 3);
  }
  return bytes.subarray(0, count);
}

/** What was trimmed away was blank, and blank is nought. */
function sextet(line: string, at: number): number {
  return at < line.length ? (line.charCodeAt(at) - 32) & 63 : 0;
}

function readBase64(lines: readonly string[], first: number, name: string): Block | undefined {
  const pieces: Buffer[] = [];
  let at = first;
  for (; at < lines.length; at += 1) {
    const line = (lines[at] ?? '').trimEnd();
    if (/^={4}$/.test(line)) return { name, pieces, next: at + 1 };
    if (!/^[A-Za-z0-9+/]{4,}={0,2}$/.test(line)) break;
    pieces.push(Buffer.from(line, 'base64'));
  }
  return pieces.length === 0 ? undefined : { name, pieces, next: at };
}
