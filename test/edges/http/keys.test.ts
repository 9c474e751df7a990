/** Keys on the pages: one table for buttons, help and settings; changed, emptied, turned off. */
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keySigns } from '../../../src/core/keys/agent-keys.ts';
import { keyTable } from '../../../src/core/keys/key-table.ts';
import { plainMail } from '../../helpers/test-desk.ts';
import { textOf, type Visitor } from '../../helpers/visitor.ts';
import { startViewer, type Viewer } from './viewer.ts';

const root = join(import.meta.dirname, '..', '..', '..', 'templates');
const templates = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.njk'))
  .map((entry) => ({
    name: entry.name,
    text: readFileSync(join(entry.parentPath, entry.name), 'utf8'),
  }));

let viewer: Viewer;
let anna: Visitor;
let ticket: string;

beforeAll(async () => {
  viewer = await startViewer();
  anna = await viewer.member();
  const mail = plainMail({ 'Message-ID': '<1@x>', Subject: 'The lamp is broken' });
  ({ ticket } = await viewer.test.receive(mail));
  await viewer.test.desk.index.settled();
});
afterAll(() => viewer.close());

const found = (text: string, pattern: RegExp) =>
  Array.from(text.matchAll(pattern), ([, first = '']) =>
    first.replaceAll('&#39;', "'").replaceAll('&amp;', '&'),
  );
const boundIn = (text: string) => found(text, /data-bound="([^"]*)"/g);
const carriedIn = (text: string) => found(text, /data-key="([^"]*)"/g);

