/**
 * Bytes to mails and mails to bytes.
 *
 * Owns: mailparser, libmime, html-to-text and nodemailer's composer; their types do not leave this file.
 * Promises: reading is total. Any bytes give a mail that can be shown, in bounded time; what was wrong
 * stands in its problems. Composed mails have LF line ends and carry no field of the Ticket block.
 * Leaves to others: the block (block.ts), what a mail means (core).
 */
import { createHash } from 'node:crypto';
import { compile } from 'html-to-text';
import libmime from 'libmime';
import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser';
import MailComposer from 'nodemailer/lib/mail-composer';
import { formatMailDate, type Instant, toInstant } from '../base/clock.ts';
import { errorText, invariant } from '../base/fault.ts';
import type { BounceParts } from '../core/delivery/bounce.ts';
import { type Address, formatAddress, isAddress } from '../core/message/address.ts';
import { withoutTurns } from '../core/message/direction.ts';
import type { Attachment, Mail, MailFacts, MessageId, Problem } from '../core/message/mail.ts';
import { parseMessageIds } from '../core/message/message-id.ts';
import { toSnippet } from '../core/message/snippet.ts';
import { type Digest, parseDigest } from '../core/ticket/event.ts';

/** Beyond these a mail is shown shortened; the original keeps everything. */
const limits = {
  headerBytes: 512 * 1024,
  parts: 1000,
  fields: 2000,
  fieldCharacters: 20_000,
  textCharacters: 4_000_000,
  htmlCharacters: 4_000_000,
  /** Longer HTML is stripped of its tags instead of being laid out as text. */
  convertedCharacters: 1_000_000,
  addresses: 500,
  references: 1000,
};

export interface DecodedMail {
  readonly mail: Mail;
  /** Decoded bytes by attachment id. */
  readonly contents: readonly Buffer[];
}

/** `returnPath`: the envelope's sender, shown when the mail names no author. */
export async function decodeMail(raw: Buffer, returnPath?: string): Promise<DecodedMail> {
  const problems: Problem[] = [];
  if (raw.length === 0) problems.push({ code: 'empty', detail: 'The mail has no bytes' });
  const bounded = boundMail(raw, problems);
  try {
    const parsed = await simpleParser(bounded, {
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipImageLinks: true,
      skipTextLinks: true,
    });
    return readParsed(parsed, raw, returnPath, problems);
  } catch (error) {
    problems.push({
      code: 'unreadable',
      detail: `The mail could not be read: ${errorText(error)}`,
    });
    return { mail: unreadableMail(raw, returnPath, problems), contents: [] };
  }
}

/** Of each part of a report; status and header stand at its beginning. */
const longestReportPart = 200_000;

/** A report on a mail as text: the reader joins plain and status parts, the others are attached. */
export function bouncePartsOf({ mail, contents }: DecodedMail): BounceParts {
  const parts = mail.attachments
    .filter(({ type }) => type.startsWith('message/') || type.startsWith('text/'))
    .slice(0, 20)
    .map(({ id }) => contents[id]?.toString('utf8', 0, longestReportPart) ?? '');
  return {
    subject: mail.subject,
    text: mail.text.slice(0, longestReportPart),
    parts,
    failedRecipients: mail.fields.get('x-failed-recipients')?.join(', '),
  };
}

/** The part of a mail that speaks to calendars, by its type or, where a program sent it as any file, by its name. */
export function calendarPartOf({ mail, contents }: DecodedMail): Buffer | undefined {
  const part =
    mail.attachments.find(({ type }) => type === 'text/calendar') ??
    mail.attachments.find(({ type, name }) => type === 'application/ics' || /\.ics$/i.test(name));
  return part === undefined ? undefined : contents[part.id];
}

/** What lists and rules need of a mail. */
export function toFacts(mail: Mail): MailFacts {
  const { from, replyTo, to, cc, subject, date, messageId, inReplyTo, references } = mail;
  return {
    from,
    replyTo,
    to,
    cc,
    subject,
    date,
    messageId,
    inReplyTo,
    references,
    snippet: toSnippet(mail.text),
    attachments: mail.attachments,
    hasHtml: mail.html !== undefined,
    problems: mail.problems,
  };
}

