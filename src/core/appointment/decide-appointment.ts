/**
 * Appointments as commands: made, changed, called off, and the reminder before one begins.
 *
 * Promises: pure; a version is only changed by somebody who knew it, so two agents cannot overwrite each other unseen. People outside
 * are invited by the very mail that the event is; without any it is a note. What is sent counts as an answer, as any mail to a customer.
 * Leaves to others: the mail (services/letters.ts), who may do it (core/ticket/needs.ts).
 */
import { day, formatInstant, hasTimeZone, type Instant } from '../../base/clock.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import { type Address, addressKey, isAddress } from '../message/address.ts';
import {
  type Actor,
  type Change,
  type EventDraft,
  formatParameters,
  parseParameters,
  type TicketEvent,
} from '../ticket/event.ts';
import type { Ticket } from '../ticket/fold.ts';
import { isEnded } from '../ticket/states.ts';
import {
  type AppointmentFacts,
  type AppointmentVersion,
  appointmentLimits,
  endOf,
  formatVersion,
  isDay,
  isSameTime,
  startOf,
  tidyLine,
  tidyText,
} from './appointment.ts';
import { type Appointment, appointmentsOf } from './appointments.ts';

/** What the message says to people who read it as a mail. */
export interface AppointmentLetter {
  readonly subject: string;
  readonly text: string;
}

/** Makes an appointment, or changes the one that has this uid. */
export interface AppointCommand {
  readonly kind: 'appoint';
  readonly uid: string;
  /** Sequence of the version that is changed; undefined for a new appointment. */
  readonly base: number | undefined;
  readonly facts: AppointmentFacts;
  readonly letter: AppointmentLetter;
}

/** Calls it off: for all, or for those guests alone who are not invited any more. */
export interface CancelAppointmentCommand {
  readonly kind: 'cancel-appointment';
  readonly uid: string;
  readonly base: number;
  /** Whether people outside are told; the rights depend on it. */
  readonly isMailed: boolean;
  readonly only?: readonly Address[];
  readonly letter: AppointmentLetter;
}

/** It begins soon: whoever it concerns is to be told, once. */
export interface RemindAppointmentCommand {
  readonly kind: 'remind-appointment';
  readonly uid: string;
  readonly start: Instant;
  /** Repeating a command with the same key finds the first one's event. */
  readonly once: string;
}

export type AppointmentCommand =
  | AppointCommand
  | CancelAppointmentCommand
  | RemindAppointmentCommand;

export type AppointmentRefusal =
  | { readonly code: 'unknown-appointment'; readonly uid: string }
  /** Somebody changed it, or called it off, in between. */
  | { readonly code: 'appointment-changed'; readonly uid: string };

type Refused =
  | AppointmentRefusal
  | { readonly code: 'bad-recipient'; readonly value: string }
  | { readonly code: 'unknown-agent'; readonly value: string; readonly known: readonly string[] }
  | {
      readonly code: 'bad-value';
      readonly field: string;
      readonly value: string;
      readonly expected: string;
    }
  | { readonly code: 'nothing-to-change' };

const kinds: Readonly<Record<AppointmentCommand['kind'], true>> = {
  appoint: true,
  'cancel-appointment': true,
  'remind-appointment': true,
};

export function isAppointment<T extends { readonly kind: string }>(
  command: T,
): command is Extract<T, AppointmentCommand> {
  return Object.hasOwn(kinds, command.kind);
}

/** Whether somebody outside hears of it by mail. */
export function isMailed(command: AppointmentCommand): boolean {
  if (command.kind === 'appoint') return command.facts.guests.length > 0;
  return command.kind === 'cancel-appointment' && command.isMailed;
}

export function decideAppointment(
  ticket: Ticket,
  command: AppointmentCommand,
  actor: Actor,
  {
    agents,
    events,
  }: { readonly agents: readonly string[]; readonly events: readonly TicketEvent[] },
): Result<EventDraft, Refused> {
  if (command.kind === 'remind-appointment') return decideReminder(command, actor, events);
  const known = appointmentsOf(events).find(
    ({ uid, origin }) => uid === command.uid && origin === 'ours',
  );
  if (command.kind === 'appoint') return decideAppoint(ticket, command, actor, { known, agents });
  if (known === undefined) return refuse({ code: 'unknown-appointment', uid: command.uid });
  if (known.status !== 'confirmed' || known.sequence !== command.base)
    return refuse({ code: 'appointment-changed', uid: command.uid });
  return decideCancel(command, actor, known);
}

function decideAppoint(
  ticket: Ticket,
  command: AppointCommand,
  actor: Actor,
  {
    known,
    agents,
  }: { readonly known: Appointment | undefined; readonly agents: readonly string[] },
): Result<EventDraft, Refused> {
  const { uid, base } = command;
  if (base !== undefined && known === undefined)
    return refuse({ code: 'unknown-appointment', uid });
  if (base !== known?.sequence || (known !== undefined && known.status !== 'confirmed'))
    return refuse({ code: 'appointment-changed', uid });
  const checked = checkFacts(command.facts, agents);
  if (!checked.ok) return checked;
  const facts = checked.value;
  if (known !== undefined && saysTheSame(known, facts))
    return refuse({ code: 'nothing-to-change' });
  const sequence = known === undefined ? 0 : known.sequence + 1;
  const version: AppointmentVersion = { ...facts, uid, sequence, status: 'confirmed' };
  const isOut = facts.guests.length > 0;
  return ok({
    kind: isOut ? 'mail-out' : 'note',
    actor,
    changes: isOut ? answerChanges(ticket, actor, facts.guests) : [],
    fields: formatVersion(version),
  });
}

