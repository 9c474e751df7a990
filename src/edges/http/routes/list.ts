/** The three panes: tree, list, and the chosen ticket beside it. */

import type Router from '@koa/router';
import type { Result } from '../../../base/result.ts';
import { ticketRulesOf } from '../../../config/ticket-rules.ts';
import { wantedRuns } from '../../../core/search/passages.ts';
import type { Asker } from '../../../core/search/personal.ts';
import { parseQuery, type QueryProblem } from '../../../core/search/query.ts';
import { parseTicketNumber, type TicketNumber } from '../../../core/ticket/number.ts';
import { askerOf } from '../../../services/asker.ts';
import type { ListPage } from '../../../services/index/index.ts';
import { parseSort } from '../../../services/present/list-request.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import type { Visitor } from '../middleware/visitor.ts';
import { ownNamesOf } from '../own-names.ts';
import type { Pages } from '../pages.ts';
import { presentBulkBar } from '../presenters/bulk.ts';
import { groupBounds } from '../presenters/due-words.ts';
import { listHref, openViews } from '../presenters/frame.ts';
import {
  type ListRequestView,
  presentList,
  presentQueryProblem,
  type RowWords,
  titleOf,
  usualSort,
} from '../presenters/list.ts';
import { namesOf } from '../presenters/people.ts';
import type { TicketViews } from '../ticket-views.ts';
import type { Visit } from '../visit.ts';
import { goTo, textOf } from './login.ts';

export interface ListDeps
  extends Pick<
    ViewerDeps,
    | 'index'
    | 'sight'
    | 'accounts'
    | 'readMarks'
    | 'presence'
    | 'config'
    | 'due'
    | 'searching'
    | 'savedViews'
    | 'passages'
    | 'clock'
  > {
  readonly visitor: Visitor;
  readonly pages: Pages;
  readonly views: TicketViews;
}

const pageSize = 50;

export function addListRoutes(
  router: Router,
  {
    index,
    sight,
    accounts,
    readMarks,
    presence,
    config,
    due,
    searching,
    savedViews,
    passages,
    clock,
    visitor,
    pages,
    views,
  }: ListDeps,
): void {
  router.get(
    '/',
    visitor.member(async (ctx) => goTo(ctx, listHref(openViews(config.current().desk).allOpen))),
  );

  router.get(
    '/tickets',
    visitor.member(async (ctx, visit) => {
      const request = requestOf(ctx, due.hasTargets());
      const number = parseTicketNumber(request.query.trim());
      // Whoever types a whole number wants that ticket.
      if (number !== undefined && (await mayFind(number, visit)))
        return goTo(ctx, `/tickets/${number}`);
      const found = await search(request, visit);
      await show(ctx, visit, request, found);
    }),
  );

  async function mayFind(number: TicketNumber, { agent }: Visit): Promise<boolean> {
    return (await index.find(number)) !== undefined && (await sight.mayRead(agent, number));
  }

  function askerFor({ agent }: Visit): Asker {
    return askerOf(agent.login, {
      agents: accounts.list(),
      config: config.current(),
      now: clock.now(),
    });
  }

  async function search(
    request: ListRequestView,
    visit: Visit,
  ): Promise<Result<ListPage, QueryProblem>> {
    const query = await searching.read(request.query, visit.agent.login, clock.now());
    if (!query.ok) return query;
    const { sort, descending, after } = request;
    return index.list({
      query: query.value,
      sort,
      descending,
      limit: pageSize,
      reader: sight.readerOf(visit.agent),
      ...(after === undefined ? {} : { after }),
      ...(sort === 'due' ? { dueBy: groupBounds(clock.now()) } : {}),
    });
  }

  async function show(
    ctx: PageContext,
    visit: Visit,
    request: ListRequestView,
    found: Result<ListPage, QueryProblem>,
  ): Promise<void> {
    const { locale, agent } = visit;
    const words = wordsOf(visit);
    const asked = parseQuery(request.query, 'any');
    const shown =
      found.ok && asked.ok
        ? {
            passages: await passages.find(asked.value, found.value.records),
            runs: wantedRuns(asked.value),
          }
        : {};
    const chosen = parseTicketNumber(request.chosen ?? '');
    const preview =
      chosen === undefined || !(await sight.mayRead(agent, chosen))
        ? undefined
        : await views.readPreview(chosen, visit, request.query);
    const queues = config.current().queues.map(({ name }) => name);
    const openOnes = openViews(config.current().desk);
    const saved = await savedViews.list(agent);
    const title = titleOf(request.query, agent.login, { queues, views: openOnes, saved }, locale);
    if (!found.ok) ctx.status = 422;
    await pages.show(ctx, visit, {
      template: 'list',
      title,
      query: request.query,
      live: { kind: 'list' },
      view: {
        list: found.ok ? presentList(found.value, request, { ...words, ...shown }) : undefined,
        problem: found.ok ? undefined : presentQueryProblem(found.refusal, request.query, locale),
        isSearch: title === locale.text('list.search'),
        isAllOpen: request.query.trim() === openOnes.allOpen,
        preview,
        toSave: found.ok && title === locale.text('list.search') ? orderOf(request) : undefined,
        bulk: found.ok ? bulkBar(visit, request.query, found.value.total, ctx) : undefined,
      },
    });
  }

  function bulkBar(visit: Visit, query: string, total: number, ctx: PageContext) {
    const { desk, queues } = config.current();
    return presentBulkBar(
      {
        query,
        total,
        isTicked: textOf(ctx.query.tick) === 'page',
        junkQueue: desk.junkQueue,
        may: (right) => queues.some(({ name }) => visit.may(right, name)),
      },
      visit.locale,
    );
  }

  function wordsOf(visit: Visit): RowWords {
    const { locale, agent } = visit;
    return {
      locale,
      dates: locale.dates(visit.timeZone),
      now: clock.now(),
      login: agent.login,
      nameOf: namesOf(accounts.list()),
      lastSeen: (number) => readMarks.lastSeen(agent.login, number),
      rules: ticketRulesOf(config.current()),
      presentAt: presence.at,
      dueOf: due.dueOf,
      own: ownNamesOf(config.current(), accounts.list()),
      standsInFor: askerFor(visit).standsInFor(agent.login),
    };
  }
}

function requestOf(ctx: PageContext, hasTargets: boolean): ListRequestView {
  const after = textOf(ctx.query.after);
  const chosen = textOf(ctx.query.show);
  const query = textOf(ctx.query.q);
  const usual = usualSort(query, hasTargets);
  return {
    query,
    usual,
    ...(parseSort(textOf(ctx.query.sort)) ?? usual),
    after: after === '' ? undefined : after,
    chosen: chosen === '' ? undefined : chosen,
  };
}

/** As a saved view writes it; undefined for the order that such a list has anyway. */
function orderOf({ query, sort, descending, usual }: ListRequestView) {
  const isUsual = sort === usual?.sort && descending === usual.descending;
  return { query, sort: isUsual ? '' : `${descending ? '-' : ''}${sort}` };
}
