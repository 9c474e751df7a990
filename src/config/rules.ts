/**
 * Rule files: config/rules/*.yaml, several rules a file.
 *
 * Promises: pure and total; everything wrong is a problem with its line. A file with a problem gives no rule
 * at all, since half of what somebody meant may do the opposite.
 * Leaves to others: conditions (rule-conditions.ts), files on disk (services/rule-book.ts).
 */
import {
  type Condition,
  type Rule,
  type RuleActions,
  type RuleField,
  ruleFields,
} from '../core/rules/rule.ts';
import { choosableStates, priorities } from '../core/ticket/states.ts';
import type { ConfigProblem } from './config.ts';
import { parseConditions } from './rule-conditions.ts';
import { oneOf, yesOrNo } from './values.ts';
import { unknownKey } from './yaml.ts';
import {
  describeNode,
  nodeTexts,
  type ReportLine,
  readYamlTree,
  type YamlNode,
  type YamlPair,
} from './yaml-tree.ts';

export interface RuleFile {
  readonly file: string;
  readonly rules: readonly Rule[];
  readonly problems: readonly ConfigProblem[];
}

/** What rules may name. */
export interface RuleFacts {
  /** Undefined when not known, because the configuration itself is broken. */
  readonly queues: readonly string[] | undefined;
  readonly agents: readonly string[];
  /** Names of service levels; undefined when not known, or where the desk has none: then any word will do. */
  readonly slas?: readonly string[] | undefined;
}

const mostRules = 500;

/** `file` is the path below `config/`. */
export function parseRuleFile(text: string, file: string, facts: RuleFacts): RuleFile {
  const { root, problems: unreadable } = readYamlTree(text, file);
  const problems: ConfigProblem[] = [...unreadable];
  const report: ReportLine = (line, reason) => void problems.push({ file, line, reason });
  const rules = unreadable.length > 0 ? [] : readRules(root, file, facts, report);
  reportRepetitions(rules, report);
  return { file, rules: problems.length > 0 ? [] : rules, problems };
}

function readRules(
  root: YamlNode,
  file: string,
  facts: RuleFacts,
  report: ReportLine,
): readonly Rule[] {
  if (root.kind === 'nothing') return [];
  if (root.kind !== 'table') {
    report(
      root.line,
      `The file should begin with "rules:" and a list, not with ${describeNode(root)}`,
    );
    return [];
  }
  for (const { key, line } of root.pairs)
    if (key !== 'rules') report(line, unknownKey('key', key, ['rules']));
  const list = root.pairs.find(({ key }) => key === 'rules')?.node;
  if (list === undefined || list.kind === 'nothing') return [];
  if (list.kind !== 'list') {
    report(
      list.line,
      `"rules" should be a list, each entry beginning with "- name:", not ${describeNode(list)}`,
    );
    return [];
  }
  if (list.items.length > mostRules)
    report(list.line, `A file should have at most ${mostRules} rules, not ${list.items.length}`);
  return list.items
    .slice(0, mostRules)
    .flatMap((item) => readRule(item, file, facts, report) ?? []);
}

const ruleKeys = ['name', 'on', 'when', 'then'];
const occasions = oneOf<Rule['on']>(['new', 'follow-up', 'any']);

function readRule(
  node: YamlNode,
  file: string,
  facts: RuleFacts,
  report: ReportLine,
): Rule | undefined {
  if (node.kind !== 'table') {
    report(
      node.line,
      `A rule should be a table with ${ruleKeys.join(', ')}, not ${describeNode(node)}`,
    );
    return undefined;
  }
  const pairs = new Map(node.pairs.map((pair) => [pair.key, pair]));
  for (const { key, line } of node.pairs)
    if (!ruleKeys.includes(key)) report(line, unknownKey('key of a rule', key, ruleKeys));

  const name = readName(pairs.get('name'), node.line, report);
  const on = readOccasion(pairs.get('on'), report);
  const when = pairs.get('when');
  const condition = when === undefined ? always : parseConditions(when.node, report);
  const actions = readActions(pairs.get('then'), node.line, facts, report);
  if (name === undefined || condition === undefined || actions === undefined) return undefined;
  return { name, file, line: node.line, on, when: condition, actions };
}

const always: Condition = { kind: 'all', of: [] };

