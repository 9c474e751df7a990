/**
 * Service levels: config/slas/NAME.yaml, one a file.
 *
 * Promises: pure and total; everything wrong is a problem with its line. Files come by their names, which is the order in
 * which their conditions are asked.
 * Leaves to others: whether the calendar and the queues that a file names exist (parse.ts).
 */
import type { Sla } from '../core/escalation/targets.ts';
import { addressKey, isAddress } from '../core/message/address.ts';
import { isPriority, type Priority, priorities } from '../core/ticket/states.ts';
import type { ConfigProblem } from './config.ts';
import { isCompanyDomain } from './customers.ts';
import type { SourceFile } from './reader.ts';
import { readTargets } from './targets.ts';
import { unknownKey } from './yaml.ts';
import {
  describeNode,
  nodeTexts,
  type ReportLine,
  readYamlTree,
  type YamlNode,
} from './yaml-tree.ts';

export interface SlaFile {
  readonly file: string;
  /** Undefined when the file cannot be used. */
  readonly sla: Sla | undefined;
  readonly problems: readonly ConfigProblem[];
}

const slaKeys = ['targets', 'calendar', 'customers', 'companies', 'queues', 'priorities'] as const;

/** What the files may name. */
export interface SlaFacts {
  readonly queues: readonly string[];
  readonly calendars: readonly string[];
}

export function parseSlaFile({ file, text }: SourceFile, facts: SlaFacts): SlaFile {
  const { root, problems: unreadable } = readYamlTree(text, file);
  const problems: ConfigProblem[] = [...unreadable];
  const report: ReportLine = (line, reason) => void problems.push({ file, line, reason });
  const name = file.slice(file.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '');
  const pairs = root.kind === 'table' ? root.pairs : [];
  if (root.kind !== 'table' && root.kind !== 'nothing')
    report(root.line, 'The file should be a table of "key: value" lines');
  if (!isSlaName(name))
    problems.push({
      file,
      line: undefined,
      reason: 'The file should be called by letters, digits, "-" and "_", such as gold.yaml',
    });
  for (const { key, line } of pairs)
    if (!slaKeys.some((known) => known === key))
      report(line, unknownKey('setting of a service level', key, slaKeys));
  const node = (key: (typeof slaKeys)[number]) => {
    const found = pairs.find((pair) => pair.key === key)?.node;
    return found?.kind === 'nothing' ? undefined : found;
  };
  const targets = readTargets(node('targets'), report);
  const calendar = readCalendar(node('calendar'), facts, report);
  const sla: Sla = {
    name,
    targets: targets ?? { times: {} },
    ...(calendar === undefined ? {} : { calendar }),
    customers: readList('customers', node('customers'), parsePerson, report),
    companies: readList('companies', node('companies'), parseDomain, report),
    queues: readQueues(node('queues'), facts, report),
    priorities: readList('priorities', node('priorities'), parsePriority, report),
  };
  if (targets === undefined && problems.length === 0)
    report(1, 'A service level needs "targets", such as "targets: { firstResponse: 4h }"');
  return { file, sla: problems.length > 0 ? undefined : sla, problems };
}

/** A word that can stand in a change of a ticket and in a query. */
export function isSlaName(text: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]{0,63}$/u.test(text);
}

interface Member<T> {
  readonly expected: string;
  parse(text: string): T | undefined;
}

const parseDomain: Member<string> = {
  expected: 'domains such as example.org',
  parse: (text) => (isCompanyDomain(text) ? text.toLowerCase() : undefined),
};
const parsePerson: Member<string> = {
  expected: 'addresses such as kim@example.org, or domains',
  parse: (text) => (isAddress(text) ? addressKey(text) : parseDomain.parse(text)),
};
const parsePriority: Member<Priority> = {
  expected: `priorities: ${priorities.join(', ')}`,
  parse: (text) => (isPriority(text) ? text : undefined),
};

function readList<T>(
  key: string,
  node: YamlNode | undefined,
  { expected, parse }: Member<T>,
  report: ReportLine,
): readonly T[] {
  if (node === undefined || (node.kind === 'list' && node.items.length === 0)) return [];
  return (nodeTexts(node) ?? ['']).flatMap((text) => {
    const value = parse(text.trim());
    if (value === undefined)
      report(
        node.line,
        `"${key}" names ${text === '' ? describeNode(node) : `"${text.slice(0, 100)}"`}, but should name ${expected}`,
      );
    return value ?? [];
  });
}

function readQueues(
  node: YamlNode | undefined,
  { queues }: SlaFacts,
  report: ReportLine,
): readonly string[] {
  return readList(
    'queues',
    node,
    { expected: 'queues', parse: (text) => text || undefined },
    report,
  ).flatMap((text) => {
    const found = queues.find((name) => name.toLowerCase() === text.toLowerCase());
    if (found === undefined) report(node?.line ?? 1, unknownKey('queue', text, queues));
    return found ?? [];
  });
}

function readCalendar(
  node: YamlNode | undefined,
  { calendars }: SlaFacts,
  report: ReportLine,
): string | undefined {
  if (node === undefined) return undefined;
  const name = node.kind === 'scalar' ? node.text : undefined;
  if (name !== undefined && calendars.includes(name)) return name;
  report(
    node.line,
    name === undefined
      ? `"calendar" should be the name of a file in calendars/, not ${describeNode(node)}`
      : unknownKey('calendar', name, calendars),
  );
  return undefined;
}
