/**
 * The conditions of a rule, read from its file.
 *
 * Promises: pure and total; everything wrong is reported with its line, what was expected and what came.
 * Leaves to others: conditions on a single fact (rule-facts.ts).
 */
import { type AuthenticationResult, toAuthenticationResult } from '../core/message/verdicts.ts';
import { type Pattern, parsePattern } from '../core/rules/pattern.ts';
import { findUnfit } from '../core/rules/query-test.ts';
import {
  type CheckedProtocol,
  type Condition,
  checkedProtocols,
  type PatternKey,
  patternKeys,
  type Test,
} from '../core/rules/rule.ts';
import { describeProblem } from '../core/search/describe.ts';
import { parseQuery } from '../core/search/query.ts';
import { factKeys, isFactKey, parseFact } from './rule-facts.ts';
import { oneOf, yesOrNo } from './values.ts';
import { unknownKey } from './yaml.ts';
import {
  describeNode,
  nodeTexts,
  type ReportLine,
  type YamlNode,
  type YamlPair,
} from './yaml-tree.ts';

const conditionKeys: readonly string[] = [
  ...patternKeys,
  'header',
  'sender-auth',
  ...factKeys,
  'query',
  'all',
  'any',
  'not',
];

/** All pairs of a table must hold. Undefined when something was reported. */
export function parseConditions(node: YamlNode, report: ReportLine): Condition | undefined {
  if (node.kind !== 'table') {
    report(
      node.line,
      `Conditions should be a table such as "subject: invoice*", not ${describeNode(node)}`,
    );
    return undefined;
  }
  return join(
    'all',
    node.pairs.map((pair) => parseCondition(pair, report)),
  );
}

/** A list has all of its parts or is of no use. */
function join(
  kind: 'all' | 'any',
  parts: readonly (Condition | undefined)[],
): Condition | undefined {
  const known = parts.filter((part) => part !== undefined);
  const [only] = known;
  if (known.length !== parts.length) return undefined;
  return only !== undefined && known.length === 1 ? only : { kind, of: known };
}

function parseCondition(pair: YamlPair, report: ReportLine): Condition | undefined {
  const { key, line, node } = pair;
  if (key === 'not') {
    const of = parseConditions(node, report);
    return of === undefined ? undefined : { kind: 'not', of };
  }
  if (key === 'all' || key === 'any') {
    if (node.kind === 'list' && node.items.length > 0)
      return join(
        key,
        node.items.map((item) => parseConditions(item, report)),
      );
    if (node.kind === 'table' && node.pairs.length > 0)
      return join(
        key,
        node.pairs.map((inner) => parseCondition(inner, report)),
      );
    report(line, `"${key}" should be a list of conditions, not ${describeNode(node)}`);
    return undefined;
  }
  if (isPatternKey(key)) return parsePatternKey(key, pair, report);
  if (key === 'header') return parseHeaders(pair, report);
  if (key === 'sender-auth') return parseSenderAuth(pair, report);
  if (key === 'query') return parseQueryCondition(pair, report);
  if (isFactKey(key)) {
    const test = parseFact(key, pair, report);
    return test === undefined ? undefined : toCondition(key, nodeTexts(node) ?? [], test);
  }
  report(line, unknownKey('condition', key, conditionKeys));
  return undefined;
}

/** What the search language has and a rule cannot ask for is refused by its name. */
function parseQueryCondition({ line, node }: YamlPair, report: ReportLine): Condition | undefined {
  const text = node.kind === 'scalar' ? node.text : undefined;
  if (text === undefined) {
    report(
      line,
      `"query" should be a search such as "from:shop subject:order", not ${describeNode(node)}`,
    );
    return undefined;
  }
  const query = parseQuery(text, 'any');
  if (!query.ok) {
    report(line, `"query" is not understood: ${describeProblem(query.refusal)}`);
    return undefined;
  }
  const unfit = findUnfit(query.value);
  if (unfit !== undefined) {
    report(
      line,
      `"query" cannot ask for ${unfit}: no mail that comes in, and no ticket that it joins, has it`,
    );
    return undefined;
  }
  return toCondition('query', [text], { kind: 'query', query: query.value });
}

