/**
 * A ticket folder as the record that lists and rules need.
 *
 * Promises: pure and bounded; the same folder always gives the same record.
 * Leaves to others: whether the folder's stamp may be believed (memory/sweep.ts).
 */

import { findDue } from '../../core/autoreply/due.ts';
import { stepsDone } from '../../core/escalation/steps-done.ts';
import type { Address } from '../../core/message/address.ts';
import type { MailFacts, MessageId } from '../../core/message/mail.ts';
import { readVerdicts } from '../../core/message/verdicts.ts';
import { compactPhone, phoneOf } from '../../core/phone/phone-number.ts';
import { foldText } from '../../core/search/analyse.ts';
import { standingOf } from '../../core/team/standing.ts';
import { contactRuns } from '../../core/ticket/contacts.ts';
import { courseOf } from '../../core/ticket/course.ts';
import { settleDrafts } from '../../core/ticket/draft.ts';
import {
  type EventKind,
  firstBlockField,
  parseDigest,
  type TicketEvent,
} from '../../core/ticket/event.ts';
import { fieldValuesOf, stateNameOf } from '../../core/ticket/facts.ts';
import type { Ticket } from '../../core/ticket/fold.ts';
import { ownHold } from '../../core/ticket/hold.ts';
import { flagsByPrograms } from '../../core/ticket/mail-flags.ts';
import { lastMoves } from '../../core/ticket/moves.ts';
import type { StoredMessage, TicketFolder } from '../../storage/ticket-store.ts';
import type { Mark, MessageKey, TicketRecord } from './index.ts';
import { recordAppointments } from './recorded-appointment.ts';

/** Ids kept of one mail: the root of its thread, and the newest. */
const mostReferences = 50;

export function projectTicket({
  ticket,
  messages,
  drafts,
  stamp,
  archived,
}: TicketFolder): TicketRecord {
  const events = messages.map(({ event }) => event);
  const spoken = events.filter(({ kindText }) => isMessageKind(kindText));
  const flagged = flagsByPrograms(messages);
  return {
    number: ticket.number,
    subject: ticket.subject,
    state: ticket.state,
    queue: ticket.queue,
    priority: ticket.priority,
    owner: ticket.owner,
    language: ticket.language,
    customer: ticket.customer,
    participants: [...ticket.participants],
    ...recordPeople(spoken),
    tags: [...ticket.tags],
    created: ticket.created,
    updated: ticket.updated,
    closedAt: ticket.closedAt,
    mergedInto: ticket.mergedInto,
    snippet: newestSnippet(spoken),
    marks: [...marksOf(spoken), ...(isFlagged(flagged) ? (['flagged'] as const) : [])],
    messageCount: spoken.length,
    delivery: worstDelivery(ticket),
    confirmationDue: findDue(ticket, events).length > 0,
    messages: messages.map(toKey),
    stamp,
    links: [...ticket.links],
    merged: [...ticket.merged],
    alsoQueues: [...ticket.alsoQueues],
    foreign: [...ticket.foreign],
    moves: [...lastMoves(messages.map(({ event }) => event)).values()].map(
      ({ message, way, other }) => ({ message, way, other }),
    ),
    stateName: stateNameOf(ticket),
    pendingUntil: ticket.pendingUntil,
    fields: fieldValuesOf(ticket),
    ...recordDrafts(drafts ?? []),
    standing: standingOf(ticket, events),
    course: courseOf(events),
    ...recordSteps(events),
    ...recordAppointments(events),
    ...(archived ? { archived } : {}),
    ...recordHold(ticket),
    ...recordRedactions(events),
    ...recordFlags(flagged),
    ...recordPhones(ticket, events),
    ...recordContacts(events),
  };
}

function recordRedactions(events: readonly TicketEvent[]): Pick<TicketRecord, 'redactions'> {
  const redactions = events.filter(({ kind }) => kind === 'redaction').length;
  return redactions === 0 ? {} : { redactions };
}

function recordHold(ticket: Ticket): Pick<TicketRecord, 'hold'> {
  const hold = ownHold(ticket);
  return hold === undefined ? {} : { hold: hold.reason };
}

type Flagged = ReturnType<typeof flagsByPrograms>;

function isFlagged(flagged: Flagged): boolean {
  return [...flagged.values()].some((flags) => flags.includes('F'));
}

function recordFlags(flagged: Flagged): Pick<TicketRecord, 'flags'> {
  const flags = [...flagged].map(([name, letters]) => `${name}:${letters.join('')}`);
  return flags.length === 0 ? {} : { flags };
}

/** Of one ticket, each side. */
const mostPeople = 100;

