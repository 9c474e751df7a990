/**
 * Escalating on a disk that fails.
 *
 * Two steps have fallen due while no desk ran. A desk that makes up for them runs once to count the file calls; then again
 * for calls that fail, or in which the machine loses its power. Afterwards, on a sound disk, each step has happened once,
 * in order, with its changes, and the chain of the history is whole.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { hour } from '../../src/base/clock.ts';
import { isFault } from '../../src/base/fault.ts';
import { silentLog } from '../../src/base/log.ts';
import { readStep } from '../../src/core/escalation/step-event.ts';
import { accountForMoves, checkHistory } from '../../src/core/ticket/history.ts';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { type Desk, openDesk } from '../../src/desk.ts';
import { createEscalator, type Escalator } from '../../src/services/escalation/escalator.ts';
import { type FileOps, nodeFiles } from '../../src/storage/files.ts';
import { createFakeClock, type FakeClock } from '../helpers/clock.ts';
import { CrashError, createFaultyFiles, type FaultPlan } from '../helpers/faulty-files.ts';
import { testParts } from '../helpers/parts.ts';
import { plainMail } from '../helpers/test-desk.ts';
import type { Loss } from '../helpers/unsynced-names.ts';

/** The sweep must not shrink to nothing unseen: a start, and two events. */
export const fewestCalls = 25;

const queue = `name: Support
targets: { firstResponse: 4h }
escalation:
  - { at: 75%, do: [notify owner, raise high] }
  - { at: 100%, do: [tag late] }
`;

export interface RunResult {
  readonly calls: number;
  readonly operations: readonly string[];
}

export async function runAndCheck(plan: FaultPlan, loss: Loss = 'all'): Promise<RunResult> {
  const directory = await mkdtemp(join(tmpdir(), 'maildesk-escalation-'));
  const clock = createFakeClock();
  try {
    const ticket = await prepare(directory, clock);
    await clock.advance(5 * hour);
    const files = createFaultyFiles(plan);
    await play(directory, files, clock);
    if (plan.kind === 'crash') await files.powerCut(loss);
    await check(directory, clock, ticket);
    return { calls: files.calls(), operations: files.operations() };
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

async function open(directory: string, clock: FakeClock, files: FileOps): Promise<Desk> {
  const opened = await openDesk(
    { directory, environment: {}, flags: { confirmations: 'false', checkSenders: 'false' } },
    testParts({ log: silentLog, files, clock }),
  );
  if (!opened.ok) throw new CrashError();
  return opened.value;
}

async function prepare(directory: string, clock: FakeClock): Promise<TicketNumber> {
  for (const [path, text] of [
    ['queues/support.yaml', queue],
    ['calendars/default.yaml', 'timeZone: UTC\nhours: 00:00-24:00\n'],
  ] as const) {
    await mkdir(join(directory, 'config', path, '..'), { recursive: true });
    await writeFile(join(directory, 'config', path), text);
  }
  const desk = await open(directory, clock, nodeFiles);
  await desk.index.ready(hour);
  for (const spool of [desk.inboxSpool, desk.outboxSpool, desk.troubleSpool]) await spool.open();
  const receipt = await desk.intake.process({
    raw: Buffer.from(plainMail()),
    via: 'smtp',
    sender: 'kim@customer.example',
    recipients: ['support@localhost'],
    client: undefined,
  });
  await desk.close();
  if (receipt.outcome !== 'filed') throw new Error(`The mail was ${receipt.outcome}`);
  return receipt.ticket;
}

function escalatorOf(desk: Desk, clock: FakeClock): Escalator {
  const { tickets, index, steps, config } = desk;
  return createEscalator({ tickets, index, steps, config, clock, log: silentLog });
}

/** What fails is tried again after a minute by the clock. */
async function play(directory: string, files: FileOps, clock: FakeClock): Promise<void> {
  let desk: Desk | undefined;
  let escalator: Escalator | undefined;
  try {
    desk = await open(directory, clock, files);
    await ready(desk, clock);
    escalator = escalatorOf(desk, clock);
    escalator.start();
    await escalator.catchUp();
    await escalator.settled();
    await clock.advance(hour / 30);
    await escalator.settled();
  } catch (error) {
    if (!(error instanceof CrashError) && !isFault(error)) throw error;
  }
  await escalator?.stop();
  await desk?.close().catch(() => {});
}

/** A sweep that failed is tried again after a while, by the clock. */
async function ready(desk: Desk, clock: FakeClock): Promise<void> {
  let isOver = false;
  let failure: unknown;
  void desk.index
    .ready(hour / 6)
    .catch((error: unknown) => {
      failure = error;
    })
    .finally(() => {
      isOver = true;
    });
  while (!isOver) {
    await clock.advance(1000);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  if (failure !== undefined) throw failure;
}

async function check(directory: string, clock: FakeClock, number: TicketNumber): Promise<void> {
  const desk = await open(directory, clock, nodeFiles);
  const escalator = escalatorOf(desk, clock);
  try {
    await desk.index.ready(hour);
    escalator.start();
    await escalator.catchUp();
    await escalator.settled();
    const folder = await desk.store.read(number);
    const events = (folder?.messages ?? []).map(({ event }) => event);
    const steps = events.flatMap((event) => readStep(event) ?? []);
    expect(steps.map(({ percent }) => percent)).toEqual([75, 100]);
    // However often it began, somebody is told by the last step.
    expect(steps.at(-1)).toMatchObject({ isToldLater: false, tell: ['*'] });
    expect(folder?.ticket.priority).toBe('high');
    expect([...(folder?.ticket.tags ?? [])]).toEqual(['late']);
    expect(checkHistory(events, new Set(), accountForMoves(events))).toEqual([]);
  } finally {
    await escalator.stop();
    await desk.close();
  }
}
