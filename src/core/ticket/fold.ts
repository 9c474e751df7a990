/**
 * A ticket is the sum of its events.
 *
 * Promises: pure; the order in which a directory lists files and in which they arrived changes
 * nothing; an event seen twice counts once; no event can make the fold fail. For the last writer
 * of a field, `Ticket-Time` decides, then the unique name.
 * Leaves to others: whether a change was allowed (decide.ts, before it was written).
 */
import { type Instant, parseInstant, toInstant } from '../../base/clock.ts';
import { parseBounce } from '../delivery/bounce.ts';
import { type Address, addressKey, parseAddress } from '../message/address.ts';
import { tidySubject } from '../message/subject.ts';
import { parsePhoneAddress } from '../phone/phone-number.ts';
import {
  type Change,
  type Digest,
  type MessageName,
  parseMessageName,
  parseParameters,
  type TicketEvent,
} from './event.ts';
import { isImported } from './imported.ts';
import { parseTicketNumber, type TicketNumber } from './number.ts';
import { isEnded, isPriority, isTicketState, type Priority, type TicketState } from './states.ts';

export type DeliveryState = 'waiting' | 'sent' | 'deferred' | 'failed';

export interface Delivery {
  readonly state: DeliveryState;
  /** When the last attempt ended; for `waiting`, when the mail was written. */
  readonly time: Instant;
  readonly attempts: number;
  /** SMTP reply of the last attempt, if there was one. */
  readonly reply: string | undefined;
  /** When the next attempt is due; only while deferred. */
  readonly nextAttempt: Instant | undefined;
}

/** The word of another server that a mail of ours did not arrive, after it had been handed on. */
export interface Bounced {
  readonly time: Instant;
  readonly recipient: string | undefined;
  /** The other server's own words, or the status code. */
  readonly reason: string | undefined;
  /** The report. */
  readonly report: MessageName;
}

export interface Ticket {
  readonly number: TicketNumber;
  readonly subject: string;
  readonly state: TicketState;
  readonly queue: string;
  readonly priority: Priority;
  readonly owner: string | undefined;
  readonly responsible: string | undefined;
  readonly language: string | undefined;
  readonly customer: Address | undefined;
  /** Address keys of everybody outside who takes part. */
  readonly participants: ReadonlySet<string>;
  readonly tags: ReadonlySet<string>;
  readonly watchers: ReadonlySet<string>;
  /** `KIND:NUMBER`, for example `related:20261123004266`. */
  readonly links: ReadonlySet<string>;
  readonly pendingUntil: Instant | undefined;
  readonly mergedInto: TicketNumber | undefined;
  /** Numbers of tickets merged into this one, as far as its own events say; theirs decide. */
  readonly merged: ReadonlySet<string>;
  /** Further queues in which the ticket is known. */
  readonly alsoQueues: ReadonlySet<string>;
  /** Numbers of other systems: `otrs:2026112310000012`. */
  readonly foreign: ReadonlySet<string>;
  /** Logins of agents whom a note named, until they say that they have seen it. */
  readonly mentions: ReadonlySet<string>;
  /** Logins of agents who are asked for advice. */
  readonly advice: ReadonlySet<string>;
  /** Fields that this version has no rule for. */
  readonly extra: ReadonlyMap<string, string>;
  readonly created: Instant;
  /** Time of the last event that a person would call news (deliveries and escalation steps are not). */
  readonly updated: Instant;
  /** Latest time in the folder; the next event is later. */
  readonly latest: Instant;
  readonly closedAt: Instant | undefined;
  /** Digests that no event names as its predecessor. */
  readonly heads: ReadonlySet<Digest>;
  readonly known: ReadonlySet<Digest>;
  /** Digests that an event names as its predecessor and that no event has. */
  readonly awaited: ReadonlySet<Digest>;
  readonly names: ReadonlySet<MessageName>;
  readonly deliveries: ReadonlyMap<MessageName, Delivery>;
  /** Mails of this ticket that came back, each with the newest report. */
  readonly bounces: ReadonlyMap<MessageName, Bounced>;
}

/** By time, then by name: the one order of a ticket's history. */
export function compareEvents(one: TicketEvent, other: TicketEvent): number {
  if (one.time !== other.time) return one.time - other.time;
  return one.name < other.name ? -1 : one.name > other.name ? 1 : 0;
}

export function foldTicket(number: TicketNumber, events: readonly TicketEvent[]): Ticket {
  return continueFold(emptyTicket(number), events);
}

