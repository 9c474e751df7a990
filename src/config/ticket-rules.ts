/**
 * The parts of desk.yaml that declare states, custom fields and reasons for closing.
 *
 * Promises: pure and total; every thing wrong is a problem with its line, and what is right stands.
 * Leaves to others: the rest of desk.yaml (reader.ts), what the declarations mean (core/ticket/ticket-rules.ts).
 */
import { choosableStates } from '../core/ticket/states.ts';
import {
  type Choice,
  type CustomField,
  fieldKinds,
  type Names,
  noTicketRules,
  type OwnState,
  type TicketRules,
} from '../core/ticket/ticket-rules.ts';
import type { Config, ConfigProblem } from './config.ts';
import { language, yesOrNo } from './values.ts';
import { unknownKey } from './yaml.ts';
import {
  describeNode,
  nodeTexts,
  type ReportLine,
  readYamlTree,
  type YamlNode,
  type YamlPair,
} from './yaml-tree.ts';

/** Keys of desk.yaml that hold tables, and so are no settings of one value. */
export const tableKeys = ['states', 'fields', 'closeReasons'] as const;

export function isTableKey(key: string): boolean {
  return tableKeys.some((known) => known === key);
}

export function ticketRulesOf({ ticketRules = noTicketRules }: Config): TicketRules {
  return ticketRules;
}

export function readTicketRules(
  source: { readonly file: string; readonly text: string } | undefined,
  queues: readonly string[],
  reportProblem: (problem: ConfigProblem) => void,
): TicketRules {
  if (source === undefined) return noTicketRules;
  const { root } = readYamlTree(source.text, source.file);
  const report: ReportLine = (line, reason) => reportProblem({ file: source.file, line, reason });
  const pairs = root.kind === 'table' ? root.pairs : [];
  const node = (key: string) => pairs.find((pair) => pair.key === key)?.node;
  const reasons = node('closeReasons');
  return {
    states: tableOf(node('states'), 'states', report).flatMap((pair) => readState(pair, report)),
    fields: tableOf(node('fields'), 'fields', report).flatMap((pair) =>
      readField(pair, queues, report),
    ),
    closeReasons:
      reasons === undefined || reasons.kind === 'nothing'
        ? noTicketRules.closeReasons
        : readChoices(reasons, '"closeReasons"', report),
  };
}

function tableOf(node: YamlNode | undefined, key: string, report: ReportLine): readonly YamlPair[] {
  if (node === undefined || node.kind === 'nothing') return [];
  if (node.kind === 'table') return node.pairs;
  report(node.line, `"${key}" is ${describeNode(node)}, but should be a table of names`);
  return [];
}

const word = /^[a-z][a-z0-9-]{0,39}$/;

function readState({ key, line, node }: YamlPair, report: ReportLine): readonly OwnState[] {
  const what = `The state "${key.slice(0, 50)}"`;
  const parts = partsOf(node, what, ['type', 'name'], report);
  if (!word.test(key)) {
    report(line, `${what} should be a word of a-z, 0-9 and "-", at most 40 of them`);
    return [];
  }
  const fixed = choosableStates.find((state) => state === key);
  const given = parts.get('type');
  const asked = given?.kind === 'scalar' ? given.text : undefined;
  const type = given === undefined ? fixed : choosableStates.find((state) => state === asked);
  if (type === undefined || (fixed !== undefined && type !== fixed)) {
    const expected = fixed ?? `one of ${choosableStates.join(', ')}`;
    report(given?.line ?? line, `${what} needs a "type": ${expected}`);
    return [];
  }
  return [{ key, type, names: readNames(parts.get('name'), what, report) }];
}

const fieldKeys = ['type', 'name', 'choices', 'queues', 'required'];