export interface MailToCompose {
  readonly from: Address;
  readonly to: readonly Address[];
  readonly cc?: readonly Address[];
  readonly replyTo?: Address;
  readonly subject: string;
  readonly date: Instant;
  /** Zone of the Date field (IANA name); UTC when absent. */
  readonly timeZone?: string;
  readonly messageId: MessageId;
  readonly inReplyTo?: MessageId;
  readonly references?: readonly MessageId[];
  readonly text: string;
  /** The same as HTML, where there is one. */
  readonly html?: string;
  readonly attachments?: readonly {
    readonly name: string;
    readonly type: string;
    readonly bytes: Buffer;
    /** Of a picture that the HTML shows as `cid:`; without angle brackets. */
    readonly contentId?: string;
    /** Never shown within the text, whatever its type. */
    readonly isApart?: boolean;
  }[];
  /** Further header fields: name, value. */
  readonly fields?: readonly (readonly [name: string, value: string])[];
  /** What calendars read (RFC 6047): beside the text, and once more as a file for programs that look only there. */
  readonly calendar?: { readonly method: string; readonly text: string };
}

/** A whole mail with LF line ends (RFC 5322, MIME). */
export async function composeMail(mail: MailToCompose): Promise<Buffer> {
  const composer = new MailComposer({
    from: mail.from,
    to: [...mail.to],
    cc: [...(mail.cc ?? [])],
    ...(mail.replyTo === undefined ? {} : { replyTo: mail.replyTo }),
    subject: mail.subject,
    messageId: `<${mail.messageId}>`,
    ...(mail.inReplyTo === undefined ? {} : { inReplyTo: `<${mail.inReplyTo}>` }),
    references: (mail.references ?? []).map((id) => `<${id}>`),
    text: mail.text,
    ...(mail.html === undefined ? {} : { html: mail.html }),
    attachments: (mail.attachments ?? []).map(({ name, type, bytes, contentId, isApart }) => ({
      filename: name,
      contentType: type,
      content: bytes,
      // An attached mail would be shown as part of this one otherwise.
      ...(contentId === undefined ? { contentDisposition: 'attachment' } : { cid: contentId }),
      ...(isApart === true ? { contentDisposition: 'attachment' as const } : {}),
    })),
    ...(mail.calendar === undefined
      ? {}
      : {
          icalEvent: {
            method: mail.calendar.method,
            content: mail.calendar.text,
            filename: 'invite.ics',
          },
        }),
    headers: (mail.fields ?? []).map(([key, value]) => ({ key, value })),
    date: formatMailDate(mail.date, mail.timeZone ?? 'UTC'),
    newline: 'linux',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const bytes = await composer.compile().build();
  return Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}

/** A whole field with addresses, one a line; names beyond ASCII as RFC 2047 has them. */
export function formatAddressField(
  field: string,
  people: readonly Address[],
  lineEnd: '\n' | '\r\n',
): string {
  const shown = people.map(({ name, address }) =>
    /^[\x20-\x7e]*$/.test(name)
      ? formatAddress({ name, address })
      : `${libmime.encodeWord(name.replace(/[\s\p{Cc}]+/gu, ' '), 'B', 52)} <${address}>`,
  );
  return `${field}: ${shown.join(`,${lineEnd} `)}${lineEnd}`;
}

/** The media type that a file's name stands for; `application/octet-stream` when it says nothing. */
export function typeOfName(name: string): string {
  return libmime.detectMimeType(name.toLowerCase()) || 'application/octet-stream';
}

/** The decoded Subject out of a mail's header, without reading the rest. */
export function readSubject(mail: Buffer): string {
  const header = mail.toString('utf8', 0, Math.min(endOfHeader(mail), limits.headerBytes));
  const field = /^subject:[ \t]*(.*(?:\r?\n[ \t].*)*)/im.exec(header)?.[1] ?? '';
  return withoutTurns(libmime.decodeWords(field.replace(/\r?\n[ \t]+/g, ' '))).trim();
}

/** `sha256:…` of the bytes. */
export function digestOf(bytes: Uint8Array): Digest {
  const digest = parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  invariant(digest !== undefined, 'A SHA-256 is 64 hexadecimal digits');
  return digest;
}

/**
 * What two deliveries of one mail have in common: author, subject, date and everything after the
 * header; trace fields on the way may differ. A mail without a Message-ID is only its exact bytes.
 */
export function contentDigest(raw: Buffer, mail: Mail): Digest {
  if (mail.messageId === undefined) return digestOf(raw);
  const identity = [mail.messageId, mail.from?.address, mail.subject, mail.date].join('\n');
  const hash = createHash('sha256')
    .update(identity)
    .update('\n\n')
    .update(raw.subarray(endOfHeader(raw)));
  const digest = parseDigest(`sha256:${hash.digest('hex')}`);
  invariant(digest !== undefined, 'A SHA-256 is 64 hexadecimal digits');
  return digest;
}

/** The line end that a mail uses, by its first line. */
export function lineEndOf(raw: Buffer): '\n' | '\r\n' {
  const newline = raw.indexOf(0x0a);
  return newline > 0 && raw[newline - 1] === 0x0d ? '\r\n' : '\n';
}

/** Position after the blank line that ends the header; the length when there is none. */
function endOfHeader(raw: Buffer): number {
  for (let at = raw.indexOf(0x0a); at >= 0; at = raw.indexOf(0x0a, at + 1)) {
    if (raw[at + 1] === 0x0a) return at + 2;
    if (raw[at + 1] === 0x0d && raw[at + 2] === 0x0a) return at + 3;
  }
  return raw.length;
}

/** Cuts what the parser would spend unbounded time or stack on. */
function boundMail(raw: Buffer, problems: Problem[]): Buffer {
  const header = endOfHeader(raw);
  const parts = countParts(raw);
  if (parts > limits.parts) {
    problems.push({
      code: 'too-many-parts',
      detail: `The mail has ${parts} parts, at most ${limits.parts} are read`,
    });
    return Buffer.concat([
      shortHeader(raw.subarray(0, Math.min(header, limits.headerBytes)), true),
      raw.subarray(header),
    ]);
  }
  if (header <= limits.headerBytes) return raw;
  problems.push({
    code: 'header-too-long',
    detail: `The header has ${header} bytes, at most ${limits.headerBytes} are read`,
  });
  return Buffer.concat([shortHeader(raw.subarray(0, header), false), raw.subarray(header)]);
}

/** The header with only its fields of ordinary length, and without the MIME structure where asked. */
function shortHeader(header: Buffer, flat: boolean): Buffer {
  const fields = header.toString('latin1').split(/\r?\n(?![ \t])/);
  let room = limits.headerBytes;
  const kept = fields.filter((field) => {
    if (field === '' || field.length > limits.fieldCharacters || field.length > room) return false;
    if (flat && /^content-(type|transfer-encoding)\s*:/i.test(field)) return false;
    room -= field.length;
    return true;
  });
  return Buffer.from(`${kept.join('\r\n')}\r\n\r\n`, 'latin1');
}

/** How many lines could be a boundary with a header behind: cheap, never too low for real parts. */
function countParts(raw: Buffer): number {
  let count = 0;
  for (let at = raw.indexOf('\n--'); at >= 0; at = raw.indexOf('\n--', at + 3)) {
    const end = raw.indexOf(0x0a, at + 3);
    const line = raw
      .subarray(at + 1, end < 0 ? raw.length : end)
      .toString('latin1')
      .trimEnd();
    if (line.length > 3 && line.length < 200 && !line.endsWith('--')) count += 1;
  }
  return count;
}

function readParsed(
  parsed: ParsedMail,
  raw: Buffer,
  returnPath: string | undefined,
  problems: Problem[],
): DecodedMail {
  const fields = readFields(parsed);
  const from = readAddresses(parsed.from)[0] ?? fallbackFrom(returnPath);
  const messageId = parseMessageIds(fields.get('message-id')?.[0] ?? '', 1)[0];
  const date = readDate(parsed);
  if (readAddresses(parsed.from).length === 0)
    problems.push({ code: 'no-from', detail: 'The mail names no author' });
  if (date === undefined)
    problems.push({ code: 'no-date', detail: 'The mail has no readable date' });
  if (messageId === undefined)
    problems.push({ code: 'no-message-id', detail: 'The mail has no Message-ID' });
  const html =
    typeof parsed.html === 'string' && parsed.html.trim() !== '' ? parsed.html : undefined;
  const mail: Mail = {
    from,
    replyTo: readAddresses(parsed.replyTo),
    to: readAddresses(parsed.to),
    cc: readAddresses(parsed.cc),
    subject: (parsed.subject ?? '').replace(/[\s\p{Cc}]+/gu, ' ').trim(),
    date,
    messageId,
    inReplyTo: parseMessageIds(fields.get('in-reply-to')?.join(' ') ?? '', 10),
    references: parseMessageIds(fields.get('references')?.join(' ') ?? '', limits.references),
    fields,
    text: readText(parsed, html, raw, problems),
    html: html?.slice(0, limits.htmlCharacters),
    attachments: readAttachments(parsed, html),
    problems,
  };
  return { mail, contents: parsed.attachments.map((attachment) => attachment.content) };
}

function readFields(parsed: ParsedMail): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  for (const { key, line } of parsed.headerLines.slice(0, limits.fields)) {
    const value = line
      .slice(line.indexOf(':') + 1)
      .slice(0, limits.fieldCharacters)
      .replace(/\s*\r?\n\s*/g, ' ')
      .trim();
    const values = fields.get(key);
    if (values === undefined) fields.set(key, [value]);
    else values.push(value);
  }
  return fields;
}

function readAddresses(header: AddressObject | AddressObject[] | undefined): readonly Address[] {
  const objects = header === undefined ? [] : Array.isArray(header) ? header : [header];
  const flat = objects.flatMap((object) => object.value.flatMap((entry) => entry.group ?? [entry]));
  return flat
    .filter((entry) => (entry.address ?? '') !== '')
    .slice(0, limits.addresses)
    .map(({ name, address }) => ({
      name: withoutTurns(name)
        .replace(/[\s\p{Cc}]+/gu, ' ')
        .trim()
        .slice(0, 500),
      address: (address ?? '').replace(/[\s\p{Cc}]+/gu, '').slice(0, 500),
    }));
}

function fallbackFrom(returnPath: string | undefined): Address | undefined {
  return returnPath !== undefined && isAddress(returnPath)
    ? { name: '', address: returnPath }
    : undefined;
}

function readDate(parsed: ParsedMail): Instant | undefined {
  const milliseconds = parsed.date?.getTime();
  return milliseconds === undefined || Number.isNaN(milliseconds)
    ? undefined
    : toInstant(milliseconds);
}

function readText(
  parsed: ParsedMail,
  html: string | undefined,
  raw: Buffer,
  problems: Problem[],
): string {
  const plain = parsed.text ?? '';
  const flattened = plain.trim() === '' && html !== undefined ? textOfHtml(html) : plain;
  // A structure that the parser got nothing out of: better the raw body than an empty page.
  const body =
    flattened.trim() === '' && parsed.attachments.length === 0
      ? raw.subarray(endOfHeader(raw)).toString('utf8', 0, limits.textCharacters)
      : flattened;
  const text = body.replace(/\r\n?/g, '\n').replaceAll('\0', '\uFFFD');
  if (text.length <= limits.textCharacters) return text;
  problems.push({
    code: 'text-shortened',
    detail: `The text has ${text.length} characters, ${limits.textCharacters} are shown`,
  });
  return text.slice(0, limits.textCharacters);
}

/** Stands where the converter left something out; no mail's own text has this character of the private use area. */
const cutMark = '\u{10FFFD}';

const toText = compile({
  wordwrap: false,
  limits: {
    maxInputLength: limits.convertedCharacters,
    maxDepth: 200,
    maxChildNodes: 20_000,
    ellipsis: cutMark,
  },
  // Not only what stands within <body>: browsers show words before it as well.
  baseElements: { selectors: ['none'], returnDomByDefault: true },
  selectors: [
    { selector: 'a', options: { ignoreHref: false, hideLinkHrefIfSameAsText: true } },
    { selector: 'img', format: 'skip' },
    { selector: 'h1', options: { uppercase: false } },
    { selector: 'h2', options: { uppercase: false } },
    { selector: 'h3', options: { uppercase: false } },
    { selector: 'table', format: 'block' },
  ],
});

function textOfHtml(html: string): string {
  try {
    const text = html.length > limits.convertedCharacters ? cutMark : toText(html);
    if (!text.includes(cutMark)) return text;
  } catch {
    // The converter recurses and may run out of stack; the words are taken as below.
  }
  // A document too deep or too wide for the converter still has its words.
  return html
    .slice(0, limits.htmlCharacters)
    .replace(/<(style|script)\b[\s\S]{0,100000}?<\/\1\s*>/gi, ' ')
    .replace(/<[^>]{0,10000}>/g, ' ');
}

function readAttachments(parsed: ParsedMail, html: string | undefined): readonly Attachment[] {
  return parsed.attachments.slice(0, limits.parts).map((part, id) => {
    const contentId = part.cid?.slice(0, 500);
    const isReferred = contentId !== undefined && (html?.includes(`cid:${contentId}`) ?? false);
    return {
      id,
      name: attachmentName(part.filename, part.contentType, id),
      type: part.contentType.toLowerCase(),
      size: part.size ?? part.content.length,
      inline: isReferred,
      ...(contentId === undefined ? {} : { contentId }),
    };
  });
}

function attachmentName(given: string | false | undefined, type: string, id: number): string {
  const name = withoutTurns(given || '')
    .replace(/[\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 255);
  if (name !== '') return name;
  if (type === 'message/rfc822') return `message-${id + 1}.eml`;
  return type.startsWith('text/') ? `text-${id + 1}.txt` : `attachment-${id + 1}`;
}

function unreadableMail(
  raw: Buffer,
  returnPath: string | undefined,
  problems: readonly Problem[],
): Mail {
  return {
    from: fallbackFrom(returnPath),
    replyTo: [],
    to: [],
    cc: [],
    subject: '',
    date: undefined,
    messageId: undefined,
    inReplyTo: [],
    references: [],
    fields: new Map(),
    text: raw.toString('utf8', 0, 200_000).replaceAll('\0', '\uFFFD'),
    html: undefined,
    attachments: [],
    problems,
  };
}
