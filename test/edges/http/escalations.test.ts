import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { day, hour, minute, toInstant } from '../../../src/base/clock.ts';
import { presentHorizon } from '../../../src/edges/http/presenters/horizon.ts';
import type { Board, BoardTicket } from '../../../src/services/escalation/board.ts';
import type { TicketRecord } from '../../../src/services/index/index.ts';
import type { Locale } from '../../../src/services/render/locale.ts';
import { readLocales } from '../../../src/services/render/templates.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer | undefined;

afterEach(async () => {
  await viewer?.close();
  viewer = undefined;
});

async function open(rights = ''): Promise<Viewer> {
  viewer = await startViewer();
  const { directory, desk } = viewer.test;
  const queues = join(directory, 'config/queues');
  await mkdir(queues, { recursive: true });
  await mkdir(join(directory, 'config/calendars'), { recursive: true });
  await writeFile(
    join(directory, 'config/calendars/default.yaml'),
    'timeZone: UTC\nhours: 00:00-24:00\n',
  );
  await writeFile(
    join(queues, 'support.yaml'),
    `name: Support\ntargets: { firstResponse: 2h }\nescalation: [{ at: 75%, do: [notify owner, raise] }]\n${rights}`,
  );
  expect(await desk.config.reload()).toEqual([]);
  await desk.index.ready(minute);
  await viewer.test.receive(plainMail({ 'Message-ID': '<1@customer.example>' }));
  return viewer;
}

describe('the page of escalations', () => {
  it('shows what is due with links and a form to take it, without any script', async () => {
    const { member } = await open().then((opened) => ({ member: opened.member() }));
    const visitor = await member;
    const { status, text } = await visitor.get('/escalations');
    expect(status).toBe(200);
    expect(text).toMatch(/<a href="\/tickets\/\d+" class="next" aria-label="Lamp, due in 1 hr">/);
    expect(text).toMatch(/<form class="inline" method="post" action="\/tickets\/\d+\/update">/);
    expect(textOf(text)).toMatch(/Next, .*\d\d:\d\d: tell the owner, priority one higher/);
    const number = /\/tickets\/(\d+)"/.exec(text)?.[1] ?? '';
    const taken = await visitor.post(`/tickets/${number}/update`, {
      owner: 'anna',
      back: '/escalations',
    });
    expect(taken.location).toBe('/escalations');
    expect(textOf((await visitor.get('/escalations')).text)).toContain('Anna Adler');
    // The same in the ticket.
    expect(textOf((await visitor.get(`/tickets/${number}`)).text)).toContain('tell the owner');
  });

  it('shows nothing of a queue that somebody may not see, and says when nothing is due', async () => {
    const opened = await open('rights: { lead: all }\n');
    const visitor = await opened.member();
    const text = textOf((await visitor.get('/escalations')).text);
    expect(text).not.toContain('Lamp');
    expect(text).toContain('Nothing is due');
  });

  it('is for agents alone', async () => {
    const opened = await open();
    expect((await opened.visitor().get('/escalations')).location).toMatch(/^\/login/);
  });
});

describe('the horizon', () => {
  const at = toInstant(Date.UTC(2026, 10, 23, 13, 5));
  const ticketDue = (queue: string, due: number): BoardTicket => {
    // As much of a record as a picture asks for.
    const record: Pick<TicketRecord, 'queue' | 'number' | 'subject'> = {
      queue,
      number: JSON.parse('"20261123000192"'),
      subject: 'Lamp',
    };
    return JSON.parse(JSON.stringify({ record, clock: {}, due: at + due }));
  };
  const board = (tickets: readonly BoardTicket[]): Board => ({
    at,
    tickets,
    figures: {
      late: 0,
      soon: 0,
      unowned: 0,
      open: 0,
      firstAnswer: undefined,
      answeredToday: 0,
    },
  });

  async function present(tickets: readonly BoardTicket[], direction: 'ltr' | 'rtl' = 'ltr') {
    const english = (await readLocales(join(import.meta.dirname, '../../../locales'))).choose(
      'en',
      'en',
    );
    const locale: Locale = { ...english, direction };
    return presentHorizon(
      board(tickets),
      { locale, dates: english.dates('Europe/Berlin') },
      'Europe/Berlin',
    );
  }

  it('has a lane for each queue, what is late before now, and one mark for what is older', async () => {
    const view = await present([
      ticketDue('Billing', -5 * hour),
      ticketDue('Billing', -3 * hour),
      ticketDue('Support', -20 * minute),
      ticketDue('Support', 30 * minute),
      ticketDue('Billing', 3 * hour),
    ]);
    expect(view.now).toEqual({ x: '21.2%', text: 'now 14:05' });
    expect(view.ticks.map(({ text }) => text)).toEqual([
      '14:00',
      '15:00',
      '16:00',
      '17:00',
      '18:00',
    ]);
    const marks = view.lanes.map(({ queue, marks: own }) => [
      queue,
      ...own.map(({ kind, x, count }) => `${kind} ${x} ${count}`.trim()),
    ]);
    expect(marks).toEqual([
      ['Billing', 'late 2.0% 2', 'next 78.8%'],
      ['Support', 'late 14.8%', 'soon 30.8%'],
    ]);
    expect(view.lanes[0]?.marks[0]?.label).toBe('2 older late tickets in Billing');
  });

  it('is mirrored where people write from right to left', async () => {
    const view = await present([ticketDue('Support', 30 * minute)], 'rtl');
    expect([view.now.x, view.lanes[0]?.marks[0]?.x]).toEqual(['78.8%', '69.2%']);
  });

  it('reaches further when nothing is due in the next hours', async () => {
    const tomorrow = await present([ticketDue('Support', 20 * hour)]);
    expect([tomorrow.title, tomorrow.lanes.length]).toEqual(['The next day', 1]);
    const week = await present([ticketDue('Support', 5 * day)]);
    expect(week.title).toBe('The next week');
    expect(week.ticks).toHaveLength(8);
  });
});
