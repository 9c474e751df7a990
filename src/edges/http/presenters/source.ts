/**
 * The raw source of a message as text: the block, our trace, the bytes as they came.
 *
 * Promises: pure and total; nothing in it can steer the page: what has no sign of its own is shown as one. Long mails come in
 * pages that never cut a character.
 */

import type { Locale } from '../../../services/render/locale.ts';
import type { MessageSource } from '../../../storage/message-file.ts';

/** Bytes of the original on a page. */
const pageBytes = 64 * 1024;

export interface SourceRequest {
  readonly source: MessageSource;
  /** From 1. */
  readonly page: number;
  /** Path of this page, without a query. */
  readonly href: string;
}

export function presentSource({ source, page, href }: SourceRequest, locale: Locale) {
  const { original } = source;
  const pages = Math.max(1, Math.ceil(original.length / pageBytes));
  const current = Math.min(Math.max(1, page), pages);
  const start = characterStart(original, (current - 1) * pageBytes);
  const end = current === pages ? original.length : characterStart(original, current * pageBytes);
  const link = (to: number) => (to < 1 || to > pages ? undefined : `${href}?page=${to}`);
  return {
    block: source.block.map(([name, value]) => ({ name: `Ticket-${name}`, value: visible(value) })),
    trace: visible(source.trace.toString('utf8')),
    text: visible(decode(original.subarray(start, end))),
    size: locale.size(original.length),
    page:
      pages === 1
        ? undefined
        : {
            text: locale.text('source.page', { page: current, count: pages }),
            beforeHref: link(current - 1),
            afterHref: link(current + 1),
          },
  };
}

/** The beginning of the character that this byte is in; as it is where the text is no UTF-8. */
function characterStart(bytes: Buffer, at: number): number {
  let start = at;
  while (start > 0 && at - start < 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  return ((bytes[start] ?? 0) & 0xc0) === 0x80 ? at : start;
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Not every mail is UTF-8; in this charset each byte has a character.
    return bytes.toString('latin1');
  }
}

/** Line ends become LF; other control characters, and marks that reorder text, become signs. */
function visible(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000b-\u001f]/g, (sign) =>
      String.fromCharCode(0x2400 + sign.charCodeAt(0)),
    )
    .replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
