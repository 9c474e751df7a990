/**
 * The appointments of a ticket: the sum of what its events say of them.
 *
 * Promises: pure. Of several versions the one with the highest sequence holds, then the later event (RFC 5546 section 2.1.5). An answer
 * counts when an invited person gave it from the address that was invited, and it is to the time that holds now; of
 * several the newest counts. What does not count is kept as doubtful or past, never dropped.
 */
import type { Instant } from '../../base/clock.ts';
import { type Address, addressKey } from '../message/address.ts';
import { isForged } from '../message/sender-sign.ts';
import { readVerdicts } from '../message/verdicts.ts';
import type { MessageName, TicketEvent } from '../ticket/event.ts';
import {
  type AppointmentAnswer,
  type AppointmentVersion,
  endOf,
  isSameTime,
  readAnswer,
  readVersion,
  startOf,
} from './appointment.ts';

export interface GivenAnswer extends AppointmentAnswer {
  /** The mail that gave it. */
  readonly message: MessageName;
  readonly time: AppointmentAnswer['time'];
  readonly at: Instant;
  readonly from: Address | undefined;
}

export type Doubt = 'not-invited' | 'other-address' | 'forged';

export interface Appointment extends AppointmentVersion {
  readonly origin: 'ours' | 'theirs';
  /** The events that say it, in the order of the history; the last one with the version that holds. */
  readonly holds: MessageName;
  readonly events: readonly MessageName[];
  /** By address key: what counts now. */
  readonly answers: ReadonlyMap<string, GivenAnswer>;
  readonly doubtful: readonly (GivenAnswer & { readonly doubt: Doubt })[];
  /** To a time that does not hold any more. */
  readonly outdated: readonly GivenAnswer[];
}

const mostAppointments = 200;

/** In the order in which they begin. */
export function appointmentsOf(events: readonly TicketEvent[]): readonly Appointment[] {
  const open = new Map<string, Draft>();
  for (const event of events) {
    const version = readVersion(event);
    if (version !== undefined) addVersion(open, event, version);
    const answer = readAnswer(event);
    const draft = answer === undefined ? undefined : open.get(keyOf('ours', answer.uid));
    if (answer !== undefined && draft !== undefined) draft.answers.push({ event, answer });
  }
  return [...open.values()]
    .map(close)
    .sort((one, other) => startOf(one.time) - startOf(other.time) || compare(one.uid, other.uid));
}

/** The first that is still to come or under way. */
export function nextAppointment(
  appointments: readonly Appointment[],
  now: Instant,
): Appointment | undefined {
  return appointments.find((each) => isHeld(each) && endOf(each.time) > now);
}

/** Whether it takes place, as far as is known. */
export function isHeld({ status }: Pick<AppointmentVersion, 'status'>): boolean {
  return status === 'confirmed' || status === 'invited';
}

interface Draft {
  readonly origin: Appointment['origin'];
  version: AppointmentVersion;
  holds: MessageName;
  readonly events: MessageName[];
  /** The first version with the time that holds. */
  timeSince: { sequence: number; at: Instant };
  readonly answers: { readonly event: TicketEvent; readonly answer: AppointmentAnswer }[];
}

function keyOf(origin: Appointment['origin'], uid: string): string {
  return `${origin} ${uid}`;
}

function addVersion(
  open: Map<string, Draft>,
  event: TicketEvent,
  version: AppointmentVersion,
): void {
  // What came from outside speaks for somebody else's appointments alone.
  const isTheirs = event.kind === 'mail-in' || event.kind === 'import';
  const saysTheirs = version.status === 'invited' || version.status === 'withdrawn';
  if (isTheirs !== saysTheirs) return;
  const origin = isTheirs ? 'theirs' : 'ours';
  const key = keyOf(origin, version.uid);
  const draft = open.get(key);
  if (draft === undefined) {
    if (version.status === 'uninvited' || open.size >= mostAppointments) return;
    open.set(key, {
      origin,
      version,
      holds: event.name,
      events: [event.name],
      timeSince: { sequence: version.sequence, at: event.time },
      answers: [],
    });
    return;
  }
  draft.events.push(event.name);
  if (version.status === 'uninvited' || version.sequence < draft.version.sequence) return;
  if (!isSameTime(draft.version.time, version.time))
    draft.timeSince = { sequence: version.sequence, at: event.time };
  draft.version = version;
  draft.holds = event.name;
}

function close({ origin, version, holds, events, timeSince, answers }: Draft): Appointment {
  const counted = new Map<string, GivenAnswer>();
  const doubtful: (GivenAnswer & { doubt: Doubt })[] = [];
  const outdated: GivenAnswer[] = [];
  for (const { event, answer } of answers) {
    const given = toGiven(event, answer);
    const doubt = doubtOf(given, event, version);
    if (doubt !== undefined) doubtful.push({ ...given, doubt });
    else if (!isToTime(given, timeSince)) outdated.push(given);
    else addAnswer(counted, given, outdated);
  }
  return { ...version, origin, holds, events, answers: counted, doubtful, outdated };
}

function toGiven(event: TicketEvent, answer: AppointmentAnswer): GivenAnswer {
  const { from } = event.mail;
  // Some programs leave out who answers when the letter says it.
  const attendee = answer.attendee === '' ? (from?.address ?? '') : answer.attendee;
  return { ...answer, attendee, message: event.name, at: event.time, from };
}

function doubtOf(
  { attendee, from }: GivenAnswer,
  event: TicketEvent,
  { guests }: AppointmentVersion,
): Doubt | undefined {
  const verdicts = readVerdicts(event.fields);
  if (isForged(verdicts.sender) || verdicts.spam?.flag === true) return 'forged';
  const key = addressKey(attendee);
  if (!guests.some(({ address }) => addressKey(address) === key)) return 'not-invited';
  return from !== undefined && addressKey(from.address) === key ? undefined : 'other-address';
}

/** By the sequence that it names; where it names none, by when it was made. */
function isToTime(
  { sequence, stamp, at }: GivenAnswer,
  timeSince: { readonly sequence: number; readonly at: Instant },
): boolean {
  if (sequence !== undefined) return sequence >= timeSince.sequence;
  return (stamp ?? at) >= timeSince.at;
}

function addAnswer(
  counted: Map<string, GivenAnswer>,
  given: GivenAnswer,
  outdated: GivenAnswer[],
): void {
  const key = addressKey(given.attendee);
  const before = counted.get(key);
  if (before === undefined || isNewer(given, before)) {
    if (before !== undefined) outdated.push(before);
    counted.set(key, given);
  } else outdated.push(given);
}

/** RFC 5546 section 2.1.5: by sequence, then by stamp; what cannot be told apart by them, by the order of arrival. */
function isNewer(one: GivenAnswer, other: GivenAnswer): boolean {
  const [mine, theirs] = [one.sequence ?? other.sequence, other.sequence ?? one.sequence];
  if (mine !== theirs) return (mine ?? 0) > (theirs ?? 0);
  if (one.stamp === undefined || other.stamp === undefined || one.stamp === other.stamp)
    return true;
  return one.stamp > other.stamp;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
