/**
 * A service that takes messages and answers them, in a thread of its own or in this one.
 *
 * Owns: starting worker threads, and both ends of the channel. Promises: a thread that ends by itself is reported as a crash, once; who
 * waits for an answer keeps the process alive, the thread itself does not. Each message gets one answer.
 */
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { Fault, invariant } from './fault.ts';

/** One life of a service: from its start until it is closed or has crashed. */
export interface ServicePort<Request> {
  /** What is in `handOver` belongs to the other side afterwards: nothing of it is copied. */
  post(request: Request, handOver?: readonly ArrayBuffer[]): void;
  close(): Promise<void>;
}

export interface ServiceEvents<Answer> {
  readonly onAnswer: (answer: Answer) => void;
  /** The service is gone without having been closed. */
  readonly onCrash: (cause: unknown) => void;
}

/** Starts a service that knows nothing yet. */
export type StartService<Request, Answer> = (events: ServiceEvents<Answer>) => ServicePort<Request>;

export interface ServiceLine<Answer> {
  readonly answer: (answer: Answer, handOver?: readonly ArrayBuffer[]) => void;
  readonly crash: (cause: unknown) => void;
  /** Aborted when the service is closed while the process lives on. */
  readonly signal?: AbortSignal;
}

/** What the service is made of, on whichever side it runs. */
export type CreateService<Request, Answer> = (
  line: ServiceLine<Answer>,
) => (request: Request) => void;

export interface ThreadPlace {
  /** For the words of a crash. */
  readonly name: string;
  /** The module that runs first in the thread and calls `serveThread`, seen from `here`, without its ending. */
  readonly module: string;
  /** `import.meta.url` of whoever asks. */
  readonly here: string;
  /** Given to the thread; plain values. */
  readonly options: unknown;
  /** The thread ends, as by a crash, when its heap grows beyond this; the process's own limit when absent. */
  readonly mostHeapMb?: number;
}

export function startInThread<Request, Answer>({
  name,
  module,
  here,
  options,
  mostHeapMb,
}: ThreadPlace): StartService<Request, Answer> {
  return ({ onAnswer, onCrash }) => {
    const worker = new Worker(builtFile(module, here), {
      workerData: options,
      ...(mostHeapMb === undefined
        ? {}
        : { resourceLimits: { maxOldGenerationSizeMb: mostHeapMb } }),
    });
    let isOver = false;
    const crash = (cause: unknown) => {
      if (isOver) return;
      isOver = true;
      onCrash(cause);
    };
    let awaited = 0;
    worker.unref();
    worker.on('message', (answer: Answer) => {
      awaited -= 1;
      if (awaited === 0) worker.unref();
      onAnswer(answer);
    });
    worker.on('error', crash);
    worker.on('exit', (code) =>
      crash(
        new Fault('not-ready', { retry: 'later', detail: `The ${name} thread ended with ${code}` }),
      ),
    );
    return {
      post(request, handOver = []) {
        awaited += 1;
        if (awaited === 1) worker.ref();
        worker.postMessage(request, handOver);
      },
      async close() {
        isOver = true;
        await worker.terminate();
      },
    };
  };
}

/** For tools that live shortly, and for tests: no thread, the same answers. */
export function startHere<Request, Answer>(
  create: CreateService<Request, Answer>,
): StartService<Request, Answer> {
  return ({ onAnswer, onCrash }) => {
    let isOver = false;
    const unlessOver =
      <T>(run: (value: T) => void) =>
      (value: T) => {
        if (!isOver) run(value);
      };
    const closing = new AbortController();
    const take = create({
      answer: unlessOver(onAnswer),
      crash: unlessOver(onCrash),
      signal: closing.signal,
    });
    return {
      post: (request) => queueMicrotask(() => unlessOver(take)(request)),
      async close() {
        isOver = true;
        closing.abort();
      },
    };
  };
}

/** The thread's end; a failure ends the thread, and who started it starts another. */
export function serveThread<Request, Answer, Options>(
  create: (options: Options) => CreateService<Request, Answer>,
): void {
  invariant(parentPort !== null, 'A service thread is started by startInThread');
  const port = parentPort;
  const options: Options = workerData;
  const take = create(options)({
    answer: (answer, handOver = []) => port.postMessage(answer, handOver),
    crash: (cause) => {
      throw cause;
    },
  });
  port.on('message', (request: Request) => take(request));
}

/** Node 20 runs no TypeScript: from the sources, the thread runs what was built of them. */
function builtFile(module: string, here: string): URL {
  const built = here.endsWith('.ts') ? here.replace(/\/src\/(?!.*\/src\/)/, '/dist/') : here;
  return new URL(`${module}.js`, built);
}
