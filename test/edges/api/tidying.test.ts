import { afterEach, beforeEach, expect, it } from 'vitest';
import { lampMail } from '../desk.ts';
import { bodyOf, type ProblemBody, startTestApi, type TestApi } from './server.ts';

let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api.close());

interface Report {
  readonly batch: string | null;
  readonly state: string;
  readonly changed: readonly string[];
  readonly skipped: readonly { readonly ticket: string; readonly code: string }[];
}

const post = (path: string, body: unknown) => api.post(`/api/v1${path}`, body);

async function codeOf(path: string, body: unknown): Promise<readonly [number, string]> {
  const answer = await post(path, body);
  return [answer.status, (await bodyOf<ProblemBody>(answer)).code];
}

async function stateOf(number: string): Promise<string> {
  return (await bodyOf<{ state: string }>(await api.get(`/api/v1/tickets/${number}`))).state;
}

it('merges and parts', async () => {
  const [one, two] = [await api.desk.open(lampMail), await api.desk.open(lampMail)];
  const merged = await post(`/tickets/${two.ticket}/merge`, { into: one.ticket });
  expect(await bodyOf(merged)).toEqual({ ticket: one.ticket, changed: [two.ticket, one.ticket] });
  expect(await codeOf(`/tickets/${one.ticket}/merge`, { into: two.ticket })).toEqual([
    409,
    'same-ticket',
  ]);
  expect(await codeOf(`/tickets/${one.ticket}/merge`, { into: '1' })).toEqual([
    404,
    'unknown-ticket',
  ]);
  expect(await codeOf(`/tickets/${one.ticket}/merge`, {})).toEqual([422, 'missing-value']);
  expect((await post(`/tickets/${two.ticket}/unmerge`, {})).status).toBe(200);
  expect(await codeOf(`/tickets/${two.ticket}/unmerge`, {})).toEqual([409, 'not-merged']);
});

it('splits and moves', async () => {
  const one = await api.desk.open(lampMail);
  await post(`/tickets/${one.ticket}/note`, { text: 'By phone: a chair too' });
  const ticket = await bodyOf<{ messages: readonly { id: string; kind: string }[] }>(
    await api.get(`/api/v1/tickets/${one.ticket}`),
  );
  const note = ticket.messages.find(({ kind }) => kind === 'note')?.id;
  const split = await post(`/tickets/${one.ticket}/split`, {
    message: note,
    subject: 'Chair',
    queue: 'Billing',
  });
  const { ticket: opened } = await bodyOf<{ ticket: string }>(split);
  expect(await bodyOf(await api.get(`/api/v1/tickets/${opened}`))).toMatchObject({
    subject: 'Chair',
    queue: 'Billing',
  });
  expect(await codeOf(`/tickets/${one.ticket}/split`, { message: one.message })).toEqual([
    409,
    'only-message',
  ]);
  const moved = await post(`/tickets/${opened}/move`, { message: note, into: one.ticket });
  expect((await bodyOf<{ ticket: string }>(moved)).ticket).toBe(one.ticket);
  expect(await codeOf(`/tickets/${one.ticket}/move`, { message: 'x', into: one.ticket })).toEqual([
    404,
    'unknown-message',
  ]);
  expect(await codeOf(`/tickets/${one.ticket}/split`, { message: note, queue: 'Nowhere' })).toEqual(
    [422, 'unknown-queue'],
  );
});

it('takes the last own change back, or one by its id', async () => {
  const { ticket } = await api.desk.open(lampMail);
  await post(`/tickets/${ticket}/update`, { state: 'closed' });
  expect((await post(`/tickets/${ticket}/undo`, {})).status).toBe(200);
  expect(await stateOf(ticket)).toBe('new');
  const { events } = await bodyOf<{ events: readonly { id: string }[] }>(
    await api.get(`/api/v1/tickets/${ticket}`),
  );
  expect((await post(`/tickets/${ticket}/undo`, { event: events.at(-1)?.id })).status).toBe(200);
  expect(await stateOf(ticket)).toBe('closed');
  expect(await codeOf(`/tickets/${ticket}/undo`, { event: events.at(-1)?.id })).toEqual([
    409,
    'undone-already',
  ]);
  expect(await codeOf(`/tickets/${ticket}/undo`, { event: events[0]?.id })).toEqual([
    409,
    'cannot-undo',
  ]);
});

it('a desk without a queue for spam says so', async () => {
  const { ticket } = await api.desk.open(lampMail);
  expect(await codeOf(`/tickets/${ticket}/spam`, {})).toEqual([409, 'no-junk-queue']);
  expect(await codeOf(`/tickets/${ticket}/not-spam`, {})).toEqual([409, 'no-junk-queue']);
});

it('changes many, foresees it, and takes it back', async () => {
  const [one, two] = [await api.desk.open(lampMail), await api.desk.open(lampMail)];
  await post(`/tickets/${two.ticket}/update`, { state: 'closed' });
  const dry = await bodyOf<Report>(
    await post('/bulk', { q: 'lamp', state: 'closed', dryRun: true }),
  );
  expect(dry).toMatchObject({
    batch: null,
    state: 'planned',
    changed: [one.ticket],
    skipped: [{ ticket: two.ticket, code: 'nothing-to-change' }],
  });
  expect(await stateOf(one.ticket)).toBe('new');
  const done = await bodyOf<Report>(
    await post('/bulk', { tickets: [one.ticket, two.ticket], state: 'closed', addTags: ['sale'] }),
  );
  expect(done).toMatchObject({ state: 'ended', changed: [one.ticket, two.ticket], skipped: [] });
  const back = await bodyOf<Report>(await post(`/bulk/${done.batch}/undo`, {}));
  expect(back.changed).toEqual([one.ticket, two.ticket]);
  expect([await stateOf(one.ticket), await stateOf(two.ticket)]).toEqual(['new', 'closed']);
  expect(await codeOf(`/bulk/${done.batch}/undo`, {})).toEqual([409, 'batch-undone']);
});

it('watches and merges many', async () => {
  const [one, two] = [await api.desk.open(lampMail), await api.desk.open(lampMail)];
  const tickets = [two.ticket, one.ticket];
  expect((await post('/bulk', { tickets, action: 'watch' })).status).toBe(200);
  expect(await bodyOf<Report>(await post('/bulk', { tickets, action: 'merge' }))).toMatchObject({
    changed: [two.ticket],
  });
});

it.each([
  [{ q: 'colour:red', state: 'open' }, 422, 'unknown-field'],
  [{ q: 'nothing', state: 'open' }, 422, 'nothing-chosen'],
  [{ tickets: [], state: 'open' }, 422, 'nothing-chosen'],
  [{ tickets: ['1'], state: 'open' }, 404, 'unknown-ticket'],
  [{ q: 'lamp' }, 422, 'missing-value'],
  [{ q: 'lamp', action: 'burn' }, 422, 'bad-value'],
  [{ q: 'lamp', tickets: ['1'], state: 'open' }, 422, 'bad-value'],
  [{ q: 'lamp', dryRun: 'yes', state: 'open' }, 422, 'bad-value'],
])('%j is refused', async (body, status, code) => {
  expect(await codeOf('/bulk', body)).toEqual([status, code]);
});

it('no such batch', async () => {
  expect(await codeOf('/bulk/nosuchbatch/undo', {})).toEqual([404, 'unknown-batch']);
});
