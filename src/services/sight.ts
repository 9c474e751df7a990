/**
 * Which tickets an agent may find and read.
 *
 * Promises: what may not be seen is told from what does not exist by nobody; every page, the stream of changes and
 * the API ask here, every change asks tickets.ts. Leaves to others: what rights there are (core/ticket/rights.ts).
 */
import type { LiveConfig } from '../config/config.ts';
import type { TicketNumber } from '../core/ticket/number.ts';
import { isReadable, rightsIn } from '../core/ticket/rights.ts';
import { readableOf } from '../core/ticket/team.ts';
import type { TicketReader } from '../storage/ticket-store.ts';
import type { Agent } from './accounts/accounts.ts';
import type { ListReader } from './index/index.ts';

export type Reading = Pick<Agent, 'login' | 'roles'>;

export interface Sight {
  /** For lists; undefined when nothing is hidden from the agent. */
  readerOf(agent: Reading): ListReader | undefined;
  /** Also true for a number that no ticket has. */
  mayRead(agent: Reading, number: TicketNumber): Promise<boolean>;
}

export interface SightDeps {
  readonly reader: Pick<TicketReader, 'read'>;
  readonly config: Pick<LiveConfig, 'current'>;
}

export function createSight({ reader, config }: SightDeps): Sight {
  function readerOf({ login, roles }: Reading): ListReader | undefined {
    const { queues } = config.current();
    const sees = (queue: string) => rightsIn(queue, roles, queues).has('see');
    // A queue that is not configured has the rights of one above it, or those of everybody.
    if (sees('') && queues.every(({ name }) => sees(name))) return undefined;
    return { login, sees, key: `${login} ${[...roles].sort().join(' ')}` };
  }

  return {
    readerOf,
    async mayRead(agent, number) {
      const asking = readerOf(agent);
      if (asking === undefined) return true;
      const folder = await reader.read(number);
      return folder === undefined || isReadable(readableOf(folder.ticket), asking);
    },
  };
}
