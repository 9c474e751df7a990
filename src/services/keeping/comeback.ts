/**
 * Brings tickets back from the archive on which work has begun again.
 *
 * A follow-up, a note or any command is written where the ticket lies, durably, before anything moves; when it opened the
 * ticket, the folder goes back to tickets/. Promises: so a mail is filed exactly once, whatever stops in between, and a ticket
 * that was opened in the archive is back at the latest after the next start.
 * Leaves to others: the move itself (storage/ticket-moves.ts).
 */
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { createLimit } from '../../base/serial.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import { isEnded } from '../../core/ticket/states.ts';
import type { TicketWriter } from '../../storage/ticket-store.ts';
import type { TicketIndex, TicketRecord } from '../index/index.ts';

export interface Comeback {
  /** Listens to changes from here on. */
  start(): void;
  /** Looks at every ticket in the archive. */
  catchUp(): Promise<void>;
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface ComebackDeps {
  readonly store: Pick<TicketWriter, 'move'>;
  readonly index: Pick<TicketIndex, 'records' | 'onChange' | 'apply'>;
  readonly log: Log;
}

const atATime = 4;

export function createComeback({ store, index, log }: ComebackDeps): Comeback {
  const running = new Map<TicketNumber, Promise<void>>();
  const limit = createLimit(atATime);
  let stopListening = () => {};

  function look({ number, archived, state }: TicketRecord): void {
    if (archived !== true || isEnded(state) || running.has(number)) return;
    const work = limit
      .run(() => bringBack(number))
      // It stays where it is found all the same, until its next change or the next look.
      .catch((error) => log.error('keeping.not-back', { ticket: number, cause: errorText(error) }))
      .finally(() => running.delete(number));
    running.set(number, work);
  }

  async function bringBack(number: TicketNumber): Promise<void> {
    if ((await store.move(number, 'tickets')) === undefined) return;
    await index.apply(number);
    log.info('keeping.back', { ticket: number });
  }

  async function settled(): Promise<void> {
    while (running.size > 0) await Promise.all(running.values());
  }

  return {
    start() {
      stopListening = index.onChange(({ record }) => {
        if (record !== undefined) look(record);
      });
    },
    async catchUp() {
      for await (const slice of index.records()) slice.forEach(look);
      await settled();
    },
    settled,
    async stop() {
      stopListening();
      await settled();
    },
  };
}
