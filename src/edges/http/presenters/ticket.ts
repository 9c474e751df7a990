/**
 * A ticket: the line of facts, the conversation, the side bar.
 *
 * Promises: pure; what was done stands between what was said, in the order of the history.
 */
import { formatInstant, type Instant } from '../../../base/clock.ts';
import type { Config } from '../../../config/config.ts';
import { displayName } from '../../../core/message/address.ts';
import { phoneOf } from '../../../core/phone/phone-number.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import { stateNameOf } from '../../../core/ticket/facts.ts';
import type { Ticket } from '../../../core/ticket/fold.ts';
import type { Right } from '../../../core/ticket/rights.ts';
import { isEnded, priorities } from '../../../core/ticket/states.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { Body } from '../bodies.ts';
import { presentNext } from './appointment.ts';
import type { EventLine } from './change-words.ts';
import { presentMore } from './compose-links.ts';
import { presentTrail } from './contacts.ts';
import { conversationLines } from './event-lines.ts';
import { listHref, queryAllOpen, queryQueue } from './frame.ts';
import { ownerOf, subjectOf } from './list.ts';
import { presentUnread } from './mail-flags.ts';
import { type MessageView, type MessageWords, presentMessage, sideOf } from './message.ts';
import type { MessageChoice } from './message-frame.ts';
import { addressName, initialsOf } from './people.ts';
import { shownPhone } from './phone.ts';
import { presentBars } from './regroup.ts';
import { nameState, priorityKeys } from './states.ts';
import { presentFields, stateChoices } from './ticket-fields.ts';

export interface TicketRequest {
  readonly folder: TicketFolder;
  readonly bodies: ReadonlyMap<string, Body>;
  /** What is shown of the history; the newest part. */
  readonly shown: readonly TicketEvent[];
  /** Messages before it. */
  readonly earlier: number;
  readonly choiceOf: (event: TicketEvent) => MessageChoice;
  readonly agents: readonly Agent[];
  /** Until when the agent is away, and who stands in. */
  readonly awayOf: (login: string) => string | undefined;
  readonly config: Config;
  /** What the reader may do with this ticket; nothing else is offered. */
  readonly may: (right: Right) => boolean;
}

export type FlowItem =
  | { readonly kind: 'day'; readonly id: string; readonly text: string }
  | { readonly kind: 'message'; readonly message: MessageView }
  | {
      readonly kind: 'line';
      readonly id: string;
      readonly time: string;
      readonly timeIso: string;
      readonly line: EventLine;
    };

export function presentTicket(request: TicketRequest, words: MessageWords) {
  const { folder, earlier } = request;
  const { ticket } = folder;
  const { locale } = words;
  return {
    number: ticket.number,
    href: `/tickets/${ticket.number}`,
    subject: subjectOf(ticket.subject, locale),
    language: ticket.language,
    back: {
      href: `${listHref(ticket.queue === '' ? queryAllOpen : queryQueue(ticket.queue))}&show=${ticket.number}`,
      text: ticket.queue === '' ? locale.text('tree.all-open') : ticket.queue,
    },
    facts: presentFacts(request, words),
    flow: presentFlow(request, words),
    earlier:
      earlier === 0
        ? undefined
        : {
            href: `/tickets/${ticket.number}?whole=1`,
            text: locale.text('ticket.earlier', { count: earlier }),
          },
    trail: presentTrail(
      {
        page: `/tickets/${ticket.number}`,
        events: folder.messages.map(({ event }) => event),
        shown: request.shown,
      },
      words,
    ),
    begin: presentBegin(request, words),
    arrived: JSON.stringify(locale.plurals('ticket.arrived')),
    bars: presentBars(folder, locale).map((bar) =>
      request.may('move') ? bar : { ...bar, buttons: [] },
    ),
    unread: presentUnread(folder, locale),
    side: presentSide(request, words),
    fields: presentFields(fieldsRequest(request), words),
    more: presentMore(request, locale),
  };
}

function fieldsRequest({ folder, agents, config, may }: TicketRequest) {
  return { ticket: folder.ticket, agents, config, may };
}

function presentFlow(
  { folder, shown, bodies, choiceOf, may }: TicketRequest,
  words: MessageWords,
): readonly FlowItem[] {
  const { dates } = words;
  const { ticket } = folder;
  const items: FlowItem[] = [];
  const elsewhere = new Set(
    folder.messages.flatMap(({ event, home }) => (home === undefined ? [] : [event.name])),
  );
  let before: Instant | undefined;
  for (const event of shown) {
    const own: FlowItem[] = [];
    if (sideOf(event) !== undefined) {
      const body = bodies.get(event.name);
      own.push({
        kind: 'message',
        message: presentMessage(
          { event, ticket, body, choice: choiceOf(event), folder, may },
          words,
        ),
      });
    }
    // What a mail of a merged ticket did to that one stands in its own history.
    if (!elsewhere.has(event.name)) own.push(...presentLines(event, words));
    if (own.length === 0) continue;
    if (before === undefined || !dates.isSameDay(before, event.time))
      items.push(presentDay(event.time, words));
    before = event.time;
    items.push(...own);
  }
  return items;
}

