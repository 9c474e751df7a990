import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRuleFile } from '../../src/config/rules.ts';

const facts = { queues: ['Support', 'Billing::Refunds'], agents: ['anna', 'ben'] };
const parse = (text: string) => parseRuleFile(text, 'rules/x.yaml', facts);
const linesOf = (text: string) =>
  parse(text).problems.map(({ line, reason }) => `${line}: ${reason}`);

it('reads a rule with its line, names queues and agents as the desk spells them', () => {
  const { rules, problems } = parse(`
rules:
  - name: refunds
    on: any
    when:
      subject: [refund*, "*erstattung"]
    then:
      queue: billing::refunds
      owner: anna
      sla: gold
      state: open
`);
  expect(problems).toEqual([]);
  expect(rules[0]).toMatchObject({
    name: 'refunds',
    file: 'rules/x.yaml',
    line: 3,
    on: 'any',
    when: { kind: 'test', key: 'subject', wanted: 'refund*, *erstattung' },
    actions: {
      set: [
        ['queue', 'Billing::Refunds'],
        ['owner', 'anna'],
        ['sla', 'gold'],
        ['state', 'open'],
      ],
      autoReply: true,
      stop: false,
    },
  });
});

it.each(['', '# nothing\n', 'rules:\n', 'rules: []\n'])(
  '%j holds no rule and nothing wrong',
  (text) => {
    expect(parse(text)).toEqual({ file: 'rules/x.yaml', rules: [], problems: [] });
  },
);

describe('what is wrong is told with its line', () => {
  it.each([
    ['- name: x', '1: The file should begin with "rules:" and a list, not with a list'],
    ['rule: []', '1: Unknown key "rule" (did you mean "rules"?)'],
    ['rules: 3', '1: "rules" should be a list, each entry beginning with "- name:", not "3"'],
    [
      'rules:\n  - {name: x, when: {subjekt: a}, then: {tags: x}}',
      '2: Unknown condition "subjekt" (did you mean "subject"?)',
    ],
    [
      'rules:\n  - name: x\n    then:\n      queue: Suport\n',
      '4: Unknown queue "Suport" (did you mean "Support"?)',
    ],
    [
      'rules:\n  - name: x\n    then:\n      owner: bem\n',
      '4: Unknown agent "bem" (did you mean "ben"?)',
    ],
    [
      'rules:\n  - name: x\n    then: {prority: high}\n',
      '3: Unknown action "prority" (did you mean "priority"?)',
    ],
    [
      'rules:\n  - name: x\n    when:\n      size: 5MB\n    then: {tags: x}\n',
      '4: "size" should be ">5MB" or "under 10KB", not "5MB"',
    ],
    [
      'rules:\n  - name: x\n    when:\n      subject:\n        - fine\n        - /(a/\n    then: {tags: x}\n',
      '6: "subject" should be a regular expression without look-around and back references (missing closing ): `(a`), not "/(a/"',
    ],
    [
      'rules:\n  - name: x\n    when:\n      from: *@example.org\n    then: {tags: x}\n',
      /^4: .*A text that begins with \* needs quotes/,
    ],
    [
      'rules:\n  - name: x\n    when:\n      size: >5MB\n    then: {tags: x}\n',
      /^4: .*A text that begins with > needs quotes/,
    ],
    ['rules:\n  - name: x\n', /^2: A rule's "then" should be a table with queue/],
    [
      'rules:\n  - name: "a=b"\n    then: {tags: x}\n',
      /^2: A rule's "name" should be text in one line/,
    ],
    [
      'rules:\n  - {name: x, then: {tags: x}}\n  - {name: X, then: {tags: x}}\n',
      '3: The rule "X" stands in line 2 already',
    ],
    [
      'rules:\n  - name: x\n    when: {time: someday}\n    then: {tags: x}\n',
      /^3: "time" should be times such as/,
    ],
    [
      'rules:\n  - name: x\n    when: {sender-auth: {dmark: fail}}\n    then: {tags: x}\n',
      '3: Unknown check of "sender-auth" "dmark" (did you mean "dmarc"?)',
    ],
    ['rules:\n  - name: x\n    then: {tags: [a b]}\n', /^3: "tags" should be words without blanks/],
    ['rules: [\n', /^\d+: /],
  ])('%j', (text, expected) => {
    const [first = ''] = linesOf(text);
    if (typeof expected === 'string') expect(first).toBe(expected);
    else expect(first).toMatch(expected);
    expect(parse(text).rules).toEqual([]);
  });

  it('all of it, and one wrong rule keeps the whole file out', () => {
    const text =
      'rules:\n  - {name: good, then: {tags: x}}\n  - {name: x, on: never, then: {state: open, stop: perhaps}}\n';
    expect(linesOf(text)).toEqual([
      '3: "on" should be one of "new", "follow-up", "any", not "never"',
      '3: "stop" should be yes or no, not "perhaps"',
    ]);
    expect(parse(text).rules).toEqual([]);
  });
});

it('takes any queue while the queues are not known', () => {
  const { problems } = parseRuleFile('rules: [{name: x, then: {queue: What}}]', 'x', {
    queues: undefined,
    agents: [],
  });
  expect(problems).toEqual([]);
});

it('is total on any text', () => {
  const piece = fc.constantFrom(
    'rules:',
    '\n',
    '  ',
    '- ',
    'name: x',
    'when:',
    'then:',
    '{',
    '}',
    '[',
    ']',
    'not:',
    'any:',
    '*a',
    '&a',
    ': ',
    '>',
    '"',
    'subject',
    'tags',
    '|',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 40 }).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(text, (any) => {
      const { rules, problems } = parse(any);
      expect(problems.length === 0 || rules.length === 0).toBe(true);
    }),
  );
});

it('deep nesting is a problem, not a crash', () => {
  const deep = `rules: [{name: x, when: ${'{not: '.repeat(3000)}{subject: a}${'}'.repeat(3000)}, then: {tags: x}}]`;
  expect(parse(deep).problems).not.toEqual([]);
});

describe('a query as a condition', () => {
  const rule = (query: string) =>
    `rules:\n  - name: x\n    when: {query: ${JSON.stringify(query)}}\n    then: {tags: x}\n`;

  it('is read once, with the rule', () => {
    const { rules, problems } = parse(rule('from:shop (order OR invoice)'));
    expect(problems).toEqual([]);
    expect(rules[0]?.when).toMatchObject({ key: 'query', test: { kind: 'query' } });
  });

  it.each([
    [
      'fromm:shop',
      '3: "query" is not understood: unknown search field "fromm:"; did you mean "from:"?',
    ],
    [
      'is:unread',
      '3: "query" cannot ask for is:unread: no mail that comes in, and no ticket that it joins, has it',
    ],
  ])('%s is refused by name', (query, expected) => {
    expect(linesOf(rule(query))).toEqual([expected]);
  });
});
