/**
 * The forms in which a message is sent on, a call is noted, or a ticket is opened.
 *
 * Promises: pure; what was typed comes back as it was when it is refused.
 */

import { type ForwardedWords, forwardedText } from '../../../core/answers/forwarded.ts';
import { startText } from '../../../core/answers/quotation.ts';
import { displayName } from '../../../core/message/address.ts';
import { forwardSubject } from '../../../core/message/subject.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { Right } from '../../../core/ticket/rights.ts';
import type { TicketState } from '../../../core/ticket/states.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import type { Dates, Locale } from '../../../services/render/locale.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import { asSignature } from './answer.ts';
import { stateLooks } from './states.ts';

/** What stands in the fields, by name, as typed; ticked boxes in `ticked`. */
export interface Typed {
  get(name: string): string;
  readonly ticked: readonly string[];
}

export interface Refused {
  readonly text: string;
  /** Files were chosen, and the browser forgets them. */
  readonly lostFiles: boolean;
}

export interface ComposeRequest {
  readonly folder: TicketFolder;
  readonly typed: Typed | undefined;
  readonly refused: Refused | undefined;
}

interface Words {
  readonly locale: Locale;
  readonly dates: Dates;
}

function presentCommon({ folder, refused }: ComposeRequest, { locale }: Words) {
  return {
    foldHref: `/tickets/${folder.number}`,
    refused: refused?.text,
    refusedHead: locale.text('write.not-sent'),
    lostFiles: refused?.lostFiles ?? false,
    states: undefined,
    message: '',
  };
}

export function presentForward(
  request: ComposeRequest,
  { event, text }: { readonly event: TicketEvent; readonly text: string },
  words: Words,
) {
  const { folder, typed } = request;
  const { locale, dates } = words;
  const { mail } = event;
  const date = dates.full(mail.date ?? event.time);
  return {
    ...presentCommon(request, words),
    kind: 'forward',
    sign: 'forward',
    title: locale.text('compose.forward-title', {
      name: mail.from === undefined ? locale.text('message.no-sender') : displayName(mail.from),
    }),
    action: `/tickets/${folder.number}/forward`,
    message: event.name,
    to: typed?.get('to') ?? '',
    cc: typed?.get('cc') ?? '',
    subject: typed?.get('subject') ?? forwardSubject(folder.number, folder.ticket.subject),
    text:
      typed?.get('text') ?? `\n\n${forwardedText({ ...mail, date, text }, forwardedWords(locale))}`,
    textLabel: locale.text('compose.text'),
    files: mail.attachments.map(({ id, name, size, inline }) => ({
      id,
      name,
      size: locale.size(size),
      // Pictures within the text are seldom what somebody is to have.
      isTaken: typed === undefined ? !inline : typed.ticked.includes(String(id)),
    })),
    original: typed?.get('original') === '1',
    join: typed?.get('join') === '1',
    button: locale.text('compose.forward'),
  };
}

function forwardedWords(locale: Locale): ForwardedWords {
  return {
    heading: locale.text('compose.fwd-heading'),
    from: locale.text('compose.fwd-from'),
    date: locale.text('compose.fwd-date'),
    subject: locale.text('write.subject'),
    to: locale.text('write.to'),
    cc: locale.text('write.cc'),
  };
}

export function presentResend(request: ComposeRequest, event: TicketEvent, words: Words) {
  const { folder, typed } = request;
  const { locale, dates } = words;
  const { mail } = event;
  return {
    ...presentCommon(request, words),
    kind: 'resend',
    sign: 'resend',
    title: locale.text('compose.resend'),
    action: `/tickets/${folder.number}/resend`,
    message: event.name,
    to: typed?.get('to') ?? '',
    told: locale.text('compose.resend-told', {
      name: mail.from === undefined ? locale.text('message.no-sender') : displayName(mail.from),
      time: dates.full(mail.date ?? event.time),
    }),
    button: locale.text('compose.resend-button'),
  };
}

const statesAfterCall: readonly TicketState[] = ['open', 'pending-customer', 'closed'];

