/**
 * A query as text, in the one form of all that mean the same.
 *
 * Promises: pure; what is written here reads back as the same query, as long as it is not longer than a query may be.
 */
import type { Clause, Group, Query, Term } from './query.ts';

export function formatQuery({ terms }: Query): string {
  return terms.map(formatClause).join(' ');
}

function formatClause(clause: Clause): string {
  if (clause.kind === 'group') return formatGroup(clause);
  return `${clause.negated ? '-' : ''}${formatTerm(clause)}`;
}

/** `OR` binds closer than the blank, so a group needs parentheses only when it is negated. */
function formatGroup({ alternatives, negated }: Group): string {
  const [only = [], ...others] = alternatives;
  const text =
    others.length === 0
      ? only.map(formatClause).join(' ')
      : alternatives.map(formatAlternative).join(' OR ');
  return negated ? `-(${text})` : text;
}

function formatAlternative(clauses: readonly Clause[]): string {
  const text = clauses.map(formatClause).join(' ');
  return clauses.length === 1 ? text : `(${text})`;
}

function formatTerm(term: Term): string {
  if (term.kind === 'text') return term.phrase ? `"${term.text}"` : term.text;
  return `${term.field}:${quoteValue(term.value)}`;
}

/** A field's value as it stands in a query. */
export function quoteValue(value: string): string {
  return /^[\p{L}\p{N}:@._+#*<>=-]+$/u.test(value)
    ? value
    : `"${value.replaceAll(/["\u201c\u201d\u201e]/g, ' ')}"`;
}
