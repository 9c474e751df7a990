/**
 * Short lists that many pages ask for, asked of the index again only after something changed.
 *
 * Promises: nothing is older than the last change the index told of; memory is bounded.
 */
import { minute, toInstant } from '../../base/clock.ts';
import { createLimit } from '../../base/serial.ts';
import { type Asker, askedBy } from '../../core/search/personal.ts';
import { parseQuery, type Query } from '../../core/search/query.ts';
import type { ListPage, TicketIndex } from '../../services/index/index.ts';

export interface FreshLists {
  /** The newest tickets of the query, as the agent may see them; undefined when it cannot be answered. */
  read(query: string, limit: number, asker: Asker): Promise<ListPage | undefined>;
  close(): void;
}

const mostKept = 500;
const atATime = 4;

export function createFreshLists(index: Pick<TicketIndex, 'list' | 'onChange'>): FreshLists {
  const known = new Map<string, Promise<ListPage | undefined>>();
  const stop = index.onChange(() => known.clear());
  // A page may wait for a slow search; other pages must not wait for all of them.
  const searches = createLimit(atATime);

  async function ask(query: Query, limit: number): Promise<ListPage | undefined> {
    const page = await searches.run(() =>
      index.list({ query, sort: 'updated', descending: true, limit }),
    );
    return page.ok ? page.value : undefined;
  }

  return {
    async read(text, limit, asker) {
      const parsed = parseQuery(text);
      if (!parsed.ok) return undefined;
      // Reminders come due without any change, so time is a part of the question, in minutes.
      const now = toInstant(Math.floor(asker.now / minute) * minute);
      const query = askedBy(parsed.value, { ...asker, now });
      const key = `${limit} ${JSON.stringify(query)}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      if (known.size >= mostKept) known.clear();
      const page = ask(query, limit);
      known.set(key, page);
      // A failure is reported to whoever asked, and not kept.
      page.catch(() => known.delete(key));
      return page;
    },
    close: stop,
  };
}
