/** Files of a message: pictures that are shown, sounds and films that are played, and what can be opened or saved. */
import { readVersion } from '../../../core/appointment/appointment.ts';
import { fileEnding, type SniffedFile } from '../../../core/media/endings.ts';
import { shownFileName } from '../../../core/media/file-name.ts';
import {
  type FileRemark,
  isHarmful,
  isReadable,
  judgeFile,
  shownType,
} from '../../../core/media/judge-file.ts';
import { mediaKind } from '../../../core/media/media-kind.ts';
import type { Attachment } from '../../../core/message/mail.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import type { HtmlFindings } from '../../../services/render/html.ts';
import type { EventWords } from './change-words.ts';
import { remarkTexts } from './file-words.ts';
import { isBehindSign } from './protection.ts';
import { isInfected } from './verdicts.ts';

export interface FileView {
  readonly href: string;
  readonly name: string;
  readonly size: string;
  /** Its address where the browser's own viewer opens it. */
  readonly openHref?: string;
  /** What is to be known before it is opened. */
  readonly remarks?: readonly string[];
  readonly isHarmful?: boolean;
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

export interface VideoView extends FileView {
  readonly src: string;
}

export interface FilesView {
  readonly images: readonly ImageView[];
  readonly files: readonly FileView[];
  readonly sounds: readonly SoundView[];
  readonly videos: readonly VideoView[];
  /** All of them in one file, where there are several. */
  readonly zipHref: string | undefined;
}

/** By attachment id; absent where nobody looked. */
export type SeenFiles = ReadonlyMap<number, SniffedFile>;

/** Pictures behind a folding, which says why. */
export interface FoldedPictures {
  readonly text: string;
  readonly images: readonly ImageView[];
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
  /** Content-IDs and Content-Locations that the frame shows; undefined without a frame. */
  inFrame: readonly string[] | undefined,
  {
    locale,
    seen,
    within = '',
  }: Pick<EventWords, 'locale'> & {
    readonly seen?: SeenFiles | undefined;
    /** Files of an attached mail have its dotted place in front of their ids. */
    readonly within?: string;
  },
): FilesView {
  const message = `/tickets/${number}/messages/${encodeURIComponent(event.name)}`;
  const folder = `${message}/attachments/${within}`;
  const isClosed = isInfected(event);
  const images: ImageView[] = [];
  const files: FileView[] = [];
  const sounds: SoundView[] = [];
  const videos: VideoView[] = [];
  // The card says what these say, as long as they say one thing.
  const isOnCard =
    (event.fields.has('appointment') && readVersion(event)?.others === undefined) ||
    event.fields.has('appointment-answer');
  for (const attachment of event.mail.attachments) {
    if ((isOnCard && isCalendar(attachment)) || isBehindSign(event.mail, attachment)) continue;
    const { id, size } = attachment;
    const shown = shownFileName(attachment.name);
    const remarks = judgeFile(attachment, seen?.get(id));
    const file: FileView = {
      href: folder + id,
      name: shown === '' ? locale.text('message.unnamed-file', { number: id + 1 }) : shown,
      size: locale.size(size),
      ...warningsOf(remarks, locale),
    };
    const src = `${folder}${id}?inline`;
    const kind = isClosed ? 'file' : wayToShow(attachment, seen?.get(id));
    if (kind === 'sound') sounds.push({ ...file, src, bytes: size });
    else if (kind === 'amr') sounds.push({ ...file, src: undefined, bytes: size });
    else if (kind === 'video') videos.push({ ...file, src });
    else if (kind === 'open') files.push({ ...file, openHref: src });
    else if (kind === 'file') files.push(file);
    // The frame shows the images that the text refers to.
    else if (!isShownIn(inFrame ?? [], attachment)) images.push({ ...file, id, src });
  }
  const hasSeveral = event.mail.attachments.length > 1 && !isClosed && within === '';
  const zipHref = hasSeveral ? `${message}/attachments.zip` : undefined;
  return { images, files, sounds, videos, zipHref };
}

function isShownIn(inFrame: readonly string[], { contentId, location }: Attachment): boolean {
  return inFrame.includes(contentId ?? '') || inFrame.includes(location ?? '');
}

/** What the frame of a mail's HTML shows by itself. */
export function namesInFrame(html: HtmlFindings | undefined): readonly string[] {
  return [...(html?.contentIds ?? []), ...(html?.locations ?? [])];
}

type WayToShow = 'picture' | 'sound' | 'amr' | 'video' | 'open' | 'file';

/** By its bytes; by what it says of itself where nobody looked into it. */
function wayToShow(attachment: Attachment, seen: SniffedFile | undefined): WayToShow {
  if (seen === undefined) {
    if (isShownImage(attachment)) return 'picture';
    const kind = mediaKind(attachment);
    if (kind === 'pdf') return 'open';
    return kind === 'sound' || kind === 'amr' ? kind : 'file';
  }
  if (seen.type === 'audio/amr') return 'amr';
  const type = shownType(seen, attachment) ?? '';
  if (type.startsWith('image/')) return 'picture';
  if (type.startsWith('audio/')) return 'sound';
  if (type.startsWith('video/')) return 'video';
  const isOpened = type === 'application/pdf' || isReadable(seen, attachment.name);
  return isOpened && fileEnding(attachment.name) !== 'ics' ? 'open' : 'file';
}

function warningsOf(
  remarks: readonly FileRemark[],
  locale: EventWords['locale'],
): Pick<FileView, 'remarks' | 'isHarmful'> {
  if (remarks.length === 0) return {};
  return { remarks: remarkTexts(remarks, locale), isHarmful: isHarmful(remarks) };
}
