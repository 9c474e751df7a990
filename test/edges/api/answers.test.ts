import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AnswerJson, FilledAnswerJson } from '../../../src/services/present/answer-json.ts';
import { lampMail } from '../desk.ts';
import { bodyOf, startTestApi, type TestApi } from './server.ts';

let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
  const folder = join(api.desk.root, 'config/answers/billing');
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'refund.en.md'),
    '---\ntitle: Refund\nkeywords: [money back]\nstate: closed\n---\nDear {{customer.name}}{{cursor}} {{oops}}',
  );
  await writeFile(join(folder, 'refund.de.md'), '---\ntitle: Erstattung\n---\nGuten Tag');
  await api.desk.answers.load();
});

afterEach(() => api.close());

it('answers are listed, found by words of any language, and shown', async () => {
  const ids = async (path: string) => {
    const { answers } = await bodyOf<{ answers: AnswerJson[] }>(await api.get(path));
    return answers.map(({ id, language }) => `${id} ${language}`);
  };
  const both = ['billing/refund de', 'billing/refund en'];
  expect(await ids('/api/v1/answers')).toEqual(both);
  expect(await ids('/api/v1/answers?q=erstattung%20money')).toEqual(both);
  expect(await ids('/api/v1/answers?q=lamp')).toEqual([]);
  expect(await ids('/api/v1/answers/billing%2Frefund')).toEqual(both);
  expect((await api.get('/api/v1/answers/billing%2Fnone')).status).toBe(404);
});

it('one is filled in for a ticket', async () => {
  const { ticket } = await api.desk.open(lampMail);
  const path = `/api/v1/tickets/${ticket}/answers/billing%2Frefund`;
  expect(await bodyOf<FilledAnswerJson>(await api.get(`${path}?language=en`))).toEqual({
    id: 'billing/refund',
    language: 'en',
    ticket,
    salutation: '',
    text: 'Dear Kim Stone {{oops}}',
    signature: expect.any(String),
    cursor: 14,
    missing: ['oops'],
    modules: ['billing/refund'],
    attachments: [],
    state: 'closed',
  });
  expect((await bodyOf<FilledAnswerJson>(await api.get(`${path}?language=de`))).text).toBe(
    'Guten Tag',
  );
  expect((await api.get(`/api/v1/tickets/${ticket}/answers/none`)).status).toBe(404);
  expect((await api.get('/api/v1/tickets/20261123999999/answers/none')).status).toBe(404);
});
