/**
 * The log of who got in and who read what.
 *
 * Promises: noting something waits for no disk: lines are written together, a moment later and at the end, so the last
 * moments may be lost in a crash. The same reading by the same agent counts once in ten minutes. Months older than the
 * setting are removed. Leaves to others: the files (audit-files.ts), who may see it (edges).
 */
import {
  type Clock,
  type Duration,
  day,
  hour,
  type Instant,
  minute,
  second,
  toInstant,
} from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { createRecent } from '../../base/recent.ts';
import { createKeyedSerial } from '../../base/serial.ts';
import type { FileOps } from '../../storage/files.ts';
import { createAuditFiles } from './audit-files.ts';
import { type AuditEntry, type AuditKind, kindOf } from './entry.ts';

export type NewAuditEntry = Omit<AuditEntry, 'time'>;

export interface AuditQuery {
  readonly kind: AuditKind;
  readonly agent?: string;
  readonly ticket?: string;
  /** From this instant on. */
  readonly from?: Instant;
  /** Before this instant. */
  readonly until?: Instant;
  readonly most: number;
}

export interface AuditPage {
  /** The newest first. */
  readonly entries: readonly AuditEntry[];
  /** False when there may be more than were asked for, or further back than was looked. */
  readonly isAll: boolean;
}

export interface Audit {
  note(entry: NewAuditEntry): void;
  list(query: AuditQuery): Promise<AuditPage>;
  /** Writes what waits. */
  flush(): Promise<void>;
  /** Removes what is kept no longer; looks at most once in an hour. */
  prune(): Promise<void>;
  close(): Promise<void>;
}

export interface AuditDeps {
  readonly files: FileOps;
  /** The desk's. */
  readonly directory: string;
  readonly auditDays: () => number;
  readonly clock: Clock;
  readonly log: Log;
}

const writeAfter: Duration = 2 * second;
const mostWaiting = 20_000;
const sameReading: Duration = 10 * minute;
const rememberedReadings = 20_000;
/** Lines that one question may look at. */
const mostLookedAt = 200_000;
const pruneEvery = hour;

export function createAudit({ files, directory, auditDays, clock, log }: AuditDeps): Audit {
  const stored = createAuditFiles(files, directory);
  const serial = createKeyedSerial();
  const readings = createRecent<string, Instant>(rememberedReadings);
  let waiting: AuditEntry[] = [];
  let cancel: (() => void) | undefined;
  let prunedAt: Instant | undefined;

  /** Repeated looks at the same thing say nothing new. */
  function isKnownReading(entry: AuditEntry): boolean {
    const { agent, ticket, what, detail, way, time } = entry;
    const key = [agent, ticket, what, detail, way].join('\n');
    if ((readings.get(key) ?? Number.NEGATIVE_INFINITY) > time - sameReading) return true;
    readings.set(key, time);
    return false;
  }

  async function write(): Promise<void> {
    cancel?.();
    cancel = undefined;
    const entries = waiting;
    if (entries.length === 0) return;
    waiting = [];
    try {
      await stored.append(entries);
    } catch (error) {
      log.warn('audit.not-written', { lines: entries.length, cause: errorText(error) });
      waiting = [...entries, ...waiting].slice(-mostWaiting);
      writeLater();
    }
  }

  const flush = () => serial.run('write', write);

  function writeLater(): void {
    cancel ??= clock.after(writeAfter, () => void flush());
  }

  return {
    flush,

    note(entry) {
      const whole: AuditEntry = { time: clock.now(), ...entry };
      if (kindOf(whole) === 'reads' && isKnownReading(whole)) return;
      waiting.push(whole);
      if (waiting.length > mostWaiting) waiting = waiting.slice(-mostWaiting);
      writeLater();
    },

    async list({ kind, agent, ticket, from, until, most }) {
      await flush();
      const entries: AuditEntry[] = [];
      let looked = 0;
      for await (const entry of stored.read(kind)) {
        looked += 1;
        // Lines of several processes may stand a moment out of order.
        if (from !== undefined && entry.time < from - minute) return { entries, isAll: true };
        const isWanted =
          (agent === undefined || entry.agent === agent || entry.by === agent) &&
          (ticket === undefined || entry.ticket === ticket) &&
          (from === undefined || entry.time >= from) &&
          (until === undefined || entry.time < until);
        if (isWanted && entries.length === most) return { entries, isAll: false };
        if (isWanted) entries.push(entry);
        if (looked >= mostLookedAt) return { entries, isAll: false };
      }
      return { entries, isAll: true };
    },

    async prune() {
      const now = clock.now();
      if (prunedAt !== undefined && prunedAt > now - pruneEvery) return;
      prunedAt = now;
      const removed = await stored.removeBefore(toInstant(now - auditDays() * day));
      if (removed.length > 0) log.info('audit.removed', { files: removed });
    },

    async close() {
      await flush();
      cancel?.();
    },
  };
}
