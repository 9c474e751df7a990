import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConfigProblem } from '../../src/config/config.ts';
import { readTicketRules } from '../../src/config/ticket-rules.ts';

function read(text: string) {
  const problems: ConfigProblem[] = [];
  const queues = ['Support', 'Billing'];
  const rules = readTicketRules({ file: 'desk.yaml', text }, queues, (each) => problems.push(each));
  return { rules, problems };
}

describe('readTicketRules', () => {
  it('reads states, fields and reasons', () => {
    const { rules, problems } = read(`
name: Help
states:
  waiting-supplier: { type: pending-reminder, name: { en: Waiting for the supplier, de: Wartet } }
  open: { name: In work }
fields:
  order: { type: number, name: Order, queues: [billing], required: yes }
  colour: { type: choice, choices: [red, green] }
closeReasons:
  solved: { de: Fertig }
  gone:
`);
    expect(problems).toEqual([]);
    expect(rules.states).toEqual([
      {
        key: 'waiting-supplier',
        type: 'pending-reminder',
        names: { en: 'Waiting for the supplier', de: 'Wartet' },
      },
      { key: 'open', type: 'open', names: { '*': 'In work' } },
    ]);
    expect(rules.fields).toEqual([
      {
        name: 'order',
        kind: 'number',
        choices: [],
        names: { '*': 'Order' },
        queues: ['Billing'],
        isRequired: true,
      },
      {
        name: 'colour',
        kind: 'choice',
        choices: ['red', 'green'].map((key) => ({ key, names: {} })),
        names: {},
        queues: [],
        isRequired: false,
      },
    ]);
    expect(rules.closeReasons).toEqual([
      { key: 'solved', names: { de: 'Fertig' } },
      { key: 'gone', names: {} },
    ]);
  });

  it('brings reasons of its own where none are declared', () => {
    expect(read('name: Help').rules.closeReasons.map(({ key }) => key)).toContain('solved');
    expect(read('closeReasons: []').rules.closeReasons).toEqual([]);
  });

  it.each([
    ['states: [a]', 1, 'table of names'],
    ['states: { Waiting: { type: open } }', 1, 'a word of a-z'],
    ['states:\n  waiting: { type: merged }', 2, 'needs a "type"'],
    ['states:\n  waiting: { name: x }', 2, 'needs a "type"'],
    ['states:\n  open: { type: closed }', 2, 'needs a "type": open'],
    ['states: { waiting: { typ: open } }', 1, 'did you mean "type"'],
    ['fields:\n  order: { type: money }', 2, 'needs a "type"'],
    ['fields:\n  colour: { type: choice }', 2, 'needs "choices"'],
    ['fields:\n  order: { choices: [a] }', 2, 'but its type is text'],
    ['fields:\n  order: { queues: [Sales] }', 2, 'Unknown queue'],
    ['fields:\n  order: { required: often }', 2, 'true or false'],
    ['fields:\n  order: { name: { english: x } }', 2, 'by language'],
    ['closeReasons: { }\nfields:\n  order: 5', 3, 'should be a table'],
    ['closeReasons: [[a]]', 1, 'list of texts'],
  ])('%j is a problem', (text, line, reason) => {
    const { problems } = read(text);
    expect(problems[0]).toMatchObject({ file: 'desk.yaml', line });
    expect(problems.map((problem) => problem.reason).join('\n')).toContain(reason);
  });

  it('reads any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => read(`fields: ${text}`).rules.states.length === 0),
    );
  });
});
