/** What the index keeps of a ticket's own appointments: enough for calendars and reminders. Promises: pure, bounded, total on reading. */
import { type Instant, toInstant } from '../../base/clock.ts';
import {
  type AnswerWord,
  type AppointmentTime,
  answerWords,
  isDay,
} from '../../core/appointment/appointment.ts';
import { type Appointment, appointmentsOf } from '../../core/appointment/appointments.ts';
import { addressKey } from '../../core/message/address.ts';
import type { TicketEvent } from '../../core/ticket/event.ts';

export interface RecordedAppointment {
  readonly uid: string;
  readonly sequence: number;
  readonly isCancelled: boolean;
  readonly time: AppointmentTime;
  readonly summary: string;
  readonly place: string;
  /** Logins. */
  readonly agents: readonly string[];
  readonly guests: readonly RecordedGuest[];
  /** When it became as it is. */
  readonly changed: Instant;
}

export interface RecordedGuest {
  readonly name: string;
  readonly answer: AnswerWord | undefined;
}

/** Of one ticket, the newest. */
const mostRecorded = 50;

export function recordAppointments(events: readonly TicketEvent[]): {
  readonly appointments?: readonly RecordedAppointment[];
} {
  if (!events.some(({ fields }) => fields.has('appointment'))) return {};
  const times = new Map(events.map(({ name, time }) => [name, time]));
  const own = appointmentsOf(events).filter(({ origin }) => origin === 'ours');
  const appointments = own
    .slice(-mostRecorded)
    .map((each) => record(each, times.get(each.holds) ?? toInstant(0)));
  return appointments.length === 0 ? {} : { appointments };
}

function record(appointment: Appointment, changed: Instant): RecordedAppointment {
  const { uid, sequence, status, time, summary, place, agents, guests, answers } = appointment;
  return {
    uid,
    sequence,
    isCancelled: status === 'cancelled',
    time,
    summary,
    place,
    agents,
    guests: guests.map(({ name, address }) => ({
      name: name === '' ? address : name,
      answer: answers.get(addressKey(address))?.word,
    })),
    changed,
  };
}

export function toAppointmentLine(appointment: RecordedAppointment): readonly unknown[] {
  const { uid, sequence, isCancelled, time, summary, place, agents, guests, changed } = appointment;
  return [
    uid,
    sequence,
    isCancelled,
    time.kind === 'timed' ? [time.start, time.end, time.zone] : [time.first, time.last, time.zone],
    summary,
    place,
    agents,
    guests.map(({ name, answer }) => [name, answer]),
    changed,
  ];
}

export function readAppointmentLine(value: unknown): readonly RecordedAppointment[] {
  const [uid, sequence, isCancelled, times, summary, place, agents, guests, changed] =
    listOf(value);
  const time = readTime(times);
  if (time === undefined || typeof uid !== 'string') return [];
  return [
    {
      uid,
      sequence: typeof sequence === 'number' ? sequence : 0,
      isCancelled: isCancelled === true,
      time,
      summary: textOf(summary),
      place: textOf(place),
      agents: listOf(agents).map(textOf),
      guests: listOf(guests).map((guest) => {
        const [name, answer] = listOf(guest);
        return { name: textOf(name), answer: answerWords.find((word) => word === answer) };
      }),
      changed: toInstant(typeof changed === 'number' ? changed : 0),
    },
  ];
}

function readTime(value: unknown): AppointmentTime | undefined {
  const [from, to, zone] = listOf(value);
  if (typeof zone !== 'string') return undefined;
  if (typeof from === 'number' && typeof to === 'number')
    return { kind: 'timed', start: toInstant(from), end: toInstant(to), zone };
  const [first, last] = [textOf(from), textOf(to)];
  return isDay(first) && isDay(last) ? { kind: 'days', first, last, zone } : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
