/**
 * What a desk does to keep its tickets: archive, retention, holds. The parts, put together.
 *
 * Promises: building it starts nothing.
 */
import { join } from 'node:path';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { LiveConfig } from './config/config.ts';
import type { TicketIndex } from './services/index/index.ts';
import { type Comeback, createComeback } from './services/keeping/comeback.ts';
import type { Holds } from './services/keeping/holds.ts';
import { createNight, type Night } from './services/keeping/night.ts';
import { createRetention, type Retention } from './services/keeping/retention.ts';
import type { FileOps } from './storage/files.ts';
import { createTicketPlaces } from './storage/ticket-places.ts';
import { createRemovals, type Removals } from './storage/ticket-removal.ts';
import type { TicketWriter } from './storage/ticket-store.ts';

export interface DeskKeeping {
  readonly retention: Retention;
  readonly removals: Removals;
  readonly comeback: Comeback;
  readonly night: Night;
}

export interface DeskKeepingDeps {
  readonly files: FileOps;
  readonly directory: string;
  readonly store: TicketWriter;
  readonly index: TicketIndex;
  readonly holds: Holds;
  readonly config: LiveConfig;
  readonly clock: Clock;
  readonly log: Log;
}

export function createDeskKeeping(deps: DeskKeepingDeps): DeskKeeping {
  const { files, directory, config } = deps;
  const current = () => config.current();
  const { infoSeparator } = current().desk;
  const places = createTicketPlaces(files, { tickets: join(directory, 'tickets'), infoSeparator });
  const removals = createRemovals(files, places);
  const retention = createRetention({ ...deps, removals, config: current });
  const timeZone = () => current().desk.timeZone;
  return {
    retention,
    removals,
    comeback: createComeback(deps),
    night: createNight({ ...deps, retention, timeZone }),
  };
}
