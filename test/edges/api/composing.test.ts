/** The routes that send messages on, note calls and open tickets. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TicketJson } from '../../../src/services/present/ticket-json.ts';
import { lampMail } from '../desk.ts';
import {
  bodyOf,
  type ProblemBody,
  type ReceiptBody,
  startTestApi,
  type TestApi,
} from './server.ts';

let api: TestApi;
let ticket: string;
let message: string;

beforeEach(async () => {
  api = await startTestApi();
  ({ ticket, message } = await api.desk.open(lampMail));
});

afterEach(() => api.close());

async function read(number = ticket) {
  return bodyOf<TicketJson>(await api.get(`/api/v1/tickets/${number}`));
}

async function refusalOf(path: string, body: unknown): Promise<unknown[]> {
  const response = await api.post(`/api/v1/tickets${path}`, body);
  return [response.status, (await bodyOf<ProblemBody>(response)).code];
}

const file = { name: 'plan.pdf', content: Buffer.from('%PDF-1.7').toString('base64') };

describe('POST …/reply', () => {
  it('goes to all, with files', async () => {
    const response = await api.post(`/api/v1/tickets/${ticket}/reply`, {
      text: 'Hello',
      all: true,
      attachments: [file],
    });
    expect(response.status).toBe(200);
    const sent = (await read()).messages.at(-1);
    expect(sent?.cc.map(({ address }) => address)).toEqual(['lee@customer.example']);
    expect(sent?.attachments).toMatchObject([
      { name: 'plan.pdf', type: 'application/pdf', size: 8 },
    ]);
    expect(sent?.html).toContain('<p>Hello</p>');
  });

  it.each([
    [{ text: 'x', all: 'yes' }, 422, 'bad-value'],
    [{ text: 'x', attachments: ['plan.pdf'] }, 422, 'bad-value'],
    [{ text: 'x', attachments: [{ name: 'a', content: 'no base 64!' }] }, 422, 'bad-value'],
    [{ text: 'x', attachments: [{ content: '' }] }, 422, 'bad-value'],
    [{ text: 'x', attachments: [{ ...file, path: '/etc/passwd' }] }, 422, 'unknown-key'],
  ])('refuses %j', async (body, status, code) => {
    expect(await refusalOf(`/${ticket}/reply`, body)).toEqual([status, code]);
  });
});

it('POST …/note takes files', async () => {
  const response = await api.post(`/api/v1/tickets/${ticket}/note`, {
    text: 'See',
    attachments: [file],
  });
  expect(response.status).toBe(200);
  expect((await read()).messages.at(-1)?.attachments).toHaveLength(1);
});

describe('POST …/forward and …/resend', () => {
  it('send the message on', async () => {
    const to = 'max@maker.example';
    const forward = {
      to,
      message,
      text: 'Help?',
      attach: [0],
      attachments: [file],
      state: 'pending-customer',
    };
    expect((await api.post(`/api/v1/tickets/${ticket}/forward`, forward)).status).toBe(200);
    const { state, messages } = await read();
    expect(state).toBe('pending-customer');
    expect(messages.at(-1)?.attachments.map(({ name }) => name)).toEqual(['lamp.txt', 'plan.pdf']);
    expect(messages.at(-1)?.text).toContain('Help?\n\n---------- Forwarded message');
    expect(
      (await api.post(`/api/v1/tickets/${ticket}/forward`, { to, message, attach: 'original' }))
        .status,
    ).toBe(200);
    expect((await read()).messages.at(-1)?.attachments).toMatchObject([{ type: 'message/rfc822' }]);
    expect((await api.post(`/api/v1/tickets/${ticket}/resend`, { to, message })).status).toBe(200);
    expect((await read()).messages.at(-1)?.from?.address).toBe('kim@customer.example');
  });

  it('refuse what cannot go', async () => {
    const to = 'max@maker.example';
    expect(await refusalOf(`/${ticket}/forward`, { to })).toEqual([422, 'missing-value']);
    expect(await refusalOf(`/${ticket}/forward`, { to, message: 'none', text: 'x' })).toEqual([
      404,
      'unknown-message',
    ]);
    expect(await refusalOf(`/${ticket}/forward`, { to, message, attach: [7] })).toEqual([
      422,
      'unknown-attachment',
    ]);
    expect(await refusalOf(`/${ticket}/forward`, { to, message, attach: ['0'] })).toEqual([
      422,
      'bad-value',
    ]);
    expect(await refusalOf(`/${ticket}/resend`, { to: [], message })).toEqual([
      422,
      'no-recipient',
    ]);
    expect(await refusalOf('/20261123000001/forward', { to, message })).toEqual([
      404,
      'unknown-ticket',
    ]);
  });
});

it('POST …/call notes a call', async () => {
  const call = { direction: 'in', text: 'Still dark', phone: '030 1234' };
  expect((await api.post(`/api/v1/tickets/${ticket}/call`, call)).status).toBe(200);
  expect((await read()).messages.at(-1)).toMatchObject({ kind: 'call-in', direction: 'in' });
  expect(await refusalOf(`/${ticket}/call`, { ...call, direction: 'up' })).toEqual([
    422,
    'bad-value',
  ]);
  expect(await refusalOf(`/${ticket}/call`, { ...call, text: '' })).toEqual([422, 'empty-text']);
});

describe('POST /tickets', () => {
  it('opens a ticket by mail or by phone', async () => {
    const mailed = await api.post('/api/v1/tickets', {
      via: 'mail',
      to: 'Pat <pat@customer.example>',
      subject: 'Lamp',
      text: 'Ready',
      attachments: [file],
      priority: 'high',
    });
    expect(mailed.status).toBe(201);
    const receipt = await bodyOf<ReceiptBody>(mailed);
    expect(mailed.headers.get('location')).toBe(`/api/v1/tickets/${receipt.ticket}`);
    expect(await read(receipt.ticket)).toMatchObject({
      subject: 'Lamp',
      priority: 'high',
      owner: 'anna',
      customer: { name: 'Pat', address: 'pat@customer.example' },
    });
    const called = await api.post('/api/v1/tickets', {
      via: 'phone',
      customer: 'pat@customer.example',
      subject: 'Lamp',
      text: 'Called',
    });
    const { ticket: second } = await bodyOf<ReceiptBody>(called);
    expect((await read(second)).messages).toMatchObject([{ kind: 'call-in' }]);
  });

  it.each([
    [{ subject: 'x', text: 'y', via: 'fax' }, 422, 'bad-value'],
    [{ subject: 'x', text: 'y', via: 'mail' }, 422, 'no-recipient'],
    [{ subject: 'x', text: 'y', via: 'phone' }, 422, 'no-customer'],
    [{ text: 'y', via: 'phone', phone: '030 1' }, 422, 'missing-value'],
    [{ subject: 'x', text: 'y', via: 'phone', phone: '030 1', queue: 'No' }, 422, 'unknown-queue'],
  ])('refuses %j', async (body, status, code) => {
    expect(await refusalOf('', body)).toEqual([status, code]);
  });
});
