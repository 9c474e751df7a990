/** What is said between the suggestions and the thread that ranks. */
import type { ServicePort, StartService } from '../../base/service-thread.ts';
import type { TextModule } from '../../core/answers/text-module.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { AnsweredTicket } from './answer-memory.ts';
import type { RankingRequest as Question, Ranked } from './ranking.ts';
import type { Topic, TopicRequest } from './topics.ts';

export type RankingRequest =
  | { readonly kind: 'modules'; readonly id: number; readonly modules: readonly TextModule[] }
  | { readonly kind: 'tickets'; readonly id: number; readonly tickets: readonly AnsweredTicket[] }
  | { readonly kind: 'rank'; readonly id: number; readonly question: Question }
  | { readonly kind: 'topics'; readonly id: number; readonly asked: TopicRequest };

export type RankingAnswer =
  /** What was told counts from now on, except the answers of tickets that could not be read. */
  | {
      readonly kind: 'told';
      readonly id: number;
      /** Earlier answers that are known now. */
      readonly answers: number;
      readonly unreadable: readonly { readonly number: TicketNumber; readonly reason: string }[];
    }
  | { readonly kind: 'ranked'; readonly id: number; readonly ranked: readonly Ranked[] }
  | { readonly kind: 'topics'; readonly id: number; readonly topics: readonly Topic[] };

export type RankingPort = ServicePort<RankingRequest>;

/** Starts a service that knows nothing. */
export type StartRanking = StartService<RankingRequest, RankingAnswer>;
