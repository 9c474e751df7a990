/**
 * Messages that changed their ticket: what the events of one folder say of them.
 *
 * `Ticket-Moved: message=NAME; digest=sha256:…; from=NUMBER` stands in the ticket that a message came to, with `to=` in
 * the one that it left. The newest event on a message decides; the one that says `from` is written first, so what it says
 * is true even where a crash left the file in the old place.
 * Promises: pure and total.
 */
import type { Instant } from '../../base/clock.ts';
import {
  type Digest,
  formatParameters,
  type MessageName,
  parseDigest,
  parseMessageName,
  parseParameters,
  type TicketEvent,
} from './event.ts';
import { parseTicketNumber, type TicketNumber } from './number.ts';

export interface Move {
  readonly message: MessageName;
  readonly digest: Digest | undefined;
  /** `in`: it came from the other ticket; `out`: it went there. */
  readonly way: 'in' | 'out';
  readonly other: TicketNumber;
  /** The event that says so. */
  readonly event: MessageName;
  readonly time: Instant;
}

export interface MoveWords {
  readonly message: MessageName;
  readonly digest: Digest;
  readonly way: Move['way'];
  readonly other: TicketNumber;
}

export function formatMove({ message, digest, way, other }: MoveWords): string {
  return formatParameters('', { message, digest, [way === 'in' ? 'from' : 'to']: other });
}

/** All moves that the events tell of, oldest first; `events` are in the order of the history. */
export function readMoves(
  events: readonly Pick<TicketEvent, 'name' | 'time' | 'fields'>[],
): readonly Move[] {
  return events.flatMap(({ name, time, fields }) =>
    (fields.get('moved') ?? []).flatMap((value): readonly Move[] => {
      const parameters = parseParameters(value);
      const message = parseMessageName(parameters.get('message') ?? '');
      const from = parseTicketNumber(parameters.get('from') ?? '');
      const other = from ?? parseTicketNumber(parameters.get('to') ?? '');
      if (message === undefined || other === undefined) return [];
      const digest = parseDigest(parameters.get('digest') ?? '');
      return [
        { message, digest, way: from === undefined ? 'out' : 'in', other, event: name, time },
      ];
    }),
  );
}

/** The newest move of each message. */
export function lastMoves(
  events: readonly Pick<TicketEvent, 'name' | 'time' | 'fields'>[],
): ReadonlyMap<MessageName, Move> {
  return new Map(readMoves(events).map((move) => [move.message, move]));
}
