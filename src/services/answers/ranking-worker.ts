/**
 * The thread in which answers are ranked: what runs first in it, as main.ts does in the process.
 *
 * Owns: the worker's end of the channel. A failure ends the thread; who started it starts another.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '../../base/fault.ts';
import { nodeFiles } from '../../storage/files.ts';
import { createAnswerSource } from './earlier-answers.ts';
import type { RankingPlace } from './ranking-port.ts';
import type { RankingRequest } from './ranking-protocol.ts';
import { createRankingService } from './ranking-service.ts';

invariant(parentPort !== null, 'Answers are ranked in a worker thread');
const port = parentPort;
const options: RankingPlace = workerData;

const take = createRankingService(
  {
    source: createAnswerSource(nodeFiles, options),
    answer: (answer) => port.postMessage(answer),
    crash: (cause) => {
      throw cause;
    },
  },
  options,
);

port.on('message', (request: RankingRequest) => take(request));
