/** Whether the files are whole, and what is taken out of them: the parts, put together. */
import { join } from 'node:path';
import type { Clock } from './base/clock.ts';
import { Fault } from './base/fault.ts';
import type { Log } from './base/log.ts';
import type { Random } from './base/random.ts';
import { adminRole } from './core/ticket/rights.ts';
import type { AgentDirectory } from './services/accounts/directory.ts';
import type { CustomerBook } from './services/customers.ts';
import { createErase, type Erase } from './services/erase/erase.ts';
import { createEraseFiles } from './services/erase/plan.ts';
import { createSurroundings } from './services/erase/surroundings.ts';
import { keptPath } from './services/index/attachments/attachment-texts.ts';
import type { TicketIndex } from './services/index/index.ts';
import { monthOf, segmentPath } from './services/index/memory/archive-segments.ts';
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
import type { Removals } from './storage/ticket-removal.ts';
import type { TicketReader, TicketWriter } from './storage/ticket-store.ts';

export interface DeskPrivacy {
  readonly verify: Verify;
  readonly redact: Redact;
  readonly erase: Erase;
}

export interface DeskPrivacyDeps {
  readonly files: FileOps;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly accountOf: (owner: number) => string;
  readonly tickets: Tickets;
  readonly store: TicketWriter;
  readonly reader: TicketReader;
  readonly index: Pick<TicketIndex, 'apply'>;
  readonly holds: Pick<Holds, 'holdOf'>;
  readonly removals: Removals;
  readonly customers: CustomerBook;
  readonly accounts: Pick<AgentDirectory, 'find'>;
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
    cachesOf: (number) => {
      const index = join(directory, 'index');
      return [segmentPath(join(index, 'archive'), monthOf(number)), keptPath(index, '')];
    },
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
  const erase = createErase({
    ...deps,
    rewriting,
    surroundings: createSurroundings(files, directory),
    plans: createEraseFiles(files, directory),
    holdOf: holds.holdOf,
    isAdmin(login) {
      const agent = deps.accounts.find(login);
      return agent?.isDisabled !== true && agent?.roles.includes(adminRole) === true;
    },
  });
  return {
    verify: createVerify({ files, clock, accountOf, ledger }, { directory, infoSeparator }),
    redact,
    erase,
  };
}
