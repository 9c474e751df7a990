/**
 * A ticket with the messages of those that were merged into it.
 *
 * Promises: nothing is moved for it. The absorbed ticket's own event decides, so a merge that was begun and not completed
 * does no harm. Circles and long chains end. What a person reads is whole; rules about one folder (index, writing,
 * verifying) read the folder alone. A draft is no message: it is among the `drafts` and read by its writer alone.
 */
import type { MessageName } from '../core/ticket/event.ts';
import { compareEvents, type Ticket } from '../core/ticket/fold.ts';
import { parseTicketNumber, type TicketNumber } from '../core/ticket/number.ts';
import { mostMerges } from '../core/ticket/survivor.ts';
import type { StoredMessage, TicketFolder, TicketReader } from '../storage/ticket-store.ts';

/** Reads tickets as people see them; a message of a merged ticket is found under the survivor's number too. */
export function createWholeReader(reader: TicketReader): TicketReader {
  async function find<T>(
    number: TicketNumber,
    name: MessageName,
    read: (number: TicketNumber) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const folder = await reader.read(number);
    const parts = folder === undefined ? [] : await readParts(folder, reader);
    // What somebody is writing is shown to nobody as a message.
    if ([folder, ...parts].some((each) => each?.drafts?.some(({ event }) => event.name === name)))
      return undefined;
    const own = await read(number);
    if (own !== undefined) return own;
    for (const part of parts) {
      const found = await read(part.number);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  return {
    numbers: () => reader.numbers(),
    async read(number) {
      const folder = await reader.read(number);
      return folder === undefined ? undefined : withMerged(folder, reader);
    },
    readMail: (number, name) => find(number, name, (each) => reader.readMail(each, name)),
    readDecoded: (number, name) => find(number, name, (each) => reader.readDecoded(each, name)),
    readFile: (number, name) => find(number, name, (each) => reader.readFile(each, name)),
    readOriginal: (number, name) => find(number, name, (each) => reader.readOriginal(each, name)),
    readAttachment: (number, name, id) =>
      find(number, name, (each) => reader.readAttachment(each, name, id)),
  };
}

/** The folder with the messages, people and delivery reports of all that was merged into it. */
export async function withMerged(
  folder: TicketFolder,
  reader: Pick<TicketReader, 'read'>,
): Promise<TicketFolder> {
  const parts = await readParts(folder, reader);
  if (parts.length === 0) return folder;
  const byName = new Map<MessageName, StoredMessage>();
  for (const message of folder.messages) byName.set(message.event.name, message);
  for (const { number, messages } of parts)
    for (const message of messages)
      if (!byName.has(message.event.name))
        byName.set(message.event.name, { ...message, home: number });
  const messages = [...byName.values()].sort((one, other) => compareEvents(one.event, other.event));
  const drafts = [
    ...(folder.drafts ?? []),
    ...parts.flatMap(({ number: home, drafts: theirs = [] }) =>
      theirs.map((draft) => ({ ...draft, home })),
    ),
  ];
  return {
    ...folder,
    messages,
    ...(drafts.length === 0 ? {} : { drafts }),
    ticket: joinTickets([folder, ...parts].map(({ ticket }) => ticket)),
  };
}

/** The tickets merged into this one, and those merged into them. */
export async function readParts(
  folder: TicketFolder,
  reader: Pick<TicketReader, 'read'>,
): Promise<readonly TicketFolder[]> {
  const parts: TicketFolder[] = [];
  const seen = new Set<string>([folder.number]);
  const open: TicketFolder[] = [folder];
  for (let parent = open.shift(); parent !== undefined; parent = open.shift()) {
    for (const text of [...parent.ticket.merged].sort()) {
      const number = parseTicketNumber(text);
      if (number === undefined || seen.has(number) || parts.length >= mostMerges) continue;
      seen.add(number);
      const part = await reader.read(number);
      if (part?.ticket.mergedInto !== parent.number) continue;
      parts.push(part);
      open.push(part);
    }
  }
  return parts;
}

function joinTickets([first, ...parts]: readonly Ticket[]): Ticket {
  if (first === undefined) throw new RangeError('There is no ticket to join the others to');
  const all = [first, ...parts];
  /** What the survivor knows of a message counts last. */
  const inwards = all.toReversed();
  return {
    ...first,
    participants: new Set(all.flatMap(({ participants }) => [...participants])),
    deliveries: new Map(inwards.flatMap(({ deliveries }) => [...deliveries])),
    bounces: new Map(inwards.flatMap(({ bounces }) => [...bounces])),
  };
}
