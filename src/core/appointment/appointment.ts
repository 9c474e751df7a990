/**
 * An appointment on a ticket: what it is, and how the block of a message says it.
 *
 * Owns: the fields `Ticket-Appointment` and those beside it, `Ticket-Attendee`, and what an answer says (specified in
 * docs/FORMAT.md). Promises: reading is total and bounded; what was formatted reads back the same.
 * Leaves to others: iCalendar (storage/icalendar.ts), what of several events holds (appointments.ts beside it).
 */
import {
  formatInstant,
  hasTimeZone,
  type Instant,
  parseInstant,
  parseWallTime,
  toInstant,
} from '../../base/clock.ts';
import type { Address } from '../message/address.ts';
import { formatParameters, parseParameters, type TicketEvent } from '../ticket/event.ts';
import { toRepeats } from './recurrence.ts';

export type AppointmentTime =
  | {
      readonly kind: 'timed';
      readonly start: Instant;
      readonly end: Instant;
      /** IANA name: where the clock hangs by which it was made. */
      readonly zone: string;
    }
  /** Whole days, `2026-11-27`; the last one is within. */
  | {
      readonly kind: 'days';
      readonly first: string;
      readonly last: string;
      readonly zone: string;
    };

/** What somebody says of an appointment when he makes or changes it. */
export interface AppointmentFacts {
  readonly time: AppointmentTime;
  readonly summary: string;
  readonly place: string;
  readonly text: string;
  /** People outside, who are invited by mail. */
  readonly guests: readonly Address[];
  /** Logins. */
  readonly agents: readonly string[];
  /** Of somebody else's: by which rule it repeats, see recurrence.ts. */
  readonly repeats?: string;
  /** Of somebody else's: how many other events stand in the same file. */
  readonly others?: number;
}

/**
 * `confirmed` and `cancelled` are ours; `uninvited` only takes its guests out. `invited` and `withdrawn` are what somebody outside said of an
 * appointment of his own.
 */
export const appointmentStatuses = [
  'confirmed',
  'cancelled',
  'uninvited',
  'invited',
  'withdrawn',
] as const;

export type AppointmentStatus = (typeof appointmentStatuses)[number];

/** One state of an appointment, as one event says it. */
export interface AppointmentVersion extends AppointmentFacts {
  readonly uid: string;
  readonly sequence: number;
  readonly status: AppointmentStatus;
}

export const answerWords = ['accepted', 'declined', 'tentative', 'counter', 'unreadable'] as const;

export type AnswerWord = (typeof answerWords)[number];

/** What a mail answers to an invitation. */
export interface AppointmentAnswer {
  readonly word: AnswerWord;
  readonly uid: string;
  /** As the answer itself says; empty when it does not. */
  readonly attendee: string;
  /** Undefined when the answer does not say which version it is to. */
  readonly sequence: number | undefined;
  readonly stamp: Instant | undefined;
  /** Of a counter: what is proposed. */
  readonly time: AppointmentTime | undefined;
  /** Why it cannot be read, or what the person wrote along. */
  readonly comment: string;
}

export type Fields = readonly (readonly [name: string, value: string])[];

export const appointmentLimits = {
  summaryCharacters: 300,
  placeCharacters: 500,
  textCharacters: 4000,
  guests: 50,
  agents: 50,
  uidCharacters: 255,
};

export function startOf(time: AppointmentTime): Instant {
  return time.kind === 'timed' ? time.start : midnight(time.first, time.zone, 0);
}

/** No longer within. */
export function endOf(time: AppointmentTime): Instant {
  return time.kind === 'timed' ? time.end : midnight(time.last, time.zone, 1);
}

export function isSameTime(one: AppointmentTime, other: AppointmentTime): boolean {
  return one.kind === other.kind && startOf(one) === startOf(other) && endOf(one) === endOf(other);
}

/** The day after, `2026-11-28`; iCalendar names it as the end. */
export function dayAfter(day: string, days = 1): string {
  const start = parseInstant(`${day}T00:00:00Z`);
  return start === undefined
    ? day
    : formatInstant(toInstant(start + days * 86_400_000)).slice(0, 10);
}

function midnight(day: string, zone: string, after: number): Instant {
  return parseWallTime(`${dayAfter(day, after)}T00:00`, zone) ?? toInstant(0);
}

export function formatVersion(version: AppointmentVersion): Fields {
  const { uid, sequence, status, time, summary, place, text, guests, agents } = version;
  const { repeats, others } = version;
  return [
    [
      'Appointment',
      formatParameters(status, { uid, sequence, ...timeParameters(time), repeats, others }),
    ],
    ['Appointment-Summary', escapeText(summary)],
    ...(place === '' ? [] : [['Appointment-Place', escapeText(place)] as const]),
    ...(text === '' ? [] : [['Appointment-Text', escapeText(text)] as const]),
    ...guests.map(
      ({ address, name }) => ['Attendee', formatParameters('', { address, name })] as const,
    ),
    ...agents.map((agent) => ['Attendee', formatParameters('', { agent })] as const),
  ];
}

