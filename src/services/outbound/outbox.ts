/**
 * The outbox as the viewer and the writers of mail see it.
 *
 * Owns: what a waiting mail looks like. Promises: what was put stays until the smarthost took it or refused
 * it for good. Leaves to others: sending (sender.ts), the files (storage/spool.ts).
 */
import type { Instant } from '../../base/clock.ts';
import { isFault } from '../../base/fault.ts';
import type { MessageName } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { FileOps } from '../../storage/files.ts';
import type { Spool, SpoolEntry } from '../../storage/spool.ts';
import type { TicketReader } from '../../storage/ticket-store.ts';

export interface WaitingMail {
  readonly name: MessageName;
  readonly ticket: TicketNumber | undefined;
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly since: Instant;
  readonly attempts: number;
  readonly nextAttempt: Instant | undefined;
  readonly reply: string | undefined;
}

export interface Outbox {
  /** Puts a hard link of the ticket's file into the outbox, durably. Doing it twice is fine. */
  put(path: string, name: MessageName): Promise<void>;
  /** Oldest first, at most this many; 500 when nothing is said. */
  waiting(most?: number): Promise<readonly WaitingMail[]>;
  /** How many wait, without looking into them. */
  count(): Promise<number>;
}

const mostShown = 500;

/** What the block of a file in the outbox says, and the mail behind it. */
export interface Outgoing {
  readonly ticket: TicketNumber | undefined;
  /** Given for a mail to an agent: no ticket is told what became of it. */
  readonly notice?: string | undefined;
  /** Reverse-path; empty for `<>`. */
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly mail: Buffer;
}

/** Undefined when the file is no mail that can be sent. */
export type ReadOutgoing = (bytes: Buffer) => Outgoing | undefined;

export interface OutboxDeps {
  readonly spool: Spool;
  readonly files: FileOps;
  readonly tickets: Pick<TicketReader, 'read'>;
  readonly readOutgoing: ReadOutgoing;
  /** Told of each mail when it is durable. */
  readonly wake: (name: MessageName) => void;
}

/** Block and header of what we write fit in; the rest is not needed for a list. */
const shownBytes = 64 * 1024;

export function createOutbox({ spool, files, tickets, readOutgoing, wake }: OutboxDeps): Outbox {
  async function describe(entry: SpoolEntry): Promise<WaitingMail | undefined> {
    try {
      const stat = await files.stat(entry.path);
      if (stat === undefined) return undefined;
      const outgoing = readOutgoing(
        await files.readPart(entry.path, 0, Math.min(stat.size, shownBytes)),
      );
      const folder =
        outgoing?.ticket === undefined ? undefined : await tickets.read(outgoing.ticket);
      const delivery = folder?.ticket.deliveries.get(entry.name);
      return {
        name: entry.name,
        ticket: outgoing?.ticket,
        recipients: outgoing?.recipients ?? [],
        subject: outgoing?.subject ?? '',
        since: stat.modified,
        attempts: delivery?.attempts ?? 0,
        nextAttempt: delivery?.nextAttempt,
        reply: delivery?.reply,
      };
    } catch (error) {
      // Sent or claimed between listing and reading: then it is shown at the next look.
      if (isFault(error, 'not-found')) return undefined;
      throw error;
    }
  }

  return {
    async put(path, name) {
      await spool.put(path, name);
      wake(name);
    },
    async waiting(most = mostShown) {
      const mails: WaitingMail[] = [];
      // Names begin with the seconds of their making, so the first are the oldest.
      for (const entry of (await spool.list()).slice(0, most)) {
        const mail = await describe(entry);
        if (mail !== undefined) mails.push(mail);
      }
      return mails.sort((one, other) => one.since - other.since);
    },
    count: async () => (await spool.list()).length,
  };
}
