/**
 * The trace of a ticket that was removed for good: `archive/YYYY/MM/DD/NUMBER.removed`, a mail of the desk.
 *
 * Owns: its name and form. Promises: it is durable before the ticket goes, it lies where the ticket would, and its number is
 * not given again. It names every file with its digest, and nobody who wrote or was written to.
 */
import { join } from 'node:path';
import { formatInstant, formatMailDate, type Instant } from '../base/clock.ts';
import { isFault } from '../base/fault.ts';
import type { Digest, MessageName } from '../core/ticket/event.ts';
import { parseTicketNumber, type TicketNumber } from '../core/ticket/number.ts';
import { ensureDirectory, type FileOps } from './files.ts';
import type { TicketPlaces } from './ticket-places.ts';

export interface Removal {
  readonly number: TicketNumber;
  /** The rule that removed it. */
  readonly rule: string;
  readonly time: Instant;
  readonly queue: string;
  readonly created: Instant;
  /** Since when nothing had happened to it. */
  readonly rested: Instant;
  readonly heads: readonly Digest[];
  readonly messages: readonly { readonly name: MessageName; readonly digest: Digest }[];
}

export interface Removals {
  /** A trace that is there already stays. */
  write(removal: Removal): Promise<void>;
  /** The text of the trace; undefined when the ticket was not removed. */
  read(number: TicketNumber): Promise<string | undefined>;
}

const ending = '.removed';

/** `folder` is the ticket's in `archive/`. */
export function removalPath(folder: string): string {
  return folder + ending;
}

/** The ticket whose trace has this name. */
export function removalOf(fileName: string): TicketNumber | undefined {
  return fileName.endsWith(ending)
    ? parseTicketNumber(fileName.slice(0, -ending.length))
    : undefined;
}

export function createRemovals(
  files: FileOps,
  places: Pick<TicketPlaces, 'pathIn' | 'directoryOf'>,
): Removals {
  const pathOf = (number: TicketNumber) => removalPath(places.pathIn('archive', number));

  return {
    async write(removal) {
      const path = pathOf(removal.number);
      const day = join(path, '..');
      await ensureDirectory(files, day, places.directoryOf('archive'));
      try {
        await files.createFile(path, Buffer.from(formatRemoval(removal)));
      } catch (error) {
        if (!isFault(error, 'exists')) throw error;
      }
      await files.syncDirectory(day);
    },
    async read(number) {
      try {
        return (await files.readFile(pathOf(number))).toString();
      } catch (error) {
        if (isFault(error, 'not-found')) return undefined;
        throw error;
      }
    },
  };
}

function formatRemoval(removal: Removal): string {
  const { number, rule, time, queue, created, rested, heads, messages } = removal;
  const count = `${messages.length} ${messages.length === 1 ? 'message' : 'messages'}`;
  return [
    'Ticket-Event: removal',
    `Ticket-Number: ${number}`,
    `Ticket-Time: ${formatInstant(time)}`,
    'Ticket-Actor: system retention',
    `Ticket-Removed: rule=${rule}; created=${formatInstant(created)}; rested=${formatInstant(rested)}`,
    ...heads.map((head) => `Ticket-Prev: ${head}`),
    ...messages.map(({ name, digest }) => `Ticket-Gone: ${digest} ${name}`),
    `Subject: Ticket ${number} was removed`,
    `Date: ${formatMailDate(time, 'UTC')}`,
    'Auto-Submitted: auto-generated',
    'Content-Type: text/plain; charset=utf-8',
    '',
    `${count} of the queue ${queue} were removed by the rule ${rule}.`,
    '',
  ].join('\n');
}
