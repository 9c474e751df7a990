/**
 * Whether the clock is right, as far as the desk's own files tell: tickets dated in the future, and mails whose senders, taken
 * together, live at another time than the desk.
 */
import { type Clock, type Instant, minute, toInstant } from '../../base/clock.ts';
import type { TicketReader } from '../../storage/ticket-store.ts';
import type { TicketIndex, TicketRecord } from '../index/index.ts';
import { bad, type Finding, good } from './doctor.ts';

export interface TimesDeps {
  readonly index: Pick<TicketIndex, 'records'>;
  readonly reader: Pick<TicketReader, 'read'>;
  readonly clock: Clock;
}

const inFuture = 5 * minute;
const sampled = 25;
const mostOff = 5 * minute;

export async function checkTimes({ index, reader, clock }: TimesDeps): Promise<readonly Finding[]> {
  const now = clock.now();
  const future: TicketRecord[] = [];
  let newest: TicketRecord[] = [];
  for await (const slice of index.records()) {
    future.push(...slice.filter(({ updated }) => updated > now + inFuture));
    newest = [...newest, ...slice]
      .sort((one, other) => other.updated - one.updated)
      .slice(0, sampled);
  }
  return [inTheFuture(future), await checkMailDates(newest, reader)];
}

function inTheFuture(future: readonly TicketRecord[]): Finding {
  const [first] = future;
  if (first === undefined) return good('ticket times', 'none in the future');
  return bad(
    'warn',
    'ticket times',
    `${future.length} tickets have events in the future, the first is ${first.number}`,
    'A clock was wrong; their order stays right. Let NTP set the clock of every machine that writes',
  );
}

/** One sender's clock says nothing; the middle of many does. */
async function checkMailDates(
  records: readonly TicketRecord[],
  reader: Pick<TicketReader, 'read'>,
): Promise<Finding> {
  const check = 'mail times';
  const late: number[] = [];
  for (const { number } of records) {
    const folder = await reader.read(number);
    for (const { event } of folder?.messages ?? []) {
      const sent: Instant | undefined = event.kind === 'mail-in' ? event.mail.date : undefined;
      if (sent !== undefined) late.push(event.time - sent);
    }
  }
  if (late.length < 5) return good(check, 'too few mails to tell');
  late.sort((one, other) => one - other);
  const middle = toInstant(late[Math.floor(late.length / 2)] ?? 0);
  // A mail that took its time is late; one from the future is not possible.
  if (middle > -mostOff) return good(check, 'mails come from the past');
  return bad(
    'warn',
    check,
    `mails are sent ${Math.round(-middle / minute)} minutes after they come`,
    'The clock of this machine is behind; let NTP set it',
  );
}
