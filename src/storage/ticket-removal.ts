/**
 * The trace of a ticket that was removed for good: `archive/YYYY/MM/DD/NUMBER.removed`.
 *
 * Owns: the name. Promises: it lies where the ticket would, so whoever looks for the number finds it, and the number is not
 * given again.
 */
import type { TicketNumber } from '../core/ticket/number.ts';
import { parseTicketNumber } from '../core/ticket/number.ts';

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
