/** Snooze, "do not close", quiet times and digest by forms, as they work without script. */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf, type Visitor } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let anna: Visitor;
let count = 0;

beforeAll(async () => {
  viewer = await startViewer();
  const { directory, desk } = viewer.test;
  const rule = '\nautoClose:\n  remindAfter: 5d\n  closeAfter: 7d\n';
  await appendFile(join(directory, 'config/queues/support.yaml'), rule);
  await desk.config.reload();
  anna = await viewer.member();
  await anna.get('/account');
});
afterAll(() => viewer.close());

async function open(): Promise<TicketNumber> {
  count += 1;
  const id = `<waiting-${count}@customer.example>`;
  return (await viewer.test.receive(plainMail({ 'Message-ID': id, Subject: `Lamp ${count}` })))
    .ticket;
}

const page = async (path: string) => textOf((await anna.get(path)).text);
const notify = () => viewer.test.desk.accounts.find('anna')?.notify;

describe('a snooze', () => {
  it('is put and taken back, and has a list of its own', async () => {
    const number = await open();
    await anna.post(`/tickets/${number}/update`, { owner: 'anna' });
    const mine = `/tickets?q=${encodeURIComponent('owner:anna is:open -snoozed:me')}`;
    expect(await page(mine)).toContain(`Lamp ${count}`);
    const put = await anna.post(`/tickets/${number}/snooze`, { quick: 'next-week', back: mine });
    expect([put.status, put.location]).toEqual([303, mine]);
    expect(await page(mine)).not.toContain(`Lamp ${count}`);
    const list = await page('/tickets?q=snoozed%3Ame');
    expect(list).toContain('Snoozed');
    expect(list).toContain(`Lamp ${count}`);
    expect(await page(`/tickets/${number}`)).toContain('Snoozed for you until');
    await anna.post(`/tickets/${number}/wake`, {});
    expect(await page(mine)).toContain(`Lamp ${count}`);
    expect(await page(`/tickets/${number}`)).not.toContain('Snoozed for you until');
  });

  it('ends in the future, and nowhere in the ticket', async () => {
    const number = await open();
    const past = await anna.post(`/tickets/${number}/snooze`, {
      date: '2020-01-01',
      time: '09:00',
    });
    expect(past.status).toBe(422);
    expect(textOf(past.text)).toContain('“2020-01-01 09:00” is no time to come.');
    await anna.post(`/tickets/${number}/snooze`, { date: '2199-01-01', time: '09:00' });
    const folder = await viewer.test.desk.store.read(number);
    expect(folder?.messages).toHaveLength(1);
  });

  it('of a ticket that cannot be seen is none', async () => {
    const missing = await anna.post('/tickets/20261123009957/snooze', { quick: 'tomorrow' });
    expect(missing.status).toBe(404);
  });
});

describe('closing by itself', () => {
  it('is said before, forbidden with one click, and allowed again', async () => {
    const number = await open();
    await anna.post(`/tickets/${number}/update`, { state: 'pending-customer' });
    expect(await page(`/tickets/${number}`)).toContain('The customer will be reminded on');
    await anna.post(`/tickets/${number}/closing`, { 'auto-close': 'no' });
    const forbidden = await page(`/tickets/${number}`);
    expect(forbidden).toContain('This ticket is not closed by itself.');
    expect(forbidden).toContain('Anna Adler decided that the ticket is not closed by itself');
    await anna.post(`/tickets/${number}/closing`, { 'auto-close': '' });
    expect(await page(`/tickets/${number}`)).toContain('The customer will be reminded on');
    const wrong = await anna.post(`/tickets/${number}/closing`, { 'auto-close': 'perhaps' });
    expect(wrong.status).toBe(422);
  });
});

describe('when mail may wait', () => {
  const kept = { 'page-new': 'on', 'mail-mentioned': 'on', 'every-queue': 'on' };

  it('is chosen beside what an agent is told of', async () => {
    await anna.post('/account/notify', {
      ...kept,
      quiet: 'times',
      'quiet-from': '21:30',
      'quiet-until': '06:30',
      'quiet-sat': 'on',
      'quiet-sun': 'on',
      digest: 'daily',
      'digest-at': '07:15',
      'urgent-escalating': 'on',
      'mail-away': 'on',
    });
    expect(notify()).toMatchObject({
      page: new Set(['new']),
      quiet: { kind: 'spans', texts: ['21:30-06:30', 'sat,sun'] },
      digest: { kind: 'daily', minute: 435 },
      urgent: new Set(['escalating']),
      mailAway: true,
    });
    const { text } = await anna.get('/account');
    expect(text).toContain('name="quiet-from" value="21:30"');
    expect(text).toMatch(/name="quiet-sun" checked/);
    await anna.post('/account/notify', { ...kept, quiet: 'off', digest: 'off' });
    expect(notify()).toEqual({
      page: new Set(['new']),
      mail: new Set(['mentioned']),
      queues: undefined,
    });
  });

  it('keeps what the form cannot show, and what makes no sense changes nothing', async () => {
    const { accounts } = viewer.test.desk;
    const quiet = { kind: 'calendar', name: 'nights' } as const;
    const before = notify();
    if (before === undefined) throw new Error('There is no anna');
    await accounts.setNotify('anna', { ...before, quiet });
    expect(await page('/account')).toContain('As in my file: calendar nights');
    await anna.post('/account/notify', { ...kept, quiet: 'other', digest: 'hourly' });
    expect(notify()).toMatchObject({ quiet, digest: { kind: 'hourly' } });
    const never = { 'quiet-from': '09:00', 'quiet-until': '09:00' };
    await anna.post('/account/notify', { ...kept, quiet: 'times', ...never, digest: 'hourly' });
    expect(notify()).toMatchObject({ quiet });
  });
});
