/**
 * Attachments that are asked for in pieces: page after page of a fax, place after place of a recording.
 *
 * Promises: what is kept belongs to a message file of this digest, so it is never out of date; no more than the stated room is used.
 */
import { createRecentBytes } from '../../base/recent-bytes.ts';
import type { Attachment } from '../../core/message/mail.ts';
import type { TicketEvent } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { TicketReader } from '../../storage/ticket-store.ts';

export interface AttachmentShelf {
  read(
    number: TicketNumber,
    event: Pick<TicketEvent, 'name' | 'digest'>,
    attachment: Pick<Attachment, 'id'>,
  ): Promise<Buffer | undefined>;
}

const mostBytes = 48_000_000;

export function createAttachmentShelf({
  reader,
}: {
  readonly reader: Pick<TicketReader, 'readAttachment'>;
}): AttachmentShelf {
  const kept = createRecentBytes<Buffer>(mostBytes);
  return {
    async read(number, event, { id }) {
      const key = attachmentKey(event, { id });
      const before = kept.get(key);
      if (before !== undefined) return before;
      const bytes = await reader.readAttachment(number, event.name, id);
      if (bytes !== undefined) kept.set(key, bytes);
      return bytes;
    },
  };
}

/** Names an attachment for as long as its message file has these bytes. */
export function attachmentKey(
  { digest }: Pick<TicketEvent, 'digest'>,
  { id }: Pick<Attachment, 'id'>,
): string {
  return `${digest.slice('sha256:'.length, 'sha256:'.length + 24)}-${id}`;
}
