import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatInstant, toInstant } from '../../../src/base/clock.ts';
import { Fault } from '../../../src/base/fault.ts';
import { parseTicketNumber } from '../../../src/core/ticket/number.ts';
import type { TicketJson } from '../../../src/services/present/ticket-json.ts';
import { messageName } from '../../services/outbound/fakes.ts';
import { lampMail } from '../desk.ts';
import {
  bearer,
  bodyOf,
  type ProblemBody,
  type ReceiptBody,
  startTestApi,
  type TestApi,
} from './server.ts';

let api: TestApi;
let ticket: string;

beforeEach(async () => {
  api = await startTestApi();
  ticket = (await api.desk.open(lampMail)).ticket;
});

afterEach(() => api.close());

async function readTicket() {
  return bodyOf<TicketJson>(await api.get(`/api/v1/tickets/${ticket}`));
}

async function refusal(response: Response): Promise<unknown[]> {
  const { code, detail } = await bodyOf<ProblemBody>(response);
  return [response.status, code, detail];
}

describe('POST …/reply', () => {
  it('answers the customer and sets the state', async () => {
    const response = await api.post(`/api/v1/tickets/${ticket}/reply`, {
      text: 'Try a new bulb.',
      state: 'closed',
    });
    expect(response.status).toBe(200);
    const receipt = await bodyOf<ReceiptBody>(response);
    expect(receipt.ticket).toBe(ticket);
    const { state, owner, messages } = await readTicket();
    expect([state, owner]).toEqual(['closed', 'anna']);
    expect(messages[1]).toMatchObject({
      id: receipt.message,
      direction: 'out',
      to: [{ address: 'kim@customer.example' }],
      text: expect.stringContaining('Try a new bulb.'),
    });
  });

  it('takes recipients as texts, objects and lists', async () => {
    const response = await api.post(`/api/v1/tickets/${ticket}/reply`, {
      text: 'Hello',
      to: 'Max <max@customer.example>',
      cc: [{ name: 'Lee', address: 'lee@customer.example' }, 'pat@customer.example'],
      subject: 'Another matter',
    });
    expect(response.status).toBe(200);
    const { messages } = await readTicket();
    expect(messages[1]?.to).toEqual([{ name: 'Max', address: 'max@customer.example' }]);
    expect(messages[1]?.cc.map(({ address }) => address)).toEqual([
      'lee@customer.example',
      'pat@customer.example',
    ]);
    expect(messages[1]?.subject).toContain('Another matter');
  });

  it.each([
    [{ text: '  ' }, 422, 'empty-text'],
    [{}, 422, 'missing-value'],
    [{ text: 'x', to: 'nobody' }, 422, 'bad-recipient'],
    [{ text: 'x', to: [] }, 422, 'no-recipient'],
    [{ text: 'x', to: 5 }, 422, 'bad-value'],
    [{ text: 5 }, 422, 'bad-value'],
    [{ text: 'x', state: 'done' }, 422, 'unknown-state'],
    [{ text: 'x', inReplyTo: 'none' }, 404, 'unknown-message'],
    [['text'], 400, 'bad-json'],
    ['{"text":', 400, 'bad-json'],
  ])('refuses %j with %i %s and writes nothing', async (body, status, code) => {
    const response = await api.post(`/api/v1/tickets/${ticket}/reply`, body);
    expect((await refusal(response)).slice(0, 2)).toEqual([status, code]);
    expect((await readTicket()).messages).toHaveLength(1);
  });

  it('names the nearest key for a mistyped one', async () => {
    const response = await api.post(`/api/v1/tickets/${ticket}/reply`, {
      text: 'x',
      inreplyto: 'y',
    });
    expect(await refusal(response)).toEqual([
      422,
      'unknown-key',
      'Unknown key "inreplyto"; expected only text, to, cc, subject, state, inReplyTo, all, attachments, sendAt, ifUnchangedSince, module (did you mean "inReplyTo"?)',
    ]);
  });

  it('says 404 for a ticket that is not there', async () => {
    const response = await api.post('/api/v1/tickets/20261123999953/reply', { text: 'x' });
    expect((await refusal(response)).slice(0, 2)).toEqual([404, 'unknown-ticket']);
  });
});

