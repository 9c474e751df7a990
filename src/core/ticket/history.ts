/**
 * The hash chain of a ticket: every event names the digests of the heads that its writer knew.
 *
 * Promises: pure; a digest that an event names and no file has is always reported, and so is every file
 * that is known to be altered. Says `changed` only of what is certain: the chain alone cannot tell a file
 * that was changed from one that was removed behind it, so a missing file comes with the suspect.
 * Leaves to others: reading files, and what else shows that a file was altered (size, received mail).
 * Limit: the newest files are named by nobody yet; their seal (storage/seal.ts) speaks of them.
 */
import type { Digest, MessageName, TicketEvent } from './event.ts';
import { compareEvents } from './fold.ts';
import { isImported } from './imported.ts';
import { readMoves } from './moves.ts';
import { finalDigests, readRedactions } from './redaction.ts';

export type HistoryFinding =
  /** The file has other bytes than those that were written; `expected` as a later writer saw it. */
  | {
      readonly kind: 'changed';
      readonly name: MessageName;
      readonly found: Digest;
      readonly expected: Digest | undefined;
      readonly knownTo: MessageName | undefined;
    }
  /** No file has what a later writer saw: it was removed, or else `suspect` was changed. */
  | {
      readonly kind: 'missing';
      readonly expected: Digest;
      readonly knownTo: MessageName;
      readonly suspect: MessageName | undefined;
    }
  /** Written outside the chain: it names no predecessor although there were some. */
  | { readonly kind: 'by-hand'; readonly name: MessageName };

/** What moved between tickets: its digests and names are accounted for by events. */
export interface AccountedMoves {
  /** Files that went to other tickets. */
  readonly gone: ReadonlySet<Digest>;
  /** Files that came from other tickets: what they name as their predecessors lies there. */
  readonly arrived: ReadonlySet<MessageName>;
}

export function accountForMoves(events: readonly TicketEvent[]): AccountedMoves {
  const moves = readMoves([...events].sort(compareEvents));
  return {
    gone: new Set(
      moves.flatMap(({ way, digest }) => (way === 'out' && digest !== undefined ? [digest] : [])),
    ),
    arrived: new Set(moves.flatMap(({ way, message }) => (way === 'in' ? [message] : []))),
  };
}

/** What moved and what was taken out: a file that was rewritten has another digest than the one that is named. */
export function accountFor(events: readonly TicketEvent[]): AccountedMoves {
  const { gone, arrived } = accountForMoves(events);
  const present = new Map(events.map(({ name, digest }) => [name, digest]));
  const rewritten = [...finalDigests(readRedactions(events))].flatMap(([name, { now, all }]) => {
    const digest = present.get(name);
    // It is there as it should be, or it went away as that.
    const isKnown = digest === undefined ? gone.has(now) : all.has(digest);
    return isKnown ? [...all] : [];
  });
  return { gone: new Set([...gone, ...rewritten]), arrived };
}

const noMoves: AccountedMoves = { gone: new Set(), arrived: new Set() };

/** `altered`: files that are certainly not as they were written. Each loss is reported once. */
export function checkHistory(
  events: readonly TicketEvent[],
  altered: ReadonlySet<MessageName> = new Set(),
  { gone, arrived }: AccountedMoves = noMoves,
): readonly HistoryFinding[] {
  const ordered = [...events]
    .sort(compareEvents)
    .map((event) => (arrived.has(event.name) ? { ...event, previous: [] } : event));
  // What is imported may be older than what it was added to.
  const isAdded = (event: TicketEvent) => isImported(event) && event.previous.length > 0;
  const first = ordered.find((event) => !arrived.has(event.name) && !isAdded(event));
  const losses = findLosses(ordered, { altered, gone, first });
  const explained = new Set(
    losses.flatMap((finding) => (finding.kind === 'changed' ? [finding.name] : [])),
  );
  const changed = ordered
    .filter(({ name }) => altered.has(name) && !explained.has(name))
    .map(
      ({ name, digest }): HistoryFinding => ({
        kind: 'changed',
        name,
        found: digest,
        expected: undefined,
        knownTo: undefined,
      }),
    );
  const byHand = ordered
    .filter((event) => event !== first && event.previous.length === 0)
    .filter(({ name }) => !arrived.has(name) && !altered.has(name))
    .map(({ name }): HistoryFinding => ({ kind: 'by-hand', name }));
  return [...losses, ...changed, ...byHand];
}

interface LossFacts {
  readonly altered: ReadonlySet<MessageName>;
  readonly gone: ReadonlySet<Digest>;
  /** The one event that rightly names no predecessor. */
  readonly first: TicketEvent | undefined;
}

function findLosses(
  ordered: readonly TicketEvent[],
  { altered, gone, first }: LossFacts,
): readonly HistoryFinding[] {
  const present = new Set([...ordered.map(({ digest }) => digest), ...gone]);
  const named = new Set(ordered.flatMap(({ previous }) => previous));
  // A file that stands in the chain and is named by nobody later has perhaps lost its digest. One that was
  // put there by hand never was in the chain.
  const suspects = ordered.filter(
    (event) => !named.has(event.digest) && (event.previous.length > 0 || event === first),
  );
  const reported = new Set<Digest>();
  const taken = new Set<MessageName>();

  function explain(expected: Digest, event: TicketEvent): HistoryFinding {
    const before = suspects.filter(({ name, time }) => time < event.time && !taken.has(name));
    // A file that was altered may have lost its time with the rest of its block.
    const certain =
      before.findLast(({ name }) => altered.has(name)) ??
      ordered.findLast(({ name }) => altered.has(name) && !taken.has(name) && name !== event.name);
    const suspect = certain ?? before.at(-1);
    if (suspect !== undefined) taken.add(suspect.name);
    const knownTo = event.name;
    if (certain === undefined)
      return { kind: 'missing', expected, knownTo, suspect: suspect?.name };
    return { kind: 'changed', name: certain.name, found: certain.digest, expected, knownTo };
  }

  return ordered.flatMap((event) =>
    event.previous
      .filter((digest) => !present.has(digest) && !reported.has(digest))
      .map((digest) => {
        reported.add(digest);
        return explain(digest, event);
      }),
  );
}
