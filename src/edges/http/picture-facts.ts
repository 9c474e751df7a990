/**
 * What is known of the pictures of a mail beyond their names: which ones are the same, and how large they are to look at.
 *
 * Promises: pure; looks at a bounded number of bytes. Leaves to others: which of them are shown (presenters/pictures.ts).
 */
import { createHash } from 'node:crypto';
import { readPictureSize } from '../../core/media/picture-size.ts';
import type { Mail } from '../../core/message/mail.ts';
import { isShownImage } from './presenters/attachments.ts';

export interface PictureFacts {
  /** The same for the same bytes. */
  readonly digest: string;
  /** So small that it is a point for counting readers, or a sign in a signature. */
  readonly isTiny: boolean;
}

/** By the id of the attachment. */
export type PicturesOfMail = ReadonlyMap<number, PictureFacts>;

const mostPictures = 300;
const mostBytes = 40_000_000;

export function readPictures({
  mail,
  contents,
}: {
  readonly mail: Mail;
  readonly contents: readonly Buffer[];
}): PicturesOfMail {
  let room = mostBytes;
  const found = new Map<number, PictureFacts>();
  for (const attachment of mail.attachments) {
    const bytes = contents[attachment.id];
    if (bytes === undefined || bytes.length === 0 || !isShownImage(attachment)) continue;
    room -= bytes.length;
    if (room < 0 || found.size >= mostPictures) break;
    const digest = createHash('sha256').update(bytes).digest('base64url');
    found.set(attachment.id, { digest, isTiny: isTiny(bytes) });
  }
  return found;
}

const widestSign = 48;
const thinnest = 4;

function isTiny(bytes: Buffer): boolean {
  const size = readPictureSize(bytes);
  if (size === undefined) return false;
  const { width, height } = size;
  return Math.min(width, height) <= thinnest || Math.max(width, height) <= widestSign;
}
