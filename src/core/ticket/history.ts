/**
 * The hash chain of a ticket: every event names the digests of the heads that its writer knew.
 *
 * Promises: pure; a digest that an event names and no file has is always reported, as a file that was
 * changed where one fits, else as a file that is missing.
 * Leaves to others: reading files, and the digest of a received mail within its file.
 * Limit: the newest files are named by no one yet; what happens to them shows only in `Ticket-Raw`.
 */
import type { Digest, MessageName, TicketEvent } from './event.ts';
import { compareEvents } from './fold.ts';

export type HistoryFinding =
  /** The file has other bytes than those that a later writer saw. */
  | {
      readonly kind: 'changed';
      readonly name: MessageName;
      readonly expected: Digest;
      readonly found: Digest;
      readonly knownTo: MessageName;
    }
  /** A later writer saw a file that is not there any more. */
  | { readonly kind: 'missing'; readonly expected: Digest; readonly knownTo: MessageName }
  /** Written outside the chain: it names no predecessor although there were some. */
  | { readonly kind: 'by-hand'; readonly name: MessageName };

export type ChainLink = Pick<TicketEvent, 'name' | 'time' | 'kind' | 'digest' | 'previous'>;

/** Findings in the order of the ticket's history. */
export function checkHistory(events: readonly TicketEvent[]): readonly HistoryFinding[] {
  const ordered = [...events].sort(compareEvents);
  const present = new Set(ordered.map(({ digest }) => digest));
  const named = new Set(ordered.flatMap(({ previous }) => previous));
  const unnamed = ordered.filter(({ digest }) => !named.has(digest));
  const reported = new Set<Digest>();
  const changed = new Set<MessageName>();

  return ordered.flatMap((event, position) => {
    const lost = event.previous.filter((digest) => !present.has(digest) && !reported.has(digest));
    const findings = lost.map((expected): HistoryFinding => {
      reported.add(expected);
      const suspect = findSuspect(unnamed, event, ordered[0], changed);
      if (suspect === undefined) return { kind: 'missing', expected, knownTo: event.name };
      changed.add(suspect.name);
      return {
        kind: 'changed',
        name: suspect.name,
        expected,
        found: suspect.digest,
        knownTo: event.name,
      };
    });
    const isByHand = position > 0 && event.previous.length === 0;
    return isByHand ? [...findings, { kind: 'by-hand', name: event.name }] : findings;
  });
}

/**
 * The newest file before the event that nobody names although it stands in the chain: its digest must
 * have been another when the event was written. A file put there by hand was never in the chain.
 */
function findSuspect(
  unnamed: readonly ChainLink[],
  event: TicketEvent,
  first: ChainLink | undefined,
  taken: ReadonlySet<MessageName>,
): ChainLink | undefined {
  return unnamed.findLast(
    (candidate) =>
      candidate.time < event.time &&
      candidate.name !== event.name &&
      !taken.has(candidate.name) &&
      (candidate.previous.length > 0 || candidate === first),
  );
}
