/**
 * Text and files of a mail that an agent wrote, as the parts of that mail.
 *
 * Promises: the plain text goes out as it was typed, but for pictures, which stand there by name; the HTML says the same.
 * File names and media types are such that any mail program takes them.
 * Leaves to others: bytes (storage/codec.ts), what the signs mean (render/light-html.ts).
 */
import type { OutgoingFile } from '../core/ticket/compose.ts';
import type { MailToCompose } from '../storage/codec.ts';
import { findPictures, renderLight, withoutPictures } from './render/light-html.ts';

export interface AnswerBodyRequest {
  readonly text: string;
  readonly attachments?: readonly OutgoingFile[] | undefined;
  /** Whether HTML goes along. */
  readonly withHtml: boolean;
}

type BodyParts = Pick<MailToCompose, 'text' | 'html' | 'attachments'>;

export function toAnswerBody({ text, attachments = [], withHtml }: AnswerBodyRequest): BodyParts {
  const shown = new Set(findPictures(text));
  const files = attachments.map(({ name, type, bytes, contentId }) => ({
    name: tidyName(name),
    type: tidyType(type),
    bytes: Buffer.from(bytes),
    // What the text does not show is a file like any other.
    ...(withHtml && contentId !== undefined && shown.has(contentId) ? { contentId } : {}),
  }));
  return {
    text: withoutPictures(text),
    ...(withHtml ? { html: renderLight(text) } : {}),
    attachments: files,
  };
}

const longestName = 150;

/** The last part of a path, without what file systems forbid; the ending is kept where it is too long. */
function tidyName(name: string): string {
  const plain = name
    .replace(/^.*[\\/]/s, '')
    .replace(/[\s\p{Cc}\p{Cf}"<>|:*?]+/gu, ' ')
    .trim();
  if (plain === '') return 'attachment';
  if (plain.length <= longestName) return plain;
  const ending = /\.[^.]{1,10}$/.exec(plain)?.[0] ?? '';
  return `${plain.slice(0, longestName - ending.length)}${ending}`;
}

function tidyType(type: string): string {
  const plain = (type.split(';')[0] ?? '').trim().toLowerCase();
  // A multipart type would have to be one.
  return /^(?!multipart\/)[a-z0-9][\w.+-]{0,80}\/[a-z0-9][\w.+-]{0,80}$/.test(plain)
    ? plain
    : 'application/octet-stream';
}
