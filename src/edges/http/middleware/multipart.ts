/**
 * Forms with files: `multipart/form-data` (RFC 7578).
 *
 * Promises: total and linear; any bytes give fields and files, or the reason why not. Bounded by the options: nothing is
 * kept beyond them, and what still comes is not read. A file's name is one part of a path at most and never used as one.
 * Leaves to others: whether the form may act (visitor.ts), what becomes of the files.
 */
import { ok, type Result, refuse } from '../../../base/result.ts';

export interface FormFile {
  /** Name of the field. */
  readonly field: string;
  /** As the browser says, without a path; may be empty. */
  readonly name: string;
  /** Media type as the browser says, without parameters. */
  readonly type: string;
  readonly bytes: Buffer;
}

export interface MultipartForm {
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Chosen files; an input in which none was chosen gives none. */
  readonly files: readonly FormFile[];
}

export interface MultipartLimits {
  /** Of the whole body. */
  readonly mostBytes: number;
  /** Of fields and files together. */
  readonly mostParts: number;
  /** Of all values that are no files together. */
  readonly mostFieldBytes: number;
}

export type MultipartProblem = 'too-large' | 'broken';

export const formLimits: MultipartLimits = {
  mostBytes: 64 * 1024 * 1024,
  mostParts: 500,
  mostFieldBytes: 4 * 1024 * 1024,
};

/** RFC 2046 section 5.1.1; undefined when the type is another one, or names no boundary. */
export function readBoundary(contentType: string): string | undefined {
  if (!/^\s*multipart\/form-data\s*(?:;|$)/i.test(contentType)) return undefined;
  const match = /;\s*boundary\s*=\s*(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))/i.exec(
    contentType.slice(0, 1000),
  );
  return match?.[1] ?? match?.[2];
}

/** Reads all of the body, as far as the limits go. */
export async function readMultipart(
  body: AsyncIterable<unknown>,
  boundary: string,
  limits: MultipartLimits = formLimits,
): Promise<Result<MultipartForm, MultipartProblem>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > limits.mostBytes) return refuse('too-large');
    chunks.push(chunk);
  }
  return parseMultipart(Buffer.concat(chunks, size), boundary, limits);
}

const longestHeader = 16_384;

export function parseMultipart(
  bytes: Buffer,
  boundary: string,
  limits: MultipartLimits = formLimits,
): Result<MultipartForm, MultipartProblem> {
  const fields: [name: string, value: string][] = [];
  const files: FormFile[] = [];
  const mark = Buffer.from(`\r\n--${boundary}`, 'latin1');
  // The first boundary may stand at the very beginning, without a line end before it.
  const isFirst = bytes.subarray(0, mark.length - 2).equals(mark.subarray(2));
  const first = isFirst ? 0 : bytes.indexOf(mark);
  if (first < 0) return refuse('broken');
  let at = first + mark.length - (isFirst ? 2 : 0);
  let fieldBytes = 0;
  for (let parts = 0; !isEnd(bytes, at); parts += 1) {
    if (parts >= limits.mostParts) return refuse('too-large');
    const start = startOfPart(bytes, at);
    const end = start === undefined ? -1 : bytes.indexOf(mark, start - 2);
    const part = start === undefined || end < 0 ? undefined : readPart(bytes, start, end);
    if (part === undefined) return refuse('broken');
    at = end + mark.length;
    if (part.name === undefined) continue;
    if (part.file !== undefined) {
      if (part.file !== '' || part.content.length > 0)
        files.push({ field: part.name, name: part.file, type: part.type, bytes: part.content });
      continue;
    }
    fieldBytes += part.content.length + part.name.length;
    if (fieldBytes > limits.mostFieldBytes) return refuse('too-large');
    fields.push([part.name, part.content.toString('utf8')]);
  }
  return ok({ fields, files });
}

/** `--` right after the boundary. */
function isEnd(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0x2d && bytes[at + 1] === 0x2d;
}

/** After the line of the boundary, which may end in spaces and tabs. */
function startOfPart(bytes: Buffer, at: number): number | undefined {
  let end = at;
  while (bytes[end] === 0x20 || bytes[end] === 0x09) end += 1;
  return bytes[end] === 0x0d && bytes[end + 1] === 0x0a ? end + 2 : undefined;
}

interface Part {
  /** Undefined for a part that names no field: nothing of ours. */
  readonly name: string | undefined;
  /** Undefined for a value; the file's name, which may be empty. */
  readonly file: string | undefined;
  readonly type: string;
  readonly content: Buffer;
}

function readPart(bytes: Buffer, start: number, end: number): Part | undefined {
  // A part without any header begins with the blank line itself.
  const blank = bytes.indexOf('\r\n\r\n', start - 2, 'latin1');
  if (blank < 0 || blank > end || blank - start > longestHeader) return undefined;
  const from = blank + 4;
  const content = bytes.subarray(Math.min(from, end), end);
  const header = bytes.toString('utf8', start, Math.max(start, blank));
  const disposition = fieldOf(header, 'content-disposition');
  const isForm = /^form-data\s*(?:;|$)/i.test(disposition);
  const file = parameterOf(disposition, 'filename');
  return {
    name: isForm ? parameterOf(disposition, 'name') : undefined,
    file: file === undefined ? undefined : withoutPath(file),
    type: (fieldOf(header, 'content-type').split(';')[0] ?? '').trim().toLowerCase(),
    content,
  };
}

function fieldOf(header: string, name: string): string {
  for (const line of header.split('\r\n')) {
    const colon = line.indexOf(':');
    if (line.slice(0, colon).trim().toLowerCase() === name) return line.slice(colon + 1).trim();
  }
  return '';
}

/**
 * What browsers write (WHATWG HTML, "multipart/form-data encoding algorithm"): quoted, with `"`, CR and LF as `%22`, `%0D`
 * and `%0A`; some programs write `\"`.
 */
function parameterOf(value: string, name: string): string | undefined {
  const match = new RegExp(
    `;\\s*${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]*))`,
    'is',
  ).exec(value);
  if (match === null) return undefined;
  return (match[1] ?? match[2] ?? '')
    .replace(/\\(["\\])/g, '$1')
    .replace(/%22/g, '"')
    .replace(/%0D|%0A/gi, ' ');
}

function withoutPath(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1).trim();
}
