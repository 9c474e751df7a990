/**
 * What a ticket says in its further fields: the name of its state, its lock, why it was closed, custom values.
 *
 * Promises: pure; a lock that is too old, or on a ticket on which work has ended, is none.
 */
import { type Instant, parseInstant } from '../../base/clock.ts';
import type { Ticket } from './fold.ts';
import { isEnded } from './states.ts';
import { isFieldKey } from './ticket-rules.ts';

/** Key of the desk's own state, or what somebody wrote for one; undefined for a plain type. */
export function stateNameOf({ state, extra }: Pick<Ticket, 'state' | 'extra'>): string | undefined {
  return state === 'merged' || state === 'removed' ? undefined : extra.get('state-name');
}

export interface Lock {
  readonly login: string;
  readonly until: Instant;
}

export function lockOf({ state, extra }: Ticket, now: Instant): Lock | undefined {
  const login = extra.get('lock') ?? '';
  const until = parseInstant(extra.get('lock-until') ?? '');
  if (login === '' || until === undefined || until <= now || isEnded(state)) return undefined;
  return { login, until };
}

export function closeReasonOf({ state, extra }: Ticket): string | undefined {
  return isEnded(state) ? extra.get('close-reason') : undefined;
}

/** Values of custom fields, declared or not, by `x-NAME`. */
export function fieldValuesOf({ extra }: Pick<Ticket, 'extra'>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...extra].filter(([key]) => isFieldKey(key)).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}
