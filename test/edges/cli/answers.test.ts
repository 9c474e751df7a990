import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lampMail } from '../desk.ts';
import { openTestCli, type TestCli } from './command-line.ts';

let cli: TestCli;

beforeEach(async () => {
  cli = await openTestCli();
  const folder = join(cli.desk.root, 'config/answers/billing');
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'refund.en.md'),
    '---\ntitle: Refund\nkeywords: [money back]\n---\nDear {{customer.name}}, {{agent.name | "your desk"}} {{oops}}',
  );
  await cli.desk.answers.load();
});

afterEach(async () => {
  expect(cli.machine.openDesks).toBe(0);
  await cli.desk.close();
});

it('answers list and show print what there is', async () => {
  expect((await cli.run('answers', 'list')).out).toMatch(/billing\/refund +en +::refund +Refund/);
  expect((await cli.run('answers', 'list', 'lamp')).out).toBe('');
  expect((await cli.run('answers', 'show', 'billing/refund')).out).toContain('{{customer.name}}');
  const { out } = await cli.run('answers', 'list', '--json', 'money');
  expect(JSON.parse(out)).toMatchObject({ answers: [{ id: 'billing/refund', state: null }] });
  const { code, err } = await cli.run('answers', 'show', 'none');
  expect({ code, err }).toMatchObject({
    code: 65,
    err: expect.stringContaining('no answer "none"'),
  });
});

it('answers fill prints what the customer would get, and what is missing', async () => {
  const { ticket } = await cli.desk.open(lampMail);
  const { code, out, err } = await cli.run('answers', 'fill', 'billing/refund', ticket);
  expect(code).toBe(0);
  expect(out).toContain('Dear Kim Stone, your desk {{oops}}\n');
  expect(err).toBe('Not filled in: oops\n');
  const json = await cli.run('--as', 'anna', 'answers', 'fill', '--json', 'billing/refund', ticket);
  expect(JSON.parse(json.out)).toMatchObject({
    text: 'Dear Kim Stone, Anna Adler {{oops}}',
    ticket,
  });
});