/** The fold of more events, all of them later than those already in the ticket. */
export function continueFold(ticket: Ticket, events: readonly TicketEvent[]): Ticket {
  const sum = openSum(ticket);
  for (const event of [...events].sort(compareEvents)) {
    // A draft has happened to nobody yet; it comes and goes without a trace.
    if (event.kind === 'draft' || sum.names.has(event.name)) continue;
    sum.names.add(event.name);
    addToHistory(sum, event);
    addMail(sum, event);
    // The breaker of automatic mail holds until a person has acted.
    if (event.actor.kind === 'agent' || event.actor.kind === 'user') sum.extra.delete('breaker');
    for (const change of event.changes) applyChange(sum, change, event);
    addDelivery(sum, event);
    addBounces(sum, event);
  }
  return sum;
}

export function emptyTicket(number: TicketNumber): Ticket {
  return {
    number,
    subject: '',
    state: 'new',
    queue: '',
    priority: 'normal',
    owner: undefined,
    responsible: undefined,
    language: undefined,
    customer: undefined,
    participants: new Set(),
    tags: new Set(),
    watchers: new Set(),
    links: new Set(),
    pendingUntil: undefined,
    mergedInto: undefined,
    merged: new Set(),
    alsoQueues: new Set(),
    foreign: new Set(),
    mentions: new Set(),
    advice: new Set(),
    extra: new Map(),
    created: toInstant(0),
    updated: toInstant(0),
    latest: toInstant(0),
    closedAt: undefined,
    heads: new Set(),
    known: new Set(),
    awaited: new Set(),
    names: new Set(),
    deliveries: new Map(),
    bounces: new Map(),
  };
}

type Sum = { -readonly [K in keyof Ticket]: Open<Ticket[K]> };
type Open<T> =
  T extends ReadonlyMap<infer K, infer V> ? Map<K, V> : T extends ReadonlySet<infer U> ? Set<U> : T;

function openSum(ticket: Ticket): Sum {
  return {
    ...ticket,
    participants: new Set(ticket.participants),
    tags: new Set(ticket.tags),
    watchers: new Set(ticket.watchers),
    links: new Set(ticket.links),
    merged: new Set(ticket.merged),
    alsoQueues: new Set(ticket.alsoQueues),
    foreign: new Set(ticket.foreign),
    mentions: new Set(ticket.mentions),
    advice: new Set(ticket.advice),
    extra: new Map(ticket.extra),
    heads: new Set(ticket.heads),
    known: new Set(ticket.known),
    awaited: new Set(ticket.awaited),
    names: new Set(ticket.names),
    deliveries: new Map(ticket.deliveries),
    bounces: new Map(ticket.bounces),
  };
}

function addToHistory(sum: Sum, event: TicketEvent): void {
  if (sum.names.size === 1) sum.created = event.time;
  sum.latest = toInstant(Math.max(sum.latest, event.time));
  if (isNews(event)) sum.updated = toInstant(Math.max(sum.updated, event.time));
  // A clock may have been wrong and a file copied: an event can come before those that it names.
  if (!sum.awaited.delete(event.digest) && !sum.known.has(event.digest))
    sum.heads.add(event.digest);
  sum.known.add(event.digest);
  for (const digest of event.previous) {
    sum.heads.delete(digest);
    if (!sum.known.has(digest)) sum.awaited.add(digest);
  }
}

/** A step that falls due would make a ticket that waits the longest look like the newest. */
function isNews({ kind, fields }: TicketEvent): boolean {
  return kind !== 'delivery' && !(kind === 'escalation' && fields.has('escalation'));
}

/** What a mail says when no change says otherwise: the first one gives subject, customer and language. */
function addMail(sum: Sum, event: TicketEvent): void {
  const { kind, mail } = event;
  // A fax that we know of only because a program put it there has no way of its own to be delivered.
  if (
    (kind === 'mail-out' && !isImported(event)) ||
    (kind === 'fax-out' && event.fields.has('recipient'))
  ) {
    sum.deliveries.set(event.name, {
      state: 'waiting',
      time: event.time,
      attempts: 0,
      reply: undefined,
      nextAttempt: undefined,
    });
  }
  if (sum.subject === '') sum.subject = tidySubject(mail.subject);
  if (kind !== 'mail-in') return;
  const writer = mail.replyTo[0] ?? mail.from;
  if (writer === undefined) return;
  sum.customer ??= mail.from ?? writer;
}

function applyChange(sum: Sum, change: Change, event: TicketEvent): void {
  if (change.kind === 'set') setField(sum, change.field, change.value, event);
  else changeSet(sum, change);
}

