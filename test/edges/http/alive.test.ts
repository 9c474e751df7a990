/** What a page has so that it can live for a day: manifest, pulse, away page, order, what came, the number in its title. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { inOrder } from '../../../src/edges/http/presenters/order.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf, type Visitor } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let anna: Visitor;

beforeAll(async () => {
  viewer = await startViewer();
  anna = await viewer.member();
});
afterAll(() => viewer.close());

async function receive(fields: Readonly<Record<string, string>>, body?: string) {
  return (await viewer.test.receive(plainMail(fields, body))).ticket;
}

describe('the manifest', () => {
  it('is in the language of the page, and every icon of it is there in its size', async () => {
    const guest = viewer.visitor();
    const page = await guest.get('/login', { 'Accept-Language': 'de' });
    expect(page.text).toContain('<link rel="manifest" href="/manifest.webmanifest?lang=de">');
    const answer = await guest.get('/manifest.webmanifest?lang=de');
    expect(answer.headers.get('content-type')).toContain('application/manifest+json');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=3600');
    expect(answer.headers.get('set-cookie')).toBeNull();
    const manifest = JSON.parse(answer.text);
    expect(manifest).toMatchObject({
      id: '/',
      start_url: '/',
      scope: '/',
      display: 'standalone',
      lang: 'de',
      dir: 'ltr',
      short_name: 'Maildesk',
    });
    expect(manifest.shortcuts.map(({ name }: { name: string }) => name)).toContain('Neues Ticket');
    for (const { src, type, sizes } of manifest.icons) {
      const icon = await guest.fetch(src);
      expect(icon.headers.get('content-type'), src).toBe(type);
      expect(icon.headers.get('cache-control'), src).toContain('immutable');
      const bytes = Buffer.from(await icon.arrayBuffer());
      if (type === 'image/png')
        expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, src).toBe(sizes);
    }
    const purposes = manifest.icons.map(({ purpose }: { purpose: string }) => purpose);
    expect(purposes).toContain('maskable');
  });

  it('pages name the colour of their ground, as the look that was chosen has it', async () => {
    const colours = (text: string) =>
      [...text.matchAll(/<meta name="theme-color" content="(\S+)"(?: media="([^"]+)")?>/g)].map(
        ([, colour, media]) => [colour, media],
      );
    expect(colours((await anna.get('/notifications')).text)).toEqual([
      ['#eff2f1', '(prefers-color-scheme: light)'],
      ['#0e1312', '(prefers-color-scheme: dark)'],
    ]);
    await anna.post('/look', { theme: 'dark', back: '/notifications' });
    expect(colours((await anna.get('/notifications')).text)).toEqual([['#0e1312', undefined]]);
    await anna.post('/look', { theme: 'system', back: '/notifications' });
  });
});

describe('the pulse', () => {
  it('says who is logged in, with which token forms act, and which files pages load', async () => {
    const page = (await anna.get('/notifications')).text;
    const answer = await anna.get('/pulse');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const pulse = JSON.parse(answer.text);
    expect(pulse.agent).toBe('anna');
    expect(page).toContain(`name="csrf" value="${pulse.csrf}"`);
    for (const file of pulse.files) expect(page).toContain(`="${file}"`);
    expect(pulse.files).toHaveLength(2);
  });

  it('answers guests, who are nobody', async () => {
    expect(JSON.parse((await viewer.visitor().get('/pulse')).text).agent).toBe('');
  });
});

describe('the page for when the desk is away', () => {
  it('holds nothing of anybody, and no form', async () => {
    const { status, text } = await anna.get('/away');
    expect(status).toBe(200);
    expect(textOf(text)).toContain('The desk does not answer');
    expect(text).not.toContain('<form');
    expect(text).not.toMatch(/anna|csrf/i);
    expect(text).not.toContain('maildesk.js');
  });

  it('its worker may answer for every page, and keeps nothing but that page', async () => {
    const page = (await anna.get('/notifications')).text;
    const [, address = ''] = /data-worker="(\/static\/worker\.js\?[^"]+)"/.exec(page) ?? [];
    const answer = await anna.get(address.replaceAll('&amp;', '&'));
    expect(answer.headers.get('service-worker-allowed')).toBe('/');
    expect(answer.headers.get('content-type')).toContain('text/javascript');
    expect(answer.text.match(/\.put\(.*\)/g)).toEqual(['.put(away, page)']);
    const other = await anna.get('/pulse');
    expect(other.headers.get('service-worker-allowed')).toBeNull();
  });
});

describe('the order of a conversation', () => {
  const day = (text: string) => ({ kind: 'day', text });
  const item = (text: string) => ({ kind: 'line', text });

  it('keeps each heading over its day', () => {
    const flow = [item('before'), day('1'), item('a'), item('b'), day('2'), item('c')];
    const texts = inOrder({ isNewestFirst: true }, flow).map(({ text }) => text);
    expect(texts).toEqual(['2', 'c', '1', 'b', 'a', 'before']);
    expect(inOrder({}, flow)).toBe(flow);
    expect(inOrder({ isNewestFirst: true }, [])).toEqual([]);
  });

  it('is the choice of an agent, kept in his file', async () => {
    const number = await receive({ 'Message-ID': '<order1@x.example>' }, 'The first one.');
    await receive(
      { 'Message-ID': '<order2@x.example>', References: '<order1@x.example>' },
      'The second one.',
    );
    const order = async () => {
      const text = textOf((await anna.get(`/tickets/${number}`)).text);
      return text.indexOf('The second one.') < text.indexOf('The first one.') ? 'first' : 'last';
    };
    expect(await order()).toBe('last');
    const back = `/tickets/${number}`;
    const answer = await anna.post('/look', { order: 'newest-first', back });
    expect(answer.location).toBe(back);
    expect(await order()).toBe('first');
    expect((await anna.get(back)).text).toContain('data-newest-first');
    expect(viewer.test.desk.accounts.find('anna')?.isNewestFirst).toBe(true);
    expect(viewer.test.desk.accounts.find('ben')?.isNewestFirst).toBeUndefined();
    await anna.post('/look', { order: 'newest-last', back });
    expect(await order()).toBe('last');
    await anna.post('/look', { order: 'sideways', back });
    expect(await order()).toBe('last');
  });
});

describe('what came while somebody writes', () => {
  async function cameTo(number: TicketNumber, seen: string): Promise<string> {
    const page = await anna.get(`/tickets/${number}?seen=${encodeURIComponent(seen)}`, {
      'X-Refresh': 'visible',
    });
    const [, part = ''] =
      /id="came" role="status"><div class="alert"[^>]*>([\s\S]*?)<\/div>/.exec(page.text) ?? [];
    return textOf(part).trim();
  }

  it('is said with who wrote and how it begins; what one did oneself is not', async () => {
    const number = await receive({ 'Message-ID': '<came1@x.example>' });
    const form = (await anna.get(`/tickets/${number}/answer`)).text;
    const [, seen = ''] = /name="seen" value="([^"]*)"/.exec(form) ?? [];
    expect(seen).not.toBe('');
    expect(await cameTo(number, seen)).toBe('');
    const note = { kind: 'note', text: 'Mine.', changes: [], attachments: [] } as const;
    await viewer.test.desk.tickets.run(number, note, { kind: 'agent', login: 'anna' });
    expect(await cameTo(number, seen)).toBe('');
    await viewer.test.desk.tickets.run(
      number,
      { ...note, text: 'I called her.' },
      { kind: 'agent', login: 'ben' },
    );
    expect(await cameTo(number, seen)).toBe(
      'Came while you wrote Ben Kaya added a note. I called her.',
    );
    expect(await cameTo(number, 'nonsense')).toBe('');
    expect(await cameTo(number, '')).toBe('');
  });
});

it('the title counts what nobody has seen, and the icon has a dot', async () => {
  const number = await receive({ 'Message-ID': '<title@x.example>' });
  const { told } = viewer.test.desk.notices;
  const folder = await viewer.test.desk.reader.read(number);
  const [first] = folder?.messages ?? [];
  if (first === undefined) throw new Error('There is no message');
  await told.tell('ben', {
    time: viewer.test.desk.parts.clock.now(),
    ticket: number,
    message: first.event.name,
    reasons: ['opened'],
    by: { kind: 'system', part: 'intake' },
    inPage: true,
    byMail: false,
  });
  const ben = viewer.visitor();
  await ben.get('/login');
  await ben.post('/login', { login: 'ben', password: 'correct horse battery' });
  const page = (await ben.get('/notifications')).text;
  expect(page).toContain('<title>(1) Notifications · Maildesk</title>');
  expect(page).toMatch(/rel="icon"[^>]* href="\/static\/icon-dot\.svg/);
  expect(page).toContain(`data-tickets="${number}"`);
});
