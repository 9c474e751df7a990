/**
 * The mails that are attached to the messages of a page, opened as far as a page should wait for it.
 *
 * Promises: a message with a virus has none; a page opens a stated number of mails of a stated size, the newest messages
 * first, and names the others. Leaves to others: how they look (presenters/inner-mails.ts).
 */
import {
  deepestMail,
  formatPartPath,
  isMailFile,
  isMailType,
  type PartPath,
} from '../../core/message/attached.ts';
import type { Attachment, Mail } from '../../core/message/mail.ts';
import type { TicketEvent } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { AttachedMails } from '../../services/attached-mails.ts';
import type { Renderer } from '../../services/render/templates.ts';
import { type Body, toBody } from './bodies.ts';
import { isInfected } from './presenters/verdicts.ts';

export interface InnerMail {
  readonly path: PartPath;
  readonly attachment: Attachment;
  /** Undefined where it was not opened for this page. */
  readonly opened: OpenedMail | undefined;
}

export interface OpenedMail {
  readonly mail: Mail;
  readonly body: Body;
  readonly inner: readonly InnerMail[];
}

export interface InnerMails {
  /** Of many messages, by the names of their events. */
  findAll(
    number: TicketNumber,
    events: readonly TicketEvent[],
  ): Promise<ReadonlyMap<string, readonly InnerMail[]>>;
  /** One of them, whatever its size; undefined when there is none. */
  find(number: TicketNumber, event: TicketEvent, path: PartPath): Promise<InnerMail | undefined>;
}

export interface InnerMailsDeps {
  readonly attached: Pick<AttachedMails, 'readDecoded' | 'readMail'>;
  readonly renderer: Pick<Renderer, 'inspectHtml'>;
}

/** Of one page. */
const mostOpened = 40;
const mostBytes = 8_000_000;
const largestOpened = 2_000_000;

interface Room {
  mails: number;
  bytes: number;
}

export function createInnerMails({ attached, renderer }: InnerMailsDeps): InnerMails {
  interface Place {
    readonly number: TicketNumber;
    readonly event: TicketEvent;
    readonly room: Room;
  }

  async function openAll(
    place: Place,
    around: PartPath,
    attachments: readonly Attachment[],
  ): Promise<readonly InnerMail[]> {
    const found: InnerMail[] = [];
    if (around.length >= deepestMail) return found;
    for (const attachment of attachments.filter(isMailFile)) {
      const path = [...around, attachment.id];
      if (!takeRoom(place.room, attachment)) {
        if (isMailType(attachment)) found.push({ path, attachment, opened: undefined });
        continue;
      }
      const opened = await open(place, path);
      if (opened !== undefined) found.push({ path, attachment, opened });
    }
    return found;
  }

  async function open(place: Place, path: PartPath): Promise<OpenedMail | undefined> {
    const decoded = await attached.readDecoded(place.number, place.event, path);
    if (decoded === undefined) return undefined;
    const { mail } = decoded;
    const inner = await openAll(place, path, mail.attachments);
    return { mail, body: toBody(decoded, renderer), inner };
  }

  return {
    async findAll(number, events) {
      const room = { mails: mostOpened, bytes: mostBytes };
      const found = new Map<string, readonly InnerMail[]>();
      for (const event of events.toReversed()) {
        if (isInfected(event)) continue;
        const mails = await openAll({ number, event, room }, [], event.mail.attachments);
        if (mails.length > 0) found.set(event.name, mails);
      }
      return found;
    },
    async find(number, event, path) {
      if (isInfected(event) || path.length === 0 || path.length > deepestMail) return undefined;
      const room = { mails: mostOpened, bytes: mostBytes };
      const opened = await open({ number, event, room }, path);
      const around = path.slice(0, -1);
      const outer =
        around.length === 0 ? event.mail : await attached.readMail(number, event, around);
      const attachment = outer?.attachments.find(({ id }) => id === path.at(-1));
      return opened === undefined || attachment === undefined
        ? undefined
        : { path, attachment, opened };
    },
  };
}

function takeRoom(room: Room, { size }: Attachment): boolean {
  if (room.mails === 0 || size > largestOpened || size > room.bytes) return false;
  room.mails -= 1;
  room.bytes -= size;
  return true;
}

/** Where an attached mail stands in a page. */
export function innerId(event: Pick<TicketEvent, 'name'>, path: PartPath): string {
  return `m-${encodeURIComponent(event.name)}-${formatPartPath(path)}`;
}
