/**
 * What is to be erased of a person, and how far that is: `erasures/ID.json`, and what was done `erasures/ID.done`.
 *
 * Promises: a plan is whole or not there; what is done is appended, so a run that was stopped goes on behind it. A plan names
 * the person, because the run must; it is removed at the end, and the report that stays (`ID.report.json`) names nobody.
 */
import { join } from 'node:path';
import { type Instant, toInstant } from '../../base/clock.ts';
import { isFault } from '../../base/fault.ts';
import { parseTicketNumber, type TicketNumber } from '../../core/ticket/number.ts';
import { ensureDirectory, type FileOps } from '../../storage/files.ts';
import type { PersonMarks } from '../finders.ts';

/** `empty`: the person's own tickets stay as tombstones; `remove`: they go whole, and leave a trace. */
export type EraseWay = 'empty' | 'remove';

export interface ErasePlan {
  readonly id: string;
  readonly made: Instant;
  readonly way: EraseWay;
  readonly marks: PersonMarks;
  /** Tickets whose customer the person is. */
  readonly own: readonly TicketNumber[];
  /** Tickets of others in which the person is named. */
  readonly others: readonly TicketNumber[];
  readonly counts: EraseCounts;
  /** Files of the configuration that name the person and are changed by hand. */
  readonly byHand: readonly string[];
}

export interface EraseCounts {
  readonly messages: number;
  readonly attachments: number;
  /** Messages of others in which the person is mentioned. */
  readonly mentions: number;
  /** Files with notes on the person. */
  readonly notes: number;
  /** Mails in the trouble folder. */
  readonly trouble: number;
  /** Files of agents that name the person. */
  readonly agentFiles: number;
}

export interface EraseReport {
  readonly id: string;
  readonly finished: string;
  readonly by: string;
  readonly way: EraseWay;
  readonly emptied: number;
  readonly removed: number;
  readonly changed: number;
  readonly counts: EraseCounts;
  readonly byHand: readonly string[];
  /** Tickets that name the person still. */
  readonly left: readonly TicketNumber[];
}

export interface EraseFiles {
  save(plan: ErasePlan): Promise<void>;
  /** Undefined for one that is unknown, done, or unreadable. */
  read(id: string): Promise<ErasePlan | undefined>;
  noteDone(id: string, number: TicketNumber): Promise<void>;
  done(id: string): Promise<ReadonlySet<string>>;
  /** The plan goes, the report stays. */
  finish(report: EraseReport): Promise<void>;
  /** Plans nobody ran. */
  forgetBefore(time: Instant): Promise<void>;
}

const idForm = /^[a-z0-9]{6,40}$/;

export function createEraseFiles(files: FileOps, directory: string): EraseFiles {
  const folder = join(directory, 'erasures');
  const path = (id: string, ending: string) => join(folder, `${id}${ending}`);

  async function readText(from: string): Promise<string | undefined> {
    try {
      return (await files.readFile(from)).toString('utf8');
    } catch (error) {
      if (isFault(error, 'not-found')) return undefined;
      throw error;
    }
  }

  async function write(to: string, value: unknown): Promise<void> {
    await ensureDirectory(files, folder, directory);
    await files.unlink(`${to}.new`);
    await files.createFile(`${to}.new`, Buffer.from(`${JSON.stringify(value, null, 2)}\n`), 0o600);
    await files.rename(`${to}.new`, to);
    await files.syncDirectory(folder);
  }

  return {
    save: (plan) => write(path(plan.id, '.json'), plan),
    async read(id) {
      if (!idForm.test(id)) return undefined;
      const text = await readText(path(id, '.json'));
      return text === undefined ? undefined : parsePlan(text);
    },
    async noteDone(id, number) {
      await files.append(path(id, '.done'), `${number}\n`);
    },
    async done(id) {
      return new Set(((await readText(path(id, '.done'))) ?? '').split('\n'));
    },
    async finish(report) {
      await write(path(report.id, '.report.json'), report);
      await files.unlink(path(report.id, '.json'));
      await files.unlink(path(report.id, '.done'));
      await files.syncDirectory(folder);
    },
    async forgetBefore(time) {
      for (const name of (await files.list(folder)) ?? []) {
        if (!/^[a-z0-9]+\.json$/.test(name)) continue;
        const stat = await files.stat(join(folder, name));
        const isBegun =
          (await files.stat(path(name.slice(0, -'.json'.length), '.done'))) !== undefined;
        if (stat !== undefined && stat.modified < time && !isBegun)
          await files.unlink(join(folder, name));
      }
    },
  };
}

function parsePlan(text: string): ErasePlan | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const plan = table(value);
  const marks = table(plan.marks);
  const counts = table(plan.counts);
  const made = typeof plan.made === 'number' ? toInstant(plan.made) : undefined;
  const id = plan.id;
  const way = plan.way;
  if (typeof id !== 'string' || made === undefined) return undefined;
  if (way !== 'empty' && way !== 'remove') return undefined;
  const numbers = (key: string) =>
    texts(plan[key]).flatMap((each) => parseTicketNumber(each) ?? []);
  return {
    id,
    made,
    way,
    marks: {
      addresses: texts(marks.addresses),
      names: texts(marks.names),
      phones: texts(marks.phones),
    },
    own: numbers('own'),
    others: numbers('others'),
    counts: {
      messages: count(counts.messages),
      attachments: count(counts.attachments),
      mentions: count(counts.mentions),
      notes: count(counts.notes),
      trouble: count(counts.trouble),
      agentFiles: count(counts.agentFiles),
    },
    byHand: texts(plan.byHand),
  };
}

function table(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
