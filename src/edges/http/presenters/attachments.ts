/** Files of a message: pictures that are shown, sounds that are played, and what can be saved. */
import { readVersion } from '../../../core/appointment/appointment.ts';
import { mediaKind } from '../../../core/media/sniff.ts';
import type { Attachment } from '../../../core/message/mail.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import type { EventWords } from './change-words.ts';
import { isBehindSign } from './protection.ts';
import { isInfected } from './verdicts.ts';

export interface FileView {
  readonly href: string;
  readonly name: string;
  readonly size: string;
  /** Its address where the browser's own viewer opens it. */
  readonly openHref?: string;
}

export interface SoundView extends FileView {
  /** Undefined where no browser plays its kind. */
  readonly src: string | undefined;
  readonly bytes: number;
}

export interface ImageView extends FileView {
  readonly id: number;
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
  const sounds: SoundView[] = [];
  // The card says what these say, as long as they say one thing.
  const isOnCard =
    (event.fields.has('appointment') && readVersion(event)?.others === undefined) ||
    event.fields.has('appointment-answer');
  for (const attachment of event.mail.attachments) {
    if ((isOnCard && isCalendar(attachment)) || isBehindSign(event.mail, attachment)) continue;
    const { id, size } = attachment;
    const name =
      attachment.name.trim() === ''
        ? locale.text('message.unnamed-file', { number: id + 1 })
        : attachment.name;
    const file = { href: folder + id, name, size: locale.size(size) };
    const src = `${folder}${id}?inline`;
    const kind = isClosed ? undefined : mediaKind(attachment);
    if (kind === 'sound') sounds.push({ ...file, src, bytes: size });
    else if (kind === 'amr') sounds.push({ ...file, src: undefined, bytes: size });
    else if (kind === 'pdf') files.push({ ...file, openHref: src });
    else if (isClosed || !isShownImage(attachment)) files.push(file);
    // The frame shows the images that the text refers to.
    else if (!(isFrame && attachment.inline && attachment.contentId !== undefined))
      images.push({ ...file, id, src });
  }
  return { images, files, sounds };
}
