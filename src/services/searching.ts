/**
 * Reads what somebody searches for: the one way from a text to a query, for pages, saved views, bulk, command line and API.
 *
 * Promises: `me`, days and read marks are those of whoever asks; states are those of the desk.
 */
import type { Clock, Instant } from '../base/clock.ts';
import { ok, type Result } from '../base/result.ts';
import type { Config } from '../config/config.ts';
import type { Query, QueryProblem } from '../core/search/query.ts';
import { type AskingDesk, readQuery } from './asker.ts';
import type { ReadMarks } from './read-marks.ts';
import type { SnoozeBook } from './waiting/snoozes.ts';

export interface Searching {
  /** Of several texts all must hold. Without a login it is whoever runs the desk. `now` is another time than this moment. */
  read(
    text: string | readonly string[],
    login: string | undefined,
    now?: Instant,
  ): Promise<Result<Query, QueryProblem>>;
}

export interface SearchingDeps {
  readonly agents: () => AskingDesk['agents'];
  readonly config: () => Config;
  readonly readMarks: Pick<ReadMarks, 'load' | 'lastSeen' | 'revision'>;
  readonly snoozes?: Pick<SnoozeBook, 'numbersOf'> | undefined;
  readonly clock: Clock;
}

export function createSearching({
  agents,
  config,
  readMarks,
  snoozes,
  clock,
}: SearchingDeps): Searching {
  return {
    async read(text, login, now = clock.now()) {
      if (login !== undefined) await readMarks.load(login);
      const desk = { agents: agents(), config: config(), now, snoozes, readMarks };
      const terms: Query['terms'][number][] = [];
      for (const each of [text].flat()) {
        const query = readQuery(each, login, desk);
        if (!query.ok) return query;
        terms.push(...query.value.terms);
      }
      return ok({ terms });
    },
  };
}
