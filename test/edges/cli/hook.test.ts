/** `maildesk hook …` with a desk that has hooks, waiting ones and given-up ones. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import { tellingName } from '../../../src/services/hooks/hook-files.ts';
import { openTestDesk, type TestDesk } from '../../helpers/test-desk.ts';
import { openTestCli, type TestCli } from './command-line.ts';

let cli: TestCli;
let test: TestDesk;

beforeEach(async () => {
  [cli, test] = await Promise.all([openTestCli(), openTestDesk()]);
  const { directory, desk } = test;
  for (const folder of ['config/hooks', 'hooks/new', 'hooks/failed'])
    await mkdir(join(directory, folder), { recursive: true });
  await writeFile(
    join(directory, 'config/hooks/chat.yaml'),
    'url: http://127.0.0.1:9/in?key=4711\nsecret: a-secret-of-some-length\non: [opened, closed]\n',
  );
  await desk.config.reload();
  const at = toInstant(Date.UTC(2026, 10, 23, 10));
  await writeFile(join(directory, 'hooks/new', tellingName('chat', at, 'one')), '{}');
  await writeFile(join(directory, 'hooks/failed', tellingName('chat', at, 'two')), '{}');
  cli.machine.parts = { hooks: desk.hooks, config: desk.config };
});

afterEach(async () => {
  await test.close();
});

it('lists what is told, what waits and what was given up, without the key in the address', async () => {
  const { code, out } = await cli.run('hook', 'list');
  expect(code).toBe(0);
  expect(out).toMatch(/chat\s+http:\/\/127\.0\.0\.1:9\s+opened,closed\s+1\s+2026-11-23 \S+\s+1\n/);
  const json = await cli.run('hook', 'list', '--json');
  expect(JSON.parse(json.out)).toEqual({
    hooks: [
      {
        name: 'chat',
        tells: 'http://127.0.0.1:9',
        on: ['opened', 'closed'],
        queues: null,
        text: false,
        waiting: 1,
        failed: 1,
        oldest: '2026-11-23T10:00:00.000Z',
      },
    ],
  });
});

it('puts back what was given up', async () => {
  expect(await cli.run('hook', 'retry', 'chat')).toMatchObject({ code: 0, out: '1 put back\n' });
  expect(JSON.parse((await cli.run('hook', 'list', '--json')).out).hooks[0]).toMatchObject({
    waiting: 2,
    failed: 0,
  });
});

it('tries one, and says why it was not told', async () => {
  const { code, err } = await cli.run('hook', 'test', 'chat');
  expect(code).toBe(69);
  expect(err).toMatch(/^maildesk: The hook "chat" was not told: .*(ECONNREFUSED|bad port)/);
});

it('names those that there are', async () => {
  expect(await cli.run('hook', 'test', 'chatt')).toMatchObject({
    code: 65,
    err: 'maildesk: There is no hook "chatt" in config/hooks; there are chat\n',
  });
});
