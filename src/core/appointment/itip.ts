/**
 * What a calendar message (iTIP, RFC 5546) that came by mail means to a ticket.
 *
 * Promises: pure; only an answer to an appointment of ours is one, and ours is what carries our signature. An acceptance moves nothing; what
 * is declined, proposed anew or said in words asks for somebody.
 * Leaves to others: reading the bytes (storage/icalendar.ts), whose answer counts (appointments.ts).
 */

import type { Instant } from '../../base/clock.ts';
import type { Address } from '../message/address.ts';
import type { Automatic } from '../message/automatic.ts';
import type { SignedIds } from '../message/message-id.ts';
import type { TicketNumber } from '../ticket/number.ts';
import {
  type AnswerWord,
  type AppointmentAnswer,
  type AppointmentTime,
  type AppointmentVersion,
  appointmentLimits,
  type Fields,
  formatAnswer,
  formatVersion,
  tidyLine,
  tidyText,
} from './appointment.ts';
import { toRepeats } from './recurrence.ts';

/** One calendar message, as far as it concerns appointments: the first event of its first calendar. */
export interface CalendarMessage {
  /** In capitals: `REQUEST`, `REPLY`, `CANCEL`, `COUNTER`, … */
  readonly method: string;
  readonly uid: string;
  readonly sequence: number | undefined;
  readonly stamp: Instant | undefined;
  readonly time: AppointmentTime | undefined;
  readonly summary: string;
  readonly place: string;
  readonly text: string;
  readonly comment: string;
  readonly organizer: Address | undefined;
  readonly attendees: readonly CalendarAttendee[];
  /** Its RRULE, where it has one. */
  readonly repeats?: string;
  /** How many events of other UIDs stand beside it. */
  readonly others?: number;
}

export interface CalendarAttendee extends Address {
  /** In capitals: `ACCEPTED`, … ; empty when it is not said. */
  readonly status: string;
}

export type CalendarReading =
  | { readonly kind: 'message'; readonly message: CalendarMessage }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** What was found about appointments in a mail on its way in. */
export interface CalendarFinding {
  /** The ticket that our own signature in the uid names. */
  readonly ticket: TicketNumber | undefined;
  /** What the file says of it. */
  readonly fields: Fields;
  /** What the mail is by its answer; undefined where the answer says nothing about that. */
  readonly automatic: Automatic | undefined;
}

const statusWords: Readonly<Record<string, AnswerWord>> = {
  ACCEPTED: 'accepted',
  DECLINED: 'declined',
  TENTATIVE: 'tentative',
};

/** Undefined when the message says nothing that the ticket has to know. */
export function findCalendar(
  reading: CalendarReading,
  ids: SignedIds,
): CalendarFinding | undefined {
  if (reading.kind === 'unreadable') return unreadable(undefined, '', reading.reason);
  const { message } = reading;
  const ticket = ids.readCalendarId(message.uid);
  switch (message.method) {
    case 'REPLY':
      return ticket === undefined ? undefined : findReply(message, ticket);
    case 'COUNTER':
      return ticket === undefined ? undefined : findCounter(message, ticket);
    case 'REQUEST':
    case 'PUBLISH':
    // A file that somebody saved out of a calendar says nothing of what to do with it.
    case '':
      return ticket === undefined ? findInvitation(message, 'invited') : undefined;
    case 'CANCEL':
      return ticket === undefined ? findInvitation(message, 'withdrawn') : undefined;
    default:
      return undefined;
  }
}

function findReply(message: CalendarMessage, ticket: TicketNumber): CalendarFinding {
  const attendee = message.attendees.find(({ status }) => statusWords[status] !== undefined);
  const word = statusWords[attendee?.status ?? ''];
  if (attendee === undefined || word === undefined)
    return unreadable(ticket, message.uid, 'The answer says neither yes nor no');
  return answered(message, ticket, { word, attendee: attendee.address, time: undefined });
}

function findCounter(message: CalendarMessage, ticket: TicketNumber): CalendarFinding {
  const { time, attendees } = message;
  if (time === undefined) return unreadable(ticket, message.uid, 'The proposal names no time');
  // Most name themselves alone; Outlook repeats all who are invited, then the letter's author counts.
  const attendee = attendees.length === 1 ? (attendees[0]?.address ?? '') : '';
  return answered(message, ticket, { word: 'counter', attendee, time });
}

function answered(
  { uid, sequence, stamp, comment }: CalendarMessage,
  ticket: TicketNumber,
  { word, attendee, time }: Pick<AppointmentAnswer, 'word' | 'attendee' | 'time'>,
): CalendarFinding {
  const said = tidyText(comment).slice(0, appointmentLimits.textCharacters);
  const isQuiet = (word === 'accepted' || word === 'tentative') && said === '';
  return {
    ticket,
    fields: formatAnswer({ word, uid, attendee, sequence, stamp, time, comment: said }),
    automatic: { kind: isQuiet ? 'auto-replied' : 'unanswerable', reason: 'text/calendar' },
  };
}

function unreadable(
  ticket: TicketNumber | undefined,
  uid: string,
  reason: string,
): CalendarFinding {
  const answer: AppointmentAnswer = {
    word: 'unreadable',
    uid,
    attendee: '',
    sequence: undefined,
    stamp: undefined,
    time: undefined,
    comment: tidyText(reason).slice(0, 200),
  };
  return { ticket, fields: formatAnswer(answer), automatic: undefined };
}

/** Somebody outside invites us, or calls off what he invited us to. */
function findInvitation(
  message: CalendarMessage,
  status: 'invited' | 'withdrawn',
): CalendarFinding | undefined {
  const { time, uid, sequence, summary, place, text, organizer } = message;
  if (time === undefined || uid === '') return undefined;
  const one = (words: string, most: number) => tidyLine(words).slice(0, most);
  const repeats = toRepeats(message.repeats ?? '');
  const version: AppointmentVersion = {
    uid: one(uid, appointmentLimits.uidCharacters),
    sequence: sequence ?? 0,
    status,
    time,
    summary: one(summary, appointmentLimits.summaryCharacters),
    place: one(place, appointmentLimits.placeCharacters),
    text: tidyText(text).slice(0, appointmentLimits.textCharacters),
    guests: organizer === undefined ? [] : [organizer],
    agents: [],
    ...(repeats === undefined ? {} : { repeats }),
    ...((message.others ?? 0) === 0 ? {} : { others: message.others ?? 0 }),
  };
  return { ticket: undefined, fields: formatVersion(version), automatic: undefined };
}
