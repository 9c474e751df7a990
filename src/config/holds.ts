/**
 * Legal holds by query: config/holds.yaml, one `REASON: QUERY` a line.
 *
 *     Case 4711 against Acme: from:acme.example
 *     Audit 2026: queue:Billing created:2025
 *
 * Promises: pure and total; every thing wrong is a problem with its line.
 * Leaves to others: reading the file, what follows from a hold (services/keeping/holds.ts).
 */
import { type JudgedTicket, splitQuery } from '../core/search/match.ts';
import { parseQuery } from '../core/search/query.ts';
import type { ConfigProblem } from './config.ts';
import { readYamlTable, scalarText } from './yaml.ts';

export interface HoldRule {
  readonly reason: string;
  readonly query: string;
  readonly test: (ticket: JudgedTicket) => boolean;
}

const file = 'holds.yaml';

export function parseHolds(text: string): {
  readonly rules: readonly HoldRule[];
  readonly problems: readonly ConfigProblem[];
} {
  const table = readYamlTable(text, file);
  const problems: ConfigProblem[] = [...table.problems];
  const rules = table.entries.flatMap(({ key, line, value }): readonly HoldRule[] => {
    if (value === null) return [];
    const query = scalarText(value) ?? '';
    const parsed = parseQuery(query);
    const split = parsed.ok && query.trim() !== '' ? splitQuery(parsed.value) : undefined;
    // Words are found in texts, which nobody reads while a rule is asked; a time would let a hold end by itself.
    if (split !== undefined && split.text.length === 0 && !split.needsDue)
      return [{ reason: key, query, test: (ticket) => split.test(ticket) }];
    const reason = `The hold "${key}" should be a query of fields alone, such as from:acme.example`;
    problems.push({ file, line, reason });
    return [];
  });
  return { rules, problems };
}
