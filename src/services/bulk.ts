/**
 * One action on many tickets: planned, looked at, run, gone on with, taken back.
 *
 * Promises: every ticket goes the one road, a few at a time, and the event in it carries the id of the batch. What is run
 * twice changes nothing twice. A batch that was stopped says how far it came and can be gone on with; one that is taken
 * back is a batch itself. Tickets that the actor may not see are not spoken of.
 * Leaves to others: what would happen (bulk-plan.ts), the record (batch-files.ts).
 */
import { errorText } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { ok, type Result, refuse } from '../base/result.ts';
import { createKeyedSerial } from '../base/serial.ts';
import type { QueryProblem } from '../core/search/query.ts';
import type { Refusal } from '../core/ticket/decide.ts';
import type { Actor } from '../core/ticket/event.ts';
import type { TicketNumber } from '../core/ticket/number.ts';
import type { TicketFolder, TicketReader } from '../storage/ticket-store.ts';
import { batchOf, eventsOf, eventsOfBatch } from './batch-events.ts';
import { type BatchFiles, type BatchPlan, type BatchRecord, isBatchId } from './batch-files.ts';
import { commandOf, toReason } from './bulk-action.ts';
import {
  type BulkPlanningDeps,
  type BulkRequest,
  createBulkPlanning,
  forAll,
  refusalOf,
  type Selection,
} from './bulk-plan.ts';
import type { BulkRefusal } from './bulk-refusal.ts';
import type { Regroup } from './regroup.ts';
import type { Tickets } from './tickets.ts';
import type { Undo } from './undo.ts';

export interface Batch extends BatchRecord {
  /** `stopped`: begun, not at its end, and nobody works on it. */
  readonly state: 'planned' | 'running' | 'stopped' | 'ended';
}

export interface Bulk {
  /** What would happen; nothing is kept. */
  foresee(request: BulkRequest): Promise<Result<BatchPlan, BulkRefusal | QueryProblem>>;
  /** The same, kept under its id, to be run. */
  plan(request: BulkRequest): Promise<Result<BatchPlan, BulkRefusal | QueryProblem>>;
  /** The plan that takes a batch back; it is kept. */
  planUndo(batch: string, actor: Actor): Promise<Result<BatchPlan, BulkRefusal>>;
  read(id: string): Promise<Batch | undefined>;
  /** Runs what is left of it; resolves when it has ended, or stopped. */
  run(id: string): Promise<Result<Batch, BulkRefusal>>;
  /** Ends what is under way after the tickets that are being changed. */
  stop(): Promise<void>;
}

export interface BulkDeps extends BulkPlanningDeps {
  readonly tickets: Pick<Tickets, 'run' | 'foresee' | 'mayNot'>;
  readonly regroup: Pick<Regroup, 'merge'>;
  readonly undo: Undo;
  /** Each folder by itself. */
  readonly store: Pick<TicketReader, 'read' | 'numbers'>;
  readonly batches: BatchFiles;
  readonly log: Log;
}

/** Whoever else writes into the file of a batch works on it. */
const restMs = 20_000;

