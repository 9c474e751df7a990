import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TicketJson } from '../../../src/services/present/ticket-json.ts';
import { lampMail } from '../desk.ts';
import { bodyOf, type ProblemBody, startTestApi, type TestApi } from './server.ts';

let api: TestApi;
let path: string;

beforeEach(async () => {
  api = await startTestApi();
  path = `/api/v1/tickets/${(await api.desk.open(lampMail)).ticket}`;
});

afterEach(() => api.close());

const read = async () => bodyOf<TicketJson>(await api.get(path));

it('an update sets what the side bar sets, and the ticket says so', async () => {
  const response = await api.post(`${path}/update`, {
    responsible: 'anna',
    state: 'pending-close',
    pendingUntil: '2099-01-02T09:00:00+01:00',
    addWatchers: ['anna'],
    addParticipants: ['Lee <lee@other.example>'],
    addLinks: ['related:20261123004266'],
  });
  expect(response.status).toBe(200);
  expect(await read()).toMatchObject({
    responsible: 'anna',
    state: 'pending-close',
    stateName: null,
    pendingUntil: '2099-01-02T08:00:00.000Z',
    closeReason: null,
    watchers: ['anna'],
    participants: expect.arrayContaining(['lee@other.example']),
    links: ['related:20261123004266'],
    fields: {},
  });
  await api.post(`${path}/update`, {
    state: 'closed',
    closeReason: 'Solved',
    removeWatchers: ['anna'],
  });
  expect(await read()).toMatchObject({
    state: 'closed',
    pendingUntil: null,
    closeReason: 'Solved',
    watchers: [],
  });
});

it('a field that nobody declares is refused by name', async () => {
  const response = await api.post(`${path}/update`, { fields: { order: 4711 } });
  const { code, detail } = await bodyOf<ProblemBody>(response);
  expect([response.status, code]).toEqual([422, 'unknown-field']);
  expect(detail).toContain('"x-order"');
  const wrong = await api.post(`${path}/update`, { fields: ['order'] });
  expect(await bodyOf<ProblemBody>(wrong)).toMatchObject({ code: 'bad-value' });
});

it('a ticket is removed and restored', async () => {
  expect((await api.post(`${path}/remove`, {})).status).toBe(200);
  expect((await read()).state).toBe('removed');
  expect((await api.post(`${path}/restore`, {})).status).toBe(200);
  expect((await read()).state).toBe('new');
  const again = await api.post(`${path}/restore`, {});
  expect(await bodyOf<ProblemBody>(again)).toMatchObject({ status: 409, code: 'not-removed' });
});
