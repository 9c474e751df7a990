/**
 * Merging tickets and moving messages between them: which event each of the two tickets gets.
 *
 * Promises: pure. Of a merge the absorbed ticket's event is the truth; of a moved message that of the ticket it comes to.
 * The other side's event (`once` names what it is about) only completes it and may be written again by anybody.
 * Leaves to others: writing both sides, files (services/regroup.ts).
 */
import type { Instant } from '../../base/clock.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import type { Actor, Change, Digest, EventDraft, MessageName } from './event.ts';
import type { Ticket } from './fold.ts';
import { formatMove } from './moves.ts';
import type { TicketNumber } from './number.ts';
import { isEnded } from './states.ts';

/** This ticket ends in another one. */
export interface MergeCommand {
  readonly kind: 'merge';
  /** A ticket that is not merged itself. */
  readonly into: TicketNumber;
}

/** Takes a merge of this ticket back. */
export interface UnmergeCommand {
  readonly kind: 'unmerge';
}

/** The other ticket was merged into this one. */
export interface TakeInCommand {
  readonly kind: 'take-in';
  readonly other: TicketNumber;
  /** Work on the other one had not ended, so it goes on here. */
  readonly isOpen: boolean;
  /** Where the other one waited: its team must not lose sight of it. */
  readonly queue: string;
  readonly once: string;
}

/** The other ticket is its own again. */
export interface LetGoCommand {
  readonly kind: 'let-go';
  readonly other: TicketNumber;
  readonly queue: string;
  readonly once: string;
}

/** A message of the other ticket belongs here, or one of this ticket belongs there. */
export interface MoveCommand {
  readonly kind: 'move-in' | 'move-out';
  readonly message: MessageName;
  readonly digest: Digest;
  readonly other: TicketNumber;
  readonly changes: readonly Change[];
  readonly once: string;
  /** Later than all that is known of the message in the other ticket. */
  readonly notBefore: Instant;
}

export type RegroupCommand =
  | MergeCommand
  | UnmergeCommand
  | TakeInCommand
  | LetGoCommand
  | MoveCommand;

export type RegroupRefusal =
  | { readonly code: 'same-ticket'; readonly number: TicketNumber }
  | { readonly code: 'not-merged'; readonly number: TicketNumber }
  | { readonly code: 'only-message'; readonly message: string }
  | { readonly code: 'cannot-move'; readonly message: string }
  | { readonly code: 'not-moved'; readonly message: string };

const kinds: ReadonlySet<string> = new Set<RegroupCommand['kind']>([
  'merge',
  'unmerge',
  'take-in',
  'let-go',
  'move-in',
  'move-out',
]);

export function isRegroup<C extends { readonly kind: string }>(
  command: C,
): command is Extract<C, RegroupCommand> {
  return kinds.has(command.kind);
}

/** Where the state before a merge is kept, for the day it is taken back. */
const stateBefore = 'state-before-merge';

export function decideRegroup(
  ticket: Ticket,
  command: RegroupCommand,
  actor: Actor,
): Result<EventDraft, { code: 'ticket-merged'; into: TicketNumber } | RegroupRefusal> {
  switch (command.kind) {
    case 'merge':
      return decideMerge(ticket, command.into, actor);
    case 'unmerge':
      return decideUnmerge(ticket, actor);
    case 'take-in':
      return ok(draft('merge', actor, takeInChanges(ticket, command)));
    case 'let-go':
      return ok(
        draft('unmerge', actor, [
          { kind: 'remove', set: 'merged', value: command.other },
          ...(ticket.alsoQueues.has(command.queue)
            ? [{ kind: 'remove', set: 'also-queue', value: command.queue } as const]
            : []),
          // Whoever parted them knows that they are two; no mail joins them again by itself.
          { kind: 'add', set: 'link', value: `related:${command.other}` },
        ]),
      );
    case 'move-in':
    case 'move-out':
      return ok({ ...draft('split', actor, command.changes), fields: [movedField(command)] });
  }
}

export function movedField({
  kind,
  message,
  digest,
  other,
}: MoveCommand): readonly [string, string] {
  const way = kind === 'move-in' ? 'in' : 'out';
  return ['Moved', formatMove({ message, digest, way, other })];
}

function decideMerge(ticket: Ticket, into: TicketNumber, actor: Actor) {
  if (into === ticket.number) return refuse({ code: 'same-ticket', number: into } as const);
  if (ticket.mergedInto !== undefined)
    return refuse({ code: 'ticket-merged', into: ticket.mergedInto } as const);
  const settled = [...ticket.links].filter((link) => link.endsWith(`:${into}`));
  return ok(
    draft('merge', actor, [
      { kind: 'set', field: stateBefore, value: ticket.state },
      { kind: 'set', field: 'state', value: 'merged' },
      { kind: 'set', field: 'merged-into', value: into },
      ...settled.map((value): Change => ({ kind: 'remove', set: 'link', value })),
      // Whoever wrote hears from the survivor.
      ...(ticket.extra.get('confirmation') === 'due'
        ? [{ kind: 'set', field: 'confirmation', value: 'none' } as const]
        : []),
    ]),
  );
}

function decideUnmerge(ticket: Ticket, actor: Actor) {
  const { mergedInto } = ticket;
  if (mergedInto === undefined)
    return refuse({ code: 'not-merged', number: ticket.number } as const);
  return ok(
    draft('unmerge', actor, [
      { kind: 'set', field: 'state', value: ticket.extra.get(stateBefore) ?? 'open' },
      { kind: 'set', field: stateBefore, value: '' },
      { kind: 'set', field: 'merged-into', value: '' },
      { kind: 'add', set: 'link', value: `related:${mergedInto}` },
    ]),
  );
}

function takeInChanges(ticket: Ticket, command: TakeInCommand): readonly Change[] {
  const settled = [...ticket.links].filter((link) => link.endsWith(`:${command.other}`));
  return [
    { kind: 'add', set: 'merged', value: command.other },
    ...settled.map((value): Change => ({ kind: 'remove', set: 'link', value })),
    ...(command.queue === '' ||
    command.queue === ticket.queue ||
    ticket.alsoQueues.has(command.queue)
      ? []
      : [{ kind: 'add', set: 'also-queue', value: command.queue } as const]),
    ...(command.isOpen && isEnded(ticket.state) && ticket.mergedInto === undefined
      ? [{ kind: 'set', field: 'state', value: 'open' } as const]
      : []),
  ];
}

function draft(
  kind: 'merge' | 'unmerge' | 'split',
  actor: Actor,
  changes: readonly Change[],
): EventDraft {
  return { kind, actor, changes, fields: [] };
}
