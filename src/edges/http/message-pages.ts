/**
 * Which pages the messages of a ticket have: files of a fax machine or a scanner, found by looking into them.
 *
 * Promises: a message with a virus has none; a ticket's page waits for them only a moment, and does without what is not known by then.
 */
import { type Duration, second } from '../../base/clock.ts';
import { mediaKind } from '../../core/media/media-kind.ts';
import { readPictureSize } from '../../core/media/picture-size.ts';
import type { Attachment } from '../../core/message/mail.ts';
import type { TicketEvent } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { PagedFile, PagePictures } from '../../services/page-pictures/page-pictures.ts';
import { type AttachmentShelf, attachmentKey } from './attachment-shelf.ts';
import { isInfected } from './presenters/verdicts.ts';

/** A file of which the pages are known. */
export interface FoundPages {
  readonly attachment: Attachment;
  /** Its pictures are made by the desk; else the file is one itself. */
  readonly isDrawn: boolean;
  readonly pages: readonly { readonly width: number; readonly height: number }[];
  readonly encoding: string | undefined;
  readonly resolution: readonly [across: number, down: number] | undefined;
}

export interface MessagePages {
  /** Of one message, in the order of its files. */
  find(number: TicketNumber, event: TicketEvent, waitMs?: Duration): Promise<readonly FoundPages[]>;
  /** Of many, by the names of their events. */
  findAll(
    number: TicketNumber,
    events: readonly TicketEvent[],
  ): Promise<ReadonlyMap<string, readonly FoundPages[]>>;
  /** The file for the pictures; undefined when the attachment is none that has pages. */
  fileOf(number: TicketNumber, event: TicketEvent, id: number): PagedFile | undefined;
}

export interface MessagePagesDeps {
  readonly pictures: Pick<PagePictures, 'describe'>;
  readonly shelf: AttachmentShelf;
}

/** What a ticket's page waits for all of them. */
const patience: Duration = 2 * second;
/** Of one ticket's page; the newest. */
const mostFiles = 20;

export function createMessagePages({ pictures, shelf }: MessagePagesDeps): MessagePages {
  function toFile(
    number: TicketNumber,
    event: TicketEvent,
    attachment: Attachment,
  ): PagedFile | undefined {
    const type = mediaKind(attachment);
    if ((type !== 'tiff' && type !== 'pdf') || isInfected(event)) return undefined;
    return {
      key: attachmentKey(event, attachment),
      type,
      size: attachment.size,
      read: () => shelf.read(number, event, attachment),
    };
  }

  async function look(
    number: TicketNumber,
    event: TicketEvent,
    attachment: Attachment,
    waitMs: Duration,
  ): Promise<readonly FoundPages[]> {
    const file = toFile(number, event, attachment);
    if (file !== undefined) {
      const found = await pictures.describe(file, waitMs);
      if (found === undefined) return [];
      const { pages, encoding, resolution } = found;
      return [{ attachment, isDrawn: true, pages, encoding, resolution }];
    }
    const bytes = await shelf.read(number, event, attachment);
    const size = bytes === undefined ? undefined : readPictureSize(bytes);
    if (size === undefined) return [];
    return [
      { attachment, isDrawn: false, pages: [size], encoding: undefined, resolution: undefined },
    ];
  }

  async function find(number: TicketNumber, event: TicketEvent, waitMs: Duration = 10 * second) {
    const found = await Promise.all(
      pagedOf(event).map((attachment) => look(number, event, attachment, waitMs)),
    );
    return found.flat();
  }

  return {
    find,
    async findAll(number, events) {
      let room = mostFiles;
      const wanted = events.toReversed().filter((event) => {
        const count = pagedOf(event).length;
        room -= count;
        return count > 0 && room >= 0;
      });
      const found = await Promise.all(
        wanted.map(async (event) => [event.name, await find(number, event, patience)] as const),
      );
      return new Map(found.filter(([, pages]) => pages.length > 0));
    },
    fileOf(number, event, id) {
      const attachment = event.mail.attachments.find((each) => each.id === id);
      return attachment === undefined ? undefined : toFile(number, event, attachment);
    },
  };
}

/** Pictures are pages where a fax brought them; elsewhere they stand in the message as they are. */
export function pagedOf(event: TicketEvent): readonly Attachment[] {
  if (isInfected(event)) return [];
  const isFax = event.kind === 'fax-in' || event.kind === 'fax-out';
  return event.mail.attachments.filter((attachment) => {
    const kind = mediaKind(attachment);
    return kind === 'tiff' || kind === 'pdf' || (isFax && kind === 'picture');
  });
}
