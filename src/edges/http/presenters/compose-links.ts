/**
 * Where mails are sent on, calls are noted and tickets begin; and what a message is that was sent on.
 *
 * Promises: pure; what the reader may not do is not offered, and what nobody can do neither.
 */

import { displayName } from '../../../core/message/address.ts';
import type { EventKind, TicketEvent } from '../../../core/ticket/event.ts';
import type { Ticket } from '../../../core/ticket/fold.ts';
import type { Right } from '../../../core/ticket/rights.ts';
import { renderLightPart } from '../../../services/render/light-html.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { Body } from '../bodies.ts';
import type { EventWords } from './change-words.ts';
import type { MailText } from './mail-text.ts';
import type { MessageChoice } from './message-frame.ts';
import { isInfected } from './verdicts.ts';

export interface PassOn {
  readonly label: string;
  readonly forwardHref: string;
  /** Only what was a mail can go on as it is. */
  readonly resendHref: string | undefined;
}

interface PassOnRequest {
  readonly ticket: Ticket;
  readonly may: (right: Right) => boolean;
}

const forwardable: ReadonlySet<EventKind | undefined> = new Set<EventKind>([
  'mail-in',
  'mail-out',
  'call-in',
  'call-out',
  'fax-in',
  'fax-out',
  'recording',
  'import',
]);
const mails: ReadonlySet<EventKind | undefined> = new Set<EventKind>([
  'mail-in',
  'mail-out',
  'import',
]);

/** The ways of a message to somebody else. */
export function presentPassOn(
  event: TicketEvent,
  { ticket, may }: PassOnRequest,
  locale: Locale,
): PassOn | undefined {
  if (!may('answer') || ticket.mergedInto !== undefined) return undefined;
  if (!forwardable.has(event.kind) || isInfected(event)) return undefined;
  const page = `/tickets/${ticket.number}`;
  const message = encodeURIComponent(event.name);
  return {
    label: locale.text('compose.more-message'),
    forwardHref: `${page}/forward?message=${message}`,
    resendHref: mails.has(event.kind) ? `${page}/resend?message=${message}` : undefined,
  };
}

/** What else can be done with a ticket, in the menu at its top. */
export function presentMore(
  { folder, may }: { folder: TicketFolder; may: PassOnRequest['may'] },
  locale: Locale,
) {
  const { ticket, messages } = folder;
  if (ticket.mergedInto !== undefined) return [];
  const page = `/tickets/${ticket.number}`;
  const newest = messages.findLast(
    ({ event }) => event.kind === 'mail-in' && !isInfected(event),
  )?.event;
  return [
    ...(newest !== undefined && may('answer')
      ? [
          {
            href: `${page}/forward?message=${encodeURIComponent(newest.name)}`,
            sign: 'forward',
            text: locale.text('compose.forward-newest'),
            key: 'forward',
          },
        ]
      : []),
    ...(may('note')
      ? [
          { href: `${page}/call`, sign: 'phone', text: locale.text('compose.note-call'), key: '' },
          {
            href: `${page}/appointment`,
            sign: 'date',
            text: locale.text('appointment.make'),
            key: 'appointment',
          },
        ]
      : []),
  ];
}

/** Over a message that went on to somebody else. */
export function labelPassed(
  event: TicketEvent,
  locale: Locale,
): { readonly sign: string; readonly text: string } | undefined {
  if (event.fields.has('forward'))
    return { sign: 'forward', text: locale.text('compose.forwarded') };
  if (event.fields.has('resent')) return { sign: 'resend', text: locale.text('compose.resent') };
  if (!isNotedCall(event)) return undefined;
  const key = event.kind === 'call-in' ? 'compose.call-in' : 'compose.call-out';
  return { sign: 'phone', text: locale.text(key) };
}

function isNotedCall(event: TicketEvent): boolean {
  return (event.kind === 'call-in' || event.kind === 'call-out') && event.actor.kind === 'agent';
}

/** A call that an agent noted is what the customer said; who noted it stands beside. */
export function presentCaller(
  event: TicketEvent,
  { customer }: Ticket,
  { locale, nameOf }: Pick<EventWords, 'locale' | 'nameOf'>,
): { readonly author: string; readonly meta: string } | undefined {
  if (event.kind !== 'call-in' || event.actor.kind !== 'agent') return undefined;
  const caller = customer === undefined ? event.fields.get('phone')?.[0] : displayName(customer);
  return {
    author: caller ?? locale.text('message.no-sender'),
    meta: locale.text('compose.noted-by', { name: nameOf(event.actor.login) }),
  };
}

/**
 * What we wrote with light formatting, as a part of the page: in its colours, its quotation folded. Pictures stand below
 * it; undefined for what is shown otherwise.
 */
export function presentRich(
  event: TicketEvent,
  body: Body | undefined,
  { view }: MessageChoice,
): MailText | undefined {
  const isOurs = event.kind === 'mail-out' && event.actor.kind === 'agent';
  if (!isOurs || view !== undefined || event.fields.has('resent')) return undefined;
  if (body?.html?.isFormatted !== true) return undefined;
  return {
    parts: body.text.parts.map((part) =>
      part.kind === 'own'
        ? { ...part, rich: renderLightPart(part.segments.map(({ text }) => text).join('')) }
        : part,
    ),
  };
}

/** Whom a resent mail went to; its own fields name whom it went to the first time. */
export function resentTo(event: TicketEvent): readonly string[] | undefined {
  return event.fields.has('resent') ? event.fields.get('recipient') : undefined;
}

/** The sentence of the history about a mail that was sent on; undefined for any other. */
export function passedKey(
  event: TicketEvent,
): { readonly key: string; readonly sign: string } | undefined {
  if (event.fields.has('forward')) return { key: 'compose.event-forward', sign: 'forward' };
  return event.fields.has('resent') ? { key: 'compose.event-resend', sign: 'resend' } : undefined;
}

export function passedTo(event: TicketEvent, { locale }: Pick<EventWords, 'locale'>): string {
  return locale.list(event.fields.get('recipient') ?? []);
}