/** As an answer does it: the ticket is open, somebody has it, and whoever is written to takes part. */
function answerChanges(
  ticket: Ticket,
  actor: Actor,
  guests: readonly Address[],
): readonly Change[] {
  const changes: Change[] = [];
  if (ticket.state === 'new' || isEnded(ticket.state))
    changes.push({ kind: 'set', field: 'state', value: 'open' });
  if (ticket.owner === undefined && actor.kind === 'agent')
    changes.push({ kind: 'set', field: 'owner', value: actor.login });
  for (const { address } of guests) {
    const key = addressKey(address);
    if (!ticket.participants.has(key))
      changes.push({ kind: 'add', set: 'participant', value: key });
  }
  return changes;
}

function decideCancel(
  { only, isMailed: saysMailed }: CancelAppointmentCommand,
  actor: Actor,
  known: Appointment,
): Result<EventDraft, Refused> {
  const guests = only ?? known.guests;
  if (saysMailed !== guests.length > 0)
    return refuse({ code: 'appointment-changed', uid: known.uid });
  const version: AppointmentVersion =
    only === undefined
      ? { ...plain(known), sequence: known.sequence + 1, status: 'cancelled' }
      : { ...plain(known), guests, agents: [], status: 'uninvited' };
  return ok({
    kind: guests.length > 0 ? 'mail-out' : 'note',
    actor,
    changes: [],
    fields: formatVersion(version),
  });
}

function plain({ uid, sequence, status, time, summary, place, text, guests, agents }: Appointment) {
  return { uid, sequence, status, time, summary, place, text, guests, agents };
}

function decideReminder(
  { uid, start }: RemindAppointmentCommand,
  actor: Actor,
  events: readonly TicketEvent[],
): Result<EventDraft, Refused> {
  const known = appointmentsOf(events).find((each) => each.uid === uid && each.origin === 'ours');
  if (known === undefined) return refuse({ code: 'unknown-appointment', uid });
  if (known.status !== 'confirmed' || startOf(known.time) !== start)
    return refuse({ code: 'appointment-changed', uid });
  return ok({
    kind: 'update',
    actor,
    changes: [],
    fields: [
      ['Appointment-Reminder', formatParameters('', { uid, start: formatInstant(start) })],
      ...known.agents.map((agent) => ['Attendee', formatParameters('', { agent })] as const),
    ],
  });
}

/** Logins of the agents whom the event names beside an appointment. */
export function agentsNamed({ fields }: Pick<TicketEvent, 'fields'>): readonly string[] {
  return (fields.get('attendee') ?? []).flatMap((each) => parseParameters(each).get('agent') ?? []);
}

/** The facts as they are written, or the first that cannot be. */
export function checkFacts(
  facts: AppointmentFacts,
  agents: readonly string[],
): Result<AppointmentFacts, Refused> {
  const { time } = facts;
  const summary = tidyLine(facts.summary);
  const place = tidyLine(facts.place);
  const text = tidyText(facts.text);
  const bad = (field: string, value: string, expected: string) =>
    refuse({ code: 'bad-value' as const, field, value, expected });
  if (summary === '') return bad('summary', '', 'some text');
  const wrong = tooLong({ summary, place, text });
  if (wrong !== undefined) return bad(wrong.field, `${wrong.length} characters`, wrong.expected);
  if (!hasTimeZone(time.zone)) return bad('zone', time.zone, 'a time zone such as Europe/Berlin');
  const end = time.kind === 'timed' ? formatInstant(time.end) : time.last;
  if (time.kind === 'days' && !(isDay(time.first) && isDay(time.last)))
    return bad('start', time.first, 'a day such as 2026-11-27');
  if (endOf(time) <= startOf(time)) return bad('end', end, 'a time after the beginning');
  if (endOf(time) - startOf(time) > 366 * day) return bad('end', end, 'within a year');
  const { guests } = facts;
  const badAddress = guests.find(({ address }) => !isAddress(address));
  if (badAddress !== undefined) return refuse({ code: 'bad-recipient', value: badAddress.address });
  const stranger = facts.agents.find((login) => !agents.includes(login));
  if (stranger !== undefined)
    return refuse({ code: 'unknown-agent', value: stranger, known: agents });
  const people = new Map(guests.map((guest) => [addressKey(guest.address), guest]));
  if (people.size > appointmentLimits.guests)
    return bad('people', String(people.size), `at most ${appointmentLimits.guests}`);
  return ok({
    time,
    summary,
    place,
    text,
    guests: [...people.values()].map(({ name, address }) => ({
      name: tidyLine(name).replaceAll(';', ','),
      address,
    })),
    agents: [...new Set(facts.agents)].slice(0, appointmentLimits.agents),
  });
}

function tooLong(texts: {
  readonly summary: string;
  readonly place: string;
  readonly text: string;
}): { readonly field: string; readonly length: number; readonly expected: string } | undefined {
  const { summaryCharacters, placeCharacters, textCharacters } = appointmentLimits;
  const limits = [
    { field: 'summary', length: texts.summary.length, most: summaryCharacters },
    { field: 'place', length: texts.place.length, most: placeCharacters },
    { field: 'text', length: texts.text.length, most: textCharacters },
  ];
  const found = limits.find(({ length, most }) => length > most);
  return found === undefined
    ? undefined
    : { ...found, expected: `at most ${found.most} characters` };
}

function saysTheSame(known: AppointmentVersion, facts: AppointmentFacts): boolean {
  const people = ({ guests, agents }: AppointmentFacts) =>
    [...guests.map(({ address }) => addressKey(address)), ...agents].sort().join(' ');
  return (
    isSameTime(known.time, facts.time) &&
    known.time.zone === facts.time.zone &&
    known.summary === facts.summary &&
    known.place === facts.place &&
    known.text === facts.text &&
    people(known) === people(facts)
  );
}
