import { afterEach, beforeEach, expect, it } from 'vitest';
import { lampMail } from '../desk.ts';
import { mismatch } from './schema.ts';
import { bodyOf, type ProblemBody, startTestApi, type TestApi } from './server.ts';

let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
});

afterEach(() => api.close());

it('GET /api/v1/figures gives the figures as its description says', async () => {
  await api.desk.open(lampMail);
  const answer = await api.get('/api/v1/figures?queue=Support&period=today');
  expect(answer.status).toBe(200);
  const body = await bodyOf<object>(answer);
  expect(body).toMatchObject({ queue: 'Support', now: { open: 1 }, sum: { openAfter: 1 } });
  expect(mismatch({ $ref: '#/components/schemas/Figures' }, body)).toBeUndefined();
});

it.each([
  ['queue=Nowhere', 'unknown-queue'],
  ['by=second', 'bad-value'],
  ['colour=red', 'unknown-key'],
])('GET /api/v1/figures?%s is refused as %s', async (query, code) => {
  const answer = await api.get(`/api/v1/figures?${query}`);
  expect(answer.status).toBe(422);
  expect((await bodyOf<ProblemBody>(answer)).code).toBe(code);
});
