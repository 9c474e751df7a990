/**
 * The files of the log: `log/logins-2026-11.jsonl` and `log/reads-2026-11.jsonl` below the desk's directory, one
 * JSON object a line, a file a month (UTC).
 *
 * Promises: reading goes from the newest line back in bounded pieces, and stops when nobody asks for more.
 */
import { join } from 'node:path';
import { day, formatInstant, type Instant, toInstant } from '../../base/clock.ts';
import { ensureDirectory, type FileOps } from '../../storage/files.ts';
import {
  type AuditEntry,
  type AuditKind,
  auditKinds,
  formatEntry,
  kindOf,
  parseEntry,
} from './entry.ts';

export interface AuditFiles {
  append(entries: readonly AuditEntry[]): Promise<void>;
  /** The newest first. */
  read(kind: AuditKind): AsyncGenerator<AuditEntry>;
  /** Removes months that ended before the instant; gives their names. */
  removeBefore(instant: Instant): Promise<readonly string[]>;
}

const pieceBytes = 256 * 1024;
const longestMonth = 31 * day;

export function createAuditFiles(files: FileOps, directory: string): AuditFiles {
  const folder = join(directory, 'log');

  async function monthsOf(kind: AuditKind): Promise<readonly string[]> {
    const names = (await files.list(folder)) ?? [];
    return names
      .filter((name) => isMonth(name, kind))
      .toSorted()
      .toReversed();
  }

  return {
    async append(entries) {
      await ensureDirectory(files, folder, directory);
      const texts = new Map<string, string>();
      for (const entry of entries) {
        const name = `${kindOf(entry)}-${formatInstant(entry.time).slice(0, 7)}.jsonl`;
        texts.set(name, (texts.get(name) ?? '') + formatEntry(entry));
      }
      for (const [name, text] of texts) await files.append(join(folder, name), text);
    },

    async *read(kind) {
      for (const name of await monthsOf(kind)) {
        for await (const line of readBack(files, join(folder, name))) {
          const entry = parseEntry(line);
          if (entry !== undefined) yield entry;
        }
      }
    },

    async removeBefore(instant) {
      const removed: string[] = [];
      for (const kind of auditKinds) {
        for (const name of await monthsOf(kind)) {
          const begin = Number(startOf(name));
          if (begin + longestMonth > instant) continue;
          await files.unlink(join(folder, name));
          removed.push(name);
        }
      }
      return removed;
    },
  };
}

function isMonth(name: string, kind: AuditKind): boolean {
  return new RegExp(`^${kind}-\\d{4}-(?:0[1-9]|1[0-2])\\.jsonl$`).test(name);
}

/** Of the month in the file's name. */
function startOf(name: string): Instant {
  const [year = 0, month = 1] = (/(\d{4})-(\d{2})\.jsonl$/.exec(name) ?? []).slice(1).map(Number);
  return toInstant(daysBefore(year, month) * day);
}

/** Days from 1970-01-01 to the first of the month, by the calendar alone. */
function daysBefore(year: number, month: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const place = (month + 9) % 12;
  const days = Math.floor((153 * place + 2) / 5);
  return (
    365 * shifted +
    Math.floor(shifted / 4) -
    Math.floor(shifted / 100) +
    Math.floor(shifted / 400) +
    days -
    719_468
  );
}

/** The lines of a file from its end. */
async function* readBack(files: FileOps, path: string): AsyncGenerator<string> {
  let end = (await files.stat(path))?.size ?? 0;
  let rest = Buffer.alloc(0);
  while (end > 0) {
    const start = Math.max(0, end - pieceBytes);
    const piece = Buffer.concat([await files.readPart(path, start, end - start), rest]);
    // The first line of the piece may have begun before it.
    const cut = start === 0 ? 0 : piece.indexOf(0x0a) + 1;
    const isLong = start > 0 && cut === 0;
    const lines = isLong ? [] : piece.subarray(cut).toString('utf8').split('\n');
    for (const line of lines.toReversed()) if (line !== '') yield line;
    rest = isLong ? piece : Buffer.from(piece.subarray(0, cut));
    // A line of megabytes is none of ours.
    if (rest.length > 4 * pieceBytes) rest = Buffer.alloc(0);
    end = start;
  }
}