function isPatternKey(key: string): key is PatternKey {
  return patternKeys.some((known) => known === key);
}

function toCondition(key: string, texts: readonly string[], test: Test): Condition {
  return { kind: 'test', key, wanted: texts.join(', '), test };
}

function parsePatternKey(
  key: PatternKey,
  pair: YamlPair,
  report: ReportLine,
): Condition | undefined {
  const texts = nodeTexts(pair.node) ?? [];
  const [only = ''] = texts.length === 1 ? texts : [];
  const answer = yesOrNo.parse(only);
  if (key === 'attachment' && answer !== undefined)
    return toCondition(key, texts, { kind: 'attached', wanted: answer.value });
  if (key === 'customer' && (only === 'known' || only === 'new'))
    return toCondition(key, texts, { kind: 'acquaintance', isKnown: only === 'known' });
  const patterns = parsePatterns(key, pair, report);
  return patterns === undefined
    ? undefined
    : toCondition(key, texts, { kind: 'pattern', of: key, patterns });
}

function parsePatterns(
  key: string,
  { line, node }: YamlPair,
  report: ReportLine,
): readonly Pattern[] | undefined {
  const items = node.kind === 'list' ? node.items : [node];
  const patterns = items.map((item) => {
    if (item.kind !== 'scalar') {
      report(
        item.line,
        `"${key}" should be a pattern or a list of them, not ${describeNode(item)}`,
      );
      return undefined;
    }
    const pattern = parsePattern(item.text);
    if (pattern.ok) return pattern.value;
    report(item.line, `"${key}" should be ${pattern.refusal}, not ${describeNode(item)}`);
    return undefined;
  });
  if (patterns.length === 0) report(line, `"${key}" should name at least one pattern`);
  const known = patterns.filter((pattern) => pattern !== undefined);
  return known.length === patterns.length && known.length > 0 ? known : undefined;
}

const results = oneOf<AuthenticationResult>([
  'pass',
  'fail',
  'softfail',
  'neutral',
  'none',
  'policy',
  'temperror',
  'permerror',
]);

function parseHeaders({ line, node }: YamlPair, report: ReportLine): Condition | undefined {
  if (node.kind !== 'table' || node.pairs.length === 0) {
    report(
      line,
      `"header" should be a table such as {X-Mailer: "*outlook*"}, not ${describeNode(node)}`,
    );
    return undefined;
  }
  const parts = node.pairs.map((pair): Condition | undefined => {
    if (!/^[!-9;-~]{1,100}$/.test(pair.key)) {
      report(pair.line, `"${pair.key.slice(0, 100)}" should be the name of a header field`);
      return undefined;
    }
    const patterns = parsePatterns(`header ${pair.key}`, pair, report);
    if (patterns === undefined) return undefined;
    const test: Test = { kind: 'header', name: pair.key.toLowerCase(), patterns };
    return toCondition(`header ${pair.key}`, nodeTexts(pair.node) ?? [], test);
  });
  return join('all', parts);
}

function parseSenderAuth({ line, node }: YamlPair, report: ReportLine): Condition | undefined {
  if (node.kind !== 'table' || node.pairs.length === 0) {
    report(
      line,
      `"sender-auth" should be a table such as {dmarc: fail}, not ${describeNode(node)}`,
    );
    return undefined;
  }
  const parts = node.pairs.map((pair): Condition | undefined => {
    const protocol = checkedProtocols.find((known) => known === pair.key);
    if (protocol === undefined) {
      report(pair.line, unknownKey('check of "sender-auth"', pair.key, checkedProtocols));
      return undefined;
    }
    return parseResults(protocol, pair, report);
  });
  return join('all', parts);
}

function parseResults(
  protocol: CheckedProtocol,
  { line, node }: YamlPair,
  report: ReportLine,
): Condition | undefined {
  const texts = nodeTexts(node) ?? [];
  if (texts.length > 0 && texts.every((text) => results.parse(text) !== undefined)) {
    const wanted = texts.map(toAuthenticationResult);
    return toCondition(`sender-auth ${protocol}`, texts, {
      kind: 'sender-auth',
      protocol,
      results: wanted,
    });
  }
  report(line, `"${protocol}" should be ${results.expected}, not ${describeNode(node)}`);
  return undefined;
}
