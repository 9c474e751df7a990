import { strFromU8, unzipSync } from 'fflate';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lampMail } from '../desk.ts';
import { bodyOf, type ProblemBody, startTestApi, type TestApi } from './server.ts';

let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
});

afterEach(() => api.close());

it('a ticket is handed out as a mailbox or as a zip, and that is noted', async () => {
  const { ticket } = await api.desk.open(lampMail);
  await api.post(`/api/v1/tickets/${ticket}/note`, { text: 'Between us' });
  const mbox = await api.get(`/api/v1/tickets/${ticket}/export`);
  expect(mbox.status).toBe(200);
  expect(mbox.headers.get('content-type')).toBe('application/mbox');
  const text = await mbox.text();
  expect(text).toContain('The lamp is dark');
  expect(text).not.toContain('Between us');
  const zip = await api.get(`/api/v1/tickets/${ticket}/export?format=eml&notes=true&whole=true`);
  const files = unzipSync(new Uint8Array(await zip.arrayBuffer()));
  const { mails } = JSON.parse(strFromU8(files['manifest.json'] ?? new Uint8Array()));
  expect(mails.map(({ kind }: { kind: string }) => kind)).toEqual(['mail-in', 'note']);
  expect(api.desk.noted.map(({ what }) => what)).toEqual(['export', 'export']);
});

it.each([
  ['format=exe', 'bad-value', 'expected mbox, eml, pdf'],
  ['format=pdf', 'bad-value', 'pdfBrowser'],
  ['notes=1', 'bad-value', 'true or false'],
  ['form=mbox', 'unknown-key', 'format'],
])('refuses %s and says what was expected', async (query, code, expected) => {
  const { ticket } = await api.desk.open(lampMail);
  const response = await api.get(`/api/v1/tickets/${ticket}/export?${query}`);
  expect(response.status).toBe(422);
  const problem = await bodyOf<ProblemBody>(response);
  expect(problem.code).toBe(code);
  expect(problem.detail).toContain(expected);
});
