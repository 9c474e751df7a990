/**
 * Where the text index runs: in a thread of its own, or in this one.
 *
 * Owns: starting the worker thread. Promises: a thread that ends by itself is reported as a crash, once.
 */
import { Worker } from 'node:worker_threads';
import { Fault } from '../../../base/fault.ts';
import type { FileOps } from '../../../storage/files.ts';
import type { StartTextService, TextAnswer } from './text-protocol.ts';
import { createTextService } from './text-service.ts';
import { createTextSource, type TextSourceOptions } from './text-source.ts';

/** Texts are read and searched beside the main thread, which only sees ticket numbers. */
export function startInWorker(options: TextSourceOptions): StartTextService {
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
    worker.on('message', (answer: TextAnswer) => {
      awaited -= 1;
      if (awaited === 0) worker.unref();
      onAnswer(answer);
    });
    worker.on('error', crash);
    worker.on('exit', (code) =>
      crash(
        new Fault('not-ready', { retry: 'later', detail: `The text thread ended with ${code}` }),
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
export function startInThread(files: FileOps, options: TextSourceOptions): StartTextService {
  return ({ onAnswer, onCrash }) => {
    let isOver = false;
    const unlessOver =
      <T>(run: (value: T) => void) =>
      (value: T) => {
        if (!isOver) run(value);
      };
    const take = createTextService({
      source: createTextSource(files, options),
      answer: unlessOver(onAnswer),
      crash: unlessOver(onCrash),
    });
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
    ? here.replace(/\/src\/(?=services\/index\/memory\/)/, '/dist/')
    : here;
  return new URL('./text-worker.js', built);
}
