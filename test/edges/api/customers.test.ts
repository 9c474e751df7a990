import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CustomerJson } from '../../../src/services/present/customer-json.ts';
import type { TicketJson } from '../../../src/services/present/ticket-json.ts';
import { lampMail } from '../desk.ts';
import { bodyOf, type ProblemBody, startTestApi, type TestApi } from './server.ts';

let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
});

afterEach(() => api.close());

const path = '/api/v1/customers/kim@customer.example';

describe('a customer', () => {
  it('is described, joined and muted, and shown as he is then', async () => {
    const change = { notes: 'Pays late', language: 'de', join: ['kim@gmail.com'], muted: 'yes' };
    const changed = await bodyOf<CustomerJson>(await api.post(path, change));
    expect(changed).toMatchObject({
      addresses: ['kim@customer.example', 'kim@gmail.com'],
      language: 'de',
      notes: 'Pays late',
      standing: { kind: 'muted', by: 'kim@customer.example', agent: 'anna' },
      domain: 'customer.example',
    });
    expect(await bodyOf<CustomerJson>(await api.get(path))).toEqual(changed);
    const freed = await api.post(path, { language: null, muted: 'no' });
    expect(await bodyOf<CustomerJson>(freed)).toMatchObject({ language: null, standing: null });
  });

  it.each([
    [{ language: '!' }, 422, 'bad-value'],
    [{ blocked: 'perhaps' }, 422, 'bad-value'],
    [{ notse: 'x' }, 422, 'unknown-key'],
    [{}, 422, 'nothing-to-change'],
  ])('%j is refused', async (change, status, code) => {
    const response = await api.post(path, change);
    expect(response.status).toBe(status);
    expect((await bodyOf<ProblemBody>(response)).code).toBe(code);
  });

  it('without an address is nobody', async () => {
    expect((await api.get('/api/v1/customers/nobody')).status).toBe(404);
  });
});

describe('GET /api/v1/tickets/NUMBER?at=TIME', () => {
  it('gives the ticket as it was', async () => {
    const { ticket } = await api.desk.open(lampMail);
    const opened = (await api.desk.store.read(ticket))?.ticket.latest ?? 0;
    await api.post(`/api/v1/tickets/${ticket}/update`, { priority: 'high' });
    const at = encodeURIComponent(new Date(opened).toISOString());
    const past = await bodyOf<TicketJson>(await api.get(`/api/v1/tickets/${ticket}?at=${at}`));
    expect(past.priority).toBe('normal');
    expect(past.events).toHaveLength(1);
    const missing = await api.get(`/api/v1/tickets/${ticket}?at=2020-01-01`);
    expect(missing.status).toBe(404);
    expect((await api.get(`/api/v1/tickets/${ticket}?at=soon`)).status).toBe(422);
  });
});
