/** The form of an appointment: what stands in its boxes, and what they say. Promises: pure; what was typed comes back with the refusal. */
import { formatWallTime, hour, type Instant, toInstant } from '../../../base/clock.ts';
import type { Result } from '../../../base/result.ts';
import type { AppointmentFacts, AppointmentTime } from '../../../core/appointment/appointment.ts';
import type { Appointment } from '../../../core/appointment/appointments.ts';
import { readTimeRequest } from '../../../core/appointment/request.ts';
import { typedAddress } from '../../../core/message/address.ts';
import { toAddresses } from '../../../core/message/address-list.ts';
import { isOnlyPhone } from '../../../core/phone/phone-number.ts';
import type { Refusal } from '../../../core/ticket/decide.ts';
import type { Ticket } from '../../../core/ticket/fold.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import type { Locale } from '../../../services/render/locale.ts';
import { initialsOf } from './people.ts';

/** What is typed. */
export interface AppointmentDraft {
  readonly uid: string;
  readonly base: string;
  readonly summary: string;
  readonly isAllDay: boolean;
  readonly startDate: string;
  readonly startTime: string;
  readonly endDate: string;
  readonly endTime: string;
  readonly zone: string;
  readonly place: string;
  readonly text: string;
  readonly people: string;
  readonly agents: readonly string[];
}

/** Tomorrow at ten, for an hour, with the customer. */
export function newDraft(
  ticket: Ticket,
  { login, zone, now }: { readonly login: string; readonly zone: string; readonly now: Instant },
): AppointmentDraft {
  const tomorrow = formatWallTime(toInstant(now + 24 * hour), zone).slice(0, 10);
  return {
    uid: '',
    base: '',
    summary: ticket.subject,
    isAllDay: false,
    startDate: tomorrow,
    startTime: '10:00',
    endDate: tomorrow,
    endTime: '11:00',
    zone,
    place: '',
    text: '',
    people:
      ticket.customer === undefined || isOnlyPhone(ticket.customer)
        ? ''
        : typedAddress(ticket.customer),
    agents: [login],
  };
}

/** As it stands; with the time of a proposal in place of its own where one is taken up. */
export function draftOf(appointment: Appointment, proposed?: AppointmentTime): AppointmentDraft {
  const { uid, sequence, summary, place, text, guests, agents } = appointment;
  // A proposal comes by the clock of whoever proposes; the appointment keeps its own.
  const time =
    proposed === undefined ? appointment.time : { ...proposed, zone: appointment.time.zone };
  return {
    uid,
    base: String(sequence),
    summary,
    ...boxesOf(time),
    zone: time.zone,
    place,
    text,
    people: guests.map(typedAddress).join(', '),
    agents,
  };
}

function boxesOf(time: AppointmentTime) {
  if (time.kind === 'days')
    return {
      isAllDay: true,
      startDate: time.first,
      startTime: '',
      endDate: time.last,
      endTime: '',
    };
  const [start, end] = [formatWallTime(time.start, time.zone), formatWallTime(time.end, time.zone)];
  return {
    isAllDay: false,
    startDate: start.slice(0, 10),
    startTime: start.slice(11),
    endDate: end.slice(0, 10),
    endTime: end.slice(11),
  };
}

export function factsOf(draft: AppointmentDraft): Result<AppointmentFacts, Refusal> {
  const { isAllDay, startDate, startTime, endDate, endTime, zone } = draft;
  const end = endDate === '' ? startDate : endDate;
  const time = readTimeRequest(
    isAllDay
      ? { start: startDate, end, zone }
      : {
          start: `${startDate} ${startTime}`,
          end: endTime === '' ? '' : `${end} ${endTime}`,
          zone,
        },
  );
  if (!time.ok) return time;
  const { summary, place, text, people, agents } = draft;
  return {
    ok: true,
    value: { time: time.value, summary, place, text, guests: toAddresses(people), agents },
  };
}

export interface FormRequest {
  readonly ticket: Ticket;
  readonly draft: AppointmentDraft;
  readonly agents: readonly Agent[];
  readonly zones: readonly string[];
  readonly refused: string | undefined;
  /** A proposal that is taken up. */
  readonly proposal: string | undefined;
  readonly mayInvite: boolean;
}

export function presentAppointmentForm(request: FormRequest, locale: Locale) {
  const { ticket, draft, agents, zones, refused, proposal, mayInvite } = request;
  const isNew = draft.uid === '';
  const page = `/tickets/${ticket.number}`;
  return {
    ...draft,
    title: locale.text(isNew ? 'appointment.new' : 'appointment.change'),
    action: `${page}/appointment`,
    back: page,
    number: ticket.number,
    subject: ticket.subject,
    refused,
    proposal,
    mayInvite,
    zones,
    choices: agents.map(({ login, name }) => ({
      value: login,
      name,
      initials: initialsOf(name),
      isChosen: draft.agents.includes(login),
    })),
    button: locale.text(isNew ? 'appointment.save' : 'appointment.save-change'),
  };
}
