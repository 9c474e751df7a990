/**
 * Tickets that agents have put aside for themselves.
 *
 * Promises: answers from memory after `load`; at its time a ticket is back in the lists of itself, whatever else is late; who put
 * it aside is told once, however many processes look. A word of the customer and an act of somebody else end it before.
 * Leaves to others: what ends it (core/team/snooze.ts), the file (snooze-file.ts), telling (notifications/).
 */
import type { Clock, Instant } from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { createKeyedSerial } from '../../base/serial.ts';
import { endsSnooze, isAside, type Snooze, wasAside } from '../../core/team/snooze.ts';
import { compareEvents } from '../../core/ticket/fold.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import { isEnded } from '../../core/ticket/states.ts';
import type { TicketReader } from '../../storage/ticket-store.ts';
import type { Agent } from '../accounts/accounts.ts';
import { createAlarm } from '../alarm.ts';
import type { IndexChange, TicketIndex } from '../index/index.ts';
import type { SnoozeFiles } from './snooze-file.ts';

export interface SnoozeBook {
  /** The agent's snooze of the ticket, while it is put aside. */
  find(login: string, number: TicketNumber): Snooze | undefined;
  /** All that the agent has put aside, in order of number. */
  numbersOf(login: string): readonly TicketNumber[];
  /** Puts the ticket aside until the time; `since` is that of its newest event. */
  snooze(
    login: string,
    number: TicketNumber,
    time: { until: Instant; since: Instant },
  ): Promise<void>;
  /** Brings it back at once. */
  wake(login: string, number: TicketNumber): Promise<void>;
}

export interface Snoozes extends SnoozeBook {
  load(): Promise<void>;
  /** Whether what happened in the ticket at the time found it put aside. */
  wasAside(login: string, number: TicketNumber, at: Instant): boolean;
  /** Listens to changes from here on; `tellOver` is called when a time has come, perhaps more than once for the same. */
  start(tellOver: (login: string, snooze: Snooze) => Promise<void>): void;
  /** What another process wrote, and what happened while nobody listened. */
  catchUp(): Promise<void>;
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface SnoozesDeps {
  readonly files: SnoozeFiles;
  readonly agents: () => readonly Pick<Agent, 'login'>[];
  readonly reader: Pick<TicketReader, 'read'>;
  readonly index: Pick<TicketIndex, 'onChange'>;
  readonly clock: Clock;
  readonly log: Log;
}

export function createSnoozes({ files, agents, reader, index, clock, log }: SnoozesDeps): Snoozes {
  const known = new Map<string, ReadonlyMap<TicketNumber, Snooze>>();
  const serial = createKeyedSerial();
  let tell: ((login: string, snooze: Snooze) => Promise<void>) | undefined;
  let stopListening = () => {};
  const alarm = createAlarm<string>({ clock, log, name: 'snooze', ring });

  async function read(login: string): Promise<void> {
    known.set(login, await files.read(login));
    if (tell === undefined) return;
    for (const snooze of known.get(login)?.values() ?? [])
      alarm.set(keyOf(login, snooze.number), snooze.ended === undefined ? snooze.until : undefined);
  }

  async function load(): Promise<void> {
    for (const { login } of agents()) await read(login);
  }

  async function ring(key: string): Promise<void> {
    const [login = '', digits = ''] = key.split(' ');
    await read(login);
    const snooze = [...(known.get(login)?.values() ?? [])].find(({ number }) => number === digits);
    if (snooze === undefined || snooze.ended !== undefined || snooze.until > clock.now()) return;
    await tell?.(login, snooze);
    await end(login, snooze, snooze.until);
  }

  async function end(login: string, { number }: Snooze, at: Instant): Promise<void> {
    await files.wake(login, number, at);
    await read(login);
    log.info('snooze.ended', { agent: login, ticket: number });
  }

  function look({ number, record }: IndexChange): void {
    for (const [login, snoozes] of known) {
      const snooze = snoozes.get(number);
      if (snooze === undefined || !isAside(snooze, clock.now())) continue;
      if (record !== undefined && record.updated <= snooze.since) continue;
      serial
        .run(number, () => endIfOver(login, snooze))
        .catch((error: unknown) =>
          // The next sweep looks again.
          log.error('snooze.failed', { ticket: number, cause: errorText(error) }),
        );
    }
  }

  async function endIfOver(login: string, snooze: Snooze): Promise<void> {
    const folder = await reader.read(snooze.number);
    const events = folder?.messages.map(({ event }) => event).sort(compareEvents) ?? [];
    const over = events.find((event) => event.time > snooze.since && endsSnooze(event, login));
    const isDone = folder === undefined || isEnded(folder.ticket.state);
    if (over !== undefined || isDone) await end(login, snooze, over?.time ?? clock.now());
  }

  return {
    load,
    find(login, number) {
      const snooze = known.get(login)?.get(number);
      return snooze !== undefined && isAside(snooze, clock.now()) ? snooze : undefined;
    },
    numbersOf(login) {
      const now = clock.now();
      const all = [...(known.get(login)?.values() ?? [])].filter((snooze) => isAside(snooze, now));
      return all.map(({ number }) => number).sort();
    },
    wasAside(login, number, at) {
      const snooze = known.get(login)?.get(number);
      return snooze !== undefined && wasAside(snooze, at);
    },
    async snooze(login, number, { until, since }) {
      await files.snooze(login, { number, until, since, ended: undefined });
      await read(login);
    },
    async wake(login, number) {
      await files.wake(login, number, clock.now());
      await read(login);
    },
    start(tellOver) {
      tell = tellOver;
      stopListening = index.onChange(look);
      for (const [login, snoozes] of known)
        for (const { number, until, ended } of snoozes.values())
          if (ended === undefined) alarm.set(keyOf(login, number), until);
    },
    async catchUp() {
      await load();
      const now = clock.now();
      for (const [login, snoozes] of known)
        for (const snooze of snoozes.values())
          if (isAside(snooze, now)) await serial.run(snooze.number, () => endIfOver(login, snooze));
    },
    async settled() {
      await serial.idle();
      await alarm.settled();
    },
    async stop() {
      stopListening();
      await serial.idle();
      await alarm.stop();
    },
  };
}

function keyOf(login: string, number: TicketNumber): string {
  return `${login} ${number}`;
}
