/**
 * Which days of the archive a sweep looks into.
 *
 * Promises: a day whose directory changed is looked into at the next sweep, so a folder that came or went shows at once;
 * what others do inside an archived folder shows after a whole look, which there is every hour and at the start.
 * Leaves to others: looking at a folder (sweep.ts).
 */
import { type Clock, hour, type Instant, second } from '../../../base/clock.ts';
import type { Day, TicketNumber } from '../../../core/ticket/number.ts';
import type { FileOps } from '../../../storage/files.ts';
import { dayPath, listDay, walkDays } from '../../../storage/walk-numbers.ts';

export interface ArchiveDays {
  /** The tickets to look at now, day by day. */
  changed(): AsyncIterable<TicketNumber>;
  /** Whether the last `changed` left the day out, because it is as it was. */
  isSkipped(day: Day): boolean;
}

const wholeLookEvery = hour;
/** A directory changed this lately may change again within the same tick of the file system's clock. */
const racyFor = 2 * second;

export function createArchiveDays(
  { files, clock }: { readonly files: Pick<FileOps, 'list' | 'stat'>; readonly clock: Clock },
  archive: string,
): ArchiveDays {
  const seen = new Map<Day, Instant>();
  const skipped = new Set<Day>();
  let wholeAt: Instant | undefined;

  async function isAsBefore(day: Day, isWhole: boolean): Promise<boolean> {
    const readAt = clock.now();
    const modified = (await files.stat(dayPath(archive, day)))?.modified;
    const before = seen.get(day);
    if (modified === undefined || readAt - modified < racyFor) seen.delete(day);
    else seen.set(day, modified);
    return !isWhole && modified !== undefined && before === modified;
  }

  return {
    async *changed() {
      const now = clock.now();
      const isWhole = wholeAt === undefined || now - wholeAt >= wholeLookEvery;
      skipped.clear();
      for await (const day of walkDays(files, archive)) {
        if (await isAsBefore(day, isWhole)) skipped.add(day);
        else yield* await listDay(files, archive, day);
      }
      // Only a look that came to its end counts.
      if (isWhole) wholeAt = now;
    },
    isSkipped: (day) => skipped.has(day),
  };
}
