/** Every ticket on disk, by its folder `YYYY/MM/DD/NUMBER`; what has another name or place is no ticket. */
import { join } from 'node:path';
import { type Day, dayOf, isTicketNumber, type TicketNumber } from '../core/ticket/number.ts';
import type { FileOps } from './files.ts';

/** Oldest day first, then by number. */
export async function* walkNumbers(files: FileOps, directory: string): AsyncIterable<TicketNumber> {
  for await (const day of walkDays(files, directory)) yield* await listDay(files, directory, day);
}

/** Every day that has a directory, the oldest first. */
export async function* walkDays(
  files: Pick<FileOps, 'list'>,
  directory: string,
): AsyncIterable<Day> {
  for (const year of await listDigits(files, directory, 4))
    for (const month of await listDigits(files, join(directory, year), 2))
      for (const day of await listDigits(files, join(directory, year, month), 2))
        yield year + month + day;
}

export function dayPath(directory: string, day: Day): string {
  return join(directory, day.slice(0, 4), day.slice(4, 6), day.slice(6, 8));
}

/** The tickets in the directory of the day, by number. */
export async function listDay(
  files: Pick<FileOps, 'list'>,
  directory: string,
  day: Day,
): Promise<readonly TicketNumber[]> {
  const names = (await files.list(dayPath(directory, day))) ?? [];
  return names
    .filter(isTicketNumber)
    .filter((name) => dayOf(name) === day)
    .sort();
}

async function listDigits(
  files: Pick<FileOps, 'list'>,
  path: string,
  length: number,
): Promise<readonly string[]> {
  const names = (await files.list(path)) ?? [];
  return names.filter((name) => name.length === length && /^[0-9]+$/.test(name)).sort();
}
