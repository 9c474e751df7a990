/**
 * Computes every record again from its folder, and says where the index was wrong.
 *
 * Promises: a ticket that changed meanwhile is brought up to date and is no difference; one is only where the folder is as the
 * index saw it last, and the index says something else of it. Others get their turn; stops at the signal.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Clock, nextTurn } from '../../../base/clock.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import type { TicketReader } from '../../../storage/ticket-store.ts';
import type { IndexDifference, RebuildReport, TicketRecord } from '../index.ts';
import { projectTicket } from '../projector.ts';
import { trustedStamp } from './sweep.ts';

export interface RebuildDeps {
  readonly reader: Pick<TicketReader, 'numbers' | 'read'>;
  readonly known: (number: TicketNumber) => TicketRecord | undefined;
  /** Takes the record into the index. */
  readonly keep: (number: TicketNumber, record: TicketRecord) => void;
  /** The record with what the desk knows beside the folder. */
  readonly judged: (record: TicketRecord) => TicketRecord;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export async function rebuildRecords(
  { reader, known, keep, judged, clock, signal }: RebuildDeps,
  onProgress: (done: number) => void,
): Promise<RebuildReport> {
  const differences: IndexDifference[] = [];
  let tickets = 0;
  for await (const number of reader.numbers()) {
    if (signal.aborted) break;
    const readAt = clock.now();
    const folder = await reader.read(number);
    if (folder === undefined) continue;
    tickets += 1;
    const before = known(number);
    const projected = judged(projectTicket(folder));
    const fields = before === undefined ? [] : findDifferent(before, projected);
    if (fields.length > 0) differences.push({ number, fields });
    keep(number, { ...projected, stamp: trustedStamp(projected.stamp, readAt) });
    onProgress(tickets);
    if (tickets % 50 === 0) await nextTurn();
  }
  return { tickets, differences };
}

/** Names of what differs; none where the folder is another than the index saw. */
function findDifferent(before: TicketRecord, now: TicketRecord): readonly string[] {
  if (before.stamp === undefined || !isDeepStrictEqual(before.stamp, now.stamp)) return [];
  const [one, other] = [new Map(Object.entries(before)), new Map(Object.entries(now))];
  return [...new Set([...one.keys(), ...other.keys()])]
    .filter((key) => key !== 'stamp' && !isDeepStrictEqual(one.get(key), other.get(key)))
    .sort();
}
