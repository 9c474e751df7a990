/**
 * Mails that are attached to a message, each as a mail of its own that unfolds: who, to whom, when, subject; opened, its text or
 * its HTML in a frame, its files, and the mails attached to it.
 *
 * Promises: pure. A long one, and one that was not opened for this page, is one click away on a page of its own.
 */
import { formatInstant } from '../../../base/clock.ts';
import {
  type Address,
  displayName,
  formatAddress,
  isAddress,
} from '../../../core/message/address.ts';
import { formatPartPath, isHeaderFile } from '../../../core/message/attached.ts';
import { firstField, type Mail } from '../../../core/message/mail.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { Ticket } from '../../../core/ticket/fold.ts';
import type { Right } from '../../../core/ticket/rights.ts';
import { type InnerMail, innerId, type OpenedMail } from '../inner-mails.ts';
import { namesInFrame, presentAttachments } from './attachments.ts';
import { presentHeld } from './held-images.ts';
import type { InnerContent, InnerHead, InnerMailView } from './inner-view.ts';
import { subjectOf } from './list.ts';
import { type MessageWords, problemKeys } from './message.ts';
import { type FrameView, frameSize, showsFrame } from './message-frame.ts';
import type { FlowItem } from './ticket.ts';

/** How one of them is looked at on a page of its own. */
export interface InnerChoice {
  readonly view?: 'text' | 'html' | undefined;
  readonly showImages?: boolean;
}

export interface InnerPlace {
  readonly ticket: Pick<Ticket, 'number' | 'customer' | 'mergedInto'>;
  readonly event: TicketEvent;
  readonly may: (right: Right) => boolean;
  /** Everything stands on this page, whatever its length. */
  readonly isWhole?: boolean;
  readonly choice?: InnerChoice;
}

/** Longer texts, and frames for longer HTML, wait for a page of their own. */
const longestText = 30_000;

export function presentInnerMails(
  mails: readonly InnerMail[],
  place: InnerPlace,
  words: MessageWords,
): readonly InnerMailView[] {
  return mails.map((mail) => presentInnerMail(mail, place, words));
}

export function presentInnerMail(
  inner: InnerMail,
  place: InnerPlace,
  words: MessageWords,
): InnerMailView {
  const { path, attachment, opened } = inner;
  const at = formatPartPath(path);
  const message = `/tickets/${place.ticket.number}/messages/${encodeURIComponent(place.event.name)}`;
  const isShort = opened !== undefined && opened.mail.text.length <= longestText;
  return {
    id: innerId(place.event, path),
    subject: opened === undefined ? attachment.name : subjectOf(opened.mail.subject, words.locale),
    isOpen: place.isWhole === true,
    href: `${message}/mails/${at}`,
    fileHref: `${message}/attachments/${at}`,
    size: words.locale.size(attachment.size),
    head: opened && headOf(opened.mail, words),
    content:
      opened !== undefined && (isShort || place.isWhole === true)
        ? contentOf(inner, opened, place, words)
        : undefined,
  };
}

function headOf(mail: Mail, { locale, dates, now }: MessageWords): InnerHead {
  const { from, to, date } = mail;
  const known = date !== undefined;
  return {
    author: from === undefined ? locale.text('message.no-sender') : displayName(from),
    address: from === undefined || from.name.trim() === '' ? '' : from.address,
    to: namesOf(to, locale),
    time: known ? dates.moment(date, now) : '',
    timeFull: known ? dates.full(date) : '',
    timeIso: known ? formatInstant(date) : '',
  };
}

const mostNamed = 5;

function namesOf(people: readonly Address[], locale: MessageWords['locale']): string {
  if (people.length === 0) return '';
  const names = people.slice(0, mostNamed).map((person) => displayName(person));
  const shown = people.length > mostNamed ? [...names, '…'] : names;
  return locale.text('message.to', { to: locale.list(shown) });
}