describe('POST …/note and …/update', () => {
  it('writes a note as the agent of the token', async () => {
    const response = await api.post(`/api/v1/tickets/${ticket}/note`, { text: 'Regular customer' });
    const { message } = await bodyOf<ReceiptBody>(response);
    const { messages, events } = await readTicket();
    expect(messages[1]).toMatchObject({ id: message, kind: 'note', direction: 'internal' });
    expect(events[1]?.actor).toBe('agent anna');
  });

  it('changes fields and tags, and clears with null', async () => {
    const update = (body: unknown) => api.post(`/api/v1/tickets/${ticket}/update`, body);
    const first = {
      state: 'open',
      queue: 'billing',
      owner: 'anna',
      priority: 'high',
      language: 'de',
      addTags: ['vip', 'eu'],
    };
    expect((await update(first)).status).toBe(200);
    expect(await readTicket()).toMatchObject({
      state: 'open',
      queue: 'Billing',
      owner: 'anna',
      priority: 'high',
      language: 'de',
      tags: ['eu', 'vip'],
    });
    expect((await update({ owner: null, removeTags: ['vip'], subject: 'Dark lamp' })).status).toBe(
      200,
    );
    expect(await readTicket()).toMatchObject({ owner: null, tags: ['eu'], subject: 'Dark lamp' });
  });

  it('tells the nearest queue and that nothing would change', async () => {
    const update = (body: unknown) => api.post(`/api/v1/tickets/${ticket}/update`, body);
    expect(await refusal(await update({ queue: 'Suport' }))).toEqual([
      422,
      'unknown-queue',
      'Unknown queue "Suport"; expected one of Support, Billing (did you mean "Support"?)',
    ]);
    expect((await refusal(await update({ state: 'new' }))).slice(0, 2)).toEqual([
      422,
      'nothing-to-change',
    ]);
  });
});

describe('POST /api/v1/mail', () => {
  const mailHeaders = { ...bearer, 'Content-Type': 'message/rfc822' };

  it.each([
    [{ outcome: 'quarantined', name: messageName('0.Q1.maildesk') }, 'mail-quarantined'],
    [{ outcome: 'refused', reason: 'virus' }, 'mail-refused'],
  ] as const)('says that a mail is not filed: %o', async (outcome, code) => {
    api.desk.turnAway = outcome;
    const response = await api.post('/api/v1/mail', lampMail, mailHeaders);
    expect((await refusal(response)).slice(0, 2)).toEqual([422, code]);
  });

  it('files the mail in the queue asked for', async () => {
    const response = await api.post('/api/v1/mail?queue=billing', lampMail, mailHeaders);
    expect(response.status).toBe(201);
    const receipt = await bodyOf<ReceiptBody>(response);
    expect(response.headers.get('location')).toBe(`/api/v1/tickets/${receipt.ticket}`);
    expect(api.desk.received[0]).toMatchObject({
      via: 'api',
      queue: 'Billing',
      raw: Buffer.from(lampMail),
    });
    expect(await (await api.get(`/api/v1/tickets/${receipt.ticket}`)).json()).toMatchObject({
      queue: 'Billing',
    });
  });

  it('takes an empty mail', async () => {
    expect((await api.post('/api/v1/mail', '', mailHeaders)).status).toBe(201);
  });

  it.each([
    ['/api/v1/mail?queue=none', 422, 'unknown-queue'],
    ['/api/v1/mail?que=Billing', 422, 'unknown-key'],
  ])('refuses %s with %i %s', async (path, status, code) => {
    expect((await refusal(await api.post(path, lampMail, mailHeaders))).slice(0, 2)).toEqual([
      status,
      code,
    ]);
  });

  it('refuses other media types and encoded bodies', async () => {
    for (const headers of [
      { 'Content-Type': 'application/json' },
      { 'Content-Type': 'message/rfc822', 'Content-Encoding': 'gzip' },
    ]) {
      const response = await api.post('/api/v1/mail', lampMail, { ...bearer, ...headers });
      expect((await refusal(response)).slice(0, 2)).toEqual([415, 'unsupported-media-type']);
    }
  });

  it('refuses a mail over the limit, announced or not', async () => {
    const large = Buffer.alloc(100_001, 'x');
    expect((await refusal(await api.post('/api/v1/mail', large, mailHeaders))).slice(0, 2)).toEqual(
      [413, 'body-too-large'],
    );
    expect(await sendChunked(api.port, large)).toContain('HTTP/1.1 413 ');
    expect(api.desk.received).toEqual([]);
  });

  it('says 503 without telling paths when the disk is full, and the log has the cause', async () => {
    api.desk.failIntake = new Fault('disk-failed', {
      retry: 'later',
      detail: 'Cannot create file "/srv/secret/path"',
    });
    const response = await api.post('/api/v1/mail', lampMail, mailHeaders);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('30');
    const problem = await bodyOf<ProblemBody>(response);
    expect(problem.detail).not.toContain('/srv');
    expect(api.desk.logged).toMatchObject([
      {
        event: 'api.failed',
        fields: { logId: problem.logId, reason: 'Cannot create file "/srv/secret/path"' },
      },
    ]);
  });

  it('says 500 with a general sentence for a bug', async () => {
    api.desk.failIntake = new TypeError('x is undefined');
    const response = await api.post('/api/v1/mail', lampMail, mailHeaders);
    expect(await refusal(response)).toEqual([
      500,
      'internal-error',
      'Something went wrong on our side',
    ]);
    expect(api.desk.logged[0]?.fields).toMatchObject({
      reason: 'x is undefined',
      stack: expect.stringContaining('TypeError'),
    });
  });
});

