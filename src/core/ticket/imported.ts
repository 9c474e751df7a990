/**
 * What came by import: mails of another system with their own dates.
 *
 * Promises: pure. What was imported is told to nobody, starts no clock, and was sent by somebody else: the desk neither
 * sends it nor waits for its delivery.
 */
import type { TicketEvent } from './event.ts';

export function isImported({ fields }: Pick<TicketEvent, 'fields'>): boolean {
  return fields.has('import');
}
