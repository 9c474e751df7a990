/** rsync and restic copy a desk while mail comes in; a ticket goes back into the desk that runs. The commands are those of docs/ADMIN.md. */
import { execFile } from 'node:child_process';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sleep, systemClock } from '../../src/base/clock.ts';
import { checkHistory } from '../../src/core/ticket/history.ts';
import { isTicketNumber, type TicketNumber } from '../../src/core/ticket/number.ts';
import { deskEnvironment, mainFile } from '../helpers/desk-process.ts';
import { until } from '../helpers/foreign.ts';
import { findProgram } from '../helpers/programs.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';
import { startTestApp, type TestApp } from '../helpers/test-app.ts';
import { plainMail } from '../helpers/test-desk.ts';

const run = promisify(execFile);
const limit = { timeout: 90_000 };
const settings = { confirmations: 'false', sweepEvery: '1h' };

let desk: TestApp;
let beside: string;

beforeEach(async () => {
  desk = await startTestApp({ settings });
  beside = await makeTemporaryDirectory();
}, 60_000);
afterEach(() => desk.stop());

interface Acknowledged {
  readonly ticket: TicketNumber;
  readonly raw: string;
}

/** Mail comes in, and is answered, until it is told to stop. */
function startLoad() {
  const acknowledged: Acknowledged[] = [];
  let isOver = false;
  async function send(sender: number): Promise<void> {
    for (let count = 1; !isOver; count += 1) {
      const id = `${sender}-${count}`;
      const raw = plainMail({ Subject: `Lamp ${id}`, 'Message-ID': `<${id}@customer.example>` });
      const ticket = / ([0-9]{14})\b/.exec(await desk.send(raw))?.[1] ?? '';
      if (!isTicketNumber(ticket)) throw new Error('No ticket number in the reply');
      await desk.desk.tickets.run(
        ticket,
        { kind: 'reply', to: [{ name: '', address: 'kim@customer.example' }], cc: [], text: id },
        { kind: 'agent', login: 'admin' },
      );
      acknowledged.push({ ticket, raw });
      // Enough to be in the middle of something at every moment; more would only be more work.
      await sleep(systemClock, 40);
    }
  }
  const senders = Promise.all([1, 2].map(send));
  return {
    acknowledged,
    async stop() {
      isOver = true;
      await senders;
      await desk.settled();
    },
  };
}

/** As in the documents; what vanished while it was looked for is no failure. */
async function rsync(copy: string): Promise<void> {
  const program = await findProgram('rsync');
  const without = ['/index/', '/views/', '/tickets/**/tmp/*', '/tickets/.tmp/*'];
  const options = ['-aH', '--delete', ...without.map((path) => `--exclude=${path}`)];
  await run(program, [...options, `${desk.directory}/`, `${copy}/`], limit).catch(
    (error: { code?: number }) => {
      if (error.code !== 24) throw error;
    },
  );
}

async function restic(...words: readonly string[]): Promise<string> {
  const program = await findProgram('restic');
  const env = {
    ...process.env,
    RESTIC_REPOSITORY: join(beside, 'repository'),
    RESTIC_PASSWORD: 'secret words',
  };
  return (await run(program, ['--no-cache', '-q', ...words], { ...limit, env })).stdout;
}

/** Opens the copy as a desk, and finds each of the mails in its ticket, whole, with an unbroken chain. */
async function expectWhole(copy: string, mails: readonly Acknowledged[]): Promise<void> {
  const opened = await startTestApp({ directory: copy, settings });
  try {
    await opened.settled();
    for (const { ticket, raw } of mails) {
      const folder = await opened.desk.store.read(ticket);
      const events = (folder?.messages ?? []).map(({ event }) => event);
      const first = events[0];
      if (first === undefined) throw new Error(`Ticket ${ticket} is not in the copy`);
      expect((await opened.desk.store.readOriginal(ticket, first.name))?.toString()).toBe(raw);
      expect(events.map(({ kind }) => kind)).toEqual(['mail-in', 'mail-out']);
      expect(checkHistory(events)).toEqual([]);
      expect(await opened.desk.index.find(ticket)).toMatchObject({ messageCount: 2 });
    }
  } finally {
    await opened.halt();
  }
}

const verify = (directory: string) =>
  run(process.execPath, [mainFile, 'verify'], { ...limit, env: deskEnvironment(directory) });

/** Takes the ticket away, puts it back by the command, and has the desk see both. */
async function loseAndRestore(ticket: TicketNumber, restore: (path: string) => Promise<unknown>) {
  const path = desk.desk.folderPath(ticket);
  const before = await desk.desk.index.find(ticket);
  desk.expectLog('ledger.missing');
  desk.expectLog('ledger.unaccounted');
  await rm(path, { recursive: true });
  await desk.app.sweep();
  expect(await desk.desk.index.find(ticket)).toBeUndefined();
  await restore(path);
  await desk.app.sweep();
  const after = await desk.desk.index.find(ticket);
  expect({ ...after, stamp: undefined }).toEqual({ ...before, stamp: undefined });
  expect(desk.desk.ledger.report().unaccounted).toBe(0);
  expect((await desk.desk.store.read(ticket))?.messages).toHaveLength(2);
}

describe('a desk under load', () => {
  it('is copied by rsync, and one ticket of the copy goes back', async () => {
    const copy = join(beside, 'copy');
    await mkdir(copy);
    const load = startLoad();
    await until('there is mail', () => load.acknowledged.length >= 12);
    const before = [...load.acknowledged];
    await rsync(copy);
    await until('more mail came meanwhile', async () => {
      await rsync(copy);
      return load.acknowledged.length > before.length;
    });
    await load.stop();
    await expectWhole(copy, before);
    // With nothing under way one more run makes the copy exact.
    await rsync(copy);
    expect((await verify(copy)).stdout).toContain(` tickets checked, 0 findings`);
    const [{ ticket } = { ticket: undefined }] = before;
    if (ticket === undefined) throw new Error('There is no ticket');
    await loseAndRestore(ticket, (path) =>
      cp(path.replace(desk.directory, copy), path, { recursive: true, preserveTimestamps: true }),
    );
  });

  it('is kept by restic, and one ticket of the snapshot goes back', async () => {
    const load = startLoad();
    await until('there is mail', () => load.acknowledged.length >= 12);
    await restic('init');
    const before = [...load.acknowledged];
    await until('more mail came meanwhile', async () => {
      await restic('backup', '--exclude', `${desk.directory}/index`, desk.directory);
      return load.acknowledged.length > before.length;
    });
    await load.stop();
    await restic('restore', 'latest', '--target', join(beside, 'whole'));
    await expectWhole(join(beside, 'whole', desk.directory), before);
    const [{ ticket } = { ticket: undefined }] = before;
    if (ticket === undefined) throw new Error('There is no ticket');
    await loseAndRestore(ticket, (path) =>
      restic('restore', 'latest', '--include', path, '--target', '/'),
    );
  });
});