function recordPeople(
  spoken: readonly TicketEvent[],
): Pick<TicketRecord, 'writers' | 'recipients'> {
  const fold = (people: readonly (Address | undefined)[]) =>
    [...new Set(people.flatMap((person) => (person === undefined ? [] : toPerson(person))))].slice(
      -mostPeople,
    );
  const writers = fold(spoken.map(({ mail }) => mail.from));
  const recipients = fold(spoken.flatMap(({ mail }) => [...mail.to, ...mail.cc]));
  return {
    ...(writers.length === 0 ? {} : { writers }),
    ...(recipients.length === 0 ? {} : { recipients }),
  };
}

function toPerson({ name, address }: Address): string {
  return foldText(`${name} ${address}`.trim());
}

/** Numbers that one ticket is found by. */
const mostPhones = 50;

function recordPhones(
  ticket: Ticket,
  events: readonly TicketEvent[],
): Pick<TicketRecord, 'phones'> {
  const written = [
    ticket.extra.get('phone') ?? '',
    phoneOf(ticket.customer?.address ?? '') ?? '',
    ...events.flatMap(({ fields }) => fields.get('phone') ?? []),
  ];
  const phones = [...new Set(written.map(compactPhone))].filter((number) => number !== '');
  return phones.length === 0 ? {} : { phones: phones.slice(0, mostPhones) };
}

function recordSteps(events: readonly TicketEvent[]): Pick<TicketRecord, 'escalations'> {
  const escalations = stepsDone(events);
  return escalations.length === 0 ? {} : { escalations };
}

/** More than any list shows. */
const mostRuns = 8;

function recordContacts(events: readonly TicketEvent[]): Pick<TicketRecord, 'contacts'> {
  const contacts = contactRuns(events, mostRuns);
  return contacts.length === 0 ? {} : { contacts };
}

function recordDrafts(files: readonly StoredMessage[]): Pick<TicketRecord, 'drafts'> {
  const drafts = settleDrafts(files).drafts.map(({ draft: { login, writing, send } }) => ({
    login,
    writing,
    send,
  }));
  return drafts.length === 0 ? {} : { drafts };
}

const silentKinds: ReadonlySet<string> = new Set<EventKind>([
  'draft',
  'update',
  'delivery',
  'escalation',
  'merge',
  'unmerge',
  'split',
  'redaction',
]);

/** Whether a message of this kind says something, beyond what it does to the ticket. */
export function isMessageKind(kind: string): boolean {
  return !silentKinds.has(kind);
}

function newestSnippet(spoken: readonly TicketEvent[]): string {
  const withWords = spoken.filter(({ kind, mail }) => kind !== 'draft' && mail.snippet !== '');
  const ofPerson = withWords.findLast(({ actor }) => actor.kind !== 'system');
  return (ofPerson ?? withWords.at(-1))?.mail.snippet ?? '';
}

function marksOf(spoken: readonly TicketEvent[]): readonly Mark[] {
  const kinds = new Set(spoken.map(({ kind }) => kind));
  const attachments = spoken.flatMap(({ mail }) => mail.attachments);
  const signs: readonly (readonly [mark: Mark, isSet: boolean])[] = [
    ['attachment', attachments.some(({ inline }) => !inline)],
    [
      'fax',
      kinds.has('fax-in') ||
        kinds.has('fax-out') ||
        attachments.some(({ type }) => type === 'image/tiff'),
    ],
    ['call', kinds.has('call-in') || kinds.has('call-out')],
    [
      'recording',
      kinds.has('recording') || attachments.some(({ type }) => type.startsWith('audio/')),
    ],
    ['spam', spoken.some(({ fields }) => readVerdicts(fields).spam?.flag === true)],
  ];
  return signs.filter(([, isSet]) => isSet).map(([mark]) => mark);
}

function worstDelivery({ deliveries, bounces }: Ticket): TicketRecord['delivery'] {
  const states = new Set([...deliveries.values()].map(({ state }) => state));
  // What waits comes first for the moment that it does: a start looks for it by this word.
  if (states.has('waiting')) return 'waiting';
  if (states.has('failed') || bounces.size > 0) return 'failed';
  return states.has('deferred') ? 'deferred' : undefined;
}

function toKey({ event }: StoredMessage): MessageKey {
  return {
    name: event.name,
    messageId: event.mail.messageId,
    references: referencesOf(event.mail),
    content: parseDigest(firstBlockField(event, 'content') ?? ''),
  };
}

function referencesOf({ inReplyTo, references }: MailFacts): readonly MessageId[] {
  const all = [...new Set([...references, ...inReplyTo])];
  const root = all[0];
  if (root === undefined || all.length <= mostReferences) return all;
  return [root, ...all.slice(1 - mostReferences)];
}
