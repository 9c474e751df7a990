/**
 * The road of a file that is put into `drop/`, on a disk that fails: into a new ticket with its transcript, and into one that is
 * there. Afterwards a fresh desk on a sound disk must have each file once, and `drop/` must be empty.
 */
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Clock, sleep, systemClock } from '../../src/base/clock.ts';
import { Fault, isFault } from '../../src/base/fault.ts';
import { silentLog } from '../../src/base/log.ts';
import { type Desk, openDesk } from '../../src/desk.ts';
import { type FileOps, nodeFiles } from '../../src/storage/files.ts';
import { pdfFile, wavFile } from '../helpers/dropped-files.ts';
import {
  CrashError,
  createFaultyFiles,
  type FaultPlan,
  type FaultyFiles,
} from '../helpers/faulty-files.ts';
import { testParts } from '../helpers/parts.ts';
import { plainMail } from '../helpers/test-desk.ts';
import type { Loss } from '../helpers/unsynced-names.ts';

export const fewestCalls = 60;

const stableMs = 100;
/** Nobody waits long for an index that cannot be read. */
const hastyClock: Clock = {
  ...systemClock,
  after: (delayMs, run) => systemClock.after(Math.min(delayMs, 250), run),
};

export async function runAndCheck(
  plan: FaultPlan,
  loss: Loss = 'all',
): Promise<{ readonly calls: number; readonly operations: readonly string[] }> {
  const directory = await mkdtemp(join(tmpdir(), 'maildesk-drop-fault-'));
  try {
    await prepare(directory);
    const files = createFaultyFiles(plan);
    await play(directory, files);
    if (plan.kind === 'crash') await files.powerCut(loss);
    await check(directory);
    return { calls: files.calls(), operations: files.operations() };
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

async function open(directory: string, files: FileOps, clock: Clock): Promise<Desk> {
  const opened = await openDesk(
    {
      directory,
      environment: {},
      flags: { checkSenders: 'false', dropStable: `${stableMs}ms`, country: 'DE' },
    },
    testParts({ log: silentLog, files, clock }),
  );
  if (!opened.ok)
    throw new Fault('config-invalid', { retry: 'later', detail: JSON.stringify(opened.refusal) });
  return opened.value;
}

/** A desk with one ticket, and two files that were put there a while ago. */
async function prepare(directory: string): Promise<void> {
  const desk = await open(directory, nodeFiles, systemClock);
  await desk.index.ready(10_000);
  const { ticket } = await fileMail(desk);
  await desk.autoReplies.settled();
  await desk.close();
  const past = new Date(Date.now() - 60_000);
  const dropped = [
    ['+49301234567.wav', wavFile],
    ['+49301234567.txt', Buffer.from('The chandelier sparkles.\n')],
    [`${ticket}_+49307654321.pdf`, pdfFile],
  ] as const;
  for (const [name, bytes] of dropped) {
    await writeFile(join(directory, 'drop', name), bytes);
    await utimes(join(directory, 'drop', name), past, past);
  }
}

async function fileMail(desk: Desk) {
  const outcome = await desk.intake.process({
    raw: Buffer.from(plainMail()),
    via: 'smtp',
    sender: 'kim@customer.example',
    recipients: ['support@localhost'],
    client: undefined,
  });
  if (outcome.outcome !== 'filed') throw new Error(outcome.outcome);
  return outcome;
}

async function play(directory: string, files: FaultyFiles): Promise<void> {
  let desk: Desk | undefined;
  try {
    desk = await open(directory, files, hastyClock);
    await desk.index.ready(10_000);
    await takeAll(desk);
  } catch (error) {
    if (!(error instanceof CrashError) && !isFault(error)) throw error;
  }
  await desk?.drop.stop().catch(ignoreFault);
  await desk?.close().catch(ignoreFault);
}

async function takeAll(desk: Desk): Promise<void> {
  await desk.drop.collect();
  await sleep(systemClock, stableMs + 20);
  await desk.drop.collect();
}

function ignoreFault(error: unknown): void {
  if (!(error instanceof CrashError) && !isFault(error)) throw error;
}

async function check(directory: string): Promise<void> {
  const desk = await open(directory, nodeFiles, systemClock);
  await desk.store.cleanUp();
  await desk.index.ready(10_000);
  await takeAll(desk);
  await desk.drop.stop();
  const kinds: string[] = [];
  const texts: string[] = [];
  for await (const number of desk.store.numbers()) {
    const folder = await desk.reader.read(number);
    for (const { event } of folder?.messages ?? []) {
      if (!event.fields.has('drop') && !event.fields.has('transcript')) continue;
      kinds.push(event.kindText);
      const mail = await desk.reader.readMail(number, event.name);
      texts.push(mail?.text.trim() ?? '');
    }
  }
  await desk.close();
  expect(kinds.sort()).toEqual(['fax-in', 'recording']);
  expect(texts.filter((text) => text !== '')).toEqual(['The chandelier sparkles.']);
  expect(await readdir(join(directory, 'drop'))).toEqual([]);
}
