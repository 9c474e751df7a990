import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { day, minute, parseInstant, toInstant } from '../../../src/base/clock.ts';
import { Fault } from '../../../src/base/fault.ts';
import { createAudit } from '../../../src/services/audit/audit.ts';
import { auditEvents, formatEntry, parseEntry } from '../../../src/services/audit/entry.ts';
import { nodeFiles } from '../../../src/storage/files.ts';
import { recordingLog } from '../../helpers/parts.ts';
import { makeTemporaryDirectory } from '../../helpers/temp.ts';
import { makeClock } from '../accounts/account-parts.ts';

async function makeAudit(auditDays = 365) {
  const directory = await makeTemporaryDirectory();
  const clock = makeClock();
  const { log, lines } = recordingLog();
  let isFull = false;
  const files = {
    ...nodeFiles,
    async append(path: string, text: string) {
      if (isFull) throw new Fault('disk-full', { retry: 'later', detail: 'full' });
      await nodeFiles.append(path, text);
    },
  };
  const open = () => createAudit({ files, directory, auditDays: () => auditDays, clock, log });
  return {
    directory,
    clock,
    lines,
    audit: open(),
    open,
    fill: (full: boolean) => {
      isFull = full;
    },
    names: async () => (await readdir(join(directory, 'log'))).toSorted(),
  };
}

const reading = { event: 'read', agent: 'anna', ticket: '20261123000124', what: 'ticket' } as const;

describe('entries', () => {
  test('read back as they were written, whatever is in them', () => {
    const text = fc.string({ unit: 'binary', maxLength: 80, minLength: 1 });
    const entry = fc.record({
      time: fc.integer({ min: 0, max: 4e12 }).map(toInstant),
      event: fc.constantFrom(...auditEvents),
      agent: fc.option(text, { nil: undefined }),
      detail: text,
      browser: text,
    });
    fc.assert(
      fc.property(entry, (one) => {
        const line = formatEntry(one);
        expect(line.endsWith('\n') && !line.slice(0, -1).includes('\n')).toBe(true);
        expect(parseEntry(line)).toEqual(one);
      }),
    );
  });

  test('any other line is none', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (line) => void parseEntry(line)));
    for (const line of ['', '{', '[]', 'null', '{"time":"x","event":"read"}'])
      expect(parseEntry(line)).toBeUndefined();
  });
});

describe('note', () => {
  test('waits for no disk, and is on it after a flush, a file a month', async () => {
    const { audit, clock, names, directory } = await makeAudit();
    audit.note({ event: 'log-in', agent: 'anna', way: 'password' });
    audit.note(reading);
    clock.advance(10 * day);
    audit.note({ event: 'log-out', agent: 'anna' });
    await audit.flush();
    expect(await names()).toEqual([
      'logins-2026-11.jsonl',
      'logins-2026-12.jsonl',
      'reads-2026-11.jsonl',
    ]);
    expect(await readFile(join(directory, 'log/logins-2026-11.jsonl'), 'utf8')).toBe(
      '{"time":"2026-11-23T10:15:30.000Z","event":"log-in","agent":"anna","way":"password"}\n',
    );
  });

  test('the same reading counts once in ten minutes; another one counts', async () => {
    const { audit, clock } = await makeAudit();
    audit.note(reading);
    clock.advance(9 * minute);
    audit.note(reading);
    audit.note({ ...reading, what: 'raw', detail: 'a' });
    audit.note({ ...reading, agent: 'ben' });
    clock.advance(2 * minute);
    audit.note(reading);
    const { entries } = await audit.list({ kind: 'reads', most: 100 });
    expect(entries.map(({ agent, what }) => `${agent} ${what}`)).toEqual([
      'anna ticket',
      'ben ticket',
      'anna raw',
      'anna ticket',
    ]);
  });

  test('a full disk costs nothing that was noted', async () => {
    const { audit, fill, lines } = await makeAudit();
    fill(true);
    audit.note({ event: 'log-in', agent: 'anna' });
    await audit.flush();
    expect(lines).toMatchObject([{ level: 'warn', event: 'audit.not-written' }]);
    fill(false);
    audit.note({ event: 'log-out', agent: 'anna' });
    await audit.close();
    const { entries } = await audit.list({ kind: 'logins', most: 9 });
    expect(entries.map(({ event }) => event)).toEqual(['log-out', 'log-in']);
  });
});

