import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TicketSummaryJson } from '../../../src/services/present/ticket-json.ts';
import { threeLevels } from '../../helpers/nested-mail.ts';
import { anna, lampMail } from '../desk.ts';
import { bodyOf, type ProblemBody, startTestApi, type TestApi } from './server.ts';

let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
});

afterEach(() => api.close());

const subject = (text: string) => lampMail.replace('The lamp is dark', text);

async function listed(path: string): Promise<{ subjects: string[]; next: string | null }> {
  const response = await api.get(path);
  expect(response.status).toBe(200);
  const { tickets, next } = await bodyOf<{ tickets: TicketSummaryJson[]; next: string | null }>(
    response,
  );
  return { subjects: tickets.map((ticket) => ticket.subject), next };
}

describe('GET /api/v1/tickets', () => {
  it('gives page after page until next is null', async () => {
    for (const text of ['one', 'two', 'three']) await api.desk.open(subject(text));
    const first = await listed('/api/v1/tickets?sort=number&limit=2');
    expect(first.subjects).toEqual(['one', 'two']);
    const second = await listed(
      `/api/v1/tickets?sort=number&limit=2&after=${encodeURIComponent(first.next ?? '')}`,
    );
    expect(second).toEqual({ subjects: ['three'], next: null });
    expect((await listed('/api/v1/tickets?sort=-number&limit=1')).subjects).toEqual(['three']);
  });

  it('asks the query language', async () => {
    await api.desk.open(subject('invoice'));
    const { ticket } = await api.desk.open(subject('lamp'));
    expect((await listed('/api/v1/tickets?q=invoice')).subjects).toEqual(['invoice']);
    await api.post(`/api/v1/tickets/${ticket}/update`, { state: 'closed' });
    expect((await listed('/api/v1/tickets?q=state:closed')).subjects).toEqual(['lamp']);
  });

  it('searches within a saved view, in its order', async () => {
    for (const text of ['one', 'two', 'three']) await api.desk.open(subject(text));
    const made = await api.desk.savedViews.create(anna, {
      name: 'Mine',
      query: 'state:new',
      sort: 'number',
    });
    expect(made).toMatchObject({ ok: true });
    expect((await listed('/api/v1/tickets?view=mine')).subjects).toEqual(['one', 'two', 'three']);
    expect((await listed('/api/v1/tickets?view=own:mine&q=two')).subjects).toEqual(['two']);
    const unknown = await api.get('/api/v1/tickets?view=nine');
    expect(unknown.status).toBe(422);
    expect((await bodyOf<ProblemBody>(unknown)).detail).toContain('did you mean "Mine"?');
  });

  it.each([
    ['limit=0', 'bad-value', '1 to 500'],
    ['sort=age', 'bad-value', 'updated'],
    ['qq=x', 'unknown-key', 'did you mean "q"?'],
    ['after=nonsense', 'bad-cursor', 'nonsense'],
    ['q=stat:new', 'unknown-field', 'state'],
  ])('refuses %s and says what was expected', async (query, code, expected) => {
    const response = await api.get(`/api/v1/tickets?${query}`);
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const problem = await bodyOf<ProblemBody>(response);
    expect(problem).toMatchObject({ type: 'about:blank', status: 422, code });
    expect(problem.detail).toContain(expected);
  });
});

describe('GET /api/v1/tickets/NUMBER', () => {
  it('gives the ticket', async () => {
    const { ticket, message } = await api.desk.open(lampMail);
    const response = await api.get(`/api/v1/tickets/${ticket}`);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({
      number: ticket,
      state: 'new',
      messages: [{ id: message }],
    });
  });

  it('knows neither a number with wrong check digits nor one that was never given', async () => {
    for (const number of ['20261123000100', '20261123000197', 'x']) {
      const response = await api.get(`/api/v1/tickets/${number}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({
        code: 'unknown-ticket',
        detail: `There is no ticket "${number}"`,
      });
    }
  });
});

describe('GET …/messages/ID', () => {
  it('gives the mail byte for byte, whatever is in it', async () => {
    const raw =
      'From: kim@customer.example\nSubject: b\xff\x00r\n\n\r\r\n.\nTicket-Set: state=closed\n';
    const { ticket, message } = await api.desk.open(raw);
    const stored = Buffer.from(raw);
    const response = await api.get(
      `/api/v1/tickets/${ticket}/messages/${encodeURIComponent(message)}/raw`,
    );
    expect(response.headers.get('content-type')).toBe('message/rfc822');
    expect(Buffer.from(await response.arrayBuffer()).equals(stored)).toBe(true);
  });

  it('gives an attachment so that no browser runs it', async () => {
    const { ticket, message } = await api.desk.open(
      lampMail.replace('text/plain; name="lamp.txt"', 'text/html'),
    );
    const response = await api.get(`/api/v1/tickets/${ticket}/messages/${message}/attachments/0`);
    expect(await response.text()).toBe('serial 4711');
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="lamp.txt"; filename*=UTF-8''lamp.txt`,
    );
    expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
  });

  it('gives files of attached mails by ids from the outside in', async () => {
    const { ticket, message } = await api.desk.open(threeLevels());
    const folder = `/api/v1/tickets/${ticket}/messages/${message}/attachments`;
    const file = await api.get(`${folder}/1.0`);
    expect(await file.text()).toBe('%PDF-1.4 not much');
    expect(file.headers.get('content-disposition')).toBe(
      `attachment; filename="invoice.pdf"; filename*=UTF-8''invoice.pdf`,
    );
    expect(await (await api.get(`${folder}/1.1`)).text()).toContain('Subject: The lamp itself');
    for (const path of ['1.9', '0.0', '9.1', '1.1.1.1.1.1.1']) {
      const response = await api.get(`${folder}/${path}`);
      expect([path, response.status]).toEqual([path, 404]);
      expect((await bodyOf<ProblemBody>(response)).code).toBe('no-such-resource');
    }
  });

  it('names what is missing', async () => {
    const { ticket, message } = await api.desk.open(lampMail);
    const folder = `/api/v1/tickets/${ticket}/messages`;
    const codes = await Promise.all(
      [`${folder}/none/raw`, `${folder}/..%2F..%2Fx/raw`, `${folder}/${message}/attachments/1`].map(
        async (path) => {
          const response = await api.get(path);
          return [response.status, (await bodyOf<ProblemBody>(response)).code];
        },
      ),
    );
    expect(codes).toEqual([
      [404, 'unknown-message'],
      [404, 'unknown-message'],
      [404, 'no-such-resource'],
    ]);
  });
});
