import { afterEach, beforeEach, expect, it } from 'vitest';
import { lampMail } from '../desk.ts';
import { openTestCli, type TestCli } from './command-line.ts';

let cli: TestCli;

beforeEach(async () => {
  cli = await openTestCli();
});

afterEach(async () => {
  expect(cli.machine.openDesks).toBe(0);
  await cli.desk.close();
});

it('figures are said in lines, as JSON and as CSV', async () => {
  await cli.desk.open(lampMail);
  const lines = await cli.run('figures', '--period', 'today');
  expect(lines).toMatchObject({ code: 0, err: '' });
  expect(lines.out).toMatch(/open now\s+1, 1 without an owner/);
  const { out } = await cli.run('figures', '--json', '--queue', 'support', '--by', 'day');
  expect(JSON.parse(out)).toMatchObject({
    period: { by: 'day' },
    now: { open: 1 },
    sum: { openAfter: 1 },
    tables: { queues: [{ queue: 'Support', open: 1 }] },
  });
  const csv = await cli.run('figures', '--csv', 'queues');
  expect(csv.out.split('\r\n').slice(0, 2)).toEqual([
    'queue,open,opened,closed,answers,firstResponseMedianMinutes,firstResponse90Minutes,solutionMedianMinutes,solution90Minutes',
    expect.stringMatching(/^Support,1,\d,0,0,,,,$/),
  ]);
});

it.each([
  [['--queue', 'Nowhere'], 'Nowhere'],
  [['--period', 'always'], 'expected today, 7d'],
  [['--from', '2026-02-30'], 'a day such as'],
  [['--from', '2026-02-03', '--to', '2026-02-01'], 'not later than'],
  [['--csv', 'everything'], 'backlog'],
])('figures %j is refused', async (words, sentence) => {
  const { code, err } = await cli.run('figures', ...words);
  expect(code).toBe(65);
  expect(err).toContain(sentence);
});
