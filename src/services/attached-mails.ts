/**
 * What lies in mails that are attached to mails: read on demand, from the kept bytes.
 *
 * Promises: total and bounded; an attached mail that was opened is kept for a while, by the digest of the file it lies in,
 * so it is never out of date. What is no mail, or lies too deep, is not there.
 * Leaves to others: rights (sight.ts), whether a mail with a virus is opened (edges), how it is shown.
 */
import { createRecentBytes } from '../base/recent-bytes.ts';
import { createLimit } from '../base/serial.ts';
import {
  formatPartPath,
  isMailFile,
  looksLikeMail,
  type PartPath,
} from '../core/message/attached.ts';
import type { Attachment, Mail } from '../core/message/mail.ts';
import type { TicketEvent } from '../core/ticket/event.ts';
import type { TicketNumber } from '../core/ticket/number.ts';
import { type DecodedMail, decodeMail } from '../storage/codec.ts';
import type { TicketReader } from '../storage/ticket-store.ts';

export type Carrier = Pick<TicketEvent, 'name' | 'digest'> & {
  readonly mail: Pick<Mail, 'attachments'>;
};

export interface FoundFile {
  readonly attachment: Attachment;
  readonly bytes: Buffer;
}

export interface AttachedMails {
  /** An attached mail with the bytes of its own attachments; undefined when none is at this place. */
  readDecoded(
    number: TicketNumber,
    carrier: Carrier,
    path: PartPath,
  ): Promise<DecodedMail | undefined>;
  /** The mail at this place: the message's own for an empty path; undefined when none is there. */
  readMail(number: TicketNumber, carrier: Carrier, path: PartPath): Promise<Mail | undefined>;
  /** A file with its bytes; undefined when it is not there. */
  readFile(number: TicketNumber, carrier: Carrier, path: PartPath): Promise<FoundFile | undefined>;
}

export interface AttachedMailsDeps {
  readonly reader: Pick<TicketReader, 'readMail' | 'readAttachment'>;
  /** Of bytes that were an attachment. */
  readonly decode?: (bytes: Buffer) => Promise<DecodedMail>;
}

const mostBytes = 48_000_000;
const atATime = 2;

interface Kept {
  readonly decoded: DecodedMail | undefined;
  readonly byteLength: number;
}

export function createAttachedMails({
  reader,
  decode = decodeMail,
}: AttachedMailsDeps): AttachedMails {
  const kept = createRecentBytes<Kept>(mostBytes);
  const limit = createLimit(atATime);

  /** Each mail on the way is opened from the one around it. */
  async function open(
    number: TicketNumber,
    carrier: Carrier,
    path: PartPath,
  ): Promise<DecodedMail | undefined> {
    const key = keyOf(carrier, path);
    const before = kept.get(key);
    if (before !== undefined) return before.decoded;
    const file = await readFile(number, carrier, path);
    if (file === undefined || !isMailFile(file.attachment)) return undefined;
    const read = await limit.run(() => decode(file.bytes));
    // What is no mail after all is remembered as that.
    const decoded = looksLikeMail(read.mail, file.attachment) ? read : undefined;
    kept.set(key, {
      decoded,
      byteLength: decoded === undefined ? 200 : sizeOf(file.bytes, decoded),
    });
    return decoded;
  }

  async function readFile(
    number: TicketNumber,
    carrier: Carrier,
    path: PartPath,
  ): Promise<FoundFile | undefined> {
    const id = path.at(-1);
    const around = path.slice(0, -1);
    if (id === undefined) return undefined;
    if (around.length === 0) {
      const attachment = carrier.mail.attachments.find((each) => each.id === id);
      if (attachment === undefined) return undefined;
      const bytes = await reader.readAttachment(number, carrier.name, id);
      return bytes && { attachment, bytes };
    }
    const outer = await open(number, carrier, around);
    const attachment = outer?.mail.attachments.find((each) => each.id === id);
    const bytes = outer?.contents[id];
    return attachment === undefined || bytes === undefined ? undefined : { attachment, bytes };
  }

  return {
    readDecoded: (number, carrier, path) =>
      path.length === 0 ? Promise.resolve(undefined) : open(number, carrier, path),
    async readMail(number, carrier, path) {
      if (path.length === 0) return reader.readMail(number, carrier.name);
      return (await open(number, carrier, path))?.mail;
    },
    readFile,
  };
}

/** Names a part for as long as its message's file has these bytes. */
export function keyOf({ digest }: Pick<TicketEvent, 'digest'>, path: PartPath): string {
  return `${digest.slice('sha256:'.length, 'sha256:'.length + 24)}-${formatPartPath(path)}`;
}

/** Roughly what it takes in memory: its text counts twice, characters being wider than bytes. */
function sizeOf(bytes: Buffer, { mail, contents }: DecodedMail): number {
  const text = 2 * (mail.text.length + (mail.html?.length ?? 0));
  return bytes.length + text + contents.reduce((sum, content) => sum + content.length, 0);
}
