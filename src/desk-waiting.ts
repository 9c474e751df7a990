/**
 * What a desk does with tickets that wait: reminding customers, and what agents have put aside. The parts, put together.
 *
 * Promises: building it starts nothing.
 */
import { join } from 'node:path';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { ReloadableConfig } from './config/live.ts';
import { isOwnAddress } from './config/own-address.ts';
import type { CustomerLookup } from './core/customer/customer.ts';
import { createTexts } from './desk-texts.ts';
import type { Agent } from './services/accounts/accounts.ts';
import type { TicketIndex } from './services/index/index.ts';
import { formatLongDate } from './services/render/locale.ts';
import type { ReplyLimits } from './services/reply-limits.ts';
import type { Tickets } from './services/tickets.ts';
import { type AutoCloser, createAutoCloser } from './services/waiting/auto-closer.ts';
import { createSnoozeFiles } from './services/waiting/snooze-file.ts';
import { createSnoozes, type Snoozes } from './services/waiting/snoozes.ts';
import type { FileOps } from './storage/files.ts';
import type { TicketReader } from './storage/ticket-store.ts';

export interface DeskWaiting {
  readonly autoCloser: AutoCloser;
  readonly snoozes: Snoozes;
}

export interface DeskWaitingDeps {
  readonly files: FileOps;
  readonly directory: string;
  /** The program's own folder. */
  readonly program: string;
  readonly tickets: Tickets;
  readonly store: TicketReader;
  readonly index: TicketIndex;
  readonly config: ReloadableConfig;
  readonly limits: ReplyLimits;
  readonly customers: Pick<CustomerLookup, 'standingOf'>;
  readonly agents: () => readonly Agent[];
  readonly clock: Clock;
  readonly log: Log;
}

export function createDeskWaiting(deps: DeskWaitingDeps): DeskWaiting {
  const { files, directory, program, tickets, store, index, config, clock, log } = deps;
  return {
    autoCloser: createAutoCloser({
      tickets,
      reader: store,
      index,
      config,
      limits: deps.limits,
      customers: deps.customers,
      isOwnAddress,
      readText: createTexts({ directory, program, config, files }),
      formatDate: (time, language) =>
        formatLongDate(time, language, config.current().desk.timeZone),
      clock,
      log,
    }),
    snoozes: createSnoozes({
      files: createSnoozeFiles({ files, directory: join(directory, 'agents') }),
      agents: deps.agents,
      reader: store,
      index,
      clock,
      log,
    }),
  };
}
