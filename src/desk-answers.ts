/** What a desk answers with: text modules, signatures and salutations filled in; suggestions, and where they are ranked. */
import { join } from 'node:path';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { AnswerBook } from './services/answers/answer-book.ts';
import { createFilling, type Filling, type FillingDeps } from './services/answers/fill.ts';
import { startRankingHere, startRankingWorker } from './services/answers/ranking-port.ts';
import { createSuggestions, type Suggestions } from './services/answers/suggestions.ts';
import type { TicketIndex } from './services/index/index.ts';
import { readLocales } from './services/render/templates.ts';
import type { FileOps } from './storage/files.ts';

export interface DeskFillingDeps extends Omit<FillingDeps, 'word'> {
  /** The program's own folder. */
  readonly program: string;
}

export async function createDeskFilling({ program, ...deps }: DeskFillingDeps): Promise<Filling> {
  const locales = await readLocales(join(program, 'locales'));
  return createFilling({
    ...deps,
    word: (language, key) => locales.find(language)?.text(key),
  });
}

export interface DeskAnswersGround {
  readonly directory: string;
  readonly infoSeparator: string;
  readonly answers: AnswerBook;
  readonly index: TicketIndex;
  readonly text: 'worker' | 'here' | 'none';
  readonly files: FileOps;
  readonly clock: Clock;
  readonly log: Log;
}

const mostAnswers = 20_000;

export function createDeskSuggestions(ground: DeskAnswersGround): Suggestions {
  const { directory, infoSeparator, answers, index, text, files, clock, log } = ground;
  const place = { tickets: join(directory, 'tickets'), infoSeparator, mostAnswers };
  const start = text === 'worker' ? startRankingWorker(place) : startRankingHere(files, place);
  return createSuggestions({ book: answers, index, start, clock, log });
}
