/**
 * What is under legal hold: tickets by their own field, people and companies by their files, and what the rules of
 * config/holds.yaml name.
 *
 * Promises: a rule that cannot be read is a problem, and while there is one, everything counts as held that the last good
 * rules held. Leaves to others: refusing (whoever removes something asks `holdOf` or `holdOfRecord`).
 */

import type { ConfigProblem } from '../../config/config.ts';
import { readIfThere } from '../../config/desk-files.ts';
import { type HoldRule, parseHolds } from '../../config/holds.ts';
import type { CustomerLookup } from '../../core/customer/customer.ts';
import { domainOf } from '../../core/message/address.ts';
import type { Hold } from '../../core/ticket/hold.ts';
import type { FileOps } from '../../storage/files.ts';
import type { TicketFolder } from '../../storage/ticket-store.ts';
import type { TicketRecord } from '../index/index.ts';

export interface Holds {
  /** The first hold on the ticket; undefined when there is none. */
  holdOf(folder: TicketFolder): Hold | undefined;
  holdOfRecord(record: TicketRecord): Hold | undefined;
  /** Reads the rules; to be called once before anything else, and whenever files changed. */
  load(): Promise<void>;
  problems(): readonly ConfigProblem[];
  /** Another object whenever other tickets may be held than before. */
  state(): object;
}

export interface HoldsDeps {
  readonly files: Pick<FileOps, 'readFile'>;
  /** The desk. */
  readonly directory: string;
  readonly customers: { current(): CustomerLookup };
  readonly project: (folder: TicketFolder) => TicketRecord;
}

export function createHolds({ files, directory, customers, project }: HoldsDeps): Holds {
  let known = '';
  let rules: readonly HoldRule[] = [];
  let problems: readonly ConfigProblem[] = [];
  let seen: { readonly lookup: CustomerLookup; readonly rules: readonly HoldRule[] } = {
    lookup: customers.current(),
    rules,
  };

  function holdOfRecord(record: TicketRecord): Hold | undefined {
    if (record.hold !== undefined) return { by: 'ticket', reason: record.hold };
    return heldPerson(record, customers.current()) ?? heldByRule(record, rules);
  }

  return {
    holdOf: (folder) => holdOfRecord(project(folder)),
    holdOfRecord,
    async load() {
      const text = (await readIfThere(files, `${directory}/config/holds.yaml`)) ?? '';
      if (text === known) return;
      known = text;
      const read = parseHolds(text);
      problems = read.problems;
      if (problems.length === 0) rules = read.rules;
      // What a broken file still says is held, and what was held before it broke.
      else rules = [...rules, ...read.rules];
    },
    problems: () => problems,
    state() {
      const lookup = customers.current();
      if (seen.lookup !== lookup || seen.rules !== rules) seen = { lookup, rules };
      return seen;
    },
  };
}

/** Whoever takes part counts, not only whose ticket it is. */
function heldPerson(record: TicketRecord, lookup: CustomerLookup): Hold | undefined {
  if (lookup.hasHolds?.() !== true) return undefined;
  const { customer, participants } = record;
  const addresses = new Set([
    ...(customer === undefined ? [] : [customer.address]),
    ...participants,
  ]);
  for (const address of addresses) {
    const person = lookup.findPerson(address);
    if (person?.hold !== undefined)
      return { by: 'customer', reason: person.hold, name: person.name || address };
    const company = address.includes('@') ? lookup.findCompany(domainOf(address)) : undefined;
    if (company?.hold !== undefined)
      return { by: 'customer', reason: company.hold, name: company.name || company.domain };
  }
  return undefined;
}

function heldByRule(record: TicketRecord, rules: readonly HoldRule[]): Hold | undefined {
  const rule = rules.find(({ test }) => test(record));
  return rule && { by: 'rule', reason: rule.reason, name: rule.query };
}
