/**
 * The figures in the tree.
 *
 * Promises: never older than the last change the index told of; the outbox at most a second.
 */
import { type Clock, second } from '../../base/clock.ts';
import { adminRole } from '../../core/ticket/rights.ts';
import type { Agent } from '../../services/accounts/accounts.ts';
import { askerOf } from '../../services/asker.ts';
import type { QueueCount } from '../../services/index/index.ts';
import { outgrownSigns } from '../../services/index/text-health.ts';
import type { ViewerDeps } from './deps.ts';
import type { FreshLists } from './fresh-lists.ts';
import {
  type DeskStatus,
  openViews,
  queryLate,
  queryMentioned,
  queryMine,
  queryOwn,
  querySnoozed,
  queryWaiting,
  queryWatched,
} from './presenters/frame.ts';

export interface StatusBoard {
  read(agent: Pick<Agent, 'login' | 'roles'>): Promise<DeskStatus>;
  close(): void;
}

interface Deps
  extends Pick<
    ViewerDeps,
    | 'index'
    | 'outbox'
    | 'trouble'
    | 'config'
    | 'ledger'
    | 'sight'
    | 'accounts'
    | 'due'
    | 'firstSteps'
    | 'savedViews'
  > {
  readonly lists: FreshLists;
  readonly clock: Clock;
}

const outboxLasts = second;
/** Views whose tickets are counted; the others are links alone. */
const mostCounted = 40;

export function createStatusBoard({
  index,
  lists,
  outbox,
  trouble,
  config,
  ledger,
  sight,
  accounts,
  due,
  firstSteps,
  savedViews,
  clock,
}: Deps): StatusBoard {
  let waiting: { readonly count: Promise<number>; readonly until: number } | undefined;
  const stop = index.onChange(() => {
    waiting = undefined;
  });

  function countOutbox(): Promise<number> {
    if (waiting === undefined || waiting.until < clock.now()) {
      waiting = {
        count: outbox.count(),
        until: clock.now() + outboxLasts,
      };
    }
    return waiting.count;
  }

  /** A ticket that is known in several queues is late in each. */
  async function countQueues(): Promise<readonly QueueCount[]> {
    const counts = await index.counts();
    if (!due.hasTargets()) return counts;
    const late = new Map<string, number>();
    for (const { queue, alsoQueues } of await index.findDue(clock.now()))
      for (const name of new Set([queue, ...alsoQueues])) late.set(name, (late.get(name) ?? 0) + 1);
    return counts.map((count) => ({ ...count, late: late.get(count.queue) ?? 0 }));
  }

  async function countOpenSteps(
    agent: Pick<Agent, 'login' | 'roles'>,
  ): Promise<number | undefined> {
    if (!firstSteps.isOffered() || !agent.roles.includes(adminRole)) return undefined;
    const hasMail = ((await lists.read('', 1, agent))?.total ?? 0) > 0;
    return firstSteps.steps({ hasMail }).filter(({ state }) => state === 'open').length;
  }

  /** A line of the page of problems that only admins see. */
  function isOutgrown({ roles }: Pick<Agent, 'roles'>): boolean {
    return roles.includes(adminRole) && outgrownSigns(index.textHealth()).length > 0;
  }

  return {
    async read(agent) {
      const reader = sight.readerOf(agent);
      const views = openViews(config.current().desk);
      const agents = accounts.list();
      const asker = askerOf(agent.login, { agents, config: config.current(), now: clock.now() });
      const count = async (query: string) => (await lists.read(query, 1, agent))?.total ?? 0;
      const covered = agents.filter(({ login }) => asker.standsInFor(agent.login).includes(login));
      const [mine, unowned, queues, waitingMails, troubled, own, standIns] = await Promise.all([
        count(queryMine(agent.login)),
        count(views.unowned),
        countQueues(),
        countOutbox(),
        trouble.count(),
        Promise.all([queryWaiting, queryMentioned, queryWatched, querySnoozed].map(count)),
        Promise.all(
          covered.map(async ({ login, name }) => ({
            login,
            name,
            open: await count(queryOwn(login)),
          })),
        ),
      ]);
      const late = due.hasTargets() ? await count(queryLate) : undefined;
      const [turns = 0, mentioned = 0, watched = 0, snoozed = 0] = own;
      return {
        mine,
        waiting: turns,
        snoozed,
        late,
        mentioned,
        watched,
        standIns,
        unowned,
        queues: withConfigured(
          queues,
          config.current().queues.map(({ name }) => name),
        ).filter(({ queue }) => reader?.sees(queue) !== false),
        views,
        outbox: waitingMails,
        trouble: troubled,
        configProblems: config.problems().length,
        isOutgrown: isOutgrown(agent),
        unaccounted: ledger.report().unaccounted,
        isReady: index.isReady(),
        saved: await Promise.all(
          (await savedViews.list(agent)).map(async (view, at) => {
            const page = at < mostCounted ? await lists.read(view.query, 1, agent) : undefined;
            return { view, count: page?.total, isComplete: page?.complete !== false };
          }),
        ),
        openSteps: await countOpenSteps(agent),
      };
    },
    close: stop,
  };
}

/** The configured queues in their order, then those that only tickets still name. */
function withConfigured(
  counts: readonly QueueCount[],
  names: readonly string[],
): readonly QueueCount[] {
  const byName = new Map(counts.map((count) => [count.queue, count]));
  const others = counts.filter(
    ({ queue, open }) => !names.includes(queue) && queue !== '' && open > 0,
  );
  return [...names.map((queue) => byName.get(queue) ?? { queue, open: 0, fresh: 0 }), ...others];
}
