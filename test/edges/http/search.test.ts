/** Searching in the viewer: marked passages, completion, saved views, and nothing of what the agent may not see. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TicketNumber } from '../../../src/core/ticket/number.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf, type Visitor } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

let viewer: Viewer;
let anna: Visitor;
let lamp: TicketNumber;
let secret: TicketNumber;

beforeAll(async () => {
  viewer = await startViewer();
  const { test } = viewer;
  await writeFile(
    join(test.directory, 'config/queues/billing.yaml'),
    'name: Billing\naddresses: [billing@desk.example]\nrights:\n  agent: []\n',
  );
  await test.desk.config.reload();
  const far = Array.from({ length: 60 }, () => 'and so on').join(' ');
  lamp = (
    await test.receive(
      plainMail({ Subject: 'Broken lamp' }, `Hello.\n\n${far}\n\nThe Straße is dark & <b>.\n`),
    )
  ).ticket;
  await test.receive(
    plainMail(
      { Subject: 'In HTML', From: 'lee@x.example', 'Content-Type': 'text/html' },
      '<table><tr><td title="strasse">Eine <b>Straße</b> &amp; mehr</td></tr></table>',
    ),
  );
  secret = (
    await test.receive(
      plainMail({ Subject: 'Hidden', From: 'pat@x.example' }, 'The strasse of a secret.'),
    )
  ).ticket;
  await test.desk.tickets.run(
    secret,
    {
      kind: 'update',
      changes: [
        { kind: 'set', field: 'queue', value: 'Billing' },
        { kind: 'add', set: 'tag', value: 'hush' },
      ],
    },
    { kind: 'system', part: 'test' },
  );
  await test.desk.tickets.run(
    lamp,
    { kind: 'update', changes: [{ kind: 'add', set: 'tag', value: 'huge' }] },
    { kind: 'system', part: 'test' },
  );
  await test.desk.index.settled();
  anna = await viewer.member();
});
afterAll(() => viewer.close());

const find = (query: string) => anna.get(`/tickets?q=${encodeURIComponent(query)}`);
const suggest = async (query: string) =>
  textOf((await anna.get(`/search?q=${encodeURIComponent(query)}`)).text);

describe('a search', () => {
  it('shows the passage with what was found, and leads to it in the ticket', async () => {
    const { text } = await find('STRASSE');
    expect(text).toContain('The <mark>Straße</mark> is dark');
    expect(text).toContain(`/tickets/${lamp}?find=STRASSE#hit`);
    const ticket = (await anna.get(`/tickets/${lamp}?find=STRASSE`)).text;
    expect(ticket).toContain('<mark class="hit" id="hit">Straße</mark>');
    expect(ticket).toContain('is dark &amp; &lt;b&gt;');
  });

  it('marks a mail in its own form, within words alone', async () => {
    const { text } = await find('subject:HTML');
    const number = /data-number="(\d+)"/.exec(text)?.[1] ?? '';
    const ticket = (await anna.get(`/tickets/${number}?find=strasse`)).text;
    const frame = /src="([^"]*\/html\?find=strasse)#hit"/.exec(ticket)?.[1] ?? '';
    const html = (await anna.get(frame)).text;
    expect(html).toContain('<b><mark id="hit">Straße</mark></b> &amp; mehr');
    expect(html).toContain('title="strasse"');
  });

  it('finds one or the other, and who wrote to whom', async () => {
    const rows = async (query: string) =>
      [...(await find(query)).text.matchAll(/data-number="(\d+)"/g)].length;
    expect(await rows('lamp OR subject:html')).toBe(2);
    expect(await rows('from:lee OR tag:huge')).toBe(2);
    expect(await rows('to:lee')).toBe(0);
    expect(await rows('(lamp OR html) -from:lee')).toBe(1);
    expect(await rows('-(lamp OR html)')).toBe(0);
    expect(await rows('(created:today OR created:yesterday) -closed:today')).toBe(2);
    // Both were looked at above.
    expect(await rows('is:unread')).toBe(0);
  });

  it('says nothing of a ticket that the agent may not see', async () => {
    for (const query of ['strasse', 'secret OR lamp', 'tag:hush OR tag:huge', '-lamp', 'hid*']) {
      const page = (await find(query)).text;
      expect(page).not.toContain('Hidden');
      expect(page).not.toContain('<mark>secret');
      expect(await suggest(query)).not.toContain('Hidden');
    }
    expect(textOf((await find('secret')).text)).toContain('0 tickets');
    expect((await anna.get(`/tickets/${secret}?find=secret`)).status).toBe(404);
    expect(await suggest('tag:hu')).toContain('tag:huge');
    expect(await suggest('tag:hu')).not.toContain('hush');
    expect(await suggest('queue:')).not.toContain('Billing');
  });
});

describe('the search field', () => {
  it('offers fields, values and the first hits', async () => {
    expect(await suggest('que')).toContain('queue:');
    expect(await suggest('lamp state:pend')).toContain('state:pending-customer');
    expect(await suggest('-owner:')).toContain('owner:me');
    expect(await suggest('brok')).toContain('Broken lamp');
    expect(await suggest('nosuchfield:x')).toBe('');
  });
});

describe('a saved view', () => {
  it('is made of what is shown by one click, counts, is renamed and removed', async () => {
    const { text } = await find('tag:huge OR lamp');
    expect(text).toContain('Save as view');
    const made = await anna.post('/views', { q: 'tag:huge OR lamp', sort: '-created' });
    expect(made.status).toBe(303);
    expect(made.headers.get('location')).toBe('/tickets?q=tag%3Ahuge%20OR%20lamp&sort=-created');
    const page = textOf((await find('tag:huge OR lamp')).text);
    expect(page).toContain('tag:huge OR lamp 1');
    expect(page).not.toContain('Save as view');
    const key = 'own:tag-huge-or-lamp';
    await anna.post('/views/change', {
      view: key,
      do: 'save',
      name: 'The <huge> ones',
      q: 'tag:huge',
      sort: '-created',
    });
    expect((await anna.get('/views')).text).toContain('value="The &lt;huge&gt; ones"');
    expect((await find('tag:huge')).text).toContain('<bdi>The &lt;huge&gt; ones</bdi></h1>');
    const refused = await anna.post('/views/change', { view: key, do: 'share' });
    expect(refused.status).toBe(403);
    const wrong = await anna.post('/views/change', {
      view: key,
      do: 'save',
      name: 'x',
      q: 'tgg:x',
    });
    expect(wrong.status).toBe(422);
    await anna.post('/views/change', { view: key, do: 'remove' });
    expect(textOf((await anna.get('/views')).text)).toContain('There is no view yet');
  });

  it('counts no ticket that the agent may not see', async () => {
    await anna.post('/views', { q: 'tag:hush' });
    expect(textOf((await find('is:open')).text)).toContain('tag:hush 0');
  });
});
