/** Whether the files are whole, and what is taken out of them: the parts, put together. */
import { join } from 'node:path';
import type { Clock } from './base/clock.ts';
import { Fault } from './base/fault.ts';
import type { Log } from './base/log.ts';
import type { TicketIndex } from './services/index/index.ts';
import type { Holds } from './services/keeping/holds.ts';
import { createLedgerFile } from './services/ledger/ledger-file.ts';
import { createCopyRemoval } from './services/redact/copies.ts';
import { createRedact, type Redact } from './services/redact/redact.ts';
import { createRewriting } from './services/redact/rewriting.ts';
import type { Tickets } from './services/tickets.ts';
import { createVerify, type Verify } from './services/verify/verify.ts';
import type { FileOps } from './storage/files.ts';
import { createRewritingFiles } from './storage/rewriting-files.ts';
import type { Spool } from './storage/spool.ts';
import { createTicketPlaces } from './storage/ticket-places.ts';
import type { TicketReader } from './storage/ticket-store.ts';

export interface DeskPrivacy {
  readonly verify: Verify;
  readonly redact: Redact;
}

export interface DeskPrivacyDeps {
  readonly files: FileOps;
  readonly clock: Clock;
  readonly log: Log;
  readonly accountOf: (owner: number) => string;
  readonly tickets: Tickets;
  readonly store: TicketReader;
  readonly reader: TicketReader;
  readonly index: TicketIndex;
  readonly holds: Holds;
  readonly outboxSpool: Spool;
  /** Puts into the outbox what waits to be sent and is not there. */
  readonly refill: () => Promise<void>;
}

export interface DeskPrivacyOptions {
  /** The data directory. */
  readonly directory: string;
  readonly infoSeparator: string;
}

export function createDeskPrivacy(
  deps: DeskPrivacyDeps,
  { directory, infoSeparator }: DeskPrivacyOptions,
): DeskPrivacy {
  const { files, clock, log, accountOf, tickets, store, reader, index, holds } = deps;
  const ledger = createLedgerFile(files, join(directory, 'index'));
  const places = createTicketPlaces(files, { tickets: join(directory, 'tickets'), infoSeparator });
  const rewritingFiles = createRewritingFiles(files, {
    directory,
    infoSeparator,
    async folderOf(number) {
      const placed = await places.locate(number);
      if (placed !== undefined) return placed.folder;
      throw new Fault('not-found', { retry: 'never', detail: `There is no ticket ${number}` });
    },
  });
  const copies = createCopyRemoval({
    files,
    directory,
    outbox: deps.outboxSpool,
    refill: deps.refill,
  });
  const rewriting = createRewriting({ tickets, store, files: rewritingFiles, copies, index, log });
  const redact = createRedact({
    rewriting,
    reader,
    mayNot: (number, actor) =>
      tickets.mayNot(number, { kind: 'redact', redactions: [], reason: '' }, actor),
    holdOf: holds.holdOf,
  });
  return {
    verify: createVerify({ files, clock, accountOf, ledger }, { directory, infoSeparator }),
    redact,
  };
}
