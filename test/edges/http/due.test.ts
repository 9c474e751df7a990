import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { day, minute, systemClock, toInstant } from '../../../src/base/clock.ts';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf, type Visitor } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

const files: Readonly<Record<string, string>> = {
  'calendars/always.yaml': 'hours: "00:00-24:00"\n',
  'queues/support.yaml':
    'name: Support\ncalendar: always\ntargets: { firstResponse: 5h, solution: 100h }\n',
  'queues/slow.yaml': 'name: Slow\ntargets: { firstResponse: off, solution: off }\n',
  'slas/gold.yaml': 'targets: { firstResponse: 4h }\n',
};

/** How far the clock of the viewer is ahead of the desk's, by which tickets are opened. */
let ahead = 0;
let viewer: Viewer;
let anna: Visitor;
let count = 0;

beforeAll(async () => {
  viewer = await startViewer({
    replaced: () => ({
      clock: { ...systemClock, now: () => toInstant(systemClock.now() + ahead) },
    }),
  });
  for (const folder of ['slas', 'calendars'])
    await mkdir(join(viewer.test.directory, 'config', folder), { recursive: true });
  for (const [file, text] of Object.entries(files))
    await writeFile(join(viewer.test.directory, 'config', file), text);
  expect(await viewer.test.desk.config.reload()).toEqual([]);
  anna = await viewer.member();
});
afterAll(() => viewer.close());

async function open(): Promise<TicketNumber> {
  count += 1;
  const id = `<due-${count}@customer.example>`;
  return (await viewer.test.receive(plainMail({ 'Message-ID': id, Subject: `Lamp ${count}` })))
    .ticket;
}

async function page(path: string, at = 0): Promise<string> {
  ahead = at;
  return textOf((await anna.get(path)).text);
}

describe('a list of open tickets', () => {
  it('comes by urgency, in groups with what is in them, and the tree counts what is late', async () => {
    await open();
    const now = await page('/tickets?q=is:open');
    expect(now).toMatch(/Most urgent first.*Later \d+.*Lamp/s);
    const soon = await page('/tickets?q=is:open', 4.5 * 60 * minute);
    expect(soon).toMatch(/Due within the hour \d+.*in \d+ min/s);
    const late = await page('/tickets?q=is:open', 6 * 60 * minute);
    expect(late).toMatch(/Support \d+ late \d+/);
    expect(late).toMatch(/Late \d+.*(5\d min|1 hr) late/s);
    expect(await page('/tickets?q=is:late', 6 * 60 * minute)).toContain('Lamp 1');
    expect(await page('/tickets?q=is:late')).not.toContain('Lamp 1');
    expect(await page('/tickets?q=due:%3C6h')).toContain('Lamp 1');
    expect(await page('/tickets?q=is:open&sort=-updated')).not.toContain('Later 1');
  });

  it('says what due: understands', async () => {
    const answer = await anna.get('/tickets?q=due:soon');
    expect(answer.status).toBe(422);
    expect(textOf(answer.text)).toContain('<2h');
  });
});

describe('the side bar', () => {
  it('tells when it is due, and why then', async () => {
    const number = await open();
    const shown = await page(`/tickets/${number}`);
    expect(shown).toMatch(/First answer due/);
    expect(shown).toContain('the customer wrote.');
    expect(shown).toMatch(/Support promises this within 5 hrs? of working time\./);
    expect(shown).toContain('calendar always');
    const late = await page(`/tickets/${number}`, day);
    expect(late).toMatch(/First answer (18|19) hrs? late/);
    const asGerman = await anna.get(`/tickets/${number}?lang=de`);
    expect(asGerman.status).toBe(200);
  });

  it('sets a service level, which is then what the ticket was promised', async () => {
    const number = await open();
    const sent = await anna.post(`/tickets/${number}/fields`, { 'set.sla': 'gold' });
    expect(sent.status).toBe(303);
    const shown = await page(`/tickets/${number}`);
    expect(shown).toMatch(/service level gold promises this within 4 hrs? of/);
    expect(shown).toContain('Anna Adler set the service level to gold');
    await anna.post(`/tickets/${number}/fields`, { 'set.sla': '' });
    const cleared = await page(`/tickets/${number}`);
    expect(cleared).toContain('Anna Adler took away the service level');
    expect((await anna.post(`/tickets/${number}/fields`, { 'set.sla': 'platinum' })).status).toBe(
      422,
    );
  });

  it('shows a pause with its reason, and says nothing where nothing is owed', async () => {
    const number = await open();
    const actor = { kind: 'user', account: 'root' } as const;
    const set = (field: string, value: string) =>
      viewer.test.desk.tickets.run(
        number,
        { kind: 'update', changes: [{ kind: 'set', field, value }] },
        actor,
      );
    await set('state', 'pending-customer');
    expect(await page(`/tickets/${number}`)).toMatch(/Solution paused, .* left/);
    await set('queue', 'Slow');
    expect(await page(`/tickets/${number}`)).not.toContain('First answer');
  });
});
