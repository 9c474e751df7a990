/**
 * What is known of bulk actions: one file a batch, the plan in its first line, one more line for each ticket that is done.
 *
 * Owns: `index/batches/ID.jsonl`. Promises: reading is total; a line that a crash cut is left out. May be deleted at any
 * time: the events carry the id of their batch (`Ticket-Batch`), so only the lists of what was skipped are lost.
 */
import { join } from 'node:path';
import { formatInstant, type Instant, parseInstant, toInstant } from '../base/clock.ts';
import { isFault } from '../base/fault.ts';
import { type Actor, formatActor, parseActor } from '../core/ticket/event.ts';
import { parseTicketNumber, type TicketNumber } from '../core/ticket/number.ts';
import { ensureDirectory, type FileOps } from '../storage/files.ts';
import { type BulkAction, formatAction, parseAction, type Reason } from './bulk-action.ts';

export interface Skipped {
  readonly number: TicketNumber;
  readonly reason: Reason;
}

export interface BatchPlan {
  readonly id: string;
  readonly actor: Actor;
  readonly created: Instant;
  readonly action: BulkAction;
  /** The search that the tickets were found by. */
  readonly query: string | undefined;
  /** What a merge goes into. */
  readonly into: TicketNumber | undefined;
  /** Tickets that will change. */
  readonly tickets: readonly TicketNumber[];
  /** Tickets that stay as they are, and why. */
  readonly skipped: readonly Skipped[];
}

export interface BatchRecord extends BatchPlan {
  readonly started: boolean;
  readonly ended: boolean;
  readonly done: readonly TicketNumber[];
  /** Refused when their turn came. */
  readonly refused: readonly Skipped[];
  /** When the file was written to last. */
  readonly touched: Instant;
}

export type BatchLine =
  | { readonly kind: 'started' | 'ended' }
  | { readonly kind: 'done'; readonly number: TicketNumber }
  | { readonly kind: 'refused'; readonly number: TicketNumber; readonly reason: Reason };

export interface BatchFiles {
  create(plan: BatchPlan): Promise<void>;
  append(id: string, line: BatchLine): Promise<void>;
  read(id: string): Promise<BatchRecord | undefined>;
}

/** Older ones are removed when a new one is made. */
const mostKept = 200;

export function isBatchId(text: string): boolean {
  return /^[a-z0-9]{10,24}$/.test(text);
}

export function createBatchFiles(files: FileOps, directory: string): BatchFiles {
  const folder = join(directory, 'index', 'batches');
  const pathOf = (id: string) => join(folder, `${id}.jsonl`);

  async function removeOld(): Promise<void> {
    // The id begins with the time, so the order of names is that of the batches.
    const names = ((await files.list(folder)) ?? []).filter((name) => name.endsWith('.jsonl'));
    for (const name of names.sort().slice(0, -mostKept)) await files.unlink(join(folder, name));
  }

  return {
    async create(plan) {
      await ensureDirectory(files, folder, directory);
      await removeOld();
      await files.createFile(pathOf(plan.id), Buffer.from(`${JSON.stringify(formatPlan(plan))}\n`));
    },
    append(id, line) {
      // A crash may have cut the last line.
      const before = line.kind === 'started' ? '\n' : '';
      return files.append(pathOf(id), `${before}${JSON.stringify(line)}\n`);
    },
    async read(id) {
      if (!isBatchId(id)) return undefined;
      try {
        const text = (await files.readFile(pathOf(id))).toString('utf8');
        const touched = (await files.stat(pathOf(id)))?.modified ?? toInstant(0);
        return parseRecord(id, text, touched);
      } catch (error) {
        if (isFault(error) && error.code === 'not-found') return undefined;
        throw error;
      }
    },
  };
}

function formatPlan(plan: BatchPlan): Readonly<Record<string, unknown>> {
  return {
    actor: formatActor(plan.actor),
    created: formatInstant(plan.created),
    action: formatAction(plan.action),
    query: plan.query,
    into: plan.into,
    tickets: plan.tickets,
    skipped: plan.skipped,
  };
}

function parseRecord(id: string, text: string, touched: Instant): BatchRecord | undefined {
  const [first, ...rest] = text.split('\n').map(parseJson);
  const plan = first === undefined ? undefined : readPlan(id, first);
  if (plan === undefined) return undefined;
  const lines = rest.filter((line) => line !== undefined);
  const numbers = (kind: string) =>
    lines.flatMap((line) => (line.kind === kind ? (readNumber(line.number) ?? []) : []));
  return {
    ...plan,
    started: lines.some(({ kind }) => kind === 'started'),
    // Going on after a stop begins anew.
    ended: lines.findLast(({ kind }) => kind === 'started' || kind === 'ended')?.kind === 'ended',
    done: [...new Set(numbers('done'))].sort(),
    refused: lines.flatMap((line) => (line.kind === 'refused' ? (readSkipped(line) ?? []) : [])),
    touched,
  };
}

type JsonObject = Readonly<Record<string, unknown>>;

function parseJson(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readPlan(id: string, value: JsonObject): BatchPlan | undefined {
  const action = parseAction(value.action);
  const actor = typeof value.actor === 'string' ? parseActor(value.actor) : undefined;
  const created = typeof value.created === 'string' ? parseInstant(value.created) : undefined;
  if (action === undefined || actor === undefined || created === undefined) return undefined;
  return {
    id,
    actor,
    created,
    action,
    query: typeof value.query === 'string' ? value.query : undefined,
    into: readNumber(value.into),
    tickets: listOf(value.tickets).flatMap((each) => readNumber(each) ?? []),
    skipped: listOf(value.skipped).flatMap((each) => readSkipped(each) ?? []),
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function readNumber(value: unknown): TicketNumber | undefined {
  return typeof value === 'string' ? parseTicketNumber(value) : undefined;
}

function readSkipped(value: unknown): Skipped | undefined {
  if (!isObject(value) || !isObject(value.reason)) return undefined;
  const number = readNumber(value.number);
  const { code, text, values } = value.reason;
  if (number === undefined || typeof code !== 'string' || typeof text !== 'string')
    return undefined;
  const pairs = isObject(values) ? Object.entries(values) : [];
  return {
    number,
    reason: {
      code,
      text,
      values: Object.fromEntries(pairs.map(([name, each]) => [name, String(each)])),
    },
  };
}
