/**
 * In which folders below `views/` a ticket stands (docs/FORMAT.md, "Views").
 *
 * Promises: pure and total; the same ticket always gives the same folders, at most twelve names deep. Tickets that are
 * merged or removed stand nowhere.
 */
import { formatInstant, type Instant } from '../../base/clock.ts';
import type { Address } from '../message/address.ts';
import { isEnded, type TicketState } from '../ticket/states.ts';
import { caseKey, noWord, toFileWord } from './file-words.ts';

/** Which tickets have links: those whose work has not ended, or all. */
export type ViewScope = 'open' | 'all';

export interface ViewedTicket {
  readonly state: TicketState;
  readonly stateName: string | undefined;
  readonly queue: string;
  readonly alsoQueues: readonly string[];
  readonly owner: string | undefined;
  readonly customer: Address | undefined;
  readonly closedAt: Instant | undefined;
  readonly updated: Instant;
}

/** Names from `views/` down. */
export type ViewFolder = readonly string[];

const mostLevels = 8;
const mostQueues = 20;

/** `queues` are the names that the desk declares: theirs is the spelling that counts. */
export function viewFoldersOf(
  ticket: ViewedTicket,
  scope: ViewScope,
  queues: readonly string[],
): readonly ViewFolder[] {
  const { state, owner, customer } = ticket;
  if (state === 'merged' || state === 'removed') return [];
  const hasEnded = isEnded(state);
  if (hasEnded && scope === 'open') return [];
  const where = [
    toFileWord(ticket.stateName ?? state),
    // A folder with all that was ever closed would serve nobody.
    ...(hasEnded ? [formatInstant(ticket.closedAt ?? ticket.updated).slice(0, 7)] : []),
  ];
  const names = [ticket.queue, ...ticket.alsoQueues].slice(0, mostQueues);
  return [
    ...withoutTwins(names).map((name) => ['queue', ...queueFolder(name, queues), ...where]),
    ...(hasEnded ? [] : [['owner', personWord(owner)]]),
    ['customer', personWord(customer?.address)],
  ];
}

function queueFolder(queue: string, queues: readonly string[]): ViewFolder {
  const key = caseKey(queue);
  const spelled = queues.find((name) => caseKey(name) === key) ?? key;
  const parts = spelled.split('::');
  const deepest = parts.slice(mostLevels - 1).join(' ');
  return [...parts.slice(0, mostLevels - 1), ...(deepest === '' ? [] : [deepest])].map(toFileWord);
}

function withoutTwins(names: readonly string[]): readonly string[] {
  const byKey = new Map(names.map((name) => [caseKey(name), name]));
  return [...byKey.values()];
}

function personWord(text: string | undefined): string {
  return text === undefined ? noWord : caseKey(toFileWord(text));
}
