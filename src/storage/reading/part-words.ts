/**
 * The words of one part: transfer encoding, charset, line ends and flow undone.
 *
 * Promises: total, bounded by what can be shown; line ends are LF. What a list wrote in clear behind base64 is there.
 * Leaves to others: which parts are words (leaf-kind.ts), files within the text (mail-body.ts).
 */
import { isUtf8 } from 'node:buffer';
import { decodeText, type TextHints } from './charset.ts';
import { htmlOfText } from './html-text.ts';
import { limits } from './limits.ts';
import { bodyOf, contentOf } from './part-content.ts';
import type { Part, PartTree } from './part-tree.ts';
import type { ProblemList } from './problem-list.ts';
import type { Piece } from './text-pieces.ts';
import { decodeBase64 } from './transfer.ts';
import { unflow } from './unpack/flowed.ts';

interface Reading {
  readonly problems: ProblemList;
  readonly hints: TextHints;
}

/** The text of one part in one of its forms. */
export function readPartWords(part: Part, { problems, hints }: Reading): Piece {
  const body = bodyOf(part);
  const bounded = body.length > limits.textBytes ? body.subarray(0, limits.textBytes) : body;
  if (bounded.length < body.length) problems.add('text-shortened', shortened(body.length));
  const isHtml = part.type === 'text/html' || (isMultipart(part) && looksLikeHtml(bounded));
  const { bytes, tail } = decodeWords(part, bounded, problems);
  const label = part.parameters.get('charset');
  const decoded = decodeText(bytes, label, { ...hints, isHtml });
  if (decoded.isGuessed)
    problems.add('charset-guessed', `The charset of the text is taken to be ${decoded.charset}`);
  const text = withLineFeeds(decoded.text.slice(0, 2 * limits.textCharacters));
  const rest = tail === undefined ? '' : decodeText(tail, undefined, hints).text;
  // What a server says of a delivery stands in the text, and not once more in the HTML.
  if (part.type === 'message/delivery-status') return { text, html: '' };
  if (isHtml) return { html: rest === '' ? text : `${text}${htmlOfText(rest)}` };
  const isFlowed = part.parameters.get('format')?.toLowerCase().trim() === 'flowed';
  const delSp = part.parameters.get('delsp')?.toLowerCase().trim() === 'yes';
  const shown = isFlowed && part.type === 'text/plain' ? unflow(text, { delSp }) : text;
  return { text: rest === '' ? shown : `${shown.trimEnd()}\n\n${withLineFeeds(rest)}\n` };
}

function isMultipart({ type }: Part): boolean {
  return type.startsWith('multipart/');
}

function looksLikeHtml(bytes: Buffer): boolean {
  return /^\s*<(?:!doctype html|html|body|div|p)\b/i.test(bytes.toString('latin1', 0, 200));
}

function shortened(bytes: number): string {
  return `A text has ${bytes} bytes, of which the first ${limits.textBytes} are shown`;
}

/** As `decodeTransfer`, with what a list wrote in clear behind it. */
function decodeWords(
  part: Part,
  body: Buffer,
  problems: ProblemList,
): { readonly bytes: Buffer; readonly tail: Buffer | undefined } {
  if (part.encoding !== 'base64') return { bytes: contentOf(part, body), tail: undefined };
  const { bytes, tail, isCut } = decodeBase64(body);
  if (isCut) problems.add('truncated', 'A text ends within its encoding');
  return bytes.length === 0 && tail !== undefined
    ? { bytes: body, tail: undefined }
    : { bytes, tail };
}

/** More signs that no text has than a damaged one might. */
export function isBinary(part: Part, bytes: Buffer): boolean {
  if (bytes.length < 16 || /^utf-?(?:16|32)|^ucs/i.test(part.parameters.get('charset') ?? ''))
    return false;
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    return false;
  let odd = 0;
  for (const byte of bytes)
    if (
      byte < 0x20 &&
      byte !== 0x09 &&
      byte !== 0x0a &&
      byte !== 0x0d &&
      byte !== 0x1b &&
      byte !== 0x0c
    )
      odd += 1;
  return odd * 20 > bytes.length && !isUtf8(bytes);
}

/** Of a mail without any words: what stands there, rather than an empty page. */
export function lastResort(tree: PartTree, hasFiles: boolean, hints: TextHints): string {
  const { root, all } = tree;
  const chosen =
    all.find(({ isTooDeep }) => isTooDeep) ??
    all.find((part) => part.type.startsWith('text/') && isUnnamed(part)) ??
    (root.type === 'message/partial' || !hasFiles ? root : undefined);
  // Closed at once: nothing stands there.
  if (chosen === undefined || (isMultipart(chosen) && chosen.closedAt !== undefined)) return '';
  const isRaw = chosen.isTooDeep || chosen.parts.length > 0 || isMultipart(chosen);
  const bytes = isRaw
    ? chosen.source.subarray(chosen.bodyStart, chosen.bodyEnd)
    : contentOf(chosen);
  const label = chosen.parameters.get('charset');
  const { text } = decodeText(bytes.subarray(0, limits.textCharacters), label, hints);
  const words = /^text\/(?:enriched|richtext)$/.test(chosen.type) ? plainOfEnriched(text) : text;
  return withLineFeeds(words);
}

export function withLineFeeds(text: string): string {
  const joined = text.includes('\r') ? text.replaceAll('\r\n', '\n').replace(/\r\n?/g, '\n') : text;
  return joined.includes('\0') ? joined.replaceAll('\0', '\uFFFD') : joined;
}

/** Old and rare forms of text that have no better one beside them (RFC 1896). */
function isUnnamed({ type, fileName, disposition, parts }: Part): boolean {
  return (
    fileName === '' &&
    disposition !== 'attachment' &&
    parts.length === 0 &&
    /^text\/(?:enriched|richtext|markdown|x-markdown|x-web-markdown)$/.test(type)
  );
}

function plainOfEnriched(text: string): string {
  return text
    .replace(/<param>[^<]{0,1000}<\/param>/gi, '')
    .replace(/<<|<nl>/gi, (sign) => (sign === '<<' ? '\u0001' : '\n'))
    .replace(/<\/?[a-z][a-z0-9-]{0,60}>/gi, '')
    .replaceAll('\u0001', '<');
}
