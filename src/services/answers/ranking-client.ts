/**
 * The ranking as the suggestions use it: told of changes, asked questions.
 *
 * Promises: changes are told in batches, one at a time; a question is always answered, with nothing while there is no ranking.
 * A ranking that crashed is started again and told everything anew (`refill`).
 */
import { type Clock, type Duration, minute, second } from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { TextModule } from '../../core/answers/text-module.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { AnsweredTicket } from './answer-memory.ts';
import type { RankingRequest as Question, Ranked } from './ranking.ts';
import type {
  RankingAnswer,
  RankingPort,
  RankingRequest,
  StartRanking,
} from './ranking-protocol.ts';
import type { Topic, TopicRequest } from './topics.ts';

export interface RankingClient {
  tellModules(modules: readonly TextModule[]): void;
  tell(ticket: AnsweredTicket): void;
  rank(question: Question): Promise<readonly Ranked[]>;
  topics(asked: TopicRequest): Promise<readonly Topic[]>;
  /** Resolves when all that was told counts. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface RankingClientDeps {
  readonly start: StartRanking;
  readonly clock: Clock;
  readonly log: Log;
  /** Tells everything again, to a ranking that knows nothing. */
  readonly refill: () => void;
}

const mostInBatch = 100;
const batchAfter: Duration = 250;
const firstRestartAfter: Duration = second;
const lastRestartAfter: Duration = minute;

export function createRankingClient({
  start,
  clock,
  log,
  refill,
}: RankingClientDeps): RankingClient {
  const pending = new Map<TicketNumber, AnsweredTicket>();
  /** Who waits for an answer; undefined when there will be none. */
  const questions = new Map<number, (answer: RankingAnswer | undefined) => void>();
  const waiters: (() => void)[] = [];
  let modules: readonly TextModule[] | undefined;
  let port: RankingPort | undefined;
  let under: { readonly id: number; readonly tickets: readonly AnsweredTicket[] } | undefined;
  let restartAfter = firstRestartAfter;
  let cancelTimer: (() => void) | undefined;
  let isClosed = false;
  let lastId = 0;

  function open(): void {
    port = start({ onAnswer: take, onCrash: restart });
    send();
  }

  function send(): void {
    if (port === undefined || under !== undefined || isClosed) return;
    if (modules !== undefined) {
      const request = { kind: 'modules', id: nextId(), modules } as const;
      modules = undefined;
      post(port, request, []);
      return;
    }
    if (pending.size === 0) {
      for (const resolve of waiters.splice(0)) resolve();
      return;
    }
    if (pending.size >= mostInBatch || waiters.length > 0) {
      sendBatch(port);
      return;
    }
    cancelTimer ??= clock.after(batchAfter, () => {
      cancelTimer = undefined;
      if (port !== undefined && under === undefined && !isClosed) sendBatch(port);
    });
  }

  function sendBatch(to: RankingPort): void {
    cancelTimer?.();
    cancelTimer = undefined;
    const tickets = [...pending.values()].slice(0, mostInBatch);
    for (const { number } of tickets) pending.delete(number);
    post(to, { kind: 'tickets', id: nextId(), tickets }, tickets);
  }

  function post(
    to: RankingPort,
    request: RankingRequest,
    tickets: readonly AnsweredTicket[],
  ): void {
    under = { id: request.id, tickets };
    to.post(request);
  }

  function take(answer: RankingAnswer): void {
    if (answer.kind !== 'told') {
      questions.get(answer.id)?.(answer);
      questions.delete(answer.id);
      return;
    }
    for (const { number, reason } of answer.unreadable)
      log.warn('answers.unreadable', { ticket: number, reason });
    under = undefined;
    restartAfter = firstRestartAfter;
    send();
  }

  function restart(cause: unknown): void {
    log.error('answers.ranking-crashed', { cause: errorText(cause) });
    port = undefined;
    under = undefined;
    answerAll();
    if (isClosed) return;
    clock.after(restartAfter, () => {
      if (isClosed) return;
      refill();
      open();
    });
    restartAfter = Math.min(lastRestartAfter, restartAfter * 2);
  }

  function answerAll(): void {
    for (const answer of [...questions.values()]) answer(undefined);
    questions.clear();
  }

  function nextId(): number {
    lastId += 1;
    return lastId;
  }

  function ask(request: (id: number) => RankingRequest): Promise<RankingAnswer | undefined> {
    const to = port;
    if (to === undefined || isClosed) return Promise.resolve(undefined);
    const id = nextId();
    return new Promise((resolve) => {
      questions.set(id, resolve);
      to.post(request(id));
    });
  }

  open();

  return {
    tellModules(told) {
      modules = told;
      send();
    },
    tell(ticket) {
      // What is told last goes last, so that what is new need not wait for what is old.
      pending.set(ticket.number, ticket);
      send();
    },
    async rank(question) {
      const answer = await ask((id) => ({ kind: 'rank', id, question }));
      return answer?.kind === 'ranked' ? answer.ranked : [];
    },
    async topics(asked) {
      const answer = await ask((id) => ({ kind: 'topics', id, asked }));
      return answer?.kind === 'topics' ? answer.topics : [];
    },
    settled() {
      if (isClosed) return Promise.resolve();
      return new Promise((resolve) => {
        waiters.push(resolve);
        send();
      });
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      cancelTimer?.();
      answerAll();
      for (const resolve of waiters.splice(0)) resolve();
      await port?.close();
    },
  };
}
