/**
 * What the search field offers while somebody types: fields and values, and the first hits.
 *
 * Promises: only what the asker may see; a query that is not understood yet has no hits. Leaves to others: what may be meant
 * (core/search/complete.ts), the list that a whole search shows.
 */
import type Router from '@koa/router';
import { ticketRulesOf } from '../../../config/ticket-rules.ts';
import { asTyped, type CompletionFacts, complete } from '../../../core/search/complete.ts';
import { mostQueryLength } from '../../../core/search/query.ts';
import { priorities } from '../../../core/ticket/states.ts';
import { fieldKey, searchedStates } from '../../../core/ticket/ticket-rules.ts';
import { createSearchWords } from '../../../services/search-words.ts';
import type { ViewerDeps } from '../deps.ts';
import type { FreshLists } from '../fresh-lists.ts';
import type { Visitor } from '../middleware/visitor.ts';
import { presentTicketHit } from '../presenters/palette.ts';
import type { Visit } from '../visit.ts';
import { textOf } from './login.ts';

export interface SuggestDeps
  extends Pick<ViewerDeps, 'index' | 'sight' | 'accounts' | 'config' | 'renderer' | 'clock'> {
  readonly visitor: Visitor;
  readonly lists: FreshLists;
}

const mostTickets = 5;
const shortest = 2;

export function addSuggestRoutes(router: Router, deps: SuggestDeps): void {
  const { sight, accounts, config, renderer, visitor, lists } = deps;
  const words = createSearchWords(deps);

  router.get(
    '/search',
    visitor.member(async (ctx, visit) => {
      const query = textOf(ctx.query.q).slice(0, mostQueryLength);
      const at = textOf(ctx.query.at);
      const caret = /^\d{1,6}$/.test(at) ? Math.min(Number(at), query.length) : query.length;
      const [facts, tickets] = await Promise.all([factsOf(visit), find(query, caret, visit)]);
      ctx.type = 'text/html; charset=utf-8';
      ctx.body = renderer.page('find-hits', visit.locale, {
        completions: complete(query, caret, facts),
        tickets: tickets.map((record) => presentTicketHit(record, visit.locale)),
      });
    }),
  );

  async function find(query: string, caret: number, { agent }: Visit) {
    const typed = asTyped(query, caret).trim();
    if (typed.replace('*', '').length < shortest) return [];
    return (await lists.read(typed, mostTickets, agent))?.records ?? [];
  }

  async function factsOf({ agent, may }: Visit): Promise<CompletionFacts> {
    const { queues } = config.current();
    const rules = ticketRulesOf(config.current());
    const { tags, languages } = await words.read(sight.readerOf(agent));
    return {
      queues: queues.map(({ name }) => name).filter((name) => may('see', name)),
      states: searchedStates(rules),
      priorities,
      owners: accounts.list().flatMap(({ login, isDisabled }) => (isDisabled ? [] : [login])),
      tags,
      languages,
      custom: new Map(
        rules.fields.map(({ name, choices }) => [fieldKey(name), choices.map(({ key }) => key)]),
      ),
    };
  }
}