/** Undefined when the event is about no appointment, or what it says of one cannot be read. */
export function readVersion({
  fields,
}: Pick<TicketEvent, 'fields'>): AppointmentVersion | undefined {
  const given = fields.get('appointment')?.[0];
  if (given === undefined) return undefined;
  const parameters = parseParameters(given);
  const status = appointmentStatuses.find((each) => each === parameters.get(''));
  const time = readTime(parameters);
  const uid = (parameters.get('uid') ?? '').slice(0, appointmentLimits.uidCharacters);
  if (status === undefined || time === undefined || uid === '') return undefined;
  const text = (name: string, most: number) =>
    unescapeText(fields.get(name)?.[0] ?? '').slice(0, most);
  const people = (fields.get('attendee') ?? []).slice(0, 200).map(parseParameters);
  const repeats = toRepeats(parameters.get('repeats') ?? '');
  const others = readCount(parameters.get('others')) ?? 0;
  return {
    uid,
    sequence: readCount(parameters.get('sequence')) ?? 0,
    status,
    time,
    summary: text('appointment-summary', appointmentLimits.summaryCharacters),
    place: text('appointment-place', appointmentLimits.placeCharacters),
    text: text('appointment-text', appointmentLimits.textCharacters),
    guests: people.flatMap((person) => {
      const address = person.get('address') ?? '';
      return address === '' ? [] : [{ name: person.get('name') ?? '', address }];
    }),
    agents: people.flatMap((person) => person.get('agent') ?? []),
    ...(repeats === undefined ? {} : { repeats }),
    ...(others === 0 ? {} : { others }),
  };
}

/** What a decision says of it, before it is an event. */
export function versionIn(fields: Fields): AppointmentVersion | undefined {
  const byName = new Map<string, string[]>();
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    byName.set(key, [...(byName.get(key) ?? []), value]);
  }
  return readVersion({ fields: byName });
}

export function formatAnswer(answer: AppointmentAnswer): Fields {
  const { word, uid, attendee, sequence, stamp, time, comment } = answer;
  return [
    [
      'Appointment-Answer',
      formatParameters(word, {
        uid,
        attendee,
        sequence,
        stamp: stamp === undefined ? undefined : formatInstant(stamp),
        ...(time === undefined ? {} : timeParameters(time)),
      }),
    ],
    ...(comment === '' ? [] : [['Appointment-Comment', escapeText(comment)] as const]),
  ];
}

export function readAnswer({ fields }: Pick<TicketEvent, 'fields'>): AppointmentAnswer | undefined {
  const given = fields.get('appointment-answer')?.[0];
  if (given === undefined) return undefined;
  const parameters = parseParameters(given);
  const word = answerWords.find((each) => each === parameters.get(''));
  if (word === undefined) return undefined;
  return {
    word,
    uid: (parameters.get('uid') ?? '').slice(0, appointmentLimits.uidCharacters),
    attendee: parameters.get('attendee') ?? '',
    sequence: readCount(parameters.get('sequence')),
    stamp: parseInstant(parameters.get('stamp') ?? ''),
    time: readTime(parameters),
    comment: unescapeText(fields.get('appointment-comment')?.[0] ?? '').slice(
      0,
      appointmentLimits.textCharacters,
    ),
  };
}

function timeParameters(time: AppointmentTime): Readonly<Record<string, string>> {
  return time.kind === 'timed'
    ? { start: formatInstant(time.start), end: formatInstant(time.end), zone: time.zone }
    : { first: time.first, last: time.last, zone: time.zone };
}

function readTime(parameters: ReadonlyMap<string, string>): AppointmentTime | undefined {
  const zone = parameters.get('zone') ?? 'UTC';
  if (!hasTimeZone(zone)) return undefined;
  const [first, last] = [parameters.get('first') ?? '', parameters.get('last') ?? ''];
  if (isDay(first) && isDay(last) && first <= last) return { kind: 'days', first, last, zone };
  const start = parseInstant(parameters.get('start') ?? '');
  const end = parseInstant(parameters.get('end') ?? '');
  if (start === undefined || end === undefined || end < start) return undefined;
  return { kind: 'timed', start, end, zone };
}

export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const start = parseInstant(`${text}T00:00:00Z`);
  return start !== undefined && formatInstant(start).startsWith(text);
}

function readCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Line breaks as iCalendar writes them (RFC 5545 section 3.3.11): a field of the block is one line. */
function escapeText(text: string): string {
  return tidyText(text).replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function unescapeText(text: string): string {
  return text.replace(/\\(n|\\)/g, (_, sign) => (sign === 'n' ? '\n' : '\\'));
}

/** The same in one line. */
export function tidyLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** What a field of the block can carry and give back. */
export function tidyText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => line.replace(/[\s\p{Cc}]+/gu, ' ').trim())
    .join('\n')
    .trim();
}
