/**
 * What a query's parentheses hold while it is read: clauses joined by `OR` into chains.
 *
 * Promises: of all ways to write the same groups one comes out, so that what was written down (format.ts) reads back the same.
 */
import type { Clause } from './clauses.ts';

/** One level of parentheses; the first is the query itself. */
export interface Frame {
  readonly negated: boolean;
  /** Of all bare words in it: `queue:(Support OR Billing)`. */
  readonly field: string | undefined;
  /** All must hold; of each one alternative. */
  readonly chains: (readonly Clause[])[][];
  /** The next clause is an alternative to the last chain. */
  isOr: boolean;
  /** The next clause is meant the other way round. */
  isNot: boolean;
}

export function createFrame({ negated, field }: Pick<Frame, 'negated' | 'field'>): Frame {
  return { negated, field, chains: [], isOr: false, isNot: false };
}

/** Undefined says nothing, also to the `OR` before it. */
export function put(frame: Frame, given: Clause | undefined): void {
  const isOr = frame.isOr;
  frame.isOr = false;
  if (given === undefined) return;
  const clause = simplify(given);
  const alternatives =
    clause.kind === 'group' && !clause.negated ? clause.alternatives : [[clause]];
  const chain = isOr ? frame.chains.at(-1) : undefined;
  if (chain !== undefined) {
    chain.push(...alternatives);
    return;
  }
  frame.chains.push([...alternatives]);
}

/** What the frame says, all of which must hold. */
export function clausesOf({ chains }: Frame): readonly Clause[] {
  return chains.flatMap((chain) => {
    const [only, ...others] = chain;
    if (only !== undefined && others.length === 0) return only;
    return [{ kind: 'group', alternatives: chain, negated: false }];
  });
}

/** A group of one clause is that clause, turned round when the group is. */
function simplify(clause: Clause): Clause {
  if (clause.kind !== 'group') return clause;
  const [first, ...others] = clause.alternatives;
  const [only, ...more] = first ?? [];
  if (others.length > 0 || only === undefined || more.length > 0) return clause;
  return clause.negated ? simplify({ ...only, negated: !only.negated }) : only;
}
