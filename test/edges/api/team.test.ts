import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TicketJson } from '../../../src/services/present/ticket-json.ts';
import { lampMail } from '../desk.ts';
import { bodyOf, type ProblemBody, startTestApi, type TestApi } from './server.ts';

let api: TestApi;
let ticket: string;

beforeEach(async () => {
  api = await startTestApi();
  await api.desk.accounts.add({
    login: 'ben',
    name: 'Ben Kaya',
    email: 'ben@example.org',
    roles: ['agent'],
  });
  ticket = (await api.desk.open(lampMail)).ticket;
});

afterEach(() => api.close());

async function post(what: string, body: object): Promise<string> {
  const response = await api.post(`/api/v1/tickets/${ticket}/${what}`, body);
  if (response.status === 200) return 'done';
  const { code } = await bodyOf<ProblemBody>(response);
  return `${response.status} ${code}`;
}

it('a ticket is handed over with its reason', async () => {
  expect(await post('hand-over', { owner: 'ben', text: 'He knows lamps.' })).toBe('done');
  expect(await post('hand-over', { queue: 'billing', text: 'An invoice.' })).toBe('done');
  const { owner, queue, messages } = await bodyOf<TicketJson>(
    await api.get(`/api/v1/tickets/${ticket}`),
  );
  expect([owner, queue, messages.map(({ kind }) => kind)]).toEqual([
    null,
    'Billing',
    ['mail-in', 'note', 'note'],
  ]);
  expect([
    await post('hand-over', { owner: 'ben', queue: 'Support', text: 'x' }),
    await post('hand-over', { owner: 'kim', text: 'x' }),
    await post('hand-over', { owner: 'ben', text: ' ' }),
    await post('hand-over', { owner: 'ben' }),
    await post('hand-over', { to: 'ben', text: 'x' }),
  ]).toEqual([
    '422 bad-value',
    '422 unknown-agent',
    '422 empty-text',
    '422 missing-value',
    '422 unknown-key',
  ]);
});

it('advice is asked and ended', async () => {
  expect([
    await post('advice', { agent: 'anna', text: 'x' }),
    await post('advice', { agent: 'ben', text: 'Which fuse?' }),
    await post('advice-done', { agent: 'ben', text: 'Found it.' }),
    await post('advice-done', {}),
  ]).toEqual(['422 bad-value', 'done', 'done', '409 not-asked']);
});

it('the second level is refused where there is none', async () => {
  expect([
    await post('escalate', { text: 'Too hard' }),
    await post('bring-back', { text: 'Easy' }),
  ]).toEqual(['409 no-second-level', '409 not-escalated']);
});
