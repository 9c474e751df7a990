import { describe, expect, it } from 'vitest';
import { hour, minute } from '../../src/base/clock.ts';
import { parsePersonFile } from '../../src/config/customers.ts';
import { parseQueueFile } from '../../src/config/queues.ts';
import { parseRuleFile } from '../../src/config/rules.ts';
import { parseSlaFile } from '../../src/config/slas.ts';
import { parseWorkingTime } from '../../src/config/targets.ts';

const facts = { queues: ['Support', 'Billing'], calendars: ['always'] };
const parse = (text: string, file = 'slas/gold.yaml') => parseSlaFile({ file, text }, facts);

describe('parseSlaFile', () => {
  it('reads targets, conditions and a calendar', () => {
    const { sla, problems } = parse(
      [
        'customers: [Kim@Customer.example, other.example]',
        'companies: gold.example',
        'queues: [support]',
        'priorities: [high, urgent]',
        'calendar: always',
        'targets:',
        '  firstResponse: 1h30m',
        '  solution: off',
        '  updateFrom: contact',
        '  pausing: none',
        '  priorities: { urgent: { firstResponse: 15m, update: 1.5h } }',
      ].join('\n'),
    );
    expect(problems).toEqual([]);
    expect(sla).toEqual({
      name: 'gold',
      customers: ['kim@customer.example', 'other.example'],
      companies: ['gold.example'],
      queues: ['Support'],
      priorities: ['high', 'urgent'],
      calendar: 'always',
      targets: {
        times: { firstResponse: 90 * minute, solution: 'off' },
        priorities: { urgent: { firstResponse: 15 * minute, update: 90 * minute } },
        updateFrom: 'contact',
        pausing: [],
      },
    });
  });

  it.each([
    ['', 1, 'needs "targets"'],
    ['- list', 1, 'table'],
    ['target: {}', 1, 'did you mean "targets"'],
    ['targets: 4h', 1, 'table such as'],
    ['targets:\n  firstResponse: 2d', 2, 'a day of work has as many hours as its calendar'],
    ['targets:\n  solution: 0h', 2, '"solution" is "0h"'],
    ['targets:\n  firstReponse: 4h', 2, 'did you mean "firstResponse"'],
    ['targets:\n  updateFrom: both', 2, '"customer" or "contact"'],
    ['targets:\n  pausing: [closed]', 2, 'names "closed"'],
    ['targets:\n  priorities:\n    urgnt: { update: 1h }', 3, 'did you mean "urgent"'],
    ['targets:\n  priorities:\n    urgent:\n      updateFrom: contact', 4, 'target of a priority'],
    ['targets: { update: 1h }\ncalendar: alway', 2, 'did you mean "always"'],
    ['targets: { update: 1h }\nqueues: [Suport]', 2, 'did you mean "Support"'],
    ['targets: { update: 1h }\ncustomers: [kim]', 2, 'names "kim"'],
    ['targets: { update: 1h }\npriorities: [huge]', 2, 'names "huge"'],
  ])('%j is a problem', (text, line, reason) => {
    const { sla, problems } = parse(text);
    expect(sla).toBeUndefined();
    expect(problems[0]).toMatchObject({ file: 'slas/gold.yaml', line });
    expect(problems[0]?.reason).toContain(reason);
  });

  it('needs a name that can stand in a query', () => {
    expect(parse('targets: { update: 1h }', 'slas/gold plus.yaml').problems).toHaveLength(1);
  });
});

it.each([
  ['4h', 4 * hour],
  ['90m', 90 * minute],
  ['1h30m', 90 * minute],
  ['1h 30 min', 90 * minute],
  ['0.5h', 30 * minute],
  ['off', 'off'],
  ['', undefined],
  ['1d', undefined],
  ['h', undefined],
  ['99999h', undefined],
])('working time %j', (text, time) => {
  expect(parseWorkingTime(text)).toBe(time);
});

it('a queue has targets, with the lines of what is wrong in them', () => {
  const { queue } = parseQueueFile('name: Support\ntargets: { update: 8h }\n', 'queues/a.yaml');
  expect(queue?.targets?.times).toEqual({ update: 8 * hour });
  const { problems } = parseQueueFile('name: Support\ntargets:\n  update: soon\n', 'queues/a.yaml');
  expect(problems).toMatchObject([{ file: 'queues/a.yaml', line: 3 }]);
});

it('a file about a customer names a service level', () => {
  const { person } = parsePersonFile('kim', 'addresses: [kim@customer.example]\nsla: gold\n');
  expect(person?.sla).toBe('gold');
});

it('a routing rule may name only a service level that there is, where the desk has some', () => {
  const text = 'rules:\n  - name: vip\n    then:\n      sla: Gold\n';
  const problemsWith = (slas: readonly string[] | undefined) =>
    parseRuleFile(text, 'rules/a.yaml', { queues: [], agents: [], slas }).problems;
  expect(problemsWith(['gold'])).toEqual([]);
  expect(problemsWith(undefined)).toEqual([]);
  expect(problemsWith([])).toEqual([]);
  expect(problemsWith(['silver'])).toMatchObject([{ line: 4 }]);
});
