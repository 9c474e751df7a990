/**
 * Takes parts and passages out of a mail; all else stays byte for byte as it was.
 *
 * Promises: pure. What is put in place of something is never longer than it, so the size in a file's name can stay true.
 * A passage is found in every text of the mail alike, whatever transfer encoding and charset each has, through marks of
 * quotation, line breaks and tags. Owns, with codec.ts, libmime.
 * Leaves to others: block and seal (rewrite-file.ts), what is to go (services/redact).
 */
import libmime from 'libmime';
import { digestOf, lineEndOf } from './codec.ts';
import {
  decodeMapped,
  decodeQuoted,
  type Finder,
  findHits,
  flattenHtml,
  flattenText,
  type Hit,
  type MappedText,
} from './mapped-text.ts';
import { decodeText } from './reading/charset.ts';
import { readHeaderLines } from './reading/header-lines.ts';
import { openContainer } from './reading/mail-body.ts';
import { bodyOf, contentOf } from './reading/part-content.ts';
import { type Part, readingLimits, readPartTree, type TreeLimits } from './reading/part-tree.ts';
import { takeUuencoded } from './reading/unpack/uuencode.ts';

export interface MailPlan {
  /** The whole body, with all its parts. */
  readonly all?: boolean;
  /** With `all`: of the header only what threads and places the mail stays. */
  readonly bare?: boolean;
  /** Decoded bytes of the attachments that go. */
  readonly attachments?: readonly Buffer[];
  /** Passages in texts. */
  readonly text?: Finder;
  /** Passages in fields of the header that people see. */
  readonly header?: Finder;
  /** False for a text in which nothing can be found: then it is not looked at character by character. */
  readonly hint?: (text: string) => boolean;
}

/** What went: `text` where passages did. */
export interface TakenPart {
  readonly kind: 'body' | 'attachment' | 'text' | 'header';
  /** Of what stood there, where a digest cannot be guessed from a few words. */
  readonly digest?: string;
  readonly size: number;
}

export interface RewrittenMail {
  readonly bytes: Buffer;
  readonly taken: readonly TakenPart[];
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly bytes: Buffer;
}

const mostText = 16 * 1024 * 1024;

/** More than is shown: what nobody sees may hold it too. */
const wholeMail: TreeLimits = { parts: 10_000, depth: 200, intoMessages: true };

function readParts(mail: Buffer): readonly Part[] {
  return readPartTree(mail, wholeMail).all;
}

export function rewriteMail(mail: Buffer, plan: MailPlan): RewrittenMail {
  const body = takeBody(mail, plan);
  if (plan.header === undefined) return body;
  const { header: find } = plan;
  const edits = partsOf(readParts(body.bytes), body.bytes).flatMap(({ start, bodyStart }) =>
    headerEdits(body.bytes, { start, end: bodyStart, find, hint: plan.hint }),
  );
  if (edits.length === 0) return body;
  const taken: TakenPart = { kind: 'header', size: sizeOf(edits) };
  return { bytes: applyEdits(body.bytes, edits), taken: [...body.taken, taken] };
}

function takeBody(mail: Buffer, plan: MailPlan): RewrittenMail {
  const all = readParts(mail);
  const parts = partsOf(all, mail);
  const work: Work = { edits: [], taken: [] };
  const [top] = parts;
  if (plan.all === true && top !== undefined) takeAll(mail, top, plan.bare === true, work);
  else {
    takeAttachments(mail, parts, plan.attachments ?? [], work);
    if (plan.text !== undefined) takePassages(mail, parts, { ...plan, text: plan.text }, work);
    for (const part of parts) takeInside(mail, part, plan, work);
  }
  return { bytes: applyEdits(mail, work.edits), taken: work.taken };
}

function takeAll(mail: Buffer, top: Part, isBare: boolean, { edits, taken }: Work): void {
  const body = mail.subarray(top.bodyStart);
  // What is gone already need not go again.
  if (isStatement(body)) return;
  const digest = digestOf(body);
  edits.push(replacePart(mail, { ...top, bodyEnd: mail.length }, digest, isBare));
  taken.push({ kind: 'body', digest, size: body.length });
}

