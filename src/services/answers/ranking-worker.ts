/** The thread in which answers are ranked: what runs first in it, as main.ts does in the process. */
import { serveThread } from '../../base/service-thread.ts';
import { nodeFiles } from '../../storage/files.ts';
import { createAnswerSource } from './earlier-answers.ts';
import type { RankingPlace } from './ranking-port.ts';
import type { RankingAnswer, RankingRequest } from './ranking-protocol.ts';
import { createRankingService } from './ranking-service.ts';

serveThread<RankingRequest, RankingAnswer, RankingPlace>(
  (options) => (line) =>
    createRankingService({ source: createAnswerSource(nodeFiles, options), ...line }, options),
);
