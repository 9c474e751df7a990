/**
 * How a desk is searched: queries, read marks, saved views. The parts, put together.
 *
 * Promises: building it starts nothing.
 */
import { join } from 'node:path';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { Random } from './base/random.ts';
import type { LiveConfig } from './config/config.ts';
import { ticketRulesOf } from './config/ticket-rules.ts';
import { searchedStates } from './core/ticket/ticket-rules.ts';
import type { Agent } from './services/accounts/accounts.ts';
import { createImageSenders, type ImageSenders } from './services/image-senders.ts';
import { createKeptTexts } from './services/index/attachments/kept-texts.ts';
import { isMessageKind } from './services/index/projector.ts';
import { createPassages, type Passages } from './services/passages/passages.ts';
import { sortNames } from './services/present/list-request.ts';
import { createReadMarks, type ReadMarks } from './services/read-marks.ts';
import { createSearching, type Searching } from './services/searching.ts';
import { createSavedViews, type SavedViews } from './services/views/saved-views.ts';
import { createViewFiles } from './services/views/view-files.ts';
import type { SnoozeBook } from './services/waiting/snoozes.ts';
import type { FileOps } from './storage/files.ts';
import type { TicketReader } from './storage/ticket-store.ts';

export interface DeskSearch {
  readonly searching: Searching;
  readonly readMarks: ReadMarks;
  /** Whose images from elsewhere are shown at once. */
  readonly imageSenders: ImageSenders;
  readonly savedViews: SavedViews;
  /** What a search shows of the tickets that it found. */
  readonly passages: Passages;
}

export interface DeskSearchDeps {
  readonly files: FileOps;
  readonly directory: string;
  readonly config: Pick<LiveConfig, 'current'>;
  readonly agents: () => readonly Agent[];
  readonly snoozes: Pick<SnoozeBook, 'numbersOf'>;
  readonly savedViews: SavedViews;
  readonly reader: TicketReader;
  readonly clock: Clock;
}

export function createDeskSearch(deps: DeskSearchDeps): DeskSearch {
  const { files, directory, config, agents, snoozes, savedViews, reader, clock } = deps;
  const readMarks = createReadMarks({ files, directory: join(directory, 'agents') });
  return {
    readMarks,
    imageSenders: createImageSenders({ files, directory: join(directory, 'agents') }),
    searching: createSearching({ agents, config: config.current, readMarks, snoozes, clock }),
    savedViews,
    passages: createPassages({
      reader,
      isMessageKind,
      textOf: createKeptTexts(files, join(directory, 'index')),
      clock,
    }),
  };
}

export interface DeskViewsDeps extends Pick<DeskSearchDeps, 'files' | 'directory'> {
  readonly config: LiveConfig['current'];
  readonly random: Random;
  readonly log: Log;
}

export function createDeskSavedViews({
  files,
  directory,
  config,
  random,
  log,
}: DeskViewsDeps): SavedViews {
  const viewFiles = createViewFiles({
    files,
    random,
    facts: () => ({
      states: searchedStates(ticketRulesOf(config())),
      sorts: sortNames,
      queues: config().queues.map(({ name }) => name),
    }),
  });
  return createSavedViews({ viewFiles, directory, config, log });
}
