/** Every ticket on disk, by its folder `YYYY/MM/DD/NUMBER`; what has another name or place is no ticket. */
import { join } from 'node:path';
import { dayOf, isTicketNumber, type TicketNumber } from '../core/ticket/number.ts';
import type { FileOps } from './files.ts';

/** Oldest day first, then by number. */
export async function* walkNumbers(files: FileOps, directory: string): AsyncIterable<TicketNumber> {
  for await (const { day, names } of walkDays(files, directory)) {
    for (const name of names) if (isTicketNumber(name) && dayOf(name) === day) yield name;
  }
}

export interface DayFolder {
  /** `YYYYMMDD` by its place. */
  readonly day: string;
  readonly path: string;
  /** All that lies in it, sorted, whatever it is. */
  readonly names: readonly string[];
}

export async function* walkDays(files: FileOps, directory: string): AsyncIterable<DayFolder> {
  for (const year of await listDigits(files, directory, 4)) {
    for (const month of await listDigits(files, join(directory, year), 2)) {
      for (const day of await listDigits(files, join(directory, year, month), 2)) {
        const path = join(directory, year, month, day);
        const names = [...((await files.list(path)) ?? [])].sort();
        yield { day: year + month + day, path, names };
      }
    }
  }
}

async function listDigits(
  files: FileOps,
  path: string,
  length: number,
): Promise<readonly string[]> {
  const names = (await files.list(path)) ?? [];
  return names.filter((name) => name.length === length && /^[0-9]+$/.test(name)).sort();
}