function readField(
  { key, line, node }: YamlPair,
  queues: readonly string[],
  report: ReportLine,
): readonly CustomField[] {
  const what = `The field "${key.slice(0, 50)}"`;
  const parts = partsOf(node, what, fieldKeys, report);
  if (!word.test(key)) {
    report(line, `${what} should be a word of a-z, 0-9 and "-", at most 40 of them`);
    return [];
  }
  const given = parts.get('type');
  const asked = given === undefined ? 'text' : given.kind === 'scalar' ? given.text : '';
  const kind = fieldKinds.find((known) => known === asked);
  if (kind === undefined) {
    report(given?.line ?? line, `${what} needs a "type": one of ${fieldKinds.join(', ')}`);
    return [];
  }
  const listed = parts.get('choices');
  const choices = listed === undefined ? [] : readChoices(listed, `"choices" of ${key}`, report);
  if (
    kind === 'choice' &&
    choices.length === 0 &&
    (listed === undefined || listed.kind === 'nothing')
  )
    report(line, `${what} needs "choices"`);
  if (kind !== 'choice' && listed !== undefined)
    report(listed.line, `${what} has "choices", but its type is ${kind}`);
  return [
    {
      name: key,
      kind,
      choices,
      names: readNames(parts.get('name'), what, report),
      queues: readQueues(parts.get('queues'), what, queues, report),
      isRequired: readFlag(parts.get('required'), what, report),
    },
  ];
}

function partsOf(
  node: YamlNode,
  what: string,
  known: readonly string[],
  report: ReportLine,
): ReadonlyMap<string, YamlNode> {
  const parts = new Map<string, YamlNode>();
  if (node.kind !== 'table' && node.kind !== 'nothing')
    report(
      node.line,
      `${what} is ${describeNode(node)}, but should be a table with "type" and "name"`,
    );
  if (node.kind !== 'table') return parts;
  for (const { key, line, node: value } of node.pairs) {
    if (known.includes(key)) parts.set(key, value);
    else report(line, unknownKey('key', key, known));
  }
  return parts;
}

/** A text for every language, or a table of languages. */
function readNames(node: YamlNode | undefined, what: string, report: ReportLine): Names {
  if (node === undefined || node.kind === 'nothing') return {};
  if (node.kind === 'scalar' && isName(node.text)) return { '*': node.text };
  const names: Record<string, string> = {};
  for (const { key, line, node: value } of node.kind === 'table' ? node.pairs : []) {
    const tag = language.parse(key)?.value;
    if (tag === undefined || value.kind !== 'scalar' || !isName(value.text))
      report(line, `${what} should have its "name" by language, such as en: Waiting`);
    else names[key] = value.text;
  }
  if (node.kind !== 'table')
    report(node.line, `${what} should have a "name" of at most 60 characters, or one by language`);
  return names;
}

function isName(text: string): boolean {
  return text !== '' && text.length <= 60 && !/\p{Cc}/u.test(text);
}

/** A list of texts, or a table of keys with their names. */
function readChoices(node: YamlNode, what: string, report: ReportLine): readonly Choice[] {
  if (node.kind === 'table')
    return node.pairs.flatMap(({ key, line, node: names }) => {
      if (isName(key)) return [{ key, names: readNames(names, what, report) }];
      report(line, `${what} has a key that is no text of at most 60 characters`);
      return [];
    });
  const texts = nodeTexts(node);
  if (node.kind === 'list' && node.items.length === 0) return [];
  if (texts === undefined || !texts.every(isName)) {
    report(node.line, `${what} should be a list of texts, or a table of keys with their names`);
    return [];
  }
  return [...new Set(texts)].map((key) => ({ key, names: {} }));
}

function readQueues(
  node: YamlNode | undefined,
  what: string,
  queues: readonly string[],
  report: ReportLine,
): readonly string[] {
  if (node === undefined || node.kind === 'nothing') return [];
  const texts = nodeTexts(node);
  if (texts === undefined) {
    report(node.line, `${what} has "queues" that are ${describeNode(node)}, but should be a list`);
    return [];
  }
  return texts.flatMap((text) => {
    const queue = queues.find((name) => name.toLowerCase() === text.toLowerCase());
    if (queue !== undefined) return [queue];
    report(node.line, unknownKey('queue', text, queues));
    return [];
  });
}

function readFlag(node: YamlNode | undefined, what: string, report: ReportLine): boolean {
  if (node === undefined || node.kind === 'nothing') return false;
  const value = node.kind === 'scalar' ? yesOrNo.parse(node.text)?.value : undefined;
  if (value === undefined) report(node.line, `${what} has "required" that should be true or false`);
  return value ?? false;
}
