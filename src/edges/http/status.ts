/**
 * The figures in the tree, counted again only after something changed.
 *
 * Promises: never older than the last change the index told of; the outbox at most a second.
 */
import { type Clock, second } from '../../base/clock.ts';
import { parseQuery } from '../../core/search/query.ts';
import type { QueueCount } from '../../services/index/index.ts';
import type { ViewerDeps } from './deps.ts';
import { type DeskStatus, queryOwn, queryUnowned } from './presenters/frame.ts';

export interface StatusBoard {
  read(login: string): Promise<DeskStatus>;
  close(): void;
}

type Deps = Pick<ViewerDeps, 'index' | 'outbox' | 'config'> & { readonly clock: Clock };

const outboxLasts = second;

export function createStatusBoard({ index, outbox, config, clock }: Deps): StatusBoard {
  let known = new Map<string, Promise<number>>();
  let waiting: { readonly count: Promise<number>; readonly until: number } | undefined;
  const stop = index.onChange(() => {
    known = new Map();
    waiting = undefined;
  });

  function countOf(query: string): Promise<number> {
    const before = known.get(query);
    if (before !== undefined) return before;
    const count = countNow(query);
    known.set(query, count);
    // A failure is not kept, and reported to whoever asked.
    count.catch(() => known.delete(query));
    return count;
  }

  async function countNow(text: string): Promise<number> {
    const query = parseQuery(text);
    if (!query.ok) return 0;
    const page = await index.list({
      query: query.value,
      sort: 'updated',
      descending: true,
      limit: 1,
    });
    return page.ok ? page.value.total : 0;
  }

  function countOutbox(): Promise<number> {
    if (waiting === undefined || waiting.until < clock.now()) {
      waiting = {
        count: outbox.waiting().then((mails) => mails.length),
        until: clock.now() + outboxLasts,
      };
    }
    return waiting.count;
  }

  return {
    async read(login) {
      const [mine, unowned, queues, waitingMails] = await Promise.all([
        countOf(queryOwn(login)),
        countOf(queryUnowned),
        index.counts(),
        countOutbox(),
      ]);
      return {
        mine,
        unowned,
        queues: withConfigured(
          queues,
          config.current().queues.map(({ name }) => name),
        ),
        outbox: waitingMails,
        configProblems: config.problems().length,
        isReady: index.isReady(),
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
