/**
 * Appointments of a desk: the parts, put together.
 *
 * Promises: building it starts nothing; texts are read when the first one is needed.
 */
import { join } from 'node:path';
import type { Clock } from './base/clock.ts';
import type { Random } from './base/random.ts';
import type { LiveConfig } from './config/config.ts';
import type { SignedIds } from './core/message/message-id.ts';
import { isReadable } from './core/ticket/rights.ts';
import type { AgentDirectory } from './services/accounts/directory.ts';
import { type Appointments, createAppointments } from './services/appointments/appointments.ts';
import { createFeeds, type Feeds } from './services/appointments/feeds.ts';
import { createFeedAddresses } from './services/feed-addresses.ts';
import { readableRecord, type TicketIndex } from './services/index/index.ts';
import type { Locales } from './services/render/locale.ts';
import { readLocales } from './services/render/templates.ts';
import type { Searching } from './services/searching.ts';
import { createSight } from './services/sight.ts';
import { createTicketNews, type TicketNews } from './services/ticket-news.ts';
import type { DeskDirectory, Tickets } from './services/tickets.ts';
import type { FileOps } from './storage/files.ts';
import type { TicketReader } from './storage/ticket-store.ts';

export interface DeskCalendars {
  readonly appointments: Appointments;
  readonly feeds: Feeds;
  /** Atom feeds of tickets. */
  readonly news: TicketNews;
}

export interface DeskCalendarsDeps {
  readonly tickets: Tickets;
  /** Reads tickets with those merged into them. */
  readonly reader: TicketReader;
  readonly index: TicketIndex;
  readonly ids: SignedIds;
  readonly secret: Buffer;
  readonly config: LiveConfig;
  readonly accounts: AgentDirectory;
  readonly rightsOf: DeskDirectory['rightsOf'];
  readonly viewer: () => string;
  readonly searching: Searching;
  readonly files: FileOps;
  readonly clock: Clock;
  readonly random: Random;
}

export function createDeskCalendars(
  deps: DeskCalendarsDeps,
  folders: { readonly directory: string; readonly locales: string },
): DeskCalendars {
  const { accounts, config } = deps;
  let locales: Promise<Locales> | undefined;
  const addresses = createFeedAddresses({ ...deps, directory: join(folders.directory, 'agents') });
  const sight = createSight({ reader: deps.reader, config });

  async function localeFor(language: string) {
    locales ??= readLocales(folders.locales);
    return (await locales).choose(language, config.current().desk.language);
  }

  return {
    appointments: createAppointments({
      ...deps,
      config: () => config.current(),
      nameOf: (login) => accounts.find(login)?.name ?? login,
      localeFor,
    }),
    feeds: createFeeds({
      ...deps,
      addresses,
      findAgent: accounts.find,
      mayRead: (login, record) =>
        isReadable(readableRecord(record), {
          login,
          sees: (queue) => deps.rightsOf(login, queue).has('see'),
        }),
      localeFor,
    }),
    news: createTicketNews({
      ...deps,
      addresses,
      agents: accounts.list,
      readerOf: sight.readerOf,
      localeFor,
    }),
  };
}
