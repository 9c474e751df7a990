/**
 * One file of a mail on its way to a browser or a program.
 *
 * Promises: nothing of it runs. It is handed out for saving unless its bytes are of a kind that a browser only shows or plays;
 * its type is told by its bytes, never by what the sender says, and text is plain text whatever it looks like.
 * Leaves to others: who may have it (routes), parts of it (ranges.ts).
 */
import type { Context } from 'koa';
import { type SniffedFile, unknownType } from '../../core/media/endings.ts';
import { isReadable, shownType } from '../../core/media/judge-file.ts';
import { sniffFile } from '../../core/media/sniff-file.ts';
import { decodeText } from '../../storage/reading/charset.ts';
import { sendRanges } from './ranges.ts';
import { contentDisposition } from './routes/disposition.ts';

export interface SentAttachment {
  readonly bytes: Buffer;
  readonly name: string;
  /** As announced. */
  readonly type: string;
  /** Names these bytes for as long as they are the same; without quotes. */
  readonly tag: string;
  /** To be looked at rather than saved. */
  readonly isInline: boolean;
  /** A virus was found in the mail, so it is only saved. */
  readonly isClosed: boolean;
}

export const filePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; frame-ancestors 'self'; sandbox";
// The PDF viewers of browsers do not work in a sandbox; they run nothing of the page, and the type is certain.
const pdfPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'";

/** Longer texts are saved. */
const longestText = 5_000_000;

export function sendAttachment(ctx: Context, file: SentAttachment): void {
  const { bytes, name, type, tag, isClosed } = file;
  const seen = isClosed ? undefined : sniffFile(bytes);
  const shown = seen === undefined ? undefined : shownType(seen, { type });
  if (file.isInline && shown === undefined && isText(seen, file)) {
    sendText(ctx, file);
    return;
  }
  const isInline = file.isInline && shown !== undefined;
  ctx.set('Content-Security-Policy', isInline && shown === pdf ? pdfPolicy : filePolicy);
  setFileHeaders(ctx, contentDisposition(isInline ? 'inline' : 'attachment', name, type));
  sendRanges(ctx, { bytes, type: shown ?? unknownType, tag: `"${tag}"` });
}

function isText(seen: SniffedFile | undefined, { name, bytes }: SentAttachment): boolean {
  return seen !== undefined && bytes.length <= longestText && isReadable(seen, name);
}

function sendText(ctx: Context, { bytes, name, type, tag }: SentAttachment): void {
  const { text } = decodeText(bytes, undefined);
  ctx.set('Content-Security-Policy', filePolicy);
  setFileHeaders(ctx, contentDisposition('inline', name, type));
  sendRanges(ctx, {
    bytes: Buffer.from(text),
    type: 'text/plain; charset=utf-8',
    tag: `"${tag}-text"`,
  });
}

function setFileHeaders(ctx: Context, disposition: string): void {
  ctx.set({
    'Content-Disposition': disposition,
    'Cross-Origin-Resource-Policy': 'same-origin',
    // A written message never changes.
    'Cache-Control': 'private, max-age=86400, immutable',
  });
}

const pdf = 'application/pdf';

const active: ReadonlySet<SniffedFile['family']> = new Set(['page', 'script', 'shortcut']);

/** For a program, which asks for the type and saves nothing by it: as announced, unless a browser could run what it is. */
export function plainType(bytes: Uint8Array, announced: string): string {
  const seen = sniffFile(bytes);
  const shown = shownType(seen, { type: announced });
  if (shown !== undefined) return shown;
  const isActive = active.has(seen.family) || activeType.test(announced);
  return isActive || !isMediaType(announced) ? unknownType : announced;
}

const activeType = /html|xml|svg|script|x-shockwave|wasm/;

/** RFC 6838 section 4.2; anything else could break out of the header field. */
function isMediaType(type: string): boolean {
  return /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/.test(type);
}
