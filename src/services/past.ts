/**
 * A ticket as it was at a moment: the fold of all that had happened until then.
 *
 * Promises: what was merged into it then is in it, what came to it later is not, and what left it since is there again.
 * Nothing is written or remembered for it; only the files that are there now are read, so what was replaced (drafts) or
 * redacted is shown as it is now.
 * Leaves to others: what may be done with it, which is nothing.
 */
import type { Instant } from '../base/clock.ts';
import type { MessageName } from '../core/ticket/event.ts';
import { compareEvents, foldTicket } from '../core/ticket/fold.ts';
import { lastMoves } from '../core/ticket/moves.ts';
import type { TicketNumber } from '../core/ticket/number.ts';
import type { StoredMessage, TicketFolder, TicketReader } from '../storage/ticket-store.ts';
import { withMerged } from './whole.ts';

/** A message that moved more often than this is not followed further. */
const mostMoves = 10;

/** Reads tickets as people saw them at the moment. `reader` may show tickets with those merged into them. */
export function createPastReader(reader: TicketReader, at: Instant): TicketReader {
  const parts: Pick<TicketReader, 'read'> = { read: readAlone };

  /** The folder alone, at the moment; undefined when nothing had happened yet. */
  async function readAlone(number: TicketNumber): Promise<TicketFolder | undefined> {
    const folder = await reader.read(number);
    if (folder === undefined) return undefined;
    const own = folder.messages.filter(({ home }) => home === undefined);
    const moves = lastMoves(own.map(({ event }) => event));
    const isHere = (name: MessageName) => {
      const move = moves.get(name);
      return move?.way !== 'in' || move.time <= at;
    };
    const left = [...moves.values()].filter(({ way, time }) => way === 'out' && time > at);
    const returned = await Promise.all(left.map(({ message, other }) => find(other, message)));
    const known = new Map(
      [...own, ...returned.flatMap((message) => message ?? [])]
        .filter(({ event }) => event.time <= at && isHere(event.name))
        .map((message) => [message.event.name, message]),
    );
    if (known.size === 0) return undefined;
    const messages = [...known.values()].sort((one, other) =>
      compareEvents(one.event, other.event),
    );
    const ticket = foldTicket(
      number,
      messages.map(({ event }) => event),
    );
    return { number, messages, ticket, stamp: undefined };
  }

  async function find(
    number: TicketNumber,
    name: MessageName,
    left = mostMoves,
  ): Promise<StoredMessage | undefined> {
    const folder = await reader.read(number);
    const found = folder?.messages.find(({ event }) => event.name === name);
    if (found !== undefined || folder === undefined || left === 0) return found;
    const move = lastMoves(folder.messages.map(({ event }) => event)).get(name);
    return move?.way === 'out' ? find(move.other, name, left - 1) : undefined;
  }

  /** Where the message is now: here, or in the ticket that it went to since. */
  async function follow<T>(
    number: TicketNumber,
    name: MessageName,
    read: (number: TicketNumber) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    let place: TicketNumber | undefined = number;
    for (let turn = 0; place !== undefined && turn < mostMoves; turn += 1) {
      const found = await read(place);
      if (found !== undefined) return found;
      const folder: TicketFolder | undefined = await reader.read(place);
      const move = lastMoves((folder?.messages ?? []).map(({ event }) => event)).get(name);
      place = move?.way === 'out' ? move.other : undefined;
    }
    return undefined;
  }

  return {
    numbers: () => reader.numbers(),
    async read(number) {
      const folder = await readAlone(number);
      return folder === undefined ? undefined : withMerged(folder, parts);
    },
    readMail: (number, name) => follow(number, name, (place) => reader.readMail(place, name)),
    readDecoded: (number, name) => follow(number, name, (place) => reader.readDecoded(place, name)),
    readFile: (number, name) => follow(number, name, (place) => reader.readFile(place, name)),
    readOriginal: (number, name) =>
      follow(number, name, (place) => reader.readOriginal(place, name)),
    readAttachment: (number, name, id) =>
      follow(number, name, (place) => reader.readAttachment(place, name, id)),
  };
}
