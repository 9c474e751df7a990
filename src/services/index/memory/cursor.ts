/**
 * Where a page of a list ended: the last ticket's rank, as text for links.
 *
 * Promises: reading is total. A page that follows begins behind the rank, wherever its ticket is by
 * then, so tickets that change meanwhile make no other ticket appear twice or not at all.
 */
import { parseTicketNumber } from '../../../core/ticket/number.ts';
import type { SortKey } from '../index.ts';
import type { Rank } from './ordering.ts';

export function formatCursor(sort: SortKey, { value, number }: Rank): string {
  return Buffer.from(JSON.stringify([sort, value, number])).toString('base64url');
}

/** Undefined for anything that is no cursor of a list in this order. */
export function parseCursor(sort: SortKey, cursor: string): Rank | undefined {
  const parts = readJson(Buffer.from(cursor, 'base64url').toString());
  if (!Array.isArray(parts) || parts.length !== 3 || parts[0] !== sort) return undefined;
  const [, value, digits]: readonly unknown[] = parts;
  const number = typeof digits === 'string' ? parseTicketNumber(digits) : undefined;
  const isText = sort === 'subject' || sort === 'customer';
  if (number === undefined || typeof value !== (isText ? 'string' : 'number')) return undefined;
  return typeof value === 'string' || typeof value === 'number' ? { value, number } : undefined;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not ours: the caller says so.
    return undefined;
  }
}