export function presentCall(
  request: ComposeRequest & { readonly phone: string },
  may: (right: Right) => boolean,
  words: Words,
) {
  const { folder, typed, phone } = request;
  const { locale } = words;
  const { ticket } = folder;
  const chosen = typed?.get('state') ?? '';
  return {
    ...presentCommon(request, words),
    kind: 'call',
    sign: 'phone',
    title: locale.text('compose.call-title'),
    action: `/tickets/${folder.number}/call`,
    direction: typed?.get('direction') === 'out' ? 'out' : 'in',
    phone: typed?.get('phone') ?? (phone || (ticket.extra.get('phone') ?? '')),
    text: typed?.get('text') ?? '',
    textLabel: locale.text('compose.call-text'),
    button: locale.text('compose.call-button'),
    states: [
      { value: '', text: locale.text('write.state-unchanged'), isCurrent: chosen === '' },
      ...statesAfterCall
        .filter((state) => may(state === 'closed' ? 'close' : 'answer'))
        .map((state) => toChoice(state, chosen, locale)),
    ],
  };
}

export interface NewRequest {
  readonly via: 'mail' | 'phone';
  readonly agent: Agent;
  /** What stands under a mail from the queue. */
  signatureIn(queue: string): string;
  /** Names of the queues in which the agent may. */
  readonly queues: readonly string[];
  readonly agents: readonly Agent[];
  readonly mayOwn: boolean;
  readonly mayClose: boolean;
  /** Whom a mail is to go to, where the way here said so. */
  readonly to: string;
  readonly typed: Typed | undefined;
  readonly refused: Refused | undefined;
}

export function presentNew(request: NewRequest, locale: Locale) {
  const { via, queues, typed, refused } = request;
  const queue = typed?.get('queue') ?? queues[0] ?? '';
  const signatureIn = (name: string) =>
    via === 'mail' ? asSignature(request.signatureIn(name)) : '';
  const signature = signatureIn(queue);
  const state = typed?.get('state') ?? 'open';
  const states: readonly TicketState[] = request.mayClose
    ? ['open', 'pending-customer', 'closed']
    : ['open', 'pending-customer'];
  return {
    via,
    ways: [
      way('mail', 'out', locale.text('compose.by-mail')),
      way('phone', 'phone', locale.text('compose.by-phone')),
    ],
    refused: refused?.text,
    lostFiles: refused?.lostFiles ?? false,
    queues: queues.map((value) => ({
      value,
      signature: signatureIn(value),
      isCurrent: value === queue,
    })),
    to: typed?.get('to') ?? request.to,
    cc: typed?.get('cc') ?? '',
    direction: typed?.get('direction') === 'out' ? 'out' : 'in',
    phone: typed?.get('phone') ?? '',
    name: typed?.get('name') ?? '',
    customer: typed?.get('customer') ?? '',
    subject: typed?.get('subject') ?? '',
    signature,
    text: typed?.get('text') ?? startText({ signature, quotation: '', place: 'above' }),
    textLabel: locale.text(via === 'mail' ? 'compose.text' : 'compose.call-text'),
    button: locale.text(via === 'mail' ? 'compose.open-and-send' : 'compose.open'),
    states: states.map((each) => toChoice(each, state, locale)),
    owners: ownersOf(request, locale),
  };

  function way(value: 'mail' | 'phone', sign: string, text: string) {
    return { href: `/new?via=${value}`, sign, text, isCurrent: value === via };
  }
}

function ownersOf({ agent, agents, mayOwn, typed }: NewRequest, locale: Locale) {
  const chosen = typed?.get('owner') ?? agent.login;
  const others = mayOwn ? agents.filter(({ login }) => login !== agent.login) : [];
  return [
    ...[agent, ...others].map(({ login, name }) => ({ value: login, text: name })),
    ...(mayOwn ? [{ value: '', text: locale.text('ticket.no-owner') }] : []),
  ].map((each) => ({ ...each, isCurrent: each.value === chosen }));
}

function toChoice(state: TicketState, chosen: string, locale: Locale) {
  return {
    value: state,
    text: locale.text(stateLooks[state].key),
    isCurrent: state === chosen,
  };
}