describe('list', () => {
  test('filters by agent, ticket and time, the newest first, and says when there is more', async () => {
    const { audit, clock, open } = await makeAudit();
    const begin = clock.now();
    for (let count = 0; count < 40; count += 1) {
      audit.note({
        ...reading,
        ticket: `2026112300${1000 + count}`,
        agent: count % 2 ? 'ben' : 'anna',
      });
      clock.advance(day);
    }
    const kind = 'reads';
    const all = await audit.list({ kind, most: 100 });
    expect([all.entries.length, all.isAll]).toEqual([40, true]);
    expect(all.entries[0]?.ticket).toBe('20261123001039');
    // Another process sees the same.
    expect(await open().list({ kind, most: 100 })).toEqual(all);
    const some = await audit.list({ kind, most: 3, agent: 'ben' });
    expect(some).toMatchObject({ isAll: false });
    expect(some.entries.map(({ ticket }) => ticket?.slice(-2))).toEqual(['39', '37', '35']);
    const one = await audit.list({ kind, most: 9, ticket: '20261123001007' });
    expect(one.entries.length).toBe(1);
    const from = toInstant(begin + 3 * day);
    const days = await audit.list({ kind, most: 9, from, until: toInstant(from + 2 * day) });
    expect(days.entries.map(({ ticket }) => ticket?.slice(-2))).toEqual(['04', '03']);
    expect(days.isAll).toBe(true);
  });

  test('reads long files in pieces, past lines that are none', async () => {
    const { audit, directory } = await makeAudit();
    await mkdir(join(directory, 'log'), { recursive: true });
    const path = join(directory, 'log/logins-2026-11.jsonl');
    const time = parseInstant('2026-11-02T00:00:00Z') ?? toInstant(0);
    const line = (agent: string) =>
      formatEntry({ time, event: 'log-in', agent, browser: 'ü'.repeat(250) });
    await writeFile(path, line('first'));
    for (let round = 0; round < 4; round += 1)
      await appendFile(
        path,
        Array.from({ length: 500 }, (_, at) => line(`a${round}-${at}`)).join(''),
      );
    await appendFile(path, `${'x'.repeat(700_000)}\n{"half`);
    const { entries } = await audit.list({ kind: 'logins', most: 5000 });
    expect(entries.length).toBe(2001);
    expect(entries[0]?.agent).toBe('a3-499');
    expect(entries.at(-1)?.agent).toBe('first');
    expect(new Set(entries.map(({ agent }) => agent)).size).toBe(2001);
  });

  test('nothing noted is nothing found', async () => {
    const { audit } = await makeAudit();
    expect(await audit.list({ kind: 'reads', most: 5 })).toEqual({ entries: [], isAll: true });
  });
});

test('months that are over for longer than the setting are removed, others stay', async () => {
  const { audit, directory, names, clock } = await makeAudit(30);
  await mkdir(join(directory, 'log'), { recursive: true });
  for (const name of [
    'logins-2026-09.jsonl',
    'reads-2026-09.jsonl',
    'reads-2026-10.jsonl',
    'reads-2026-11.jsonl',
    'notes-2025-01.jsonl',
    'reads-2025-13.jsonl',
  ])
    await writeFile(join(directory, 'log', name), '');
  await audit.prune();
  expect(await names()).toEqual([
    'notes-2025-01.jsonl',
    'reads-2025-13.jsonl',
    'reads-2026-10.jsonl',
    'reads-2026-11.jsonl',
  ]);
  clock.advance(10 * day);
  await audit.prune();
  expect(await names()).not.toContain('reads-2026-10.jsonl');
});
