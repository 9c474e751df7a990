/**
 * Spam goes to the queue for it, and comes back to where it was.
 *
 * Promises: pure. Where the ticket came from stands in `queue-before-junk` for as long as it lies there.
 */
import { ok, type Result, refuse } from '../../base/result.ts';
import type { Actor, EventDraft } from './event.ts';
import type { Ticket } from './fold.ts';

export interface SpamCommand {
  readonly kind: 'spam' | 'not-spam';
}

export type SpamRefusal = { readonly code: 'no-junk-queue' };

export interface SpamQueues {
  readonly queues: readonly string[];
  /** Undefined where the desk has no queue for spam. */
  readonly junkQueue?: string | undefined;
  /** Where it goes when nobody knows where it was. */
  readonly defaultQueue?: string | undefined;
}

export const queueBeforeJunk = 'queue-before-junk';

export function decideSpam(
  ticket: Ticket,
  { kind }: SpamCommand,
  actor: Actor,
  { queues, junkQueue, defaultQueue }: SpamQueues,
): Result<EventDraft, SpamRefusal | { readonly code: 'nothing-to-change' }> {
  if (junkQueue === undefined) return refuse({ code: 'no-junk-queue' });
  if ((ticket.queue === junkQueue) === (kind === 'spam'))
    return refuse({ code: 'nothing-to-change' });
  if (kind === 'spam') return ok(moveTo(junkQueue, ticket.queue, actor));
  const before = ticket.extra.get(queueBeforeJunk);
  const known = before !== undefined && queues.includes(before) ? before : defaultQueue;
  const back = known ?? queues.find((queue) => queue !== junkQueue);
  return back === undefined || back === junkQueue
    ? refuse({ code: 'no-junk-queue' })
    : ok(moveTo(back, '', actor));
}

function moveTo(queue: string, before: string, actor: Actor): EventDraft {
  return {
    kind: 'update',
    actor,
    changes: [
      { kind: 'set', field: 'queue', value: queue },
      { kind: 'set', field: queueBeforeJunk, value: before },
    ],
    fields: [],
  };
}
