/**
 * Quarantine and release on a disk that fails, or loses its power, at each of their file calls: what was
 * taken is there, once, and what was released is filed before its entry goes.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { isFault } from '../../src/base/fault.ts';
import { silentLog } from '../../src/base/log.ts';
import { noVerdicts } from '../../src/core/message/verdicts.ts';
import { createTrouble, type Trouble } from '../../src/services/trouble.ts';
import { digestOf } from '../../src/storage/codec.ts';
import { type FileOps, nodeFiles } from '../../src/storage/files.ts';
import { createNameMaker } from '../../src/storage/maildir.ts';
import { createSpool } from '../../src/storage/spool.ts';
import { CrashError, createFaultyFiles, type FaultPlan } from '../helpers/faulty-files.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';

const raw = Buffer.from('Subject: Look\r\n\r\nEICAR\r\n');
/** Writing, claiming, filing and removing take at least this. */
const fewestCalls = 12;

async function open(directory: string, files: FileOps): Promise<Trouble> {
  const spool = createSpool(
    { files, directory: join(directory, 'trouble'), host: 'test.example', clock: systemClock },
    { staleAfterMs: 3_600_000 },
  );
  await spool.open();
  const names = createNameMaker(systemClock, 'test.example', 4711);
  return createTrouble({ spool, files, names, clock: systemClock, log: silentLog });
}

const quarantine = (trouble: Trouble) =>
  trouble.quarantine({
    raw,
    content: digestOf(raw),
    envelope: { via: 'smtp', sender: '', recipients: ['a@x.example'], client: undefined },
    verdicts: { ...noVerdicts, virus: { found: true, name: 'Eicar', by: 'clamd' } },
  });

/** Files like intake does: under a name that follows from the mail. */
const release = (trouble: Trouble, name: string, directory: string, files: FileOps) =>
  trouble.release(name, async (mail) => {
    try {
      await files.createFile(join(directory, 'ticket', mail.name), mail.raw);
    } catch (error) {
      if (!isFault(error, 'exists')) throw error;
    }
    await files.syncDirectory(join(directory, 'ticket'));
    return { isGone: true, value: mail.raw };
  });

async function play(directory: string, files: FileOps): Promise<boolean> {
  let isTaken = false;
  try {
    const trouble = await open(directory, files);
    const name = await quarantine(trouble);
    isTaken = true;
    await release(trouble, name, directory, files);
  } catch (error) {
    if (!(error instanceof CrashError) && !isFault(error)) throw error;
  }
  return isTaken;
}

async function runAndCheck(plan: FaultPlan): Promise<number> {
  const directory = await makeTemporaryDirectory();
  await nodeFiles.makeDirectory(join(directory, 'ticket'));
  await open(directory, nodeFiles);
  const files = createFaultyFiles(plan);
  const isTaken = await play(directory, files);
  if (plan.kind === 'crash') await files.powerCut('all');

  const trouble = await open(directory, nodeFiles);
  const [entry, ...others] = await trouble.list();
  const filed = await readdir(join(directory, 'ticket'));
  expect(others).toEqual([]);
  if (isTaken) expect(entry !== undefined || filed.length === 1).toBe(true);
  const name = entry?.name ?? (await quarantine(trouble));
  expect((await trouble.read(name))?.mail.equals(raw)).toBe(true);
  // A file that a crash left half written in the ticket is for the ticket store to deal with.
  if (filed.length === 0) {
    expect((await release(trouble, name, directory, nodeFiles)).ok).toBe(true);
    expect(await trouble.count()).toBe(0);
    const [only = ''] = await readdir(join(directory, 'ticket'));
    expect((await readFile(join(directory, 'ticket', only))).equals(raw)).toBe(true);
  }
  return files.calls();
}

it('a mail with a virus is lost at no file call', async () => {
  const calls = await runAndCheck({ kind: 'count' });
  expect(calls).toBeGreaterThanOrEqual(fewestCalls);
  for (let at = 1; at <= calls; at += 1) {
    await runAndCheck({ kind: 'fail', at, errno: 'ENOSPC' });
    await runAndCheck({ kind: 'fail', at, errno: 'EIO', lasting: true });
    for (const effect of ['none', 'half', 'done'] as const)
      await runAndCheck({ kind: 'crash', at, effect });
  }
}, 60_000);
