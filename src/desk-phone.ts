/**
 * What a desk does with faxes and calls: whose number it is, and the hot folder. The parts, put together.
 *
 * Promises: building it starts nothing; texts are read when the first one is needed.
 */
import { join } from 'node:path';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { LiveConfig } from './config/config.ts';
import type { CustomerLookup } from './core/customer/customer.ts';
import type { TicketIndex } from './services/index/index.ts';
import { createDrop, type Drop } from './services/intake/drop.ts';
import { createDropFacts } from './services/intake/drop-facts.ts';
import { createDropFiling } from './services/intake/drop-filing.ts';
import { callSubject } from './services/phone/call-subject.ts';
import type { Callers } from './services/phone/callers.ts';
import type { Locale, Locales } from './services/render/locale.ts';
import { readLocales } from './services/render/templates.ts';
import type { Tickets } from './services/tickets.ts';
import type { FileOps } from './storage/files.ts';
import type { TicketReader } from './storage/ticket-store.ts';

export interface DeskDropDeps {
  readonly files: FileOps;
  /** The desk. */
  readonly directory: string;
  readonly localesDirectory: string;
  readonly tickets: Tickets;
  readonly store: TicketReader;
  readonly index: TicketIndex;
  readonly callers: Callers;
  readonly customers: CustomerLookup;
  readonly agents: () => readonly string[];
  readonly config: Pick<LiveConfig, 'current'>;
  readonly clock: Clock;
  readonly log: Log;
}

export function createDeskDrop(deps: DeskDropDeps): Drop {
  const { files, localesDirectory, tickets, store, index, callers, clock, log } = deps;
  const config = () => deps.config.current();
  const directory = join(deps.directory, 'drop');
  let locales: Promise<Locales> | undefined;

  async function localeOfDesk(): Promise<Locale> {
    locales ??= readLocales(localesDirectory);
    return (await locales).choose('', config().desk.language);
  }

  const filing = createDropFiling({
    tickets,
    index,
    reader: store,
    facts: createDropFacts({ ...deps, reader: store, callers, config }),
    subjectFor: async (kind, who) => callSubject(kind, who, await localeOfDesk()),
    nobody: async () => (await localeOfDesk()).text('drop.unknown-number'),
    files,
    directory,
    config,
    clock,
  });
  return createDrop(
    { files, filing, clock, log },
    { directory, stableMs: () => config().desk.dropStableMs },
  );
}
