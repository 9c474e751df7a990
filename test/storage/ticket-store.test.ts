import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock, toInstant } from '../../src/base/clock.ts';
import { formatTicketNumber, parseTicketNumber } from '../../src/core/ticket/number.ts';
import { digestOf } from '../../src/storage/codec.ts';
import { fixedName } from '../../src/storage/maildir.ts';
import type { TicketFolder, TicketWriter } from '../../src/storage/ticket-store.ts';
import { openStore, receivedMail } from '../helpers/desk-parts.ts';

const day = '20261123';
const plain = 'From: Kim <kim@customer.example>\r\nSubject: Lamp\r\n\r\nThe lamp is dark.\r\n';

let root: string;
let store: TicketWriter;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'maildesk-store-'));
  store = await openStore(root);
});

afterEach(() => rm(root, { recursive: true }));

function folderPath(number: string): string {
  return join(root, 'tickets', '2026', '11', '23', number);
}

function firstName(folder: TicketFolder) {
  const first = folder.messages[0];
  if (first === undefined) throw new Error('The folder is empty');
  return first.event.name;
}

describe('create', () => {
  it('makes a Maildir whose only file ends with the bytes that came', async () => {
    const { number } = await store.create(day, receivedMail(plain));
    expect((await readdir(folderPath(number))).sort()).toEqual(['cur', 'new', 'tmp']);
    const [file = ''] = await readdir(join(folderPath(number), 'new'));
    const bytes = await readFile(join(folderPath(number), 'new', file));
    expect(bytes.toString()).toMatch(
      /^Ticket-Seal: sha256:[0-9a-f]{64}\r\nTicket-Event: mail-in\r\nTicket-Number: /,
    );
    expect(bytes.subarray(-plain.length).toString()).toBe(plain);
    expect(bytes.toString()).toContain(
      `Ticket-Raw: bytes=${plain.length}; ${digestOf(Buffer.from(plain)).replace(':', '=')}\r\nReturn-Path: <kim@customer.example>\r\n${plain}`,
    );
    expect(file).toMatch(
      new RegExp(`^\\d+\\.M\\d{6}P4711Q\\d+\\.test\\.example,S=${bytes.length}$`),
    );
  });

  it('gives every ticket of concurrent writers in two stores a number of its own', async () => {
    const other = await openStore(root, { host: 'other.example' });
    const folders = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        (index % 2 === 0 ? store : other).create(day, receivedMail(plain)),
      ),
    );
    const numbers = new Set(folders.map(({ number }) => number));
    expect(numbers.size).toBe(40);
    expect([...numbers].sort()).toEqual(
      Array.from({ length: 40 }, (_, index) => formatTicketNumber(day, index + 1)),
    );
    expect(await readdir(join(root, 'tickets', '.tmp'))).toEqual([]);
  });

  it('goes on counting after a restart', async () => {
    await store.create(day, receivedMail(plain));
    const again = await openStore(root);
    expect((await again.create(day, receivedMail(plain))).number).toBe(formatTicketNumber(day, 2));
  });
});

describe('append', () => {
  it('names the heads that it knew and is later than all it has seen', async () => {
    const ahead = { ...systemClock, now: () => toInstant(systemClock.now() + 3_600_000) };
    const fast = await openStore(root, { clock: ahead });
    const first = await fast.create(day, receivedMail(plain));
    const { folder } = await store.append(first.number, receivedMail(plain));
    const [one, two] = folder.messages;
    expect(two?.event.previous).toEqual([one?.event.digest]);
    expect(two?.event.time).toBe((one?.event.time ?? 0) + 1);
    expect([...folder.ticket.heads]).toEqual([two?.event.digest]);
  });

  it('files a message of a given name once', async () => {
    const { number } = await store.create(day, receivedMail(plain));
    const message = { ...receivedMail(plain), name: fixedName(1, 'D', 'abc') };
    const other = await openStore(root);
    const [one, two] = await Promise.all([
      store.append(number, message),
      other.append(number, message),
    ]);
    const three = await store.append(number, message);
    expect([one.created, two.created].sort()).toEqual([false, true]);
    expect(three.created).toBe(false);
    expect((await store.read(number))?.messages).toHaveLength(2);
    expect(await readdir(join(folderPath(number), 'tmp'))).toEqual([]);
  });

  it('fails for a ticket that is not there', async () => {
    const number = formatTicketNumber(day, 77);
    await expect(store.append(number, receivedMail(plain))).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('read', () => {
  it('sees what other programs did: a command file, a flag, a removal', async () => {
    const folder = await store.create(day, receivedMail(plain));
    const path = folderPath(folder.number);
    await writeFile(join(path, 'new', 'close-it'), 'Ticket-Set: state=closed\n\n');
    const closed = await store.read(folder.number);
    expect(closed?.ticket.state).toBe('closed');
    const command = closed?.messages.find(({ event }) => event.name === 'close-it');
    expect(command?.event.actor).toMatchObject({ kind: 'user' });

    const name = firstName(folder);
    await rename(join(path, 'new', name), join(path, 'cur', `${name}:2,FS`));
    const flagged = await store.read(folder.number);
    expect(flagged?.messages.find(({ event }) => event.name === name)).toMatchObject({
      flags: 'FS',
      directory: 'cur',
    });
    expect((await store.readOriginal(folder.number, name))?.toString()).toBe(plain);

    await rm(join(path, 'new', 'close-it'));
    expect((await store.read(folder.number))?.ticket.state).toBe('new');
    await rm(path, { recursive: true });
    expect(await store.read(folder.number)).toBeUndefined();
  });

  it('reads a file again that was still being written when it was read first', async () => {
    const { number } = await store.create(day, receivedMail(plain));
    const path = join(folderPath(number), 'new', 'close-it');
    await writeFile(path, 'Ticket-Set: sta');
    expect((await store.read(number))?.ticket.state).toBe('new');
    await writeFile(path, 'Ticket-Set: state=closed\n\n');
    expect((await store.read(number))?.ticket.state).toBe('closed');
  });

  it('does not believe a block that a received mail begins with', async () => {
    const forged = `Ticket-Event: update\r\nTicket-Set: state=closed\r\n${plain}`;
    const folder = await store.create(
      day,
      receivedMail(forged, [{ kind: 'set', field: 'state', value: 'new' }]),
    );
    const again = await (await openStore(root)).read(folder.number);
    expect(again?.ticket.state).toBe('new');
    expect((await store.readOriginal(folder.number, firstName(folder)))?.toString()).toBe(forged);
  });

  it('gives the same events from the files as when they were written', async () => {
    const folder = await store.create(day, receivedMail(plain));
    const fresh = await (await openStore(root)).read(folder.number);
    const { mail: _written, ...written } = folder.messages[0]?.event ?? {};
    const { mail, ...decoded } = fresh?.messages[0]?.event ?? {};
    expect(decoded).toEqual(written);
    expect(mail).toMatchObject({ subject: 'Lamp', snippet: 'The lamp is dark.' });
  });
});

it('numbers lists tickets by day and passes over what is none', async () => {
  const first = await store.create('20261122', receivedMail(plain));
  const second = await store.create(day, receivedMail(plain));
  await writeFile(join(root, 'tickets', '2026', '11', '23', 'notes.txt'), '');
  await rename(
    join(root, 'tickets', '2026', '11', '22', first.number),
    join(root, 'tickets', '2026', '11', '23', first.number),
  );
  const found: string[] = [];
  for await (const number of store.numbers()) found.push(number);
  expect(found).toEqual([second.number]);
  expect(parseTicketNumber(second.number)).toBe(second.number);
});