export function createBulk(deps: BulkDeps): Bulk {
  const { tickets, regroup, undo, store, batches, clock, log } = deps;
  const { foresee, speaksAgainst } = createBulkPlanning(deps);
  const serial = createKeyedSerial();
  const running = new Set<string>();
  let isStopped = false;

  async function plan(
    request: BulkRequest,
  ): Promise<Result<BatchPlan, BulkRefusal | QueryProblem>> {
    const foreseen = await foresee(request);
    if (foreseen.ok) await batches.create(foreseen.value);
    return foreseen;
  }

  async function planUndo(batch: string, actor: Actor): Promise<Result<BatchPlan, BulkRefusal>> {
    if (!isBatchId(batch)) return refuse({ code: 'unknown-batch', batch });
    if (running.has(batch)) return refuse({ code: 'batch-running', batch });
    const record = await batches.read(batch);
    const numbers: TicketNumber[] = [];
    for await (const number of record?.tickets ?? store.numbers()) {
      const folder = await store.read(number);
      if (folder !== undefined && eventsOfBatch(folder, batch).length > 0) numbers.push(number);
    }
    if (numbers.length === 0)
      return refuse({ code: record === undefined ? 'unknown-batch' : 'batch-undone', batch });
    const selection: Selection = { kind: 'tickets', numbers };
    const planned = await plan({ selection, action: { kind: 'undo', batch }, actor });
    // Without a search there is no problem of one.
    return planned.ok ? planned : refuse({ code: 'unknown-batch', batch });
  }

  async function read(id: string): Promise<Batch | undefined> {
    const record = await batches.read(id);
    if (record === undefined) return undefined;
    if (record.ended) return { ...record, state: 'ended' };
    if (running.has(id)) return { ...record, state: 'running' };
    if (!record.started) return { ...record, state: 'planned' };
    const isBusy = record.touched > clock.now() - restMs;
    return { ...record, state: isBusy ? 'running' : 'stopped' };
  }

  function run(id: string): Promise<Result<Batch, BulkRefusal>> {
    running.add(id);
    return serial.run(id, async () => {
      try {
        const record = await batches.read(id);
        if (record === undefined) return refuse({ code: 'unknown-batch', batch: id });
        if (!record.ended) await runRest(record);
      } finally {
        running.delete(id);
      }
      const record = await batches.read(id);
      if (record === undefined) return refuse({ code: 'unknown-batch', batch: id });
      return ok({ ...record, state: record.ended ? 'ended' : 'stopped' });
    });
  }

  /** The first failure of the disk ends it: what is left can be gone on with. */
  async function runRest(record: BatchRecord): Promise<void> {
    const settled = new Set([...record.done, ...record.refused.map(({ number }) => number)]);
    const left = record.tickets.filter((number) => !settled.has(number));
    let failure: unknown;
    await batches.append(record.id, { kind: 'started' });
    await forAll(left, async (number) => {
      if (isStopped || failure !== undefined) return;
      try {
        const refusal = await runOne(number, record);
        await batches.append(
          record.id,
          refusal === undefined
            ? { kind: 'done', number }
            : { kind: 'refused', number, reason: toReason(refusal) },
        );
      } catch (error) {
        failure ??= error;
      }
    });
    if (failure !== undefined)
      log.warn('batch.stopped', { batch: record.id, cause: errorText(failure) });
    else if (!isStopped) await batches.append(record.id, { kind: 'ended' });
  }

  async function runOne(number: TicketNumber, batch: BatchPlan): Promise<Refusal | undefined> {
    const { action, actor, into, id } = batch;
    const folder = await store.read(number);
    if (folder === undefined) return { code: 'unknown-ticket', number };
    // Done before something stopped it, and not recorded any more.
    const isBegun = eventsOf(folder).some((event) => batchOf(event) === id);
    if (action.kind === 'undo') return undoOne(folder, action.batch, batch);
    if (isBegun) return undefined;
    if (action.kind === 'merge')
      return into === undefined
        ? { code: 'unknown-ticket', number }
        : refusalOf(regroup.merge(number, into, actor, { batch: id }));
    const against = await speaksAgainst(number, batch);
    return against ?? refusalOf(tickets.run(number, commandOf(action), actor, { batch: id }));
  }

  async function undoOne(
    folder: TicketFolder,
    undone: string,
    { actor, id }: BatchPlan,
  ): Promise<Refusal | undefined> {
    for (const event of eventsOfBatch(folder, undone)) {
      const refusal = await refusalOf(undo.undo(folder.number, event.name, actor, { batch: id }));
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  return {
    foresee,
    plan,
    planUndo,
    read,
    run,
    async stop() {
      isStopped = true;
      await serial.idle();
    },
  };
}
