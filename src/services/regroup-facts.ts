/**
 * What a folder says of its messages, and what a message takes along when it changes its ticket.
 *
 * Promises: pure. What a message set where it was is neither missed there nor a change where it comes to.
 */
import { type Instant, toInstant } from '../base/clock.ts';
import type { Change, MessageName, TicketEvent } from '../core/ticket/event.ts';
import type { Ticket } from '../core/ticket/fold.ts';
import { type Move, readMoves } from '../core/ticket/moves.ts';
import type { TicketNumber } from '../core/ticket/number.ts';
import type { MoveCommand } from '../core/ticket/regroup.ts';
import type { StoredMessage, TicketFolder } from '../storage/ticket-store.ts';
import { isMessageKind } from './index/projector.ts';

/** How the ticket begins that a message gets of its own; absent: as the message and its old ticket say. */
export interface SplitChoice {
  readonly subject?: string;
  readonly queue?: string;
}

export function moveCommand(
  { ticket }: TicketFolder,
  { event }: StoredMessage,
  {
    after = ticket.latest,
    ...words
  }: Pick<MoveCommand, 'kind' | 'other' | 'changes' | 'once'> & { readonly after?: Instant },
): MoveCommand {
  const notBefore = toInstant(after + 1);
  return { ...words, message: event.name, digest: event.digest, notBefore };
}

/** What a message sets beside being there must not change the ticket that it comes to, nor be missed where it was. */
export function restate(ticket: Ticket, event: TicketEvent, isComing: boolean): readonly Change[] {
  const current: Readonly<Record<string, string>> = {
    state: ticket.state,
    queue: ticket.queue,
    priority: ticket.priority,
    language: ticket.language ?? '',
    confirmation: ticket.extra.get('confirmation') ?? 'none',
  };
  return event.changes.flatMap((change): readonly Change[] => {
    if (change.kind !== 'set')
      return isComing && change.set === 'link' && !ticket.links.has(change.value)
        ? [{ kind: 'remove', set: 'link', value: change.value }]
        : [];
    const value = current[change.field];
    // A state that the message brought about goes with it: that takes a wrong reopening back.
    if (value === undefined || (change.field === 'state' && !isComing)) return [];
    return [{ kind: 'set', field: change.field, value }];
  });
}

export function openingChanges(
  ticket: Ticket,
  event: TicketEvent,
  { queue = ticket.queue, subject }: SplitChoice,
): readonly Change[] {
  const people = [event.mail.from, ...event.mail.replyTo].flatMap((each) => each?.address ?? []);
  const links = event.changes.flatMap((change): readonly Change[] =>
    change.kind === 'add' && change.set === 'link'
      ? [{ kind: 'remove', set: 'link', value: change.value }]
      : [],
  );
  return [
    { kind: 'set', field: 'state', value: 'open' },
    { kind: 'set', field: 'queue', value: queue },
    ...(subject === undefined ? [] : [{ kind: 'set', field: 'subject', value: subject } as const]),
    { kind: 'set', field: 'priority', value: 'normal' },
    ...(ticket.language === undefined
      ? []
      : [{ kind: 'set', field: 'language', value: ticket.language } as const]),
    { kind: 'set', field: 'confirmation', value: 'none' },
    ...people.map((value) => ({ kind: 'add', set: 'participant', value }) as const),
    ...links,
    { kind: 'add', set: 'link', value: `related:${ticket.number}` },
  ];
}

/** A ticket without messages leads to where they are. */
export function redirect(ticket: Ticket, to: TicketNumber): readonly Change[] {
  return [
    { kind: 'set', field: 'state-before-merge', value: ticket.state },
    { kind: 'set', field: 'state', value: 'merged' },
    { kind: 'set', field: 'merged-into', value: to },
    ...[...ticket.links]
      .filter((link) => link.endsWith(`:${to}`))
      .map((value): Change => ({ kind: 'remove', set: 'link', value })),
  ];
}

export function isOnly({ messages }: TicketFolder, name: MessageName): boolean {
  return messages
    .filter(({ event }) => isMessageKind(event.kindText))
    .every(({ event }) => event.name === name);
}

export function eventsOf({ messages }: TicketFolder): readonly TicketEvent[] {
  return messages.map(({ event }) => event);
}

export function movesOf(folder: TicketFolder): readonly Move[] {
  return readMoves(eventsOf(folder));
}

export function messageIn(
  folder: TicketFolder | undefined,
  name: MessageName,
): StoredMessage | undefined {
  return folder?.messages.find(({ event }) => event.name === name);
}

export function eventIn(
  folder: TicketFolder | undefined,
  name: MessageName,
): TicketEvent | undefined {
  return messageIn(folder, name)?.event;
}

export function has(folder: TicketFolder | undefined, name: MessageName): boolean {
  return messageIn(folder, name) !== undefined;
}
