/** Names of queues: `Billing::Refunds` is within `Billing`. */

/** Whether the queue is that one, or within it; without regard to case. */
export function isWithinQueue(queue: string, outer: string): boolean {
  const [inner, around] = [queue.toLowerCase(), outer.toLowerCase()];
  return inner === around || inner.startsWith(`${around}::`);
}
