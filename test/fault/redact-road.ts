/**
 * Taking something out on a disk that fails: at every call the message is there, whole, before or after; after a start the
 * passage is gone wherever an event says so, exactly one event says it, and `verify` finds nothing.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { isFault } from '../../src/base/fault.ts';
import { silentLog } from '../../src/base/log.ts';
import { type Desk, openDesk } from '../../src/desk.ts';
import type { RedactRequest } from '../../src/services/redact/redact.ts';
import { type FileOps, nodeFiles } from '../../src/storage/files.ts';
import { CrashError, createFaultyFiles, type FaultPlan } from '../helpers/faulty-files.ts';
import { testParts } from '../helpers/parts.ts';
import { plainMail } from '../helpers/test-desk.ts';
import type { Loss } from '../helpers/unsynced-names.ts';

const passage = 'the code is 7-31-99';
const cause = {
  reason: 'It should not be known',
  actor: { kind: 'user', account: 'root' },
} as const;

export async function runAndCheck(plan: FaultPlan, loss: Loss = 'all') {
  const directory = await mkdtemp(join(tmpdir(), 'maildesk-redact-'));
  try {
    const request = await prepare(directory);
    const files = createFaultyFiles(plan);
    await play(directory, files, request);
    if (plan.kind === 'crash') await files.powerCut(loss);
    await check(directory, request);
    return { calls: files.calls(), operations: files.operations() };
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

async function open(directory: string, files: FileOps): Promise<Desk> {
  const opened = await openDesk(
    { directory, environment: {}, flags: { confirmations: 'false' } },
    testParts({ log: silentLog, files }),
  );
  if (!opened.ok) throw new CrashError();
  return opened.value;
}

async function prepare(directory: string): Promise<RedactRequest> {
  const desk = await open(directory, nodeFiles);
  await desk.index.ready(10_000);
  const receipt = await desk.intake.process({
    raw: Buffer.from(plainMail({ 'Message-ID': '<a@x>' }, `Hello, ${passage}.`)),
    via: 'smtp',
    sender: 'kim@customer.example',
    recipients: ['support@localhost'],
    client: undefined,
  });
  if (receipt.outcome !== 'filed') throw new Error(`The mail was ${receipt.outcome}`);
  const { ticket, message } = receipt;
  await desk.tickets.run(ticket, { kind: 'note', text: `He says ${passage}.` }, cause.actor);
  await desk.close();
  return { ticket, message, target: { kind: 'text', passage }, copies: true };
}

async function play(directory: string, files: FileOps, request: RedactRequest): Promise<void> {
  let desk: Desk | undefined;
  try {
    desk = await open(directory, files);
    await desk.index.ready(10_000);
    await desk.redact.run(request, cause);
  } catch (error) {
    if (!(error instanceof CrashError) && !isFault(error)) throw error;
  }
  await desk?.close().catch(() => {});
}

async function check(directory: string, request: RedactRequest): Promise<void> {
  const desk = await open(directory, nodeFiles);
  await desk.index.ready(10_000);
  await desk.redact.complete();
  const { ticket, message } = request;
  const events = (await desk.store.read(ticket))?.messages ?? [];
  const told = events.filter(({ event }) => event.kind === 'redaction').length;
  expect(told).toBeLessThan(2);
  expect(await holders(directory)).toBe(told === 1 ? 0 : 2);
  expect((await desk.store.readMail(ticket, message))?.messageId).toBe('a@x');
  expect(await findings(desk)).toEqual([]);
  // Asked once more it is done, and no second event says so.
  await desk.redact.run(request, cause);
  const after = (await desk.store.read(ticket))?.messages ?? [];
  expect(after.filter(({ event }) => event.kind === 'redaction')).toHaveLength(1);
  expect(await holders(directory)).toBe(0);
  expect(await findings(desk)).toEqual([]);
  await desk.close();
}

async function findings(desk: Desk): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for await (const finding of desk.verify.all(() => {})) found.push(finding);
  return found;
}

/** How many files of tickets hold the passage, those that are laid aside included. */
async function holders(directory: string): Promise<number> {
  let count = 0;
  const root = join(directory, 'tickets');
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    if (bytes.includes(passage)) count += 1;
  }
  return count;
}
