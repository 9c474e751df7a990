/**
 * Tickets by the people in them, so that the lists of one agent look at his tickets alone.
 *
 * Promises: what `narrow` gives holds every ticket that the query can find, and perhaps others.
 */
import type { Clause, Query, Term } from '../../../core/search/query.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import type { TicketRecord } from '../index.ts';

export type Part = 'owner' | 'named' | 'watcher';

export interface People {
  /** Tickets in which the agent has this part; the login without regard to case. */
  find(part: Part, login: string): ReadonlySet<TicketNumber>;
  change(before: TicketRecord | undefined, after: TicketRecord | undefined): void;
}

const none: ReadonlySet<TicketNumber> = new Set();

export function createPeople(): People {
  const tickets = new Map<string, Set<TicketNumber>>();

  return {
    find: (part, login) => tickets.get(`${part} ${login.toLowerCase()}`) ?? none,
    change(before, after) {
      const current = new Set(after === undefined ? [] : keysOf(after));
      for (const key of before === undefined ? [] : keysOf(before)) {
        if (current.has(key)) continue;
        const known = tickets.get(key);
        if (before !== undefined) known?.delete(before.number);
        if (known?.size === 0) tickets.delete(key);
      }
      if (after === undefined) return;
      for (const key of current) {
        const known = tickets.get(key) ?? new Set();
        tickets.set(key, known.add(after.number));
      }
    },
  };
}

function keysOf({ owner, standing }: TicketRecord): readonly string[] {
  return [
    ...(owner === undefined ? [] : [`owner ${owner}`]),
    ...standing.mentions.map((login) => `named ${login}`),
    ...standing.advice.map((login) => `named ${login}`),
    ...standing.watchers.map((login) => `watcher ${login}`),
  ].map((key) => key.toLowerCase());
}

/** Undefined when the query speaks of nobody in particular. */
export function narrow(
  query: Query,
  people: Pick<People, 'find'>,
): ReadonlySet<TicketNumber> | undefined {
  return narrowAll(query.terms, people);
}

function narrowAll(
  clauses: readonly Clause[],
  people: Pick<People, 'find'>,
): ReadonlySet<TicketNumber> | undefined {
  for (const clause of clauses) {
    const found =
      clause.kind === 'group'
        ? clause.negated
          ? undefined
          : narrowAny(clause.alternatives, people)
        : narrowBy(clause, people);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Every alternative must speak of somebody. */
function narrowAny(
  alternatives: readonly (readonly Clause[])[],
  people: Pick<People, 'find'>,
): ReadonlySet<TicketNumber> | undefined {
  const all = new Set<TicketNumber>();
  for (const clauses of alternatives) {
    const found = narrowAll(clauses, people);
    if (found === undefined) return undefined;
    for (const number of found) all.add(number);
  }
  return all;
}

function narrowBy(
  term: Term,
  { find }: Pick<People, 'find'>,
): ReadonlySet<TicketNumber> | undefined {
  if (term.kind !== 'field' || term.negated) return undefined;
  const { field, value, owners = [value] } = term;
  if ([value, ...owners].some((login) => login.includes('*'))) return undefined;
  switch (field) {
    case 'owner':
      return value.toLowerCase() === 'none' ? undefined : find('owner', value);
    case 'mentioned':
      return find('named', value);
    case 'watched':
    case 'watcher':
      return find('watcher', value);
    case 'waiting': {
      const [first, ...others] = owners;
      if (first === undefined) return none;
      return others.length === 0
        ? find('owner', first)
        : new Set(owners.flatMap((login) => [...find('owner', login)]));
    }
    default:
      return undefined;
  }
}
