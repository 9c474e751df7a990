import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { toInstant } from '../../src/base/clock.ts';
import { formatTicketNumber } from '../../src/core/ticket/number.ts';
import { createReadMarks } from '../../src/services/read-marks.ts';
import { nodeFiles } from '../../src/storage/files.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';

const one = formatTicketNumber('20261123', 1);
const other = formatTicketNumber('20261123', 2);

const open = (directory: string) => createReadMarks({ files: nodeFiles, directory });

it('a mark is known at once, and after a restart', async () => {
  const directory = join(await makeTemporaryDirectory(), 'agents');
  const marks = open(directory);
  await marks.mark('anna', one, toInstant(1000));
  expect(marks.lastSeen('anna', one)).toBe(1000);
  expect(marks.lastSeen('ben', one)).toBeUndefined();

  const again = open(directory);
  expect(again.lastSeen('anna', one)).toBeUndefined();
  await again.load('anna');
  expect([again.lastSeen('anna', one), again.lastSeen('anna', other)]).toEqual([1000, undefined]);
});

it('an older look does not undo a newer one', async () => {
  const marks = open(join(await makeTemporaryDirectory(), 'agents'));
  await marks.mark('anna', one, toInstant(2000));
  await marks.mark('anna', one, toInstant(1000));
  expect(marks.lastSeen('anna', one)).toBe(2000);
});

it('a damaged file loses only what is damaged', async () => {
  const directory = join(await makeTemporaryDirectory(), 'agents');
  await open(directory).mark('anna', one, toInstant(1000));
  await appendFile(
    join(directory, 'anna', 'seen'),
    `rubbish\n\0\0\n${other} 20 30\n${other} x\n20261123000199 5\n${other} 7`,
  );
  const marks = open(directory);
  await marks.load('anna');
  expect([marks.lastSeen('anna', one), marks.lastSeen('anna', other)]).toEqual([1000, 7]);
});

it('a file full of repetitions is written anew when it is read', async () => {
  const directory = join(await makeTemporaryDirectory(), 'agents');
  await open(directory).mark('anna', one, toInstant(1));
  const file = join(directory, 'anna', 'seen');
  await writeFile(file, Array.from({ length: 6000 }, (_, at) => `${one} ${at}\n`).join(''));
  const marks = open(directory);
  await marks.load('anna');
  expect(marks.lastSeen('anna', one)).toBe(5999);
  expect(await readFile(file, 'utf8')).toBe(`${one} 5999\n`);
});

it('a login names a folder below the directory, whatever it holds', async () => {
  const root = await makeTemporaryDirectory();
  await open(join(root, 'agents')).mark('../evil', one, toInstant(1));
  expect(await nodeFiles.list(root)).toEqual(['agents']);
  expect(await nodeFiles.list(join(root, 'agents'))).toEqual(['%2E%2E%2Fevil']);
});