function presentDay(time: Instant, { dates, now }: MessageWords): FlowItem {
  return { kind: 'day', id: `d-${dates.day(time)}`, text: dates.dayHeading(time, now) };
}

function presentLines(event: TicketEvent, words: MessageWords): readonly FlowItem[] {
  if (event.kind === 'delivery' || event.kind === 'draft') return [];
  return conversationLines(event, words).map((line, at) => ({
    kind: 'line',
    id: `e-${at}-${encodeURIComponent(event.name)}`,
    time: words.dates.time(event.time),
    timeIso: formatInstant(event.time),
    line,
  }));
}

function presentFacts(request: TicketRequest, words: MessageWords) {
  const { folder, agents, config, may, awayOf } = request;
  const { ticket } = folder;
  const { locale, login } = words;
  const owner = ownerOf(ticket.owner, words);
  return {
    state: {
      ...nameState({ state: ticket.state, stateName: stateNameOf(ticket) }, words),
      choices: stateChoices(ticket, fieldsRequest(request), words),
    },
    owner: {
      owner,
      text: owner?.name ?? locale.text('ticket.no-owner'),
      choices: offered(may('own'), [
        ...agents.map(({ login: value, name }) => ({
          value,
          text: name,
          away: awayOf(value),
          initials: initialsOf(name),
          isCurrent: value === ticket.owner,
        })),
        {
          value: '',
          text: locale.text('ticket.no-owner'),
          away: undefined,
          initials: '',
          isCurrent: ticket.owner === undefined,
        },
      ]),
    },
    queue: {
      text: ticket.queue,
      also: alsoIn(ticket, locale),
      choices: offered(
        may('move'),
        config.queues.map(({ name }) => ({
          value: name,
          text: name,
          isCurrent: name === ticket.queue,
        })),
      ),
    },
    priority: {
      text: locale.text(priorityKeys[ticket.priority]),
      isHigh: ticket.priority === 'high' || ticket.priority === 'urgent',
      choices: offered(
        may('note'),
        priorities.toReversed().map((value) => ({
          value,
          text: locale.text(priorityKeys[value]),
          isCurrent: value === ticket.priority,
        })),
      ),
    },
    isEnded: isEnded(ticket.state),
    canChange: ticket.mergedInto === undefined && ticket.state !== 'removed',
    canClose: may('close'),
    takeAs: ticket.owner === login || !may('own') ? undefined : login,
  };
}

/** What may not be done is not offered. */
function offered<T>(isAllowed: boolean, choices: readonly T[]): readonly T[] {
  return isAllowed ? choices : [];
}

/** The other queues in which it is known. */
function alsoIn({ queue, alsoQueues }: Ticket, locale: MessageWords['locale']): string | undefined {
  const others = [...alsoQueues].filter((name) => name !== queue).sort();
  return others.length === 0
    ? undefined
    : locale.text('ticket.also-in', { queues: locale.list(others) });
}

/** The bar from which an answer or a note begins. */
function presentBegin({ folder, may }: TicketRequest, { locale, own }: MessageWords) {
  const { ticket } = folder;
  const page = `/tickets/${ticket.number}`;
  const answered = folder.messages.findLast(({ event }) => event.kind === 'mail-in')?.event;
  const latest =
    answered ?? folder.messages.findLast(({ event }) => event.kind === 'mail-out')?.event;
  const message = latest === undefined ? '' : `?to=${encodeURIComponent(latest.name)}`;
  const name = addressName(
    answered?.mail.replyTo[0] ?? answered?.mail.from ?? ticket.customer,
    own,
  );
  const people = latest === undefined ? 0 : latest.mail.to.length + latest.mail.cc.length;
  return {
    text:
      name === undefined
        ? locale.text('ticket.answer-somebody')
        : locale.text('ticket.answer-to', { name }),
    answerHref: may('answer') ? `${page}/answer${message}` : undefined,
    answerAllHref: people > 1 && may('answer') ? `${page}/answer${message}&all=1` : undefined,
    noteHref: may('note') ? `${page}/note` : undefined,
  };
}

function presentSide({ folder }: TicketRequest, words: MessageWords) {
  const { ticket } = folder;
  const { locale, dates } = words;
  const { customer } = ticket;
  return {
    customer:
      customer === undefined
        ? undefined
        : {
            name: displayName(customer, words.own),
            address: customer.address,
            href: mailtoHref(customer.address),
            phone: phoneBeside(ticket),
            language:
              ticket.language === undefined ? undefined : locale.languageName(ticket.language),
          },
    appointment: presentNext(folder, words),
    foreign: [...ticket.foreign].sort().map((key) => key.replace(':', ' ')),
    created: dates.full(ticket.created),
    historyHref: `/tickets/${ticket.number}/history`,
    events: locale.text('ticket.events', { count: folder.messages.length }),
  };
}

/** Undefined where the number is the customer's name. */
function phoneBeside({ customer, extra }: Ticket): string | undefined {
  const phone = shownPhone(extra.get('phone'));
  return phone === customer?.name ? undefined : phone;
}

function mailtoHref(address: string): string {
  if (phoneOf(address) !== undefined) return address;
  return `mailto:${encodeURIComponent(address).replace('%40', '@')}`;
}
