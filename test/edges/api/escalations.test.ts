import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestCli } from '../cli/command-line.ts';
import { bodyOf, startTestApi, type TestApi } from './server.ts';

let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
});

afterEach(async () => api.close());

const nothing = {
  figures: {
    late: 0,
    dueWithinHour: 0,
    unowned: 0,
    open: 0,
    firstAnswerMinutes: null,
    answeredToday: 0,
  },
  tickets: [],
  total: 0,
};

it('GET /api/v1/escalations says what is late and next', async () => {
  const response = await api.get('/api/v1/escalations');
  expect(response.status).toBe(200);
  expect(await bodyOf(response)).toMatchObject(nothing);
});

it('a limit that is none, and another parameter, are refused', async () => {
  for (const query of ['limit=0', 'limit=many', 'sort=due'])
    expect((await api.get(`/api/v1/escalations?${query}`)).status).toBe(422);
});

it('maildesk escalations prints the same, as a table or as JSON', async () => {
  const cli = await openTestCli();
  const json = await cli.run('escalations', '--json');
  expect(JSON.parse(json.out)).toMatchObject(nothing);
  const table = await cli.run('escalations');
  expect(table.err).toBe('0 late, 0 due within the hour, 0 of 0 open ones without an owner\n');
  expect((await cli.run('escalations', '--limit', '0')).code).not.toBe(0);
  await cli.desk.close();
});