function setField(sum: Sum, field: string, value: string, event: TicketEvent): void {
  switch (field) {
    case 'state':
      setState(sum, value, event);
      return;
    case 'priority':
      if (isPriority(value)) sum.priority = value;
      return;
    case 'queue':
      if (value !== '') sum.queue = value;
      return;
    case 'subject':
      if (value !== '') sum.subject = value;
      return;
    case 'customer':
      sum.customer = parseAddress(value) ?? parsePhoneAddress(value) ?? sum.customer;
      return;
    case 'owner':
      sum.owner = value === '' ? undefined : value;
      return;
    case 'responsible':
      sum.responsible = value === '' ? undefined : value;
      return;
    case 'language':
      sum.language = value === '' ? undefined : value;
      return;
    case 'pending-until':
      sum.pendingUntil = parseInstant(value);
      return;
    case 'merged-into':
      sum.mergedInto = parseTicketNumber(value);
      return;
    default:
      if (value === '') sum.extra.delete(field);
      else sum.extra.set(field, value);
  }
}

/** What a state brings to an end; a ticket that is merged or removed may come back as it was. */
function setState(sum: Sum, value: string, event: TicketEvent): void {
  if (!isTicketState(value)) {
    // Written by hand, or by a desk that has more states: shown by its own word over the type that holds.
    if (value !== '') sum.extra.set('state-name', value);
    return;
  }
  sum.state = value;
  // Mails that are imported come one by one; the last of them is the end.
  const closedBefore = isImported(event) ? undefined : sum.closedAt;
  sum.closedAt = value.startsWith('closed') ? (closedBefore ?? event.time) : undefined;
  if (value === 'merged' || value === 'removed') return;
  sum.extra.delete('state-name');
  sum.extra.delete('state-before-removal');
  if (!isEnded(value)) sum.extra.delete('close-reason');
  if (value !== 'pending-reminder' && value !== 'pending-close') sum.pendingUntil = undefined;
}

function changeSet(sum: Sum, change: Exclude<Change, { kind: 'set' }>): void {
  const value = change.set === 'participant' ? addressKey(change.value) : change.value;
  const set = setOf(sum, change.set);
  if (set === undefined || value === '') return;
  if (change.kind === 'add') set.add(value);
  else set.delete(value);
}

function setOf(sum: Sum, name: string): Set<string> | undefined {
  switch (name) {
    case 'participant':
      return sum.participants;
    case 'tag':
      return sum.tags;
    case 'watcher':
      return sum.watchers;
    case 'link':
      return sum.links;
    case 'merged':
      return sum.merged;
    case 'also-queue':
      return sum.alsoQueues;
    case 'foreign':
      return sum.foreign;
    case 'mention':
      return sum.mentions;
    case 'advice':
      return sum.advice;
    default:
      return undefined;
  }
}

/** `Ticket-Delivery: sent; message=NAME; attempt=1; reply=250 OK; next=2026-11-23T10:20:00Z` */
function addDelivery(sum: Sum, event: TicketEvent): void {
  if (event.kind !== 'delivery') return;
  for (const value of event.fields.get('delivery') ?? []) {
    const parameters = parseParameters(value);
    const state = parameters.get('') ?? '';
    const name = parseMessageName(parameters.get('message') ?? '');
    if (name === undefined || !isDeliveryState(state)) continue;
    sum.deliveries.set(name, {
      state,
      time: event.time,
      attempts: Math.max(1, Number.parseInt(parameters.get('attempt') ?? '1', 10) || 1),
      reply: parameters.get('reply'),
      nextAttempt: state === 'deferred' ? parseInstant(parameters.get('next') ?? '') : undefined,
    });
  }
}

/** `Ticket-Bounce: failed; message=NAME; recipient=kim@example.org; status=5.1.1; reason=…` */
function addBounces(sum: Sum, event: TicketEvent): void {
  if (event.kind !== 'mail-in') return;
  for (const value of event.fields.get('bounce') ?? []) {
    const bounce = parseBounce(value);
    if (bounce?.action !== 'failed' || bounce.message === undefined) continue;
    sum.bounces.set(bounce.message, {
      time: event.time,
      recipient: bounce.recipient,
      reason: bounce.reason ?? bounce.status,
      report: event.name,
    });
  }
}

function isDeliveryState(text: string): text is DeliveryState {
  return text === 'waiting' || text === 'sent' || text === 'deferred' || text === 'failed';
}