function readName(
  pair: YamlPair | undefined,
  line: number,
  report: ReportLine,
): string | undefined {
  const text = pair?.node.kind === 'scalar' ? pair.node.text.trim() : undefined;
  if (text !== undefined && /^[^;=\p{Cc}]{1,100}$/u.test(text)) return text;
  const came = pair === undefined ? 'nothing' : describeNode(pair.node);
  report(
    pair?.line ?? line,
    `A rule's "name" should be text in one line, at most 100 characters, without ";" and "=", not ${came}`,
  );
  return undefined;
}

function readOccasion(pair: YamlPair | undefined, report: ReportLine): Rule['on'] {
  if (pair === undefined) return 'new';
  const read = pair.node.kind === 'scalar' ? occasions.parse(pair.node.text) : undefined;
  if (read === undefined)
    report(pair.line, `"on" should be ${occasions.expected}, not ${describeNode(pair.node)}`);
  return read?.value ?? 'new';
}

const actionKeys = [...ruleFields, 'tags', 'auto-reply', 'stop'];

function readActions(
  pair: YamlPair | undefined,
  line: number,
  facts: RuleFacts,
  report: ReportLine,
): RuleActions | undefined {
  const node = pair?.node;
  if (node?.kind !== 'table' || node.pairs.length === 0) {
    const came = node === undefined ? 'nothing' : describeNode(node);
    report(
      pair?.line ?? line,
      `A rule's "then" should be a table with ${actionKeys.join(', ')}, not ${came}`,
    );
    return undefined;
  }
  const set: [RuleField, string][] = [];
  let tags: readonly string[] = [];
  let autoReply = true;
  let stop = false;
  for (const action of node.pairs) {
    const field = ruleFields.find((known) => known === action.key);
    if (field !== undefined) {
      const value = readSetting(field, action, facts, report);
      if (value !== undefined) set.push([field, value]);
    } else if (action.key === 'tags') tags = readTags(action, report);
    else if (action.key === 'auto-reply') autoReply = readFlag(action, report);
    else if (action.key === 'stop') stop = readFlag(action, report);
    else report(action.line, unknownKey('action', action.key, actionKeys));
  }
  return { set, tags, autoReply, stop };
}

function readFlag({ key, line, node }: YamlPair, report: ReportLine): boolean {
  const read = node.kind === 'scalar' ? yesOrNo.parse(node.text) : undefined;
  if (read === undefined) report(line, `"${key}" should be yes or no, not ${describeNode(node)}`);
  return read?.value ?? false;
}

/** A tag is one word, as the search has it. */
function readTags({ line, node }: YamlPair, report: ReportLine): readonly string[] {
  const texts = nodeTexts(node);
  if (texts?.every((text) => /^[^\s;=,\p{Cc}]{1,60}$/u.test(text)) === true)
    return [...new Set(texts)];
  report(line, `"tags" should be words without blanks, "," ";" and "=", not ${describeNode(node)}`);
  return [];
}

function readSetting(
  field: RuleField,
  { line, node }: YamlPair,
  facts: RuleFacts,
  report: ReportLine,
): string | undefined {
  const text = node.kind === 'scalar' ? node.text : undefined;
  const choose = (known: readonly string[], what: string): string | undefined => {
    const found = known.find((word) => word.toLowerCase() === text?.toLowerCase());
    if (found === undefined)
      report(
        line,
        text === undefined
          ? `"${field}" should be one of ${known.join(', ')}, not ${describeNode(node)}`
          : unknownKey(what, text, known),
      );
    return found;
  };
  switch (field) {
    case 'queue':
      return facts.queues === undefined ? text : choose(facts.queues, 'queue');
    case 'owner':
      return choose(facts.agents, 'agent');
    case 'priority':
      return choose(priorities, 'priority');
    case 'state':
      return choose(choosableStates, 'state');
    case 'sla':
      if (facts.slas !== undefined && facts.slas.length > 0)
        return choose(facts.slas, 'service level');
      if (text !== undefined && /^[^;=\p{Cc}]{1,100}$/u.test(text)) return text;
      report(
        line,
        `"sla" should be text in one line without ";" and "=", not ${describeNode(node)}`,
      );
      return undefined;
  }
}

/** Two rules of one name could not be told apart in a ticket's history. */
function reportRepetitions(rules: readonly Rule[], report: ReportLine): void {
  const lines = new Map<string, number | undefined>();
  for (const { name, line } of rules) {
    const other = lines.get(name.toLowerCase());
    if (other === undefined) lines.set(name.toLowerCase(), line);
    else report(line ?? 1, `The rule "${name}" stands in line ${other} already`);
  }
}
