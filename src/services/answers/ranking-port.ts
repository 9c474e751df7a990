/**
 * Where answers are ranked: in a thread of its own, or in this one.
 *
 * Owns: starting the worker thread. Promises: a thread that ends by itself is reported as a crash, once.
 */
import { Worker } from 'node:worker_threads';
import { Fault } from '../../base/fault.ts';
import type { FileOps } from '../../storage/files.ts';
import { type AnswerSourceOptions, createAnswerSource } from './earlier-answers.ts';
import type { RankingOptions } from './ranking.ts';
import type { RankingAnswer, StartRanking } from './ranking-protocol.ts';
import { createRankingService } from './ranking-service.ts';

export type RankingPlace = AnswerSourceOptions & RankingOptions;

export function startRankingWorker(options: RankingPlace): StartRanking {
  return ({ onAnswer, onCrash }) => {
    const worker = new Worker(workerFile(import.meta.url), { workerData: options });
    let isOver = false;
    const crash = (cause: unknown) => {
      if (isOver) return;
      isOver = true;
      onCrash(cause);
    };
    // Whoever waits for an answer keeps the process alive; the thread itself does not.
    let awaited = 0;
    worker.unref();
    worker.on('message', (answer: RankingAnswer) => {
      awaited -= 1;
      if (awaited === 0) worker.unref();
      onAnswer(answer);
    });
    worker.on('error', crash);
    worker.on('exit', (code) =>
      crash(
        new Fault('not-ready', { retry: 'later', detail: `The ranking thread ended with ${code}` }),
      ),
    );
    return {
      post(request) {
        awaited += 1;
        if (awaited === 1) worker.ref();
        worker.postMessage(request);
      },
      async close() {
        isOver = true;
        await worker.terminate();
      },
    };
  };
}

/** For tools that live shortly, and for tests: no thread, the same answers. */
export function startRankingHere(files: FileOps, options: RankingPlace): StartRanking {
  return ({ onAnswer, onCrash }) => {
    let isOver = false;
    const unlessOver =
      <T>(run: (value: T) => void) =>
      (value: T) => {
        if (!isOver) run(value);
      };
    const take = createRankingService(
      {
        source: createAnswerSource(files, options),
        answer: unlessOver(onAnswer),
        crash: unlessOver(onCrash),
      },
      options,
    );
    return {
      post: (request) => queueMicrotask(() => unlessOver(take)(request)),
      async close() {
        isOver = true;
      },
    };
  };
}

/** Node 20 runs no TypeScript: from the sources, the thread runs what was built of them. */
function workerFile(here: string): URL {
  const built = here.endsWith('.ts')
    ? here.replace(/\/src\/(?=services\/answers\/)/, '/dist/')
    : here;
  return new URL('./ranking-worker.js', built);
}
