/**
 * Which cards of people the messages of a ticket carry, found by looking into their files.
 *
 * Promises: bounded; a message with a virus has none; what was read is kept by the digest of its message.
 */
import { createRecent } from '../../base/recent.ts';
import type { Attachment } from '../../core/message/mail.ts';
import type { TicketEvent } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import { type ContactCards, readContactCards } from '../../storage/reading/unpack/vcard.ts';
import { type AttachmentShelf, attachmentKey } from './attachment-shelf.ts';
import { isInfected } from './presenters/verdicts.ts';

export interface FoundContacts {
  readonly attachment: Attachment;
  readonly found: ContactCards;
}

export interface ContactFiles {
  /** By the names of their events. */
  findAll(
    number: TicketNumber,
    events: readonly TicketEvent[],
  ): Promise<ReadonlyMap<string, readonly FoundContacts[]>>;
}

/** Larger files carry photographs and address books. */
const largest = 1_000_000;
const mostOfMessage = 5;
/** Of one ticket's page; the newest. */
const mostFiles = 20;
const mostCards = 3;

export function createContactFiles({ shelf }: { readonly shelf: AttachmentShelf }): ContactFiles {
  const known = createRecent<string, ContactCards>(500);

  async function look(
    number: TicketNumber,
    event: TicketEvent,
    attachment: Attachment,
  ): Promise<readonly FoundContacts[]> {
    const key = attachmentKey(event, attachment);
    const before = known.get(key);
    if (before !== undefined) return [{ attachment, found: before }];
    const bytes = await shelf.read(number, event, attachment);
    if (bytes === undefined) return [];
    const found = readContactCards(bytes, mostCards);
    known.set(key, found);
    return [{ attachment, found }];
  }

  return {
    async findAll(number, events) {
      const files = events
        .flatMap((event) => contactFilesOf(event).map((attachment) => ({ event, attachment })))
        .slice(-mostFiles);
      const found = new Map<string, readonly FoundContacts[]>();
      for (const { event, attachment } of files) {
        const contacts = (await look(number, event, attachment)).filter(
          (each) => each.found.cards.length > 0,
        );
        found.set(event.name, [...(found.get(event.name) ?? []), ...contacts]);
      }
      return found;
    },
  };
}

const types: ReadonlySet<string> = new Set(['text/vcard', 'text/x-vcard', 'text/directory']);

export function contactFilesOf(event: TicketEvent): readonly Attachment[] {
  if (isInfected(event)) return [];
  return event.mail.attachments
    .filter(({ type, name, size }) => (types.has(type) || /\.vcf$/i.test(name)) && size <= largest)
    .slice(0, mostOfMessage);
}
