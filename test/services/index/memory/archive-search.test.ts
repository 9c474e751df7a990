import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { minute, systemClock } from '../../../../src/base/clock.ts';
import { parseQuery } from '../../../../src/core/search/query.ts';
import type { TicketNumber } from '../../../../src/core/ticket/number.ts';
import type { ListRequest, TicketIndex } from '../../../../src/services/index/index.ts';
import { createArchiveSearch } from '../../../../src/services/index/memory/archive-search.ts';
import { createMemoryIndex } from '../../../../src/services/index/memory/memory-index.ts';
import { nodeFiles } from '../../../../src/storage/files.ts';
import type { TicketWriter } from '../../../../src/storage/ticket-store.ts';
import { openStore, receivedMail } from '../../../helpers/desk-parts.ts';
import { fakeNumber } from '../../../helpers/fake-tickets.ts';
import { createTestLog } from '../../../helpers/log.ts';
import { makeTemporaryDirectory } from '../../../helpers/temp.ts';

let root: string;
let store: TicketWriter;
let index: TicketIndex;
let archived: readonly TicketNumber[];
let live: TicketNumber;

function openIndex(): TicketIndex {
  return createMemoryIndex(
    { reader: store, files: nodeFiles, clock: systemClock, log: createTestLog() },
    {
      tickets: join(root, 'tickets'),
      index: join(root, 'index'),
      infoSeparator: ':',
      text: 'here',
    },
  );
}

function requestOf(text: string, more: Partial<ListRequest> = {}): ListRequest {
  const query = parseQuery(text);
  if (!query.ok) throw new Error(`${text} is no query`);
  return { query: query.value, sort: 'relevance', descending: false, limit: 50, ...more };
}

async function list(text: string, more: Partial<ListRequest> = {}) {
  const page = await index.list(requestOf(text, more));
  if (!page.ok) throw new Error('No list');
  const { records, total, complete, archive } = page.value;
  return { numbers: records.map(({ number }) => number), total, complete, archive };
}

const segments = async () => (await readdir(join(root, 'index', 'archive'))).sort();

async function settle(): Promise<void> {
  await index.ready(minute);
  await index.settled();
}

beforeEach(async () => {
  root = await makeTemporaryDirectory();
  store = await openStore(root);
  const made: TicketNumber[] = [];
  for (const [day, text] of [
    ['20240115', 'The oldest lamp is broken'],
    ['20240116', 'Nothing of interest'],
    ['20240310', 'A lamp of March, and its invoices'],
    ['20261123', 'The lamp of today'],
  ] as const) {
    const mail = receivedMail(`From: kim@customer.example\nSubject: Help\n\n${text}\n`);
    made.push((await store.create(day, mail)).number);
  }
  archived = made.slice(0, 3);
  for (const number of archived) await store.move(number, 'archive');
  live = made[3] ?? fakeNumber(1);
  index = openIndex();
  await settle();
});

afterEach(() => index.close());

it('lists what is in memory at once, and the archive month by month, the newest first', async () => {
  const first = await list('lamp');
  expect(first).toMatchObject({ numbers: [live], total: 1, complete: false });
  expect(first.archive).toEqual({ searched: 0, months: 2 });

  const steps = [];
  for await (const step of index.searchArchive(requestOf('lamp'))) steps.push(step);
  expect(steps).toEqual([
    { month: '2024-03', searched: 1, months: 2, found: 1 },
    { month: '2024-01', searched: 2, months: 2, found: 1 },
  ]);
  const whole = await list('lamp');
  expect(whole).toEqual({
    numbers: [live, archived[2], archived[0]],
    total: 3,
    complete: true,
    archive: { searched: 2, months: 2, reached: '2024-01' },
  });
  expect((await list('invoice', { wholeArchive: true })).numbers).toEqual([archived[2]]);
  expect(await list('is:open lamp')).toMatchObject({ total: 3 });
  expect((await list('"nothing of" -lamp', { wholeArchive: true })).numbers).toEqual([archived[1]]);
});

it('searches no month in which no ticket can match', async () => {
  expect(await list('lamp -is:archived')).toEqual({
    numbers: [live],
    total: 1,
    complete: true,
    archive: undefined,
  });
  for await (const _ of index.searchArchive(requestOf('lamp -is:archived')))
    throw new Error('A month was searched');
  for await (const _ of index.searchArchive(requestOf('is:archived')))
    throw new Error('A month was searched without words');
});

it('keeps the months as files that a start does not make again', async () => {
  await list('lamp', { wholeArchive: true });
  expect(await segments()).toEqual(['2024-01.segment', '2024-03.segment']);
  const { mtimeMs } = await stat(join(root, 'index', 'archive', '2024-01.segment'));
  await index.close();
  index = openIndex();
  await settle();
  expect((await list('lamp', { wholeArchive: true })).total).toBe(3);
  expect((await stat(join(root, 'index', 'archive', '2024-01.segment'))).mtimeMs).toBe(mtimeMs);
});

it.each(['cut', 'changed', 'of another version', 'missing'])(
  'builds a month again whose file is %s',
  async (damage) => {
    await list('lamp', { wholeArchive: true });
    await index.close();
    const path = join(root, 'index', 'archive', '2024-01.segment');
    const bytes = await readFile(path);
    if (damage === 'cut') await truncate(path, bytes.length - 10);
    else if (damage === 'missing') await rm(path);
    else {
      const at = damage === 'changed' ? bytes.length - 40 : 14;
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      await writeFile(path, bytes);
    }
    const damaged = damage === 'missing' ? undefined : await readFile(path);
    index = openIndex();
    await settle();
    const whole = await list('lamp', { wholeArchive: true });
    expect(whole).toMatchObject({ total: 3, complete: true });
    expect(await readFile(path)).not.toEqual(damaged);
  },
);

it('finds a ticket where it lies after it went to the archive or came back', async () => {
  await list('lamp', { wholeArchive: true });
  const [oldest = live] = archived;
  await store.move(oldest, 'tickets');
  await index.apply(oldest);
  await index.settled();
  expect(await list('lamp -is:archived')).toMatchObject({ total: 2, complete: true });
  expect((await list('lamp', { wholeArchive: true })).total).toBe(3);

  await store.move(live, 'archive');
  await index.apply(live);
  await index.settled();
  expect((await list('"lamp of today"', { wholeArchive: true })).numbers).toEqual([live]);
  await index.close();
  index = openIndex();
  await settle();
  expect((await list('"lamp of today"', { wholeArchive: true })).numbers).toEqual([live]);
  expect((await list('lamp', { wholeArchive: true })).total).toBe(3);
});

it('asks a month once for the same words, and again when a ticket of it changed', async () => {
  const asked: string[] = [];
  const search = createArchiveSearch(async (_, month) => {
    asked.push(month);
    return { numbers: new Map(), isComplete: true };
  });
  const terms = [{ words: ['lamp'], isPrefix: false, field: undefined, negated: false }] as const;
  const months = ['2024-01', '2023-12', '2024-02'];
  const walk = async () => {
    for await (const _ of search.progress(terms, months));
  };
  await Promise.all([walk(), walk()]);
  await walk();
  expect(asked).toEqual(['2024-02', '2024-01', '2023-12']);
  search.note(fakeNumber(1, '20231224'));
  expect(search.look(terms, months)).toMatchObject({ searched: 2, isComplete: false });
  await walk();
  expect(asked.slice(3)).toEqual(['2023-12']);
});
