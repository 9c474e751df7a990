/**
 * By which way somebody acts: in the viewer, by the API, on the command line, by mail.
 *
 * Owns: the block field `Via` of what people do. Promises: an edge says it once, around all that a request does; what the
 * desk itself does carries none, also where a request set it going.
 * Leaves to others: the way of mails from outside (intake/read-mail.ts), words for it (edges).
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { EventDraft } from '../core/ticket/event.ts';

export const waysToAct = ['viewer', 'api', 'cli', 'mail'] as const;

export type Way = (typeof waysToAct)[number];

export interface Ways {
  /** All that the work does, also later, is done by this way. */
  run<T>(way: Way, work: () => T): T;
  /** For a process that knows only one. */
  always(way: Way): void;
  current(): Way | undefined;
}

export function createWays(): Ways {
  const storage = new AsyncLocalStorage<Way>();
  let only: Way | undefined;
  return {
    run: (way, work) => storage.run(way, work),
    always(way) {
      only = way;
    },
    current: () => storage.getStore() ?? only,
  };
}

export function withWay(draft: EventDraft, way: Way | undefined): EventDraft {
  const isPerson = draft.actor.kind === 'agent' || draft.actor.kind === 'user';
  const isSaid = draft.fields.some(([name]) => name === 'Via');
  if (!isPerson || isSaid || way === undefined) return draft;
  return { ...draft, fields: [['Via', way], ...draft.fields] };
}
