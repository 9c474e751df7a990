/** Files of a message: pictures that are shown, and what can be saved. */
import type { Attachment } from '../../../core/message/mail.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import type { EventWords } from './change-words.ts';
import { isInfected } from './verdicts.ts';

export interface FileView {
  readonly href: string;
  readonly name: string;
  readonly size: string;
}

export interface ImageView extends FileView {
  readonly src: string;
}

function isCalendar({ type, name }: Attachment): boolean {
  return type === 'text/calendar' || type === 'application/ics' || /\.ics$/i.test(name);
}

/** What a browser shows without running anything. */
export function isShownImage({ type }: Pick<Attachment, 'type'>): boolean {
  return (
    type === 'image/png' || type === 'image/jpeg' || type === 'image/gif' || type === 'image/webp'
  );
}

export function presentAttachments(
  event: TicketEvent,
  number: TicketNumber,
  isFrame: boolean,
  { locale }: Pick<EventWords, 'locale'>,
) {
  const folder = `/tickets/${number}/messages/${encodeURIComponent(event.name)}/attachments/`;
  const isClosed = isInfected(event);
  const images: ImageView[] = [];
  const files: FileView[] = [];
  // The card says what these say.
  const isOnCard = event.fields.has('appointment') || event.fields.has('appointment-answer');
  for (const attachment of event.mail.attachments) {
    if (isOnCard && isCalendar(attachment)) continue;
    const { id, size } = attachment;
    const name =
      attachment.name.trim() === ''
        ? locale.text('message.unnamed-file', { number: id + 1 })
        : attachment.name;
    const file = { href: folder + id, name, size: locale.size(size) };
    if (isClosed || !isShownImage(attachment)) files.push(file);
    // The frame shows the images that the text refers to.
    else if (!(isFrame && attachment.inline && attachment.contentId !== undefined))
      images.push({ ...file, src: `${folder}${id}?inline` });
  }
  return { images, files };
}