/** A body whose length is not announced. */
function sendChunked(port: number, body: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (text) => {
      answer += text;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.write('POST /api/v1/mail HTTP/1.1\r\nHost: x\r\nContent-Type: message/rfc822\r\n');
    socket.write(`Authorization: ${bearer.Authorization}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    socket.write(`${body.length.toString(16)}\r\n`);
    socket.write(body);
    socket.write('\r\n0\r\n\r\n');
  });
}

describe('an answer of a program', () => {
  const reply = (body: object) => api.post(`/api/v1/tickets/${ticket}/reply`, body);
  const known = () => parseTicketNumber(ticket) ?? neverTicket();
  const neverTicket = (): never => {
    throw new Error('There is no ticket');
  };

  it('that says what it has read is refused with 409 when somebody did something since', async () => {
    const { updated } = await readTicket();
    const ben = { kind: 'agent', login: 'ben' } as const;
    await api.desk.tickets.run(known(), { kind: 'note', text: 'Wait' }, ben);
    expect(await refusal(await reply({ text: 'Hello', ifUnchangedSince: updated }))).toEqual([
      409,
      'ticket-changed',
      'The ticket changed: 1 event of others came since',
    ]);
    const fresh = await readTicket();
    expect((await reply({ text: 'Hello', ifUnchangedSince: fresh.updated })).status).toBe(200);
  });

  it('waits for its time, which must lie ahead', async () => {
    const past = '2001-01-01T00:00:00Z';
    expect(await refusal(await reply({ text: 'Hello', sendAt: past }))).toEqual([
      422,
      'bad-time',
      `Bad time "${past}"; expected one in the future, such as 2026-11-25T08:00:00Z`,
    ]);
    const sendAt = formatInstant(toInstant(api.desk.clock.now() + 3_600_000));
    const kept = await reply({ text: 'Hello', sendAt });
    expect([kept.status, await bodyOf<object>(kept)]).toMatchObject([202, { ticket, sendAt }]);
    const folder = await api.desk.store.read(known());
    expect(folder?.messages).toHaveLength(1);
    expect(folder?.drafts).toHaveLength(1);
    expect((await readTicket()).messages).toHaveLength(1);
  });
});
