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
import { type HeldView, type ImageTrust, presentHeld, showsAlways } from './held-images.ts';

/** What the reader asked for, by message name. */
export interface MessageChoice {
  readonly view: 'text' | 'html' | undefined;
  readonly showImages: boolean;
  /** Who sent it, for its images. */
  readonly trust?: ImageTrust | undefined;
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
  /** Class of its height on a narrow page. */
  readonly narrow: string;
  /** Undefined when nothing is held back. */
  readonly held: HeldView | undefined;
}

export function messageId(event: Pick<TicketEvent, 'name'>): string {
  return `m-${encodeURIComponent(event.name)}`;
}

export function showsFrame(body: Body | undefined, { view }: MessageChoice): boolean {
  if (body?.html === undefined) return false;
  return view === undefined ? body.isOnlyHtml || body.html.isFormatted : view === 'html';
}

export function presentFrame(
  { event, ticket, body, choice, may }: MessageRequest,
  author: string,
  { locale }: Words,
): FrameView {
  const { trust } = choice;
  const isShown = choice.showImages || showsAlways(trust);
  const page = `/tickets/${ticket.number}/messages/${encodeURIComponent(event.name)}`;
  return {
    src: choice.showImages ? `${page}/html?images=1` : `${page}/html`,
    title: locale.text('message.frame', { author }),
    ...frameSize(body),
    held:
      body?.html === undefined
        ? undefined
        : presentHeld(
            {
              remote: body.html.remote,
              isShown,
              trust,
              href: choiceHref(ticket, event, 'images'),
              action: `${page}/images`,
              canAct: may('see'),
            },
            { locale },
          ),
  };
}

export function frameSize(body: Body | undefined): Pick<FrameView, 'height' | 'narrow'> {
  const [wide, narrow] = body?.html?.heights ?? [0, 0];
  const height = Math.max(shortest, Math.round(wide * spare) + edges);
  const step = Math.floor((narrow * narrowSpare + edges) / narrowStep);
  return { height: Math.min(tallest, height), narrow: narrowClasses[step] ?? 'tall-8' };
}

/** Pixels. The page's style keeps a tall frame within the window; it scrolls then. */
const tallest = 1600;
const shortest = 112;
/** A little too tall is an empty line; a little too short is a second scroll bar. */
const spare = 1.15;
const narrowSpare = 1.3;
const edges = 60;
/** As the style sheet has them, each so many pixels taller. */
const narrowStep = 120;
const narrowClasses = ['tall-1', 'tall-2', 'tall-3', 'tall-4', 'tall-5', 'tall-6', 'tall-7'];

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
