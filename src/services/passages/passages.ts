/**
 * What a search shows of the tickets that it found: the passage of each that says most of what was looked for.
 *
 * Promises: reads only the tickets that are shown, the newest messages first, and of all of them together only so many and so long;
 * where nothing is found in time the first words stand, as in any list. What was found is remembered as long as the ticket is the same.
 * Leaves to others: which tickets (services/index, within rights), marking (core/search/passages.ts).
 */
import type { Clock, Duration } from '../../base/clock.ts';
import { isFault } from '../../base/fault.ts';
import { createRecent } from '../../base/recent.ts';
import type { Attachment } from '../../core/message/mail.ts';
import {
  bestPassage,
  type Passage,
  type WantedRun,
  wantedRuns,
} from '../../core/search/passages.ts';
import type { Query } from '../../core/search/query.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { StoredMessage, TicketReader } from '../../storage/ticket-store.ts';
import type { TicketRecord } from '../index/index.ts';

export interface FoundPassage extends Passage {
  /** Name of the file in which it stands; undefined for the text of a message. */
  readonly file: string | undefined;
}

export interface Passages {
  /** By ticket; without those that show nothing better than their first words. */
  find(
    query: Pick<Query, 'terms'>,
    records: readonly PassageTicket[],
  ): Promise<ReadonlyMap<TicketNumber, FoundPassage>>;
}

export type PassageTicket = Pick<
  TicketRecord,
  'number' | 'updated' | 'messageCount' | 'snippet' | 'redactions'
>;

export interface PassagesDeps {
  readonly reader: Pick<TicketReader, 'read' | 'readMail' | 'readAttachment'>;
  readonly isMessageKind: (kind: string) => boolean;
  /** The text of an attachment, where it is at hand. */
  readonly textOf: (
    file: Pick<Attachment, 'name' | 'type'> & { readonly bytes: Uint8Array },
  ) => Promise<string | undefined>;
  readonly clock: Clock;
}

const mostKept = 2000;
/** Messages that are read of one ticket, and of all tickets of a page. */
const mostOfTicket = 12;
const mostOfPage = 150;
const mostTime: Duration = 400;
/** Attachments that are read of one message. */
const mostFiles = 4;
/** A message with more in its attachments takes too long to be taken apart. */
const mostBytes = 2_000_000;

export function createPassages({ reader, isMessageKind, textOf, clock }: PassagesDeps): Passages {
  const known = createRecent<string, FoundPassage | 'none'>(mostKept);

  return {
    async find(query, records) {
      const runs = wantedRuns(query);
      const found = new Map<TicketNumber, FoundPassage>();
      if (runs.length === 0) return found;
      const budget = { messages: mostOfPage, until: clock.now() + mostTime };
      const asked = JSON.stringify(runs);
      for (const record of records) {
        const { number, updated, messageCount, redactions = 0 } = record;
        const key = `${number} ${updated} ${messageCount} ${redactions} ${asked}`;
        const before = known.get(key);
        const passage = before ?? (await look(record, runs, budget));
        if (passage !== 'none' && passage !== undefined) found.set(number, passage);
        if (before === undefined && passage !== undefined) known.set(key, passage);
      }
      return found;
    },
  };

  /** Undefined where it was given up, so that the next page tries again. */
  async function look(
    { number, snippet }: PassageTicket,
    runs: readonly WantedRun[],
    budget: { messages: number; readonly until: number },
  ): Promise<FoundPassage | 'none' | undefined> {
    const first = bestPassage(snippet, runs);
    let best: FoundPassage | undefined = first && { ...first, file: undefined };
    if (best?.found === runs.length) return best;
    for (const message of await newestOf(number)) {
      if (budget.messages <= 0 || clock.now() > budget.until) return best;
      budget.messages -= 1;
      const passage = await lookInto(number, message, runs);
      if (passage !== undefined && passage.found > (best?.found ?? 0)) best = passage;
      if (best?.found === runs.length) break;
    }
    return best ?? 'none';
  }

  async function newestOf(number: TicketNumber): Promise<readonly StoredMessage[]> {
    const messages = (await reader.read(number))?.messages ?? [];
    return messages
      .filter(({ event }) => isMessageKind(event.kindText) && sizeOf(event.mail) <= mostBytes)
      .slice(-mostOfTicket)
      .toReversed();
  }

  async function lookInto(
    number: TicketNumber,
    { event }: StoredMessage,
    runs: readonly WantedRun[],
  ): Promise<FoundPassage | undefined> {
    let best: FoundPassage | undefined;
    for (const { name } of event.mail.attachments) {
      const passage = bestPassage(name, runs);
      if (passage !== undefined && passage.found > (best?.found ?? 0))
        best = { ...passage, file: name };
    }
    const text = await readText(number, event.name);
    const passage = text === undefined ? undefined : bestPassage(text, runs);
    if (passage !== undefined && passage.found >= (best?.found ?? 0))
      best = { ...passage, file: undefined };
    return best?.found === runs.length ? best : lookIntoFiles(number, event, { runs, best });
  }

  async function lookIntoFiles(
    number: TicketNumber,
    { name: message, mail }: StoredMessage['event'],
    { runs, best: before }: { runs: readonly WantedRun[]; best: FoundPassage | undefined },
  ): Promise<FoundPassage | undefined> {
    let best = before;
    for (const { id, name, type } of mail.attachments.slice(0, mostFiles)) {
      const bytes = await reader.readAttachment(number, message, id);
      const text = bytes === undefined ? undefined : await textOf({ name, type, bytes });
      const passage = text === undefined ? undefined : bestPassage(text, runs);
      if (passage !== undefined && passage.found > (best?.found ?? 0))
        best = { ...passage, file: name };
    }
    return best;
  }

  async function readText(
    number: TicketNumber,
    name: StoredMessage['event']['name'],
  ): Promise<string | undefined> {
    try {
      return (await reader.readMail(number, name))?.text;
    } catch (error) {
      // Moved or removed by another program just now: then there is nothing to show of it.
      if (isFault(error, 'not-found')) return undefined;
      throw error;
    }
  }
}

function sizeOf({ attachments }: StoredMessage['event']['mail']): number {
  return attachments.reduce((sum, { size }) => sum + size, 0);
}
