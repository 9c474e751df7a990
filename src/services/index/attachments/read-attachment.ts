/**
 * The text of one attachment.
 *
 * Promises: total; what has no text, or none that can be read, gives undefined with the reason. Bounded by the
 * limits of kinds.ts, but for time and memory, which whoever runs this in a thread sees to.
 */
import { errorText } from '../../../base/fault.ts';
import { decodeMail } from '../../../storage/codec.ts';
import { type AttachmentKind, attachmentLimits, kindOf } from './kinds.ts';
import { readPdfText } from './pdf-text.ts';
import { decodeText, stripMarkup } from './plain-text.ts';
import { readOfficeText } from './zip-text.ts';

export interface AttachmentText {
  readonly text: string;
  /** Why there is none. */
  readonly unread?: string;
}

export async function readAttachment(
  kind: AttachmentKind,
  bytes: Uint8Array,
  depth = 0,
): Promise<AttachmentText> {
  try {
    const text = await readText(kind, bytes, depth);
    return text === undefined
      ? { text: '', unread: 'It is not what its name says' }
      : { text: text.slice(0, attachmentLimits.characters) };
  } catch (error) {
    // Broken, locked with a password, or of a kind that the library does not know: the mail is none the worse.
    return { text: '', unread: errorText(error).slice(0, 200) };
  }
}

async function readText(
  kind: AttachmentKind,
  bytes: Uint8Array,
  depth: number,
): Promise<string | undefined> {
  // No more than could fill what is kept, however many bytes a character has.
  const beginning = bytes.subarray(0, 8 * attachmentLimits.characters);
  switch (kind) {
    case 'text':
      return decodeText(beginning);
    case 'html':
      return stripMarkup(decodeText(beginning));
    case 'pdf':
      return readPdfText(bytes);
    case 'office':
      return readOfficeText(bytes);
    case 'mail':
      return readMail(bytes, depth);
  }
}

async function readMail(bytes: Uint8Array, depth: number): Promise<string> {
  const { mail, contents } = await decodeMail(Buffer.from(bytes));
  const texts = [
    mail.subject,
    mail.from === undefined ? '' : `${mail.from.name} ${mail.from.address}`,
    mail.text,
  ];
  for (const { id, name, type } of mail.attachments.slice(0, attachmentLimits.parts)) {
    texts.push(name);
    const kind = kindOf({ name, type });
    const content = contents[id];
    if (kind === undefined || content === undefined || depth >= attachmentLimits.depth) continue;
    texts.push((await readAttachment(kind, content, depth + 1)).text);
  }
  return texts.filter((text) => text !== '').join('\n');
}
