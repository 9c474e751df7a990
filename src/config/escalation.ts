/**
 * Escalation chains as queue and SLA files write them, and which chain a ticket has.
 *
 *     escalation:
 *       - at: 75%
 *         of: firstResponse            # absent: every clock
 *         do: [notify owner, raise high]
 *       - at: 150%
 *         do:
 *           - follow-the-sun: [Support::Americas, Support::Asia]
 *
 * Promises: pure and total; every thing wrong is a problem with its line, and what is wrong does nothing.
 * Leaves to others: whether the queues that it names are there (parse.ts asks `reportUnknownQueues`).
 */
import {
  type EscalationAction,
  type EscalationChain,
  type EscalationStep,
  isTargetKind,
  type Whom,
} from '../core/escalation/chain.ts';
import { type TargetKind, targetKinds } from '../core/escalation/targets.ts';
import { isPriority, priorities } from '../core/ticket/states.ts';
import { isLogin, isRole } from './agents.ts';
import type { Config, ConfigProblem } from './config.ts';
import { unknownKey } from './yaml.ts';
import { describeNode, type ReportLine, readYamlTree, type YamlNode } from './yaml-tree.ts';

export interface ParsedEscalation {
  readonly chain: EscalationChain;
  /** Queues that it names, with their lines. */
  readonly queues: readonly { readonly name: string; readonly line: number }[];
}

const stepKeys = ['at', 'of', 'do'];
const mostSteps = 50;
const mostPercent = 10_000;
const mostNote = 500;

/** The chain of a queue file; undefined when it says nothing of one. */
export function readEscalation(
  text: string,
  file: string,
  report: ReportLine,
): ParsedEscalation | undefined {
  const { root } = readYamlTree(text, file);
  const pairs = root.kind === 'table' ? root.pairs : [];
  const node = pairs.find(({ key }) => key === 'escalation')?.node;
  return node === undefined || node.kind === 'nothing' ? undefined : parseEscalation(node, report);
}

/** The value of `escalation:`. An empty list is a chain without steps. */
export function parseEscalation(node: YamlNode, report: ReportLine): ParsedEscalation {
  const queues: { name: string; line: number }[] = [];
  if (node.kind !== 'list') {
    report(node.line, `"escalation" is ${describeNode(node)}, but should be a list of steps`);
    return { chain: [], queues };
  }
  if (node.items.length > mostSteps)
    report(node.line, `"escalation" should have at most ${mostSteps} steps`);
  const chain = node.items
    .slice(0, mostSteps)
    .flatMap((item) => readStep(item, report, (name, line) => queues.push({ name, line })) ?? []);
  return { chain, queues };
}

type NameQueue = (name: string, line: number) => void;

function readStep(
  node: YamlNode,
  report: ReportLine,
  nameQueue: NameQueue,
): EscalationStep | undefined {
  if (node.kind !== 'table') {
    report(
      node.line,
      `A step of "escalation" is ${describeNode(node)}, but should be a table such as "at: 75%" with "do: [notify owner]"`,
    );
    return undefined;
  }
  for (const { key, line } of node.pairs)
    if (!stepKeys.includes(key)) report(line, unknownKey('setting of a step', key, stepKeys));
  const find = (key: string) => node.pairs.find((pair) => pair.key === key)?.node;
  const percent = readPercent(find('at'), node.line, report);
  const of = readClocks(find('of'), report);
  const actions = readActions(find('do'), node.line, report, nameQueue);
  if (percent === undefined || of === undefined || actions.length === 0) return undefined;
  return { percent, of, actions };
}

function readPercent(
  node: YamlNode | undefined,
  line: number,
  report: ReportLine,
): number | undefined {
  const text = node?.kind === 'scalar' ? node.text : '';
  const [, digits] = /^([0-9]{1,5})\s*%?$/.exec(text.trim()) ?? [];
  const percent = Number(digits);
  if (digits !== undefined && percent >= 1 && percent <= mostPercent) return percent;
  report(
    node?.line ?? line,
    `"at" is ${node === undefined ? 'missing' : describeNode(node)}, but should be a part of the target such as 75% or 150%`,
  );
  return undefined;
}

function readClocks(
  node: YamlNode | undefined,
  report: ReportLine,
): readonly TargetKind[] | undefined {
  if (node === undefined || node.kind === 'nothing') return targetKinds;
  const items = node.kind === 'list' ? node.items : [node];
  const kinds: TargetKind[] = [];
  for (const item of items) {
    const text = item.kind === 'scalar' ? item.text.trim() : '';
    if (isTargetKind(text)) kinds.push(text);
    else
      report(item.line, `"of" is ${describeNode(item)}, but should be ${targetKinds.join(', ')}`);
  }
  return kinds.length === 0 ? undefined : kinds;
}

const actionNames = [
  'notify',
  'raise',
  'reassign',
  'level',
  'queue',
  'follow-the-sun',
  'tag',
  'note',
] as const;

type ActionName = (typeof actionNames)[number];

/** One action as a name and what stands after it: `raise high`, `{raise: high}`, `{notify: [owner, role lead]}`. */
interface Written {
  readonly name: string;
  readonly words: readonly string[];
  readonly line: number;
}