/** What is encoded as a whole and holds parts itself: an attached mail in base64, a multipart against the rules. */
function takeInside(mail: Buffer, part: Part, plan: MailPlan, { edits, taken }: Work): void {
  const isTaken = edits.some(({ start, end }) => start < part.bodyEnd && part.start < end);
  const parcel = part.parts.find(({ source }) => source !== mail)?.source;
  const isMail = /^message\/(?:rfc822|global)$/.test(part.type) && part.encoding !== 'identity';
  if (isTaken || (parcel === undefined && !isMail)) return;
  const inner = parcel ?? contentOf(part);
  const { all: _, ...within } = plan;
  const done = rewriteMail(inner, within);
  if (done.taken.length === 0) return;
  taken.push(...done.taken);
  const place = { start: 0, end: inner.length, isMail: true, isBoundary: () => false };
  const from = parcel === undefined ? 0 : readHeaderLines(inner, place).bodyStart;
  edits.push(
    part.encoding === 'base64'
      ? {
          start: part.bodyStart,
          end: part.bodyEnd,
          bytes: encodeLike(bodyOf(part), done.bytes.subarray(from)),
        }
      : replacePart(mail, part, digestOf(inner)),
  );
}

interface Work {
  readonly edits: Edit[];
  readonly taken: TakenPart[];
}

/** Those whose bytes are in the mail as they are. */
function partsOf(all: readonly Part[], mail: Buffer): readonly Part[] {
  return all.filter(({ source }) => source === mail);
}

function takeAttachments(
  mail: Buffer,
  parts: readonly Part[],
  contents: readonly Buffer[],
  { edits, taken }: Work,
): void {
  const isFree = ({ start, bodyEnd }: Part) =>
    !edits.some((edit) => edit.start < bodyEnd && start < edit.end);
  for (const content of contents) {
    const free = parts.filter(isFree);
    // The mail itself is a file only where nothing in it is.
    const part =
      free.find((each) => each.start > 0 && holds(each, content)) ??
      free.find((each) => each.start === 0 && each.parts.length < 2 && holds(each, content));
    const found = part === undefined ? takePacked(mail, free, content) : [replaceWith(part)];
    if (found.length === 0) continue;
    edits.push(...found);
    taken.push({ kind: 'attachment', digest: digestOf(content), size: content.length });
  }

  function replaceWith(part: Part): Edit {
    return replacePart(mail, part, digestOf(contentOf(part)));
  }
}

/** What was packed into a part goes with the whole of it; out of a text only the file goes. */
function takePacked(mail: Buffer, parts: readonly Part[], content: Buffer): readonly Edit[] {
  for (const part of parts) {
    if (part.parts.length > 0 || !openContainer(part).files.some((file) => file.equals(content)))
      continue;
    const within = part.type.startsWith('text/')
      ? passageEdits(mail, part, findPacked(content), { asWritten: true })
      : [];
    return within.length > 0 ? within : [replacePart(mail, part, digestOf(contentOf(part)))];
  }
  return [];
}

function findPacked(content: Buffer): Finder {
  return (text) =>
    [...text.matchAll(/^begin(?:-base64)? [0-7]{3,4} +[^\n]*\n[\s\S]*?^(?:end|====)[ \t\r]*$/gm)]
      .filter(([block]) => takeUuencoded(block).files.some(({ bytes }) => bytes.equals(content)))
      .map(({ 0: block, index }) => ({ start: index, end: index + block.length, by: '[removed]' }));
}

