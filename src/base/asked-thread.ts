/**
 * A service that is asked one thing at a time, lives while it is needed, and is ended when it takes too long.
 *
 * Promises: every question is settled: with its answer, or with the reason why there is none. The service is started with the first
 * question, ended when none came for a while, and started anew after a crash.
 */
import type { Clock, Duration } from './clock.ts';
import { errorText } from './fault.ts';
import { createLimit } from './serial.ts';
import type { ServicePort, StartService } from './service-thread.ts';

export type Asked<Answer> =
  | { readonly ok: true; readonly answer: Answer }
  | {
      readonly ok: false;
      readonly reason: 'crashed' | 'too-slow' | 'closed';
      readonly detail: string;
    };

export interface AskedThread<Request, Answer> {
  /** `toRequest` is called when it is this question's turn; its answer has the same id. */
  ask(
    toRequest: (id: number) => Request,
    handOver?: (request: Request) => readonly ArrayBuffer[],
  ): Promise<Asked<Answer>>;
  close(): Promise<void>;
}

export interface AskedThreadOptions {
  /** Time that one question may take; the service ends with it. */
  readonly mostMs: Duration;
  /** Without a question for this long it is ended; never when absent. */
  readonly idleMs?: Duration;
}

export function createAskedThread<Request, Answer extends { readonly id: number }>(
  { start, clock }: { readonly start: StartService<Request, Answer>; readonly clock: Clock },
  { mostMs, idleMs }: AskedThreadOptions,
): AskedThread<Request, Answer> {
  const oneAtATime = createLimit(1);
  let port: ServicePort<Request> | undefined;
  let wait: { readonly id: number; readonly settle: (asked: Asked<Answer>) => void } | undefined;
  let cancelIdle = () => {};
  let lastId = 0;
  let isClosed = false;

  function open(): ServicePort<Request> {
    const life: ServicePort<Request> = start({
      onAnswer: (answer) => {
        if (answer.id === wait?.id) wait.settle({ ok: true, answer });
      },
      onCrash: (cause) => {
        if (port !== life) return;
        port = undefined;
        wait?.settle({ ok: false, reason: 'crashed', detail: errorText(cause).slice(0, 200) });
      },
    });
    return life;
  }

  async function end(): Promise<void> {
    const life = port;
    port = undefined;
    await life?.close();
  }

  const closed: Asked<Answer> = { ok: false, reason: 'closed', detail: 'The desk is closing' };

  async function askNow(
    toRequest: (id: number) => Request,
    handOver: (request: Request) => readonly ArrayBuffer[],
  ): Promise<Asked<Answer>> {
    if (isClosed) return closed;
    cancelIdle();
    port ??= open();
    lastId += 1;
    const to = port;
    const request = toRequest(lastId);
    const asked = await new Promise<Asked<Answer>>((resolve) => {
      const cancel = clock.after(mostMs, () => {
        void end();
        wait?.settle({ ok: false, reason: 'too-slow', detail: `It took more than ${mostMs} ms` });
      });
      wait = {
        id: lastId,
        settle(result) {
          wait = undefined;
          cancel();
          resolve(result);
        },
      };
      to.post(request, handOver(request));
    });
    if (idleMs !== undefined && !isClosed) cancelIdle = clock.after(idleMs, () => void end());
    return asked;
  }

  return {
    ask: (toRequest, handOver = () => []) => oneAtATime.run(() => askNow(toRequest, handOver)),
    async close() {
      isClosed = true;
      cancelIdle();
      await end();
      wait?.settle(closed);
    },
  };
}
