/** The file of what an agent was told: appended, bounded, shared, and never trusted. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import { parseMessageName } from '../../../src/core/ticket/event.ts';
import { formatTicketNumber } from '../../../src/core/ticket/number.ts';
import {
  createNotificationFiles,
  type Notification,
} from '../../../src/services/notifications/notification-file.ts';
import { nodeFiles } from '../../../src/storage/files.ts';

let directory: string;
const ticket = formatTicketNumber('20261123', 42);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'maildesk-told-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

const open = () => createNotificationFiles({ files: nodeFiles, directory });

function notification(name: string, time: number): Notification {
  const message = parseMessageName(name);
  if (message === undefined) throw new RangeError(name);
  return {
    time: toInstant(time),
    ticket,
    message,
    reasons: ['assigned', 'answered'],
    by: { kind: 'customer', address: 'kim@customer.example' },
    inPage: true,
    byMail: false,
  };
}

describe('the file of an agent', () => {
  it('gives back what was told, once, in the order of time', async () => {
    const files = open();
    const [first, second] = [notification('one file; with "blanks"', 1), notification('two', 2)];
    expect(await files.tell('anna', second)).toBe(true);
    expect(await files.tell('anna', first)).toBe(true);
    expect(await files.tell('anna', first)).toBe(false);
    await files.markMailed('anna', [first]);
    await files.markRead('anna', toInstant(1));
    const read = await open().read('anna');
    expect(read.told).toEqual([first, second]);
    expect([read.isMailed(first), read.isMailed(second), read.readUpTo]).toEqual([true, false, 1]);
    expect((await files.read('ben')).told).toEqual([]);
  });

  it('sees what another process told', async () => {
    const [one, other] = [open(), open()];
    await one.read('anna');
    await other.tell('anna', notification('m', 1));
    expect(await one.tell('anna', notification('m', 1))).toBe(false);
  });

  it('is bounded, and keeps the newest with what is known of them', async () => {
    const files = open();
    for (let at = 1; at <= 1600; at += 1) await files.tell('anna', notification(`m${at}`, at));
    const last = notification('m1600', 1600);
    await files.markMailed('anna', [last]);
    for (let at = 1601; at <= 2700; at += 1) await files.tell('anna', notification(`m${at}`, at));
    const text = await readFile(join(directory, 'anna', 'notifications'), 'utf8');
    expect(text.split('\n').length).toBeLessThan(1600);
    const read = await open().read('anna');
    expect(read.told.at(-1)?.message).toBe('m2700');
    expect(read.told.length).toBeGreaterThanOrEqual(500);
    expect(await files.tell('anna', notification('m2700', 2700))).toBe(false);
  }, 60_000);

  it('reads any damaged file', async () => {
    const files = open();
    await files.tell('anna', notification('m', 1));
    const path = join(directory, 'anna', 'notifications');
    const whole = await readFile(path, 'utf8');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary' })), async (lines) => {
        await writeFile(path, `${lines.map((line) => `told ${line}`).join('\n')}\n${whole}`);
        expect((await open().read('anna')).told.map(({ message }) => message)).toContain('m');
      }),
      { numRuns: 50 },
    );
  }, 60_000);
});