/** Whether the part's decoded body is this; line ends do not tell texts apart. */
function holds(part: Part, content: Buffer): boolean {
  const isTooDeep = part.parts.length > 0 && part.depth === readingLimits.depth;
  const decoded = isTooDeep ? part.source.subarray(part.start, part.bodyEnd) : contentOf(part);
  if (decoded.equals(content)) return true;
  if (!/^(text|message)\//.test(part.type)) return false;
  return evened(decoded) === evened(content);
}

function evened(bytes: Buffer): string {
  return bytes.toString('latin1').replaceAll('\r\n', '\n').trimEnd();
}

const statement = 'Removed by the desk';

function isStatement(body: Buffer): boolean {
  return (
    body.toString('latin1', 0, statement.length) === statement ||
    !/\S/.test(body.toString('latin1'))
  );
}

/** The part as a plain sentence; fields that do not describe its content stay. */
function replacePart(mail: Buffer, part: Part, digest: string, isBare = false): Edit {
  const { start, bodyStart, bodyEnd } = part;
  const lineEnd = lineEndOf(mail);
  const room = bodyEnd - start;
  const header = mail.toString('latin1', start, bodyStart);
  const kept = splitFields(header).filter(
    (field) =>
      !/^(content-|x-attachment-id|x-unix-mode)/i.test(field) &&
      (!isBare || threading.test(field)) &&
      field.trim() !== '',
  );
  const isAttached = start > 0;
  const fields = kept.map((field) => field.replace(/\r?\n$/, ''));
  const described = [
    ...fields,
    'Content-Type: text/plain; charset=us-ascii',
    ...(isAttached ? ['Content-Disposition: attachment; filename="removed.txt"'] : []),
  ];
  const texts = [
    [...described, '', `${statement}. What stood here had the ${digest}.`],
    [...described, '', `${statement}.`],
    // A small mail has no room for more; without a type it is plain text.
    [...fields, '', `${statement}.`],
    [...fields, '', ''],
  ].map((lines) => Buffer.from(lines.join(lineEnd), 'latin1'));
  const whole = texts.find(({ length }) => length <= room) ?? Buffer.alloc(0);
  return { start, end: bodyEnd, bytes: padTo(whole, room, lineEnd) };
}

const threading =
  /^(message-id|in-reply-to|references|date|from|to|mime-version|auto-submitted)[ \t]*:/i;

function padTo(bytes: Buffer, room: number, lineEnd: string): Buffer {
  let missing = room - bytes.length;
  const lines: string[] = [];
  while (missing > 0) {
    if (missing < lineEnd.length) lines.push(' ');
    else lines.push(`${lineEnd}${' '.repeat(Math.min(70, missing - lineEnd.length))}`);
    missing = room - bytes.length - lines.reduce((sum, line) => sum + line.length, 0);
    if (lines.length > 1000) {
      // Megabytes of blanks in short lines would take long to write.
      lines.push(`${lineEnd}${' '.repeat(70)}`.repeat(Math.floor(missing / (70 + lineEnd.length))));
      missing = room - bytes.length - lines.reduce((sum, line) => sum + line.length, 0);
    }
  }
  return Buffer.concat([bytes, Buffer.from(lines.join(''), 'latin1')]);
}

function takePassages(
  mail: Buffer,
  parts: readonly Part[],
  { text, hint }: { readonly text: Finder; readonly hint?: MailPlan['hint'] },
  { edits, taken }: Work,
): void {
  for (const part of parts) {
    const isTaken = edits.some(({ start, end }) => start <= part.start && part.bodyEnd <= end);
    if (part.parts.length > 0 || isTaken || part.bodyEnd - part.bodyStart > mostText) continue;
    const found = isText(part)
      ? passageEdits(mail, part, text, { hint })
      : containerEdits(mail, part, text);
    if (found.length === 0) continue;
    edits.push(...found);
    taken.push({ kind: 'text', size: sizeOf(found) });
  }
}

/** A multipart without any boundary, or one that lies too deep, is text as it stands. */
function isText({ type }: Part): boolean {
  return /^(?:text|multipart)\//.test(type) || type === 'message/delivery-status';
}

/** A passage within something packed takes all of it. */
function containerEdits(mail: Buffer, part: Part, find: Finder): readonly Edit[] {
  const holdsIt = openContainer(part).texts.some((text) => find(text).length > 0);
  return holdsIt ? [replacePart(mail, part, digestOf(contentOf(part)))] : [];
}

function sizeOf(edits: readonly Edit[]): number {
  return edits.reduce((sum, { start, end }) => sum + end - start, 0);
}

interface Look {
  readonly hint?: MailPlan['hint'];
  /** Line by line, not as the words that a reader sees. */
  readonly asWritten?: boolean;
}

function passageEdits(mail: Buffer, part: Part, find: Finder, look: Look): readonly Edit[] {
  const { bodyStart, encoding, type } = part;
  const body = bodyOf(part);
  const decoded = contentOf(part);
  const { text, charset } = decodeText(decoded, part.parameters.get('charset'), {
    isHtml: type === 'text/html',
  });
  if (look.hint?.(text) === false) return [];
  const mapped = decodeMapped(decoded, charset);
  if (mapped === undefined || encoding === 'uuencode') return recode(mail, part, text, find);
  const hits = look.asWritten === true ? findHits(mapped, find) : hitsIn(mapped, type, find);
  if (hits.length === 0) return [];
  if (encoding === 'base64') {
    const bytes = applyEdits(decoded, hits.flatMap(toEdits));
    return [{ start: bodyStart, end: part.bodyEnd, bytes: encodeLike(body, bytes) }];
  }
  const quoted = encoding === 'quoted-printable' ? decodeQuoted(body) : undefined;
  return hits.flatMap(({ spans, by }) => {
    const raw = spans.map(({ start, end }) => ({
      start: bodyStart + (quoted?.starts[start] ?? start),
      end: bodyStart + (quoted === undefined ? end : (quoted.ends[end - 1] ?? end)),
    }));
    return toEdits({ spans: raw, by });
  });
}

/** Seen as a reader sees it, and in HTML as it is written too: links and comments hold words as well. */
function hitsIn(mapped: MappedText, type: string, find: Finder): readonly Hit[] {
  const isHtml = type === 'text/html';
  const seen = findHits(isHtml ? flattenHtml(mapped) : flattenText(mapped), find);
  if (!isHtml) return seen;
  const written = findHits(mapped, find).filter(
    ({ spans }) =>
      !spans.some((span) => seen.some((hit) => hit.spans.some((other) => overlap(span, other)))),
  );
  return [...seen, ...written];
}

function overlap(
  one: { start: number; end: number },
  other: { start: number; end: number },
): boolean {
  return one.start < other.end && other.start < one.end;
}

/** What replaces it is cut to the room that there is. */
function toEdits({ spans, by }: Hit): readonly Edit[] {
  const room = spans.reduce((sum, { start, end }) => sum + end - start, 0);
  const text = by.length <= room ? by : '*'.repeat(room);
  let left = text;
  return spans.map(({ start, end }, position) => {
    const isLast = position === spans.length - 1;
    const piece = isLast ? left.slice(0, Math.max(end - start, 0)) : left.slice(0, end - start);
    left = left.slice(piece.length);
    return { start, end, bytes: Buffer.from(piece, 'latin1') };
  });
}

/** In lines as long as they were. */
function encodeLike(before: Buffer, bytes: Buffer): Buffer {
  const text = before.toString('latin1');
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const width = Math.max(4, /^\s*([A-Za-z0-9+/=]+)/.exec(text)?.[1]?.length ?? 76);
  const lines = bytes.toString('base64').match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  const lead = /^\s*/.exec(text)?.[0] ?? '';
  const tail = /\s*$/.exec(text)?.[0] ?? '';
  return Buffer.from(`${lead}${lines.join(lineEnd)}${tail}`, 'latin1');
}

/** A charset in which single characters cannot be replaced: the text is written anew in UTF-8. */
function recode(mail: Buffer, part: Part, text: string, find: Finder): readonly Edit[] {
  const units = [...Array(text.length).keys()];
  const mapped = { text, starts: units, ends: units.map((unit) => unit + 1) };
  const hits = hitsIn(mapped, part.type, find);
  if (hits.length === 0) return [];
  const changed = hits
    .flatMap(({ spans, by }) => spans.map((span, at) => ({ ...span, by: at === 0 ? by : '' })))
    .sort((one, other) => other.start - one.start)
    .reduce((rest, { start, end, by }) => rest.slice(0, start) + by + rest.slice(end), text);
  const lineEnd = lineEndOf(mail);
  const kept = splitFields(mail.toString('latin1', part.start, part.bodyStart)).filter(
    (field) => !/^content-(type|transfer-encoding)\s*:/i.test(field) && field.trim() !== '',
  );
  const header = [
    ...kept.map((field) => field.replace(/\r?\n$/, '')),
    `Content-Type: ${part.type}; charset=utf-8`,
    'Content-Transfer-Encoding: base64',
    '',
    '',
  ].join(lineEnd);
  const lines =
    Buffer.from(changed)
      .toString('base64')
      .match(/.{1,76}/g) ?? [];
  const bytes = Buffer.from(header + lines.join(lineEnd), 'latin1');
  return [{ start: part.start, end: part.bodyEnd, bytes }];
}

/** Fields that give a mail its identity or its proof are no words of a person. */
const untouched =
  /^(message-id|in-reply-to|references|resent-message-id|content-id|dkim-signature|arc-[a-z-]+|authentication-results|content-type|mime-version|date)\s*:/i;

export interface HeaderPlan {
  readonly start: number;
  readonly end: number;
  readonly find: Finder;
  readonly hint?: MailPlan['hint'] | undefined;
}

export function headerEdits(
  bytes: Buffer,
  { start, end, find, hint }: HeaderPlan,
): readonly Edit[] {
  const edits: Edit[] = [];
  let at = start;
  for (const field of splitFields(bytes.toString('latin1', start, end))) {
    const from = at;
    at += field.length;
    if (untouched.test(field)) continue;
    edits.push(...encodedEdits(field, from, find));
    const raw = bytes.subarray(from, at);
    if (hint?.(raw.toString('utf8')) === false) continue;
    const mapped = decodeMapped(raw, 'utf-8');
    const hits = mapped === undefined ? [] : findHits(flattenText(mapped), find);
    const plain = hits
      .flatMap(toEdits)
      .map((edit) => ({ ...edit, start: edit.start + from, end: edit.end + from }));
    edits.push(...plain);
  }
  return edits;
}

/** Words beyond ASCII (RFC 2047). */
function encodedEdits(field: string, from: number, find: Finder): readonly Edit[] {
  const runs = field.matchAll(/=\?[^?\s]+\?[bq]\?[^?]*\?=(?:\s+=\?[^?\s]+\?[bq]\?[^?]*\?=)*/gi);
  return [...runs].flatMap((run): readonly Edit[] => {
    const decoded = libmime.decodeWords(run[0]);
    const hits = find(decoded);
    if (hits.length === 0) return [];
    const changed = [...hits]
      .sort((one, other) => other.start - one.start)
      .reduce((rest, { start, end, by }) => rest.slice(0, start) + by + rest.slice(end), decoded);
    const encoded = /^[\x20-\x7e]*$/.test(changed) ? changed : libmime.encodeWord(changed, 'B');
    const [first] = hits;
    const fits =
      encoded.length <= run[0].length ? encoded : (first?.by ?? '').slice(0, run[0].length);
    const start = from + run.index;
    return [{ start, end: start + run[0].length, bytes: Buffer.from(fits, 'latin1') }];
  });
}

/** Each with its line end and the lines that continue it. */
function splitFields(header: string): readonly string[] {
  return header.match(/[^\n]*\n(?:[ \t][^\n]*\n)*|[^\n]+$/g) ?? [];
}

/** Edits that overlap an earlier one are left out. */
export function applyEdits(bytes: Buffer, edits: readonly Edit[]): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { start, end, bytes: piece } of [...edits].sort(
    (one, other) => one.start - other.start || other.end - one.end,
  )) {
    if (start < at) continue;
    pieces.push(bytes.subarray(at, start), piece);
    at = end;
  }
  return Buffer.concat([...pieces, bytes.subarray(at)]);
}
