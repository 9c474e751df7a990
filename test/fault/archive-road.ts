/**
 * Moving a ticket to the archive and back, and removing it, on a disk that fails at each call.
 *
 * What was acknowledged is there exactly once after a start, in one place; nothing lies aside; a removed ticket is gone with
 * its trace, or whole without one.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { hour, systemClock, toInstant } from '../../src/base/clock.ts';
import { isFault } from '../../src/base/fault.ts';
import type { MessageName } from '../../src/core/ticket/event.ts';
import type { TicketNumber } from '../../src/core/ticket/number.ts';
import { ensureDirectory, type FileOps, nodeFiles, toFault } from '../../src/storage/files.ts';
import { createTicketPlaces } from '../../src/storage/ticket-places.ts';
import { createRemovals } from '../../src/storage/ticket-removal.ts';
import type { TicketWriter } from '../../src/storage/ticket-store.ts';
import { openStore, receivedMail } from '../helpers/desk-parts.ts';
import { CrashError, createFaultyFiles, type FaultPlan } from '../helpers/faulty-files.ts';
import type { Loss } from '../helpers/unsynced-names.ts';

const mail = (text: string) => receivedMail(`From: kim@customer.example\r\n\r\n${text}\r\n`);

/** archive/ is another file system than the rest. */
function apart(files: FileOps, root: string): FileOps {
  const side = (path: string) => path.startsWith(join(root, 'archive'));
  const refuse = (from: string, to: string) => {
    if (side(from) !== side(to))
      throw toFault('rename', from, Object.assign(new Error('EXDEV'), { code: 'EXDEV' }));
  };
  return {
    ...files,
    async rename(from, to) {
      refuse(from, to);
      await files.rename(from, to);
    },
  };
}

export interface Scenario {
  readonly disks: 'one' | 'two';
  /** Adds the names of what was acknowledged. */
  play(store: TicketWriter, number: TicketNumber, accepted: MessageName[]): Promise<void>;
}

async function run(
  scenario: Scenario,
  plan: FaultPlan,
  loss: Loss = 'all',
): Promise<readonly string[]> {
  const root = await mkdtemp(join(tmpdir(), 'maildesk-archive-'));
  try {
    for (const place of ['tickets', 'archive'])
      await ensureDirectory(nodeFiles, join(root, place), root);
    const { number, messages } = await (await openStore(root)).create('20251123', mail('one'));
    const accepted = messages.map(({ event }) => event.name);
    const faulty = createFaultyFiles(plan);
    const files = scenario.disks === 'two' ? apart(faulty, root) : faulty;
    try {
      await scenario.play(await openStore(root, { files }), number, accepted);
    } catch (error) {
      if (!(error instanceof CrashError) && !isFault(error)) throw error;
    }
    if (plan.kind === 'crash') await faulty.powerCut(loss);
    await check(root, number, accepted);
    return faulty.operations();
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function check(
  root: string,
  number: TicketNumber,
  accepted: readonly MessageName[],
): Promise<void> {
  const clock = { ...systemClock, now: () => toInstant(Date.now() + hour) };
  const store = await openStore(root, { clock });
  await store.cleanUp();
  const isRemoved = (await removals(root).read(number)) !== undefined;
  const folder = await store.read(number);
  expect(folder === undefined, 'gone with its trace, or there without').toBe(isRemoved);
  const names = folder?.messages.map(({ event }) => event.name) ?? [];
  expect(new Set(names).size).toBe(names.length);
  if (!isRemoved) for (const name of accepted) expect(names).toContain(name);
  const places = ['tickets', 'archive'].map((place) => join(root, place, '2025/11/23', number));
  const there = await Promise.all(places.map((path) => nodeFiles.stat(path)));
  expect(there.filter((stat) => stat !== undefined)).toHaveLength(isRemoved ? 0 : 1);
  for (const place of ['tickets', 'archive']) {
    const aside = await readdir(join(root, place, '.tmp')).catch(() => []);
    // A copy that was broken off goes after a day and a half.
    expect(aside.filter((name) => !name.startsWith('copy-'))).toEqual([]);
  }
}

function removals(root: string, files: FileOps = nodeFiles) {
  const places = createTicketPlaces(files, { tickets: join(root, 'tickets'), infoSeparator: ':' });
  return createRemovals(files, places);
}

const moving = {
  async play(store: TicketWriter, number: TicketNumber, accepted: MessageName[]) {
    const add = async (text: string) =>
      void accepted.push((await store.append(number, mail(text))).name);
    await store.move(number, 'archive');
    await add('two');
    await store.move(number, 'tickets');
    await add('three');
  },
};

export async function sweepMoves(
  disks: Scenario['disks'],
  fewestCalls: number,
  step: number,
): Promise<void> {
  const scenario = { ...moving, disks };
  const operations = await run(scenario, { kind: 'count' });
  expect(operations.length).toBeGreaterThan(fewestCalls);
  for (let at = 1; at <= operations.length; at += step) {
    const loss = (['every-other', 'all', 'none'] as const)[at % 3] ?? 'all';
    const about = `${at} ${operations[at - 1]}`;
    await expect(
      run(scenario, { kind: 'crash', at }, loss),
      `${about} ${loss}`,
    ).resolves.toBeDefined();
    await expect(run(scenario, { kind: 'fail', at, errno: 'EIO' }), about).resolves.toBeDefined();
  }
}

export async function sweepRemoval(): Promise<void> {
  const scenario = (root: () => string, files: () => FileOps): Scenario => ({
    disks: 'one',
    async play(store, number) {
      const taken = await store.takeAway(number);
      await removals(root(), files()).write({
        number,
        rule: 'removeAfter',
        time: toInstant(0),
        queue: 'Support',
        created: toInstant(0),
        rested: toInstant(0),
        heads: [],
        messages: [],
      });
      await taken?.remove();
    },
  });
  const runOne = async (plan: FaultPlan) => {
    const root = await mkdtemp(join(tmpdir(), 'maildesk-removal-'));
    try {
      await ensureDirectory(nodeFiles, join(root, 'archive'), root);
      const { number, messages } = await (await openStore(root)).create('20251123', mail('one'));
      const faulty = createFaultyFiles(plan);
      const store = await openStore(root, { files: faulty }).catch(() => undefined);
      if (store !== undefined)
        await scenario(
          () => root,
          () => faulty,
        )
          .play(store, number, [])
          .catch((error: unknown) => {
            if (!(error instanceof CrashError) && !isFault(error)) throw error;
          });
      if (plan.kind === 'crash') await faulty.powerCut('all');
      await check(
        root,
        number,
        messages.map(({ event }) => event.name),
      );
      return faulty.calls();
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  };
  const calls = await runOne({ kind: 'count' });
  expect(calls).toBeGreaterThan(10);
  for (let at = 1; at <= calls; at += 1) {
    await expect(runOne({ kind: 'crash', at }), `crash ${at}`).resolves.toBeDefined();
    await expect(runOne({ kind: 'fail', at, errno: 'EIO' }), `fail ${at}`).resolves.toBeDefined();
  }
}
