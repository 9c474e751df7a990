/**
 * Merging, splitting and moving on a disk that fails.
 *
 * The scenario runs once to count the file calls; then it runs again for each of them, which fails, or in which the
 * machine loses its power. At that moment every mail is in at least one ticket, and after a start in exactly one; the
 * two sides of every merge and move agree.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { isFault } from '../../src/base/fault.ts';
import { silentLog } from '../../src/base/log.ts';
import type { Actor, MessageName } from '../../src/core/ticket/event.ts';
import { accountForMoves, checkHistory } from '../../src/core/ticket/history.ts';
import { parseTicketNumber, type TicketNumber } from '../../src/core/ticket/number.ts';
import { type Desk, openDesk } from '../../src/desk.ts';
import { type FileOps, nodeFiles } from '../../src/storage/files.ts';
import { CrashError, createFaultyFiles, type FaultPlan } from '../helpers/faulty-files.ts';
import { testParts } from '../helpers/parts.ts';
import { plainMail } from '../helpers/test-desk.ts';
import type { Loss } from '../helpers/unsynced-names.ts';
import { copiesOf } from './prepared.ts';

const anna: Actor = { kind: 'agent', login: 'anna' };

export interface RunResult {
  readonly calls: number;
  readonly operations: readonly string[];
}

export async function runAndCheck(plan: FaultPlan, loss: Loss = 'all'): Promise<RunResult> {
  const { directory, prepared: filed } = await copy();
  try {
    const files = createFaultyFiles(plan);
    await play(directory, files, filed);
    if (plan.kind === 'crash') await files.powerCut(loss);
    await expectMails(directory, filed, 'at least once');
    await check(directory, filed);
    return { calls: files.calls(), operations: files.operations() };
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

const copy = copiesOf(prepare);

interface Filed {
  readonly ticket: TicketNumber;
  readonly message: MessageName;
}

async function open(directory: string, files: FileOps): Promise<Desk> {
  const opened = await openDesk(
    { directory, environment: {}, flags: { confirmations: 'false' } },
    testParts({ log: silentLog, files }),
  );
  if (!opened.ok) throw new CrashError();
  return opened.value;
}

/** Two mails in one ticket, one each in two more. */
async function prepare(directory: string): Promise<readonly Filed[]> {
  const desk = await open(directory, nodeFiles);
  await desk.index.ready(10_000);
  await desk.accounts.add({
    login: 'anna',
    name: 'Anna Adler',
    email: 'anna@desk.example',
    roles: ['agent'],
  });
  const filed: Filed[] = [];
  for (const [id, references] of [
    ['a', ''],
    ['b', 'a'],
    ['c', ''],
    ['d', ''],
  ] as const) {
    const raw = plainMail({
      'Message-ID': `<${id}@x>`,
      From: `${id}@customer.example`,
      ...(references === '' ? {} : { References: `<${references}@x>` }),
    });
    const receipt = await desk.intake.process({
      raw: Buffer.from(raw),
      via: 'smtp',
      sender: `${id}@customer.example`,
      recipients: ['support@localhost'],
      client: undefined,
    });
    if (receipt.outcome !== 'filed') throw new Error(`The mail was ${receipt.outcome}`);
    filed.push(receipt);
  }
  await desk.close();
  return filed;
}

/** What fails is tried once more, as a person would. */
async function play(directory: string, files: FileOps, filed: readonly Filed[]): Promise<void> {
  const [a, b, c, d] = filed;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return;
  let desk: Desk | undefined;
  try {
    desk = await open(directory, files);
    await desk.index.ready(10_000);
    const { regroup } = desk;
    await twice(() => regroup.merge(c.ticket, a.ticket, anna));
    const split = await twice(() => regroup.split(a.ticket, b.message, anna));
    await twice(() => regroup.unmerge(c.ticket, anna));
    await twice(() => regroup.move(d.ticket, d.message, c.ticket, anna));
    const own = split?.ok === true ? split.value.ticket : undefined;
    if (own !== undefined) await twice(() => regroup.putBack(own, b.message, anna));
  } catch (error) {
    if (!(error instanceof CrashError) && !isFault(error)) throw error;
  }
  await desk?.close().catch(() => {});
}

async function twice<T>(act: () => Promise<T>): Promise<T | undefined> {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      return await act();
    } catch (error) {
      if (!isFault(error)) throw error;
    }
  }
  return undefined;
}

async function check(directory: string, filed: readonly Filed[]): Promise<void> {
  const desk = await open(directory, nodeFiles);
  await desk.index.ready(10_000);
  // The completion that was begun may need what it wrote itself; the next sweep does the rest.
  for (let sweep = 0; sweep < 3; sweep += 1) {
    await desk.regroup.complete();
    await desk.index.sweep();
  }
  await expectMails(directory, filed, 'once');
  for await (const number of desk.store.numbers()) await expectSides(desk, number);
  const before = await namesOf(directory);
  await desk.regroup.complete();
  expect(await namesOf(directory), 'nothing is left to do').toEqual(before);
  await desk.close();
}

/** The other side of every merge says the same, and the chain accounts for what moved. */
async function expectSides(desk: Desk, number: TicketNumber): Promise<void> {
  const folder = await desk.store.read(number);
  if (folder === undefined) return;
  const { ticket, messages } = folder;
  const events = messages.map(({ event }) => event);
  expect(checkHistory(events, new Set(), accountForMoves(events))).toEqual([]);
  if (ticket.mergedInto !== undefined)
    expect((await desk.store.read(ticket.mergedInto))?.ticket.merged).toContain(number);
  for (const text of ticket.merged) {
    const other = parseTicketNumber(text);
    const part = other === undefined ? undefined : await desk.store.read(other);
    expect(part?.ticket.mergedInto).toBe(number);
  }
  expect(ticket.queue).toBe('Support');
}

async function expectMails(
  directory: string,
  filed: readonly Filed[],
  how: 'once' | 'at least once',
): Promise<void> {
  const names = await namesOf(directory);
  for (const { message } of filed) {
    const places = names.filter((path) => path.includes(message));
    if (how === 'once') expect(places).toHaveLength(1);
    else expect(places.length).toBeGreaterThan(0);
  }
}

/** Paths of all messages in tickets. */
async function namesOf(directory: string): Promise<readonly string[]> {
  const root = join(directory, 'tickets');
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter(
      ({ parentPath, ...entry }) =>
        /[/\\](new|cur)$/.test(parentPath) && !parentPath.includes('.tmp') && entry.name !== '',
    )
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}