function contentOf(
  { path, attachment }: InnerMail,
  { mail, body, inner }: OpenedMail,
  place: InnerPlace,
  words: MessageWords,
): InnerContent {
  const { ticket, event, choice = {} } = place;
  const { locale } = words;
  const at = formatPartPath(path);
  const view = { view: choice.view, showImages: choice.showImages === true };
  const isFrame = showsFrame(body, view);
  const inFrame = isFrame ? namesInFrame(body.html) : undefined;
  const shownMails = new Set(inner.map(({ attachment: each }) => each.id));
  // Pages, appointments and gateways are what the message around it is about.
  const within: TicketEvent = {
    ...event,
    fields: new Map([...event.fields].filter(([name]) => !name.startsWith('appointment'))),
    mail: { ...event.mail, attachments: mail.attachments.filter(({ id }) => !shownMails.has(id)) },
  };
  const { images, files, sounds, videos } = presentAttachments(within, ticket.number, inFrame, {
    locale,
    seen: body.seen,
    within: `${at}.`,
  });
  const nested = { ...place, choice: {}, isWhole: false };
  return {
    text: isFrame || isHeaderFile(attachment) ? undefined : body.text,
    frame: isFrame ? frameOf({ mail, body, at }, place, words) : undefined,
    otherView: otherViewOf(body.html !== undefined, isFrame, { at, place }, words),
    images,
    files,
    sounds,
    videos,
    problems: [
      ...(isHeaderFile(attachment) ? [locale.text('inner.header-only')] : []),
      ...mail.problems.map(({ code }) => locale.text(problemKeys[code])),
    ],
    mails: presentInnerMails(inner, nested, words),
    ...waysToWriter(mail, place),
  };
}

function frameOf(
  { mail, body, at }: Pick<OpenedMail, 'mail' | 'body'> & { readonly at: string },
  { ticket, event, choice = {} }: InnerPlace,
  { locale }: MessageWords,
): FrameView {
  const showImages = choice.showImages === true;
  const message = `/tickets/${ticket.number}/messages/${encodeURIComponent(event.name)}`;
  const author =
    mail.from === undefined ? locale.text('message.no-sender') : displayName(mail.from);
  return {
    src: `${message}/html?mail=${at}${showImages ? '&images=1' : ''}`,
    title: locale.text('message.frame', { author }),
    ...frameSize(body),
    held:
      body.html === undefined
        ? undefined
        : presentHeld(
            {
              remote: body.html.remote,
              isShown: showImages,
              // Nobody can say who wrote what somebody attached.
              trust: undefined,
              href: `${message}/mails/${at}?images=1`,
              action: '',
              canAct: false,
            },
            { locale },
          ),
  };
}

function otherViewOf(
  hasHtml: boolean,
  isFrame: boolean,
  { at, place }: { readonly at: string; readonly place: InnerPlace },
  { locale }: MessageWords,
): InnerContent['otherView'] {
  if (!hasHtml) return undefined;
  const page = `/tickets/${place.ticket.number}/messages/${encodeURIComponent(place.event.name)}/mails/${at}`;
  return {
    href: `${page}?view=${isFrame ? 'text' : 'html'}`,
    text: locale.text(isFrame ? 'message.as-text' : 'message.as-html'),
  };
}

/** Colleagues hand on what customers wrote to them: who is meant stands in the mail that they attached. */
function waysToWriter(
  mail: Mail,
  { ticket, event, may }: InnerPlace,
): Pick<InnerContent, 'answerHref' | 'customer'> {
  const writer = mail.replyTo[0] ?? mail.from;
  const customer = ticket.customer?.address;
  const known = [event.mail.from?.address, customer].map((address) => address?.toLowerCase());
  const isOther =
    writer !== undefined &&
    isAddress(writer.address) &&
    event.kind === 'mail-in' &&
    ticket.mergedInto === undefined &&
    !event.fields.has('bounce') &&
    !event.fields.has('report') &&
    firstField(mail, 'auto-submitted') === undefined;
  if (!isOther) return { answerHref: undefined, customer: undefined };
  const key = writer.address.toLowerCase();
  const page = `/tickets/${ticket.number}`;
  const to = `${page}/answer?to=${encodeURIComponent(event.name)}&writer=${encodeURIComponent(writer.address)}`;
  return {
    answerHref: may('answer') && !known.includes(key) ? to : undefined,
    customer:
      may('note') && customer?.toLowerCase() !== key
        ? { action: `${page}/update`, value: formatAddress(writer) }
        : undefined,
  };
}

/** Of a conversation: its messages with their attached mails, which do not stand there as files once more. */
export function withInnerMails(
  flow: readonly FlowItem[],
  mails: ReadonlyMap<string, readonly InnerMail[]>,
  present: (name: string, mails: readonly InnerMail[]) => readonly InnerMailView[],
): readonly FlowItem[] {
  if (mails.size === 0) return flow;
  return flow.map((item) => {
    if (item.kind !== 'message') return item;
    const found = mails.get(item.message.name);
    if (found === undefined) return item;
    const views = present(item.message.name, found);
    const shown = new Set(views.map(({ fileHref }) => fileHref));
    const files = item.message.files.filter(({ href }) => !shown.has(href));
    return { ...item, message: { ...item.message, files, mails: views } };
  });
}