function readActions(
  node: YamlNode | undefined,
  line: number,
  report: ReportLine,
  nameQueue: NameQueue,
): readonly EscalationAction[] {
  if (node === undefined || node.kind === 'nothing') {
    report(line, 'A step of "escalation" needs a "do" with what is to happen');
    return [];
  }
  const items = node.kind === 'list' ? node.items : [node];
  return items.flatMap((item) => {
    const written = toWritten(item);
    if (written.length === 0)
      report(item.line, `"do" holds ${describeNode(item)}, but should hold ${expectedActions}`);
    return written.flatMap((each) => {
      const { name } = each;
      if (!isActionName(name)) {
        report(each.line, unknownKey('action', name, actionNames));
        return [];
      }
      const action = toAction(name, each.words, (queue) => nameQueue(queue, each.line));
      if (action !== undefined) return [action];
      report(each.line, `"${name}" should be ${expected[name]}`);
      return [];
    });
  });
}

const expectedActions = 'actions such as "notify owner", "raise high" or "level"';

function toWritten(node: YamlNode): readonly Written[] {
  if (node.kind === 'scalar') {
    const [, name = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(node.text.trim()) ?? [];
    return name === '' ? [] : [{ name, words: rest === '' ? [] : [rest], line: node.line }];
  }
  if (node.kind !== 'table') return [];
  return node.pairs.map(({ key, node: value, line }) => ({
    name: key,
    words:
      value.kind === 'list'
        ? value.items.flatMap((item) => (item.kind === 'scalar' ? [item.text.trim()] : ['']))
        : value.kind === 'scalar'
          ? [value.text.trim()]
          : [],
    line,
  }));
}

const expected: Readonly<Record<ActionName, string>> = {
  notify: 'owner, responsible, watchers, queue, "role NAME" or "agent LOGIN"',
  raise: `alone, or with one of ${priorities.join(', ')}`,
  reassign: 'nobody, present or "agent LOGIN"',
  level: 'alone: the queue says by "secondLevel" where to',
  queue: 'the name of a queue',
  'follow-the-sun': 'the names of at least two queues',
  tag: 'one tag',
  note: `text in one line, at most ${mostNote} characters`,
};

function toAction(
  name: ActionName,
  words: readonly string[],
  nameQueue: (name: string) => void,
): EscalationAction | undefined {
  const [first = ''] = words;
  switch (name) {
    case 'notify': {
      const whom = words.flatMap((text) => text.split(',')).map((text) => toWhom(text.trim()));
      const known = whom.flatMap((each) => each ?? []);
      return known.length === whom.length && known.length > 0
        ? { kind: 'notify', whom: known }
        : undefined;
    }
    case 'raise': {
      const to = first.replace(/^to\s+/, '');
      if (to === '') return { kind: 'raise', to: undefined };
      return isPriority(to) ? { kind: 'raise', to } : undefined;
    }
    case 'reassign': {
      if (first === 'nobody' || first === 'present')
        return { kind: 'reassign', to: { kind: first } };
      const whom = toWhom(first);
      return whom?.kind === 'agent' ? { kind: 'reassign', to: whom } : undefined;
    }
    case 'level':
      return words.length === 0 ? { kind: 'level' } : undefined;
    case 'queue':
      if (first === '' || words.length > 1) return undefined;
      nameQueue(first);
      return { kind: 'queue', queue: first };
    case 'follow-the-sun': {
      const queues = queueNames(words);
      if (queues.length < 2) return undefined;
      for (const queue of queues) nameQueue(queue);
      return { kind: 'follow-the-sun', queues };
    }
    case 'tag':
      return words.length === 1 && /^[^\p{Cc}]{1,100}$/u.test(first)
        ? { kind: 'tag', tag: first }
        : undefined;
    case 'note':
      return words.length === 1 && first.length <= mostNote && !/\p{Cc}/u.test(first)
        ? { kind: 'note', text: first }
        : undefined;
  }
}

/** A list, names with commas between them, or names without blanks beside each other. */
function queueNames(words: readonly string[]): readonly string[] {
  const [only = ''] = words;
  const texts = words.length > 1 ? words : only.includes(',') ? only.split(',') : only.split(/\s+/);
  return texts.map((text) => text.trim()).filter((text) => text !== '');
}

function toWhom(text: string): Whom | undefined {
  switch (text) {
    case 'owner':
    case 'responsible':
    case 'watchers':
    case 'queue':
      return { kind: text };
    default: {
      const [, kind, name = ''] = /^(role|agent)\s+(\S+)$/.exec(text) ?? [];
      if (kind === 'role' && isRole(name)) return { kind, role: name };
      return kind === 'agent' && isLogin(name) ? { kind, login: name } : undefined;
    }
  }
}

function isActionName(text: string): text is ActionName {
  return actionNames.some((name) => name === text);
}

/** Names of queues that no file has. */
export function reportUnknownQueues(
  files: readonly {
    readonly file: string;
    readonly named?: ParsedEscalation['queues'] | undefined;
  }[],
  queues: readonly string[],
  report: (problem: ConfigProblem) => void,
): void {
  const known = new Set(queues.map((name) => name.toLowerCase()));
  for (const { file, named = [] } of files)
    for (const { name, line } of named)
      if (!known.has(name.toLowerCase()))
        report({ file, line, reason: `"escalation": ${unknownKey('queue', name, queues)}` });
}

const noChain: EscalationChain = [];

/** The chain of the service level, else of the queue, or of the nearest queue above it that has one. */
export function escalationOf(
  { queues, slas = [] }: Pick<Config, 'queues' | 'slas'>,
  queue: string,
  sla: string | undefined,
): EscalationChain {
  const own = sla === undefined ? undefined : slas.find(({ name }) => name === sla)?.escalation;
  if (own !== undefined) return own;
  const parts = queue.toLowerCase().split('::');
  for (let depth = parts.length; depth > 0; depth -= 1) {
    const above = parts.slice(0, depth).join('::');
    const found = queues.find(({ name }) => name.toLowerCase() === above)?.escalation;
    if (found !== undefined) return found;
  }
  return noChain;
}
