import { expect, it } from 'vitest';
import { editAgentFile, parseAgentFile } from '../../src/config/agents.ts';

const read = (report: string) =>
  parseAgentFile('anna', `email: anna@desk.example\nreport: ${report}\n`);

it.each([
  ['weekly', { queues: undefined }],
  ['[Support, Billing::Refunds]', { queues: ['Support', 'Billing::Refunds'] }],
  ['off', undefined],
  ['[]', undefined],
])('a report that is %s is read', (text, report) => {
  const { agent, problems } = read(text);
  expect(problems).toEqual([]);
  expect(agent?.report).toEqual(report);
});

it('a slip in the report is named and keeps nobody out', () => {
  const { agent, problems } = read('daily');
  expect(problems).toEqual([
    {
      file: 'agents/anna.yaml',
      line: 2,
      reason: 'The agent\'s "report" should be weekly, off, or a list of queues',
    },
  ]);
  expect(agent).toMatchObject({ login: 'anna' });
  expect(agent?.report).toBeUndefined();
});

it('what is set reads back, and nothing leaves no key', () => {
  const text = 'email: anna@desk.example # hers\n';
  for (const report of [{ queues: undefined }, { queues: ['Support'] }]) {
    const edited = editAgentFile(text, { kind: 'report', report });
    expect(edited).toContain('# hers');
    expect(parseAgentFile('anna', edited).agent?.report).toEqual(report);
  }
  const set = editAgentFile(text, { kind: 'report', report: { queues: undefined } });
  expect(editAgentFile(set, { kind: 'report', report: undefined })).toBe(text);
});
