import type { TextModule } from '../../../src/core/answers/text-module.ts';
import type { ToldTicket } from '../../../src/services/answers/answer-memory.ts';
import type { Ranking, RankingOptions } from '../../../src/services/answers/ranking.ts';

export interface TestMail {
  readonly topic: string;
  readonly language: string;
  readonly subject: string;
  readonly text: string;
  readonly half: 'tuned' | 'held';
}

export interface Shares {
  readonly mails: number;
  readonly first: number;
  readonly firstThree: number;
}

type CreateRanking = (options: RankingOptions) => Ranking;

export function readModuleFiles(): readonly { readonly file: string; readonly text: string }[];
export function readMails(name?: string): readonly TestMail[];
export function toldOf(mail: TestMail, at: number): ToldTicket;
export function evaluate(
  createRanking: CreateRanking,
  modules: readonly TextModule[],
  mails?: readonly TestMail[],
): ReadonlyMap<string, Shares>;
export function evaluateTaught(
  createRanking: CreateRanking,
  modules: readonly TextModule[],
  earlier: readonly TestMail[],
  mails?: readonly TestMail[],
): ReadonlyMap<string, Shares>;
