/**
 * The whole ticket on paper: everything unfolded, nothing to click.
 *
 * Promises: pure; without notes it holds what customers wrote and were sent, and nothing else.
 */
import { formatInstant } from '../../../base/clock.ts';
import { type Address, formatAddress } from '../../../core/message/address.ts';
import { answersOf } from '../../../core/message/sender-remarks.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { Body } from '../bodies.ts';
import type { InnerMail } from '../inner-mails.ts';
import { presentAttachments } from './attachments.ts';
import type { EventLine } from './change-words.ts';
import { conversationLines } from './event-lines.ts';
import { filesText, type PrintedMail, printInnerMails } from './inner-print.ts';
import { ownerOf, subjectOf } from './list.ts';
import { type MessageWords, presentMessage, sideOf } from './message.ts';
import { createPictureSorter } from './pictures.ts';
import { priorityKeys, stateLooks } from './states.ts';

export interface PrintRequest {
  readonly folder: TicketFolder;
  readonly bodies: ReadonlyMap<string, Body>;
  readonly withNotes: boolean;
  /** Mails that are attached to messages, by the names of their events. */
  readonly mails?: ReadonlyMap<string, readonly InnerMail[]>;
}

type FrozenWords = MessageWords & Parameters<typeof ownerOf>[1];

export function presentPrint(request: PrintRequest, words: FrozenWords) {
  const { folder, withNotes } = request;
  const { ticket } = folder;
  const { locale, dates, now } = words;
  const sort = createPictureSorter();
  const page = `/tickets/${ticket.number}`;
  const fact = (key: string, value: string) => ({ name: locale.text(key), value });
  const customer = ticket.customer === undefined ? '' : formatAddress(ticket.customer);
  return {
    number: ticket.number,
    href: page,
    subject: subjectOf(ticket.subject, locale),
    language: ticket.language,
    facts: [
      fact('print.ticket', ticket.number),
      fact('side.customer', customer),
      fact('print.state', locale.text(stateLooks[ticket.state].key)),
      ...(withNotes
        ? [
            fact('print.queue', ticket.queue),
            fact(
              'print.owner',
              ownerOf(ticket.owner, words)?.name ?? locale.text('ticket.no-owner'),
            ),
            fact('print.priority', locale.text(priorityKeys[ticket.priority])),
            fact('side.tags', locale.list([...ticket.tags].sort())),
          ]
        : []),
      fact('print.opened', dates.full(ticket.created)),
    ].filter(({ value }) => value !== ''),
    printed: locale.text('print.printed', { time: dates.full(now) }),
    choice: {
      isWithNotes: withNotes,
      href: `${page}/print?notes=${withNotes ? '0' : '1'}`,
      text: locale.text(withNotes ? 'print.leave-notes' : 'print.take-notes'),
    },
    items: folder.messages.flatMap(({ event, home }) =>
      presentItem(event, home !== undefined, { ...request, sort }, words),
    ),
  };
}

type PrintItem =
  | { readonly kind: 'message'; readonly message: PrintedMessage }
  | {
      readonly kind: 'line';
      readonly time: string;
      readonly timeIso: string;
      readonly line: EventLine;
    };

interface SortedRequest extends PrintRequest {
  readonly sort: ReturnType<typeof createPictureSorter>;
}

interface PrintedMessage {
  readonly side: 'theirs' | 'ours' | 'note';
  readonly time: string;
  readonly timeIso: string;
  readonly author: string;
  readonly label: string | undefined;
  readonly language: string | undefined;
  readonly people: readonly { readonly name: string; readonly value: string }[];
  readonly text: string;
  readonly images: readonly { readonly src: string; readonly name: string }[];
  readonly files: readonly { readonly name: string; readonly size: string }[];
  /** Their names and sizes in one line. */
  readonly filesText: string;
  readonly delivery: string | undefined;
  /** What was attached as mails, those within them behind each. */
  readonly mails: readonly PrintedMail[];
}

function presentItem(
  event: TicketEvent,
  isElsewhere: boolean,
  request: SortedRequest,
  words: MessageWords,
): readonly PrintItem[] {
  const side = sideOf(event);
  const items: PrintItem[] = [];
  if (side !== undefined && (request.withNotes || side !== 'note'))
    items.push({ kind: 'message', message: presentPrinted(event, request, words) });
  const isQuiet = event.kind === 'delivery' || event.kind === 'draft';
  if (!request.withNotes || isElsewhere || isQuiet) return items;
  const lines = conversationLines(event, words).map((line): PrintItem => {
    const time = words.dates.full(event.time);
    return { kind: 'line', time, timeIso: formatInstant(event.time), line };
  });
  return [...items, ...lines];
}

function presentPrinted(
  event: TicketEvent,
  { folder, bodies, withNotes, mails = new Map(), sort }: SortedRequest,
  words: MessageWords,
): PrintedMessage {
  const body = bodies.get(event.name);
  const choice = { view: 'text', showImages: false } as const;
  const request = { event, ticket: folder.ticket, body, choice, folder, may: () => false };
  const { kind, author, label, language, delivery, meta } = presentMessage(request, words);
  const attached = presentAttachments(event, folder.number, undefined, {
    locale: words.locale,
    seen: body?.seen,
  });
  const { shown: images, again, small } = sort(attached.images, body?.pictures);
  const inner = printInnerMails(
    mails.get(event.name) ?? [],
    { event, number: folder.number },
    words,
  );
  const apart = new Set(inner.map(({ href }) => href));
  // Nobody needs a logo twice on paper; its name says that it was there.
  const files = [
    ...attached.files,
    ...attached.sounds,
    ...attached.videos,
    ...again,
    ...small,
  ].filter(({ href }) => !apart.has(href));
  return {
    side: kind,
    time: words.dates.full(event.time),
    timeIso: formatInstant(event.time),
    author: kind === 'theirs' && meta !== '' ? `${author} <${meta}>` : author,
    label: label?.text,
    language,
    people: kind === 'note' ? [] : peopleOf(event, words),
    text: (body?.plain ?? event.mail.snippet).trimEnd(),
    images: images.map(({ src, name }) => ({ src, name })),
    files: files.map(({ name, size }) => ({ name, size })),
    filesText: filesText(files, words),
    delivery: withNotes ? delivery?.text : undefined,
    mails: inner,
  };
}

function peopleOf({ mail }: TicketEvent, { locale }: MessageWords) {
  const list = (name: string, addresses: readonly Address[]) =>
    addresses.length === 0 ? [] : [{ name, value: locale.list(addresses.map(formatAddress)) }];
  return [
    ...list(locale.text('traffic.reply-to'), answersOf(mail)?.people ?? []),
    ...list(locale.text('traffic.to'), mail.to),
    ...list(locale.text('traffic.cc'), mail.cc),
  ];
}
