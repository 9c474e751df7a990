/**
 * Short lists that many pages ask for, asked of the index again only after something changed.
 *
 * Promises: nothing is older than the last change the index told of; memory is bounded.
 */
import { minute, toInstant } from '../../base/clock.ts';
import { createLimit } from '../../base/serial.ts';
import type { Query } from '../../core/search/query.ts';
import type { Agent } from '../../services/accounts/accounts.ts';
import type { ListPage, ListReader, TicketIndex } from '../../services/index/index.ts';
import type { ViewerDeps } from './deps.ts';

export interface FreshLists {
  /** The newest tickets of the query as the agent may see them; undefined when it cannot be answered. */
  read(
    query: string,
    limit: number,
    agent: Pick<Agent, 'login' | 'roles'>,
  ): Promise<ListPage | undefined>;
  close(): void;
}

export interface FreshListsDeps extends Pick<ViewerDeps, 'sight' | 'searching' | 'clock'> {
  readonly index: Pick<TicketIndex, 'list' | 'onChange'>;
}

const mostKept = 500;
const atATime = 4;

export function createFreshLists({ index, sight, searching, clock }: FreshListsDeps): FreshLists {
  const known = new Map<string, Promise<ListPage | undefined>>();
  const stop = index.onChange(() => known.clear());
  // A page may wait for a slow search; other pages must not wait for all of them.
  const searches = createLimit(atATime);

  async function ask(
    query: Query,
    limit: number,
    reader: ListReader | undefined,
  ): Promise<ListPage | undefined> {
    const page = await searches.run(() =>
      index.list({ query, sort: 'updated', descending: true, limit, reader }),
    );
    return page.ok ? page.value : undefined;
  }

  return {
    async read(text, limit, agent) {
      // Reminders come due without any change, so time is a part of the question, in minutes.
      const now = toInstant(Math.floor(clock.now() / minute) * minute);
      const parsed = await searching.read(text, agent.login, now);
      if (!parsed.ok) return undefined;
      const reader = sight.readerOf(agent);
      const query = parsed.value;
      const key = `${limit} ${reader?.key ?? ''}\n${JSON.stringify(query)}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      if (known.size >= mostKept) known.clear();
      const page = ask(query, limit, reader);
      known.set(key, page);
      const forget = () => {
        if (known.get(key) === page) known.delete(key);
      };
      // A failure is reported to whoever asked, and not kept; nor is what the text index had not seen all of yet.
      page.then((read) => read?.complete === false && forget(), forget);
      return page;
    },
    close: stop,
  };
}
