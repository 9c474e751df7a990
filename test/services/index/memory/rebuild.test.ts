import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { minute, toInstant } from '../../../../src/base/clock.ts';
import { createFakeClock } from '../../../helpers/clock.ts';
import { openTestDesk, plainMail, type TestDesk } from '../../../helpers/test-desk.ts';

// Folders of the test are old by this clock, so that their times can be relied on.
const clock = () => createFakeClock(toInstant(Date.now() + minute));
let test: TestDesk;

beforeEach(async () => {
  test = await openTestDesk({ clock: clock(), settings: { confirmations: 'false' } });
  await test.desk.index.ready(minute);
});

afterEach(() => test.close());

it('finds where the saved index was wrong, and only that', async () => {
  const { ticket } = await test.receive(plainMail());
  const { ticket: other } = await test.receive(plainMail({ 'Message-ID': '<b@customer.example>' }));
  await test.desk.index.sweep();
  await test.desk.index.close();
  const path = join(test.directory, 'index/catalogue.jsonl');
  const text = await readFile(path, 'utf8');
  expect(text).toContain('"Lamp"');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text.replace('"Lamp"', '"Lump"'));
  const later = await openTestDesk({ clock: clock(), directory: test.directory });
  const { changed } = await later.desk.index.sweep();
  expect(changed).toBe(0);
  const seen: number[] = [];
  const first = await later.desk.index.rebuild((done) => seen.push(done));
  expect(first).toEqual({
    tickets: 2,
    differences: [{ number: [ticket, other].sort()[0], fields: ['subject'] }],
  });
  expect(seen).toEqual([1, 2]);
  expect((await later.desk.index.find(ticket))?.subject).toBe('Lamp');
  expect((await later.desk.index.rebuild()).differences).toEqual([]);
  await later.close();
});

it('takes what changed meanwhile in, and does not call it a difference', async () => {
  const { ticket } = await test.receive(plainMail());
  await test.desk.index.sweep();
  const file = join(test.desk.folderPath(ticket), 'new', 'close-it');
  await writeFile(file, 'Ticket-Time: 2090-01-01T00:00:00Z\nTicket-Set: state=closed\n\n');
  expect((await test.desk.index.rebuild()).differences).toEqual([]);
  expect((await test.desk.index.find(ticket))?.state).toBe('closed');
});