describe('the table', () => {
  it('is where every key in a template comes from', () => {
    const literal = templates.flatMap(({ name, text }) =>
      found(text, /data-key="([^"{]+)"/g).concat(
        found(text, /<kbd[^>]*>(\p{L}|[!#/?.;\d])<\/kbd>/gu).map((key) => `${name} ${key}`),
      ),
    );
    expect(literal).toEqual([]);
  });

  it('is what agents read of in their book', () => {
    const book = readFileSync(join(root, '..', 'docs', 'AGENT.md'), 'utf8');
    const section = book.slice(book.indexOf('## Keys'), book.indexOf('## Languages and colours'));
    const told = found(section, /`([^`]+)`/g);
    const untold = keyTable.filter(({ key }) => !told.includes(keySigns(key).join(' ')));
    expect(untold).toEqual([]);
  });

  it('has no action that nothing does', () => {
    const inTemplates = new Set(
      templates.flatMap(({ text }) => found(text, /frame\.keys(?:\.|\[')([a-z-]+)/g)),
    );
    const inScripts = new Set(
      ['keys', 'maildesk', 'tidy', 'places', 'palette'].flatMap((name) =>
        found(
          readFileSync(join(root, 'static', `${name}.js`), 'utf8'),
          /(?:acts\.|acts\['|^ {2}'?)([a-z-]+)(?:'\])?'?(?: =|:|\()/gm,
        ),
      ),
    );
    // In templates by a name of the presenters: ways of the menu, buttons of the bulk bar, offers by their number.
    const named = ['forward', 'appointment', 'offer-1', 'offer-2', 'offer-3'];
    const undone = keyTable.filter(
      ({ id, group }) =>
        group !== 'going' && !inTemplates.has(id) && !inScripts.has(id) && !named.includes(id),
    );
    expect(undone).toEqual([]);
    expect(inScripts.has('go-queue')).toBe(true);
  });
});

describe('a page', () => {
  it('lists every key of the table in its help, once', async () => {
    const { text } = await anna.get('/tickets?q=is:open');
    expect(boundIn(text).toSorted()).toEqual(keyTable.map(({ key }) => key).toSorted());
  });

  it('offers what can be done there by the keys of the table', async () => {
    const list = (await anna.get(`/tickets?q=is:open&show=${ticket}`)).text;
    const page = (await anna.get(`/tickets/${ticket}`)).text;
    for (const key of ['o', 'r', 'i', 't', 'e', 's', 'b', '#', '!', 'm', '/', '?', 'c', 'n'])
      expect(`${key}: ${carriedIn(list).includes(key)}`).toBe(`${key}: true`);
    for (const key of ['u', 'r', 'i', 't', 'e', 's', 'b', 'f', 'd', 'w', 'm', '#', '.', 'n'])
      expect(`${key}: ${carriedIn(page).includes(key)}`).toBe(`${key}: true`);
    const known = keyTable.map(({ key }): string => key);
    const places = carriedIn(list + page).filter((key) => !known.includes(key));
    expect(places).toEqual([]);
  });

  it('leads to places by the keys of the table', async () => {
    const { text } = await anna.get('/overview');
    const links = found(text, /data-bound="g [a-z]">.*?<dd><a href="([^"]*)"/g);
    expect(links.length).toBe(keyTable.filter(({ group }) => group === 'going').length - 1);
    for (const link of links) expect((await anna.get(link)).status).toBe(200);
  });
});

describe('the page of settings', () => {
  const fileOf = () => readFile(join(viewer.test.directory, 'config/agents/anna.yaml'), 'utf8');
  const usual = Object.fromEntries(keyTable.map(({ id, key }) => [id, key]));

  it('refuses a key that is taken, names who has it, and keeps what was typed', async () => {
    await anna.get('/account/keys');
    const refused = await anna.post('/account/keys', { ...usual, answer: 'e' });
    expect(refused.status).toBe(422);
    expect(textOf(refused.text)).toContain('E is taken: “Close the ticket”');
    expect(refused.text).toMatch(/name="answer" value="e"[^>]*aria-invalid="true"/);
    const none = await anna.post('/account/keys', { ...usual, answer: 'Ctrl+R' });
    expect(none.status).toBe(422);
    expect(textOf(none.text)).toContain('This is no key');
    expect(await fileOf()).not.toContain('keys:');
  });

  it('gives an action another key or none, on buttons, in the help and in the file', async () => {
    const saved = await anna.post('/account/keys', { ...usual, answer: 'y', take: '', close: 'г' });
    expect(saved.location).toBe('/account/keys');
    expect(await fileOf()).toMatch(/keys:\n {2}answer: y\n {2}take: ""\n {2}close: г\n/);
    const { text } = await anna.get(`/tickets/${ticket}`);
    expect(text).toMatch(/data-key="y"[^>]*>(?:<svg.*?<\/svg>)?<span>Answer<\/span> <kbd>Y<\/kbd>/);
    expect(carriedIn(text)).not.toContain('r');
    expect(carriedIn(text)).not.toContain('t');
    expect(boundIn(text)).toContain('г');
    expect(boundIn(text)).not.toContain('t');
    const page = await anna.get('/account/keys');
    expect(textOf(page.text)).toContain('As usual: r');
  });

  it('turns single keys off and on again without forgetting the changes', async () => {
    await anna.post('/account/keys/single', { single: 'off' });
    const { text } = await anna.get(`/tickets/${ticket}`);
    expect(new Set(carriedIn(text))).toEqual(new Set(['']));
    expect(boundIn(text)).toEqual([]);
    expect(textOf(text)).toContain('Single keys are off.');
    expect(text).toContain('<kbd>Ctrl K</kbd>');
    expect(await fileOf()).toContain('single: off');
    await anna.get('/account/keys');
    await anna.post('/account/keys/single', { single: 'on' });
    expect(boundIn((await anna.get('/')).text)).not.toContain('r');
    expect(boundIn((await anna.open('/')).text)).toContain('y');
  });

  it('makes all as usual again', async () => {
    await anna.get('/account/keys');
    await anna.post('/account/keys/usual', {});
    expect(boundIn((await anna.open('/')).text)).toContain('r');
    expect(await fileOf()).not.toContain('keys:');
  });
});
