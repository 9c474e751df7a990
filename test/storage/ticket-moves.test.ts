import { mkdir, readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { systemClock, toInstant } from '../../src/base/clock.ts';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { type FileOps, nodeFiles, toFault } from '../../src/storage/files.ts';
import type { TicketWriter } from '../../src/storage/ticket-store.ts';
import { openStore, receivedMail } from '../helpers/desk-parts.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';

const mail = 'From: Kim <kim@customer.example>\r\nSubject: Lamp\r\n\r\nThe lamp is dark.\r\n';
const second = 'From: Kim <kim@customer.example>\r\nSubject: Re: Lamp\r\n\r\nStill dark.\r\n';

let root = '';

beforeEach(async () => {
  root = await makeTemporaryDirectory();
});

/** A disk on which archive/ is another file system than all the rest. */
function twoDisks(files: FileOps = nodeFiles): FileOps {
  const isArchive = (path: string) => path.startsWith(join(root, 'archive'));
  const apart = (from: string, to: string) => {
    if (isArchive(from) !== isArchive(to))
      throw toFault('rename', from, Object.assign(new Error('EXDEV'), { code: 'EXDEV' }));
  };
  return {
    ...files,
    async rename(from, to) {
      apart(from, to);
      await files.rename(from, to);
    },
    async link(from, to) {
      apart(from, to);
      await files.link(from, to);
    },
  };
}

async function tree(path: string): Promise<readonly string[]> {
  const names = await readdir(join(root, path), { recursive: true, withFileTypes: true });
  return names.filter((each) => each.isFile()).map((each) => each.name);
}

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function opened(store: TicketWriter): Promise<TicketNumber> {
  const { number } = await store.create('20251123', receivedMail(mail));
  await store.append(number, receivedMail(second));
  return number;
}

async function textsOf(store: TicketWriter, number: TicketNumber): Promise<readonly string[]> {
  const folder = await store.read(number);
  const texts: string[] = [];
  for (const { event } of folder?.messages ?? [])
    texts.push((await store.readOriginal(number, event.name))?.toString() ?? '');
  return texts;
}

describe.each([
  ['one file system', () => nodeFiles],
  ['two file systems', () => twoDisks()],
] as const)('a ticket that is moved on %s', (_, files) => {
  it('is read, written and listed as before, and comes back', async () => {
    const store = await openStore(root, { files: files() });
    const number = await opened(store);
    const before = await store.read(number);
    const moved = await store.move(number, 'archive');
    expect(moved?.archived).toBe(true);
    expect(moved?.ticket).toEqual(before?.ticket);
    expect(await store.placeOf(number)).toBe('archive');
    expect(await tree('tickets')).toEqual([]);
    expect((await store.append(number, receivedMail(second))).created).toBe(true);
    const fresh = await openStore(root, { files: files() });
    expect(await textsOf(fresh, number)).toEqual([mail, second, second]);
    const places = await Promise.all(
      ([undefined, 'tickets', 'archive'] as const).map((place) => all(fresh.numbers(place))),
    );
    expect(places).toEqual([[number], [], [number]]);
    expect((await fresh.move(number, 'tickets'))?.archived).toBeUndefined();
    expect(await tree('archive')).toEqual([]);
    expect(await textsOf(store, number)).toEqual([mail, second, second]);
  });

  it('keeps the times of its files, which date what was written by hand', async () => {
    const store = await openStore(root, { files: files() });
    const number = await opened(store);
    const folder = join(root, 'tickets/2025/11/23', number);
    await writeFile(join(folder, 'new', 'by-hand'), 'Ticket-Set: state=closed\n\n');
    const past = new Date('2025-12-01T10:00:00Z');
    await utimes(join(folder, 'new', 'by-hand'), past, past);
    await store.move(number, 'archive');
    const at = join(root, 'archive/2025/11/23', number, 'new', 'by-hand');
    expect((await stat(at)).mtime).toEqual(past);
    expect((await store.read(number))?.ticket.closedAt).toBe(past.getTime());
  });

  it('takes what is written at the same time along, each message once', async () => {
    const store = await openStore(root, { files: files() });
    const other = await openStore(root, { files: files(), host: 'other.example' });
    const number = await opened(store);
    const writes = Array.from({ length: 30 }, async (_, at) => {
      if (at % 10 === 5) await store.move(number, at % 20 === 5 ? 'archive' : 'tickets');
      return (at % 2 === 0 ? store : other).append(
        number,
        receivedMail(`X: ${at}\r\n\r\n${at}\r\n`),
      );
    });
    const written = await Promise.all(writes);
    expect(written.every(({ created }) => created)).toBe(true);
    const fresh = await openStore(root, { files: files() });
    const folder = await fresh.read(number);
    const names = new Set(folder?.messages.map(({ event }) => event.name));
    expect(folder?.messages).toHaveLength(32);
    expect(written.every(({ name }) => names.has(name))).toBe(true);
  });
});

it('a number in the archive, or of a removed ticket, is not given again', async () => {
  const store = await openStore(root);
  const first = await opened(store);
  const later = await openStore(root, { host: 'other.example' });
  const following = await opened(later);
  await store.move(first, 'archive');
  await later.move(following, 'archive');
  // The first store counts on from its own; a fresh one from what lies in the archive.
  const third = await opened(store);
  await rename(
    join(root, 'archive/2025/11/23', following),
    join(root, 'archive/2025/11/23', `${following}.removed`),
  );
  const fourth = await opened(await openStore(root));
  expect(new Set([first, following, third, fourth]).size).toBe(4);
});

describe('a ticket in both places', () => {
  async function copyOf(number: TicketNumber, from: string, to: string): Promise<void> {
    const path = (place: string) => join(root, place, '2025/11/23', number);
    for (const part of ['tmp', 'new', 'cur'])
      await mkdir(join(path(to), part), { recursive: true });
    for (const name of await readdir(join(path(from), 'new')))
      await writeFile(join(path(to), 'new', name), await readFile(join(path(from), 'new', name)));
  }

  it('is the one in tickets/, and one again after the next move, with the messages of both', async () => {
    const store = await openStore(root);
    const number = await opened(store);
    await store.move(number, 'archive');
    await copyOf(number, 'archive', 'tickets');
    await writeFile(
      join(root, 'archive/2025/11/23', number, 'new', 'only-here'),
      'Subject: x\n\nx',
    );
    expect((await store.read(number))?.archived).toBeUndefined();
    expect(await all(store.numbers())).toEqual([number]);
    await store.move(number, 'archive');
    expect(await tree('tickets')).toEqual([]);
    expect((await store.read(number))?.messages).toHaveLength(3);
  });

  it('keeps the other one apart when two files of one name differ: a person must look', async () => {
    const store = await openStore(root);
    const number = await opened(store);
    await store.move(number, 'archive');
    await copyOf(number, 'archive', 'tickets');
    const [name = ''] = await readdir(join(root, 'tickets/2025/11/23', number, 'new'));
    await writeFile(join(root, 'tickets/2025/11/23', number, 'new', name), 'Subject: other\n\n');
    await store.move(number, 'archive');
    await store.cleanUp();
    const aside = await readdir(join(root, 'archive/.tmp'));
    expect(aside).toEqual([expect.stringMatching(`^apart-${number}-`)]);
    expect((await tree('archive')).filter((each) => each === name)).toHaveLength(2);
    expect(await store.placeOf(number)).toBe('archive');
  });
});

describe('what a crash left', () => {
  it('aside goes back to its place', async () => {
    const store = await openStore(root);
    const number = await opened(store);
    await store.takeAway(number);
    expect(await store.read(number)).toBeUndefined();
    await store.cleanUp();
    expect(await textsOf(store, number)).toEqual([mail, second]);
  });

  it('between copy and removal is ended later, when nobody goes on with it', async () => {
    const dying: FileOps = {
      ...twoDisks(),
      async syncDirectory(path) {
        if (path === join(root, 'archive/2025/11/23')) throw new Error('The power is gone');
        await nodeFiles.syncDirectory(path);
      },
    };
    const store = await openStore(root, { files: dying });
    const number = await opened(store);
    await expect(store.move(number, 'archive')).rejects.toThrow('The power is gone');
    const clock = { ...systemClock, now: () => toInstant(Date.now() + 3_600_000) };
    const next = await openStore(root, { files: twoDisks(), clock });
    expect(await textsOf(next, number)).toEqual([mail, second]);
    await next.cleanUp();
    expect(await tree('archive')).toEqual([]);
    expect((await tree('tickets')).length).toBe(2);
    await next.move(number, 'archive');
    expect(await textsOf(next, number)).toEqual([mail, second]);
  });
});
