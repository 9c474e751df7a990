import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { TicketRecord } from '../../../../src/services/index/index.ts';
import { createSnapshot } from '../../../../src/services/index/memory/snapshot.ts';
import { readLine, toLine } from '../../../../src/services/index/memory/snapshot-line.ts';
import { projectTicket } from '../../../../src/services/index/projector.ts';
import { type FileOps, nodeFiles } from '../../../../src/storage/files.ts';
import { createFakeClock, type FakeClock } from '../../../helpers/clock.ts';
import { fakeDigest, fakeFolder, fakeNumber, fakeTime } from '../../../helpers/fake-tickets.ts';
import { roundTrip, total } from '../../../helpers/laws.ts';
import { createTestLog, type TestLog } from '../../../helpers/log.ts';
import { makeTemporaryDirectory } from '../../../helpers/temp.ts';

const full = projectTicket(
  fakeFolder(
    fakeNumber(1),
    [
      {
        name: 'a:2,S',
        from: 'Zoë "Z" <zoe@d.example>',
        subject: 'Lines\u2028and "quotes" 退款',
        text: 'snippet',
        changes: [
          'queue=A::B',
          'owner=anna',
          'language=de',
          '+tag=x',
          '+mention=ben',
          '+advice=lena',
          '+watcher=kim',
          'level=2',
          'pending-until=2026-11-25T08:00:00Z',
          '+participant=p@d',
          'confirmation=due',
          `merged-into=${fakeNumber(2)}`,
          'state=closed',
        ],
        messageId: 'a@d',
        references: ['r1@d', 'r2@d'],
        fields: { content: fakeDigest('c') },
        attachments: [{}],
      },
      { name: 'b', kind: 'mail-out', at: 5 },
    ],
    { newModified: fakeTime(1), curModified: fakeTime(2) },
  ),
);
const plain = projectTicket(fakeFolder(fakeNumber(2), [{ name: 'a' }]));

const record: fc.Arbitrary<TicketRecord> = fc
  .record({
    subject: fc.string({ unit: 'binary' }),
    owner: fc.option(fc.string(), { nil: undefined }),
    customer: fc.option(fc.record({ name: fc.string(), address: fc.string() }), { nil: undefined }),
    tags: fc.array(fc.string()),
    confirmationDue: fc.boolean(),
    delivery: fc.constantFrom('failed', 'deferred', 'waiting', undefined),
    stamp: fc.constantFrom(full.stamp, undefined),
    messages: fc.constantFrom(full.messages, plain.messages),
  })
  .map((parts) => ({ ...full, ...parts }));

it('a line of the snapshot reads back as the record it was made of', () => {
  const asRead = (line: readonly unknown[]): unknown => JSON.parse(JSON.stringify(line));
  roundTrip(
    (value: TicketRecord) => asRead(toLine(value)),
    readLine,
    fc.oneof(record, fc.constantFrom(full, plain)),
  );
});

it('readLine is total', () => {
  total(readLine, fc.oneof(fc.anything(), fc.array(fc.anything())));
});

describe('the snapshot', () => {
  let directory: string;
  let clock: FakeClock;
  let log: TestLog;
  let records: TicketRecord[];

  beforeEach(async () => {
    directory = join(await makeTemporaryDirectory(), 'index');
    clock = createFakeClock();
    log = createTestLog();
    records = [full, plain];
  });

  const open = (files: FileOps = nodeFiles) =>
    createSnapshot({ files, clock, log, records: () => records }, directory);

  async function saveOnce(): Promise<string> {
    const snapshot = open();
    snapshot.note();
    await snapshot.close();
    return join(directory, 'catalogue.jsonl');
  }

  it('gives back at the next start what was saved at the close', async () => {
    expect(await open().load()).toBeUndefined();
    await saveOnce();
    expect(await open().load()).toEqual([full, plain]);
    expect(await readdir(directory)).toEqual(['catalogue.jsonl']);
  });

  it('writes nothing when nothing changed', async () => {
    await open().close();
    await expect(readdir(directory)).rejects.toThrow('ENOENT');
  });

  it('is saved a minute after a change, once for all changes of that minute', async () => {
    const made: string[] = [];
    const counting: FileOps = {
      ...nodeFiles,
      createFile: async (path, bytes, mode) => {
        made.push(path);
        await nodeFiles.createFile(path, bytes, mode);
      },
    };
    const snapshot = open(counting);
    snapshot.note();
    await clock.advance(59_000);
    snapshot.note();
    expect(made).toHaveLength(0);
    await clock.advance(1000);
    await snapshot.close();
    expect(made).toHaveLength(1);
    expect(clock.pending()).toBe(0);
  });

  it.each([
    ['a file that was cut off', (text: string) => text.slice(0, -20)],
    ['a file without its last line', (text: string) => text.split('\n').slice(0, 2).join('\n')],
    ['a line less than was said', (text: string) => `${text.split('\n').slice(0, 2).join('\n')}\n`],
    ['another version', (text: string) => text.replace(/"version":\d+/, '"version":999')],
    ['a line that is no record', (text: string) => text.replace('"closed"', '"shut"')],
    ['no JSON', () => '\0\0\0\n'],
    ['nothing', () => ''],
  ])('ignores %s', async (_, spoil) => {
    const path = await saveOnce();
    await writeFile(path, spoil(await readFile(path, 'utf8')));
    expect(await open().load()).toBeUndefined();
  });

  it('does without a directory that cannot be written', async () => {
    log.expectLog('index.snapshot-failed');
    await writeFile(directory, 'a file in the way');
    await saveOnce();
  });
});
