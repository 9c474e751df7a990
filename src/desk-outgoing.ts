/**
 * What leaves the desk: the outbox, and what could not be put there.
 *
 * Promises: whoever filed an answer is told so even where the outbox refuses it for now; it is tried again with each sweep.
 */
import { isFault } from './base/fault.ts';
import type { Log } from './base/log.ts';
import type { MessageName } from './core/ticket/event.ts';
import { parseTicketNumber } from './core/ticket/number.ts';
import { createOutbox, type Outbox, type Outgoing } from './services/outbound/outbox.ts';
import type { FileOps } from './storage/files.ts';
import { readOutgoing } from './storage/message-file.ts';
import type { Spool } from './storage/spool.ts';
import type { TicketReader } from './storage/ticket-store.ts';

export interface DeskOutgoing {
  readonly outbox: Outbox;
  /** The answer is in its ticket by now: whoever wrote it must not be told to write it again. */
  send(path: string, name: MessageName): Promise<void>;
  /** Tries again what was filed, but not put into the outbox, because the disk refused. */
  retry(): Promise<void>;
  onOutgoing(listener: (name: MessageName) => void): void;
}

export interface DeskOutgoingDeps {
  readonly spool: Spool;
  readonly files: FileOps;
  readonly tickets: TicketReader;
  readonly log: Log;
}

export function createOutgoing({ spool, files, tickets, log }: DeskOutgoingDeps): DeskOutgoing {
  const listeners: ((name: MessageName) => void)[] = [];
  const unsent = new Map<MessageName, string>();
  const outbox = createOutbox({
    spool,
    files,
    tickets,
    readOutgoing: readOutgoingMail,
    wake(name) {
      for (const listener of listeners) listener(name);
    },
  });

  async function send(path: string, name: MessageName): Promise<void> {
    try {
      await outbox.put(path, name);
      unsent.delete(name);
    } catch (error) {
      if (!isFault(error)) throw error;
      log.warn('outbox.put-failed', { message: name, cause: error.message });
      unsent.set(name, path);
    }
  }

  return {
    outbox,
    send,
    async retry() {
      for (const [name, path] of [...unsent]) await send(path, name);
    },
    onOutgoing: (listener) => void listeners.push(listener),
  };
}

export function readOutgoingMail(bytes: Buffer): Outgoing | undefined {
  const outgoing = readOutgoing(bytes);
  return outgoing === undefined
    ? undefined
    : { ...outgoing, ticket: parseTicketNumber(outgoing.number ?? '') };
}
