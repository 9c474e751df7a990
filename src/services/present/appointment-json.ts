/** An appointment as the API and the command line give it. Promises: pure; every key is always there. */
import { formatInstant } from '../../base/clock.ts';
import type { Appointment } from '../../core/appointment/appointments.ts';
import { addressKey } from '../../core/message/address.ts';

export function toAppointmentJson(appointment: Appointment) {
  const { uid, sequence, status, origin, time, summary, place, text, guests, agents } = appointment;
  return {
    uid,
    sequence,
    status,
    origin,
    summary,
    start: time.kind === 'timed' ? formatInstant(time.start) : time.first,
    end: time.kind === 'timed' ? formatInstant(time.end) : time.last,
    allDay: time.kind === 'days',
    zone: time.zone,
    place,
    text,
    people: guests.map(({ name, address }) => {
      const given = appointment.answers.get(addressKey(address));
      return {
        name,
        address,
        answer: given?.word ?? null,
        comment: given?.comment ?? '',
        message: given?.message ?? null,
      };
    }),
    agents: [...agents],
    message: appointment.holds,
  };
}
