/**
 * In which queues a mail is known: those whose addresses it went to.
 *
 * Promises: the first is the ticket's queue, the others know of it. A second delivery of the same mail, to another
 * address of the desk, adds that queue to the ticket, and a repeated one changes nothing.
 */
import type { Config } from '../../config/config.ts';
import { addressKey, withoutDetail } from '../../core/message/address.ts';
import type { MailHeader } from '../../core/message/mail.ts';
import type { Change, MessageName } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { TicketReader } from '../../storage/ticket-store.ts';
import type { Tickets } from '../tickets.ts';

export interface AddressedMail {
  readonly incoming: { readonly queue?: string };
  readonly recipients: readonly string[];
  readonly mail: Pick<MailHeader, 'to' | 'cc'>;
}

const mostQueues = 10;

/** Names of queues as the configuration spells them; never empty. What the caller asked for stands alone. */
export function queuesOf(
  { incoming, recipients, mail }: AddressedMail,
  { desk, queues }: Config,
): readonly string[] {
  const named = queues.find(({ name }) => name.toLowerCase() === incoming.queue?.toLowerCase());
  if (named !== undefined) return [named.name];
  const addressed = [...recipients, ...[...mail.to, ...mail.cc].map(({ address }) => address)];
  const found = addressed.map(withoutDetail).flatMap((address) => {
    const queue = queues.find(({ addresses }) =>
      addresses.some((own) => addressKey(own) === address),
    );
    return queue === undefined ? [] : [queue.name];
  });
  return found.length === 0 ? [desk.defaultQueue] : [...new Set(found)].slice(0, mostQueues);
}

export interface FurtherDelivery {
  /** Where the mail is. */
  readonly number: TicketNumber;
  readonly message: MessageName;
  readonly queues: readonly string[];
}

/**
 * Adds queues in which a ticket was never known, when the mail that opened it comes once more. Where an agent moved the
 * ticket since is left alone.
 */
export async function noteFurtherQueues(
  tickets: Pick<Tickets, 'run'>,
  reader: Pick<TicketReader, 'read'>,
  { number, message, queues }: FurtherDelivery,
): Promise<void> {
  const messages = (await reader.read(number))?.messages ?? [];
  const repeated = messages.find(({ event }) => event.name === message)?.event;
  if (repeated === undefined || repeated.changes.flatMap(queueNamed).length === 0) return;
  const known = new Set(messages.flatMap(({ event }) => event.changes.flatMap(queueNamed)));
  const changes = queues
    .filter((queue) => !known.has(queue))
    .map((value): Change => ({ kind: 'add', set: 'also-queue', value }));
  if (changes.length === 0) return;
  await tickets.run(number, { kind: 'update', changes }, { kind: 'system', part: 'intake' });
}

function queueNamed(change: Change): readonly string[] {
  if (change.kind === 'set') return change.field === 'queue' ? [change.value] : [];
  return change.set === 'also-queue' && change.kind === 'add' ? [change.value] : [];
}
