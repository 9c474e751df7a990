/** Where answers are ranked: in a thread of its own, or in this one. */
import { startHere, startInThread } from '../../base/service-thread.ts';
import type { FileOps } from '../../storage/files.ts';
import { type AnswerSourceOptions, createAnswerSource } from './earlier-answers.ts';
import type { RankingOptions } from './ranking.ts';
import type { StartRanking } from './ranking-protocol.ts';
import { createRankingService } from './ranking-service.ts';

export type RankingPlace = AnswerSourceOptions & RankingOptions;

export function startRankingWorker(options: RankingPlace): StartRanking {
  return startInThread({
    name: 'ranking',
    module: './ranking-worker',
    here: import.meta.url,
    options,
  });
}

/** For tools that live shortly, and for tests. */
export function startRankingHere(files: FileOps, options: RankingPlace): StartRanking {
  return startHere((line) =>
    createRankingService({ source: createAnswerSource(files, options), ...line }, options),
  );
}
