/**
 * By which way an event came about, as far as its file tells.
 *
 * Promises: pure; files of older versions, which do not say it, are judged by what else they have. A file that no program
 * of a desk wrote is said to have been put there by hand.
 */
import { firstBlockField, type TicketEvent } from './event.ts';

export const eventWays = [
  'viewer',
  'api',
  'cli',
  'mail',
  'smtp',
  'lmtp',
  'imap',
  'inbox',
  'pipe',
  'import',
  'hand',
  'intake',
  'sender',
  'desk',
] as const;

export type EventWay = (typeof eventWays)[number];

/** Undefined where an older version wrote down what somebody did, and not how. */
export function wayOf(event: TicketEvent): EventWay | undefined {
  const said = firstBlockField(event, 'via')?.toLowerCase();
  const known = eventWays.find((way) => way === said);
  if (known !== undefined) return known;
  if (isByHand(event)) return 'hand';
  const { actor, kind } = event;
  if (actor.kind === 'system') {
    if (kind === 'mail-in' || actor.part === 'intake') return 'intake';
    return actor.part === 'sender' ? 'sender' : 'desk';
  }
  return kind === 'mail-in' || actor.kind === 'customer' ? 'mail' : undefined;
}

/** Every file that a desk writes names its ticket. */
export function isByHand({ fields, previous }: Pick<TicketEvent, 'fields' | 'previous'>): boolean {
  return previous.length === 0 && !fields.has('number');
}
