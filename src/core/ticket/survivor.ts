/**
 * Where a merged ticket is found now.
 *
 * Promises: pure and bounded. Two writers may merge two tickets into each other at once; then the oldest number of the
 * circle is the survivor, for every reader.
 */
import type { TicketNumber } from './number.ts';

/** Longer chains are not followed further. */
export const mostMerges = 50;

/** The numbers from the ticket to its survivor, which stands last. `next` says what a ticket was merged into. */
export async function followMerges(
  number: TicketNumber,
  next: (number: TicketNumber) => Promise<TicketNumber | undefined>,
): Promise<readonly TicketNumber[]> {
  const way: TicketNumber[] = [number];
  let at = number;
  for (let step = 0; step < mostMerges; step += 1) {
    const into = await next(at);
    if (into === undefined) return way;
    const seen = way.indexOf(into);
    if (seen >= 0) {
      const circle = way.slice(seen).sort();
      return [...way, circle[0] ?? into];
    }
    way.push(into);
    at = into;
  }
  return way;
}
