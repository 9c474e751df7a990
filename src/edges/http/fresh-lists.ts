/**
 * Short lists that many pages ask for, asked of the index again only after something changed.
 *
 * Promises: nothing is older than the last change the index told of; memory is bounded.
 */
import { createLimit } from '../../base/serial.ts';
import { parseQuery } from '../../core/search/query.ts';
import type { ListPage, ListReader, TicketIndex } from '../../services/index/index.ts';

export interface FreshLists {
  /** The newest tickets of the query that the reader may see; undefined when it cannot be answered. */
  read(query: string, limit: number, reader: ListReader | undefined): Promise<ListPage | undefined>;
  close(): void;
}

const mostKept = 500;
const atATime = 4;

export function createFreshLists(
  index: Pick<TicketIndex, 'list' | 'onChange'>,
  /** Those that a search knows; the fixed ones when absent. */
  states?: () => readonly string[],
): FreshLists {
  const known = new Map<string, Promise<ListPage | undefined>>();
  const stop = index.onChange(() => known.clear());
  // A page may wait for a slow search; other pages must not wait for all of them.
  const searches = createLimit(atATime);

  async function ask(
    text: string,
    limit: number,
    reader: ListReader | undefined,
  ): Promise<ListPage | undefined> {
    const query = parseQuery(text, states?.());
    if (!query.ok) return undefined;
    const page = await searches.run(() =>
      index.list({ query: query.value, sort: 'updated', descending: true, limit, reader }),
    );
    return page.ok ? page.value : undefined;
  }

  return {
    read(query, limit, reader) {
      const key = `${limit} ${reader?.key ?? ''}\n${query}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      if (known.size >= mostKept) known.clear();
      const page = ask(query, limit, reader);
      known.set(key, page);
      // A failure is reported to whoever asked, and not kept.
      page.catch(() => known.delete(key));
      return page;
    },
    close: stop,
  };
}
