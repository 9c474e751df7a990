/**
 * The demo's faxes and recordings: put into `drop/` as a fax server or a telephone system would, and taken from there.
 */
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { formatWallTime, hour, type Instant, second, toInstant } from '../base/clock.ts';
import type { Desk } from '../desk.ts';
import { ensureDirectory, type FileOps } from '../storage/files.ts';
import type { PastClock } from './fill.ts';

interface Dropped {
  readonly file: string;
  readonly beside: string | undefined;
  readonly as: string;
  readonly time: Instant;
}

/** `numbers`: of the tickets that conversations became, by their ids. */
export async function fillDrop(
  desk: Desk,
  folder: string,
  numbers: ReadonlyMap<string, string>,
  clock: PastClock,
): Promise<void> {
  const { files } = desk.parts;
  const present = clock.now();
  const { dropStableMs, timeZone } = desk.config.current().desk;
  for (const { file, beside, as, time } of await readDropped(files, folder, present)) {
    const date = formatWallTime(time, timeZone).replace('T', '_').replace(':', '-');
    const name = as
      .replace('{date}', date)
      .replace(/\{ticket:([^}]+)\}/, (_, id: string) => numbers.get(id) ?? '');
    const place = join(desk.directory, 'drop', name);
    await ensureDirectory(files, dirname(place), desk.directory);
    await files.createFile(place, await files.readFile(join(folder, file)));
    if (beside !== undefined)
      await files.createFile(
        place.replace(/\.[^.]+$/, beside.slice(beside.lastIndexOf('.'))),
        await files.readFile(join(folder, beside)),
      );
    clock.set(toInstant(time - dropStableMs - second));
    await desk.drop.collect();
    clock.set(time);
    await desk.drop.collect();
  }
  await desk.drop.stop();
  clock.set(present);
}

async function readDropped(
  files: FileOps,
  folder: string,
  now: Instant,
): Promise<readonly Dropped[]> {
  const list: unknown = parse((await files.readFile(join(folder, 'drop.yaml'))).toString('utf8'));
  return (Array.isArray(list) ? list : []).map((entry: Readonly<Record<string, unknown>>) => ({
    file: String(entry.file),
    beside: entry.beside === undefined ? undefined : String(entry.beside),
    as: String(entry.as),
    time: toInstant(now - Number(entry.hoursAgo) * hour),
  }));
}
