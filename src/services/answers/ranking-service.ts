/**
 * The ranking at work: told of modules and tickets, it reads these and answers questions.
 *
 * Promises: every request is answered once; questions are answered between any two tickets that are read.
 * Runs in a thread of its own (ranking-worker.ts), or in the caller's.
 */
import { nextTurn } from '../../base/clock.ts';
import { assertNever, errorText } from '../../base/fault.ts';
import type { AnsweredTicket, ToldTicket } from './answer-memory.ts';
import type { AnswerSource } from './earlier-answers.ts';
import { createRanking, type RankingOptions } from './ranking.ts';
import type { RankingAnswer, RankingRequest } from './ranking-protocol.ts';

export interface RankingServiceDeps {
  readonly source: AnswerSource;
  readonly answer: (answer: RankingAnswer) => void;
  /** Something failed that must not: the service is of no use any more. */
  readonly crash: (cause: unknown) => void;
}

/** The returned function takes a request. */
export function createRankingService(
  { source, answer, crash }: RankingServiceDeps,
  options: RankingOptions,
): (request: RankingRequest) => void {
  const ranking = createRanking(options);
  let work: Promise<void> = Promise.resolve();

  async function readTickets(id: number, tickets: readonly AnsweredTicket[]): Promise<void> {
    const told: ToldTicket[] = [];
    const unreadable: { number: AnsweredTicket['number']; reason: string }[] = [];
    for (const ticket of tickets) {
      try {
        told.push({ ticket, answers: await source.read(ticket.number) });
      } catch (error) {
        // What cannot be read is not offered either.
        told.push({ ticket, answers: [] });
        unreadable.push({ number: ticket.number, reason: errorText(error) });
      }
      await nextTurn();
    }
    ranking.setAnswers(told);
    answer({ kind: 'told', id, answers: ranking.size(), unreadable });
  }

  return (request) => {
    switch (request.kind) {
      case 'modules':
        ranking.setModules(request.modules);
        answer({ kind: 'told', id: request.id, answers: ranking.size(), unreadable: [] });
        return;
      case 'tickets':
        work = work.then(() => readTickets(request.id, request.tickets)).catch(crash);
        return;
      case 'rank':
        answer({ kind: 'ranked', id: request.id, ranked: ranking.rank(request.question) });
        return;
      case 'topics':
        answer({ kind: 'topics', id: request.id, topics: ranking.topics(request.asked) });
        return;
      default:
        assertNever(request);
    }
  };
}
