/**
 * The HTML of a message in its frame, and the way to see it otherwise.
 *
 * Promises: pure; HTML is shown where it says more than the text.
 */
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { Ticket } from '../../../core/ticket/fold.ts';
import type { Right } from '../../../core/ticket/rights.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { Body } from '../bodies.ts';
import type { EventWords } from './change-words.ts';
import type { TextPart } from './mail-text.ts';

/** What the reader asked for, by message name. */
export interface MessageChoice {
  readonly view: 'text' | 'html' | undefined;
  readonly showImages: boolean;
}

export interface MessageRequest {
  /** What the reader may do with the ticket. */
  readonly may: (right: Right) => boolean;
  readonly event: TicketEvent;
  readonly ticket: Ticket;
  readonly body: Body | undefined;
  readonly choice: MessageChoice;
  /** The ticket as it was read, with what was merged into it. */
  readonly folder: TicketFolder;
}

type Words = Pick<EventWords, 'locale'>;

export interface OtherView {
  readonly href: string;
  readonly text: string;
}

export interface FrameView {
  readonly src: string;
  readonly title: string;
  readonly height: number;
  /** Undefined when nothing is held back. */
  readonly blocked: { readonly href: string; readonly sentence: string } | undefined;
}

export function messageId(event: Pick<TicketEvent, 'name'>): string {
  return `m-${encodeURIComponent(event.name)}`;
}

export function showsFrame(body: Body | undefined, { view }: MessageChoice): boolean {
  if (body?.html === undefined) return false;
  return view === undefined ? body.isOnlyHtml || body.html.isFormatted : view === 'html';
}

export function presentFrame(
  { event, ticket, body, choice }: MessageRequest,
  author: string,
  { locale }: Words,
): FrameView {
  const remote = body?.html?.remoteImages ?? 0;
  const blocked = choice.showImages ? 0 : remote;
  const src = `/tickets/${ticket.number}/messages/${encodeURIComponent(event.name)}/html`;
  return {
    src: choice.showImages ? `${src}?images=1` : src,
    title: locale.text('message.frame', { author }),
    height: estimateHeight(body, remote - blocked),
    blocked:
      blocked === 0
        ? undefined
        : {
            href: choiceHref(ticket, event, 'images'),
            sentence: locale.text('message.blocked-images', { count: blocked }),
          },
  };
}

/** Pixels, from the length of the text: the frame cannot be measured from outside, and scrolls when it is more. */
function estimateHeight(body: Body | undefined, shownRemote: number): number {
  const lines = (body?.text.parts ?? []).reduce((sum, part) => sum + linesOf(part), 0);
  const pictures = (body?.html?.contentIds.length ?? 0) * 110 + shownRemote * 80;
  return Math.round(Math.min(720, Math.max(120, 40 + lines * 25 + pictures)));
}

/** What is folded takes one line, with room around it. */
function linesOf({ kind, segments, isOpen }: TextPart): number {
  if (kind !== 'own' && kind !== 'quoted' && isOpen !== true) return foldedLines;
  return segments
    .map(({ text }) => text)
    .join('')
    .split('\n')
    .reduce((sum, line) => sum + 1 + Math.floor(line.length / 80), 0);
}

const foldedLines = 2;

export function otherViewOf(
  { event, ticket, body }: MessageRequest,
  isFrame: boolean,
  { locale }: Words,
): OtherView | undefined {
  if (body?.html === undefined) return undefined;
  const view = isFrame ? 'text' : 'html';
  return {
    href: choiceHref(ticket, event, view),
    text: locale.text(isFrame ? 'message.as-text' : 'message.as-html'),
  };
}

function choiceHref(ticket: Ticket, event: TicketEvent, view: 'text' | 'html' | 'images'): string {
  return `/tickets/${ticket.number}?${view}=${encodeURIComponent(event.name)}#${messageId(event)}`;
}
