/**
 * The conditions of a rule that look at one fact of a mail: size, verdicts, time and the like.
 *
 * Promises: pure and total; a wrong value is reported with its line, what was expected and what came.
 */
import type { AutomaticKind } from '../core/message/automatic.ts';
import type { Comparison, ScanWord, Test } from '../core/rules/rule.ts';
import { parseSchedule } from '../core/rules/schedule.ts';
import { oneOf, size, timeZone, type ValueKind, yesOrNo } from './values.ts';
import { describeNode, nodeTexts, type ReportLine, type YamlPair } from './yaml-tree.ts';

export const factKeys = ['size', 'spam', 'virus', 'automatic', 'time', 'via', 'follow-up'] as const;

export type FactKey = (typeof factKeys)[number];

export function isFactKey(key: string): key is FactKey {
  return factKeys.some((known) => known === key);
}

/** By name, so that a new kind does not compile until it stands here. */
const automaticWords: Readonly<Record<AutomaticKind | 'yes' | 'no', true>> = {
  yes: true,
  no: true,
  'auto-replied': true,
  'auto-generated': true,
  bulk: true,
  list: true,
  bounce: true,
  own: true,
  unanswerable: true,
  'out-of-office': true,
};
const automaticKinds: ValueKind<AutomaticKind | 'yes' | 'no'> = {
  expected: `one of ${Object.keys(automaticWords).join(', ')}`,
  unit: undefined,
  parse: (text) => (isAutomaticWord(text) ? { value: text } : undefined),
  format: (value) => value,
};

function isAutomaticWord(text: string): text is AutomaticKind | 'yes' | 'no' {
  return Object.hasOwn(automaticWords, text);
}

const ways = oneOf(['smtp', 'lmtp', 'inbox', 'pipe', 'api', 'imap']);
const scanWord: ValueKind<ScanWord> = {
  expected: 'yes, no or unchecked',
  unit: undefined,
  parse(text) {
    if (text === 'unchecked') return { value: text };
    const answer = yesOrNo.parse(text);
    return answer === undefined ? undefined : { value: answer.value ? 'yes' : 'no' };
  },
  format: (value) => value,
};

const sizes = comparison(size({ least: 0, most: 1024 ** 4 }), '">5MB" or "under 10KB"');
const scores = comparison(number(), 'yes, no, unchecked, or a score such as ">7.5"');

export function parseFact(key: FactKey, pair: YamlPair, report: ReportLine): Test | undefined {
  const { line, node } = pair;
  const texts = nodeTexts(node) ?? [];
  const readAll = <T>(kind: ValueKind<T>): readonly T[] | undefined => {
    const values = texts.flatMap((text) => kind.parse(text.trim()) ?? []);
    if (values.length > 0 && values.length === texts.length)
      return values.map(({ value }) => value);
    report(line, `"${key}" should be ${kind.expected}, not ${describeNode(node)}`);
    return undefined;
  };
  const readOne = <T>(kind: ValueKind<T>): { readonly value: T } | undefined => {
    const [value, ...more] = readAll(kind) ?? [];
    if (more.length > 0) report(line, `"${key}" should be one value, not a list`);
    return value === undefined || more.length > 0 ? undefined : { value };
  };
  switch (key) {
    case 'size': {
      const read = readOne(sizes);
      return read && { kind: 'size', comparison: read.value };
    }
    case 'spam': {
      const word = scanWord.parse(texts.length === 1 ? (texts[0] ?? '') : '');
      const read = word ?? readOne(scores);
      return read && { kind: 'spam', wanted: read.value };
    }
    case 'virus': {
      const read = readOne(scanWord);
      return read && { kind: 'virus', wanted: read.value };
    }
    case 'automatic': {
      const kinds = readAll(orBoolean(automaticKinds));
      return kinds && { kind: 'automatic', kinds };
    }
    case 'via': {
      const wanted = readAll(ways);
      return wanted && { kind: 'via', ways: wanted };
    }
    case 'time': {
      const schedules = readAll(schedule);
      return schedules && { kind: 'time', schedules };
    }
    case 'follow-up': {
      const read = readOne(yesOrNo);
      return read && { kind: 'follow-up', wanted: read.value };
    }
  }
}

const schedule = {
  expected: 'times such as "mon-fri 09:00-17:00" or "sat,sun Europe/Berlin"',
  unit: undefined,
  parse(text: string) {
    const value = parseSchedule(text, (zone) => zone.length < 60 && isZone(zone));
    return value === undefined ? undefined : { value };
  },
  format: () => '',
};

/** Offsets such as `+01:00` are zones to the platform, but here a slip of the pen. */
function isZone(text: string): boolean {
  return /^(?:UTC|[A-Za-z_]+\/[A-Za-z_/+-]+)$/.test(text) && timeZone.parse(text) !== undefined;
}

/** YAML has `true` and `false` for yes and no. */
function orBoolean<T extends string>(kind: ValueKind<T>): ValueKind<T> {
  const words: Readonly<Record<string, string>> = {
    true: 'yes',
    false: 'no',
    on: 'yes',
    off: 'no',
  };
  return { ...kind, parse: (text) => kind.parse(words[text] ?? text) };
}

const operators: Readonly<Record<string, Comparison['operator']>> = {
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  over: '>',
  under: '<',
};

function comparison(kind: ValueKind<number>, expected: string): ValueKind<Comparison> {
  return {
    expected,
    unit: kind.unit,
    parse(text) {
      const [, sign = '', rest = ''] = /^(<=?|>=?|over |under )\s*(\S.*)$/.exec(text) ?? [];
      const operator = operators[sign.trim()];
      const limit = kind.parse(rest);
      if (operator === undefined || limit === undefined) return undefined;
      return { value: { operator, limit: limit.value } };
    },
    format: ({ operator, limit }) => `${operator}${limit}`,
  };
}

function number(): ValueKind<number> {
  return {
    expected: 'a number',
    unit: undefined,
    parse: (text) => (/^-?\d{1,9}(?:\.\d{1,6})?$/.test(text) ? { value: Number(text) } : undefined),
    format: String,
  };
}
