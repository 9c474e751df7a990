/** What one attempt at a mail of the outbox came to. */
import type { Instant } from '../../base/clock.ts';

/** What is to be done with the claim: nothing more, or put it back until then. */
export type AttemptResult =
  | { readonly kind: 'finished'; readonly smarthost: SmarthostState }
  | { readonly kind: 'later'; readonly at: Instant; readonly smarthost: SmarthostState };

export type SmarthostState = 'reached' | 'unreachable' | 'not-asked';
