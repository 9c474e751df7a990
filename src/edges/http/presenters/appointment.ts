/**
 * Appointments on a ticket's page: the card in the conversation, what an answer says, the block in the side bar.
 *
 * Promises: pure; an answer is told by a sign and a word, and one that does not count says why; what the reader may not do is not offered.
 */
import { formatInstant, type Instant } from '../../../base/clock.ts';
import {
  type AnswerWord,
  endOf,
  readAnswer,
  startOf,
} from '../../../core/appointment/appointment.ts';
import {
  type Appointment,
  appointmentsOf,
  type Doubt,
  type GivenAnswer,
  nextAppointment,
} from '../../../core/appointment/appointments.ts';
import { addressKey } from '../../../core/message/address.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { Right } from '../../../core/ticket/rights.ts';
import {
  answerKeys,
  showsSameTime,
  whenText,
  zoneText,
} from '../../../services/appointment-words.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import { repeatsText } from './recurrence-words.ts';

export interface CalendarWords {
  readonly locale: Locale;
  readonly now: Instant;
  readonly nameOf: (login: string) => string;
  /** Where the reader's clock hangs. */
  readonly zone: string;
}

export interface PersonView {
  readonly name: string;
  readonly address: string;
  readonly sign: string;
  readonly tone: string;
  readonly answer: string;
  readonly comment: string;
}

export interface CardView {
  readonly uid: string;
  readonly summary: string;
  readonly label: string;
  /** Why it is not what holds: called off, or changed since. */
  readonly note: string | undefined;
  readonly isOff: boolean;
  readonly iso: string;
  readonly day: string;
  readonly hours: string;
  /** By the clock by which it was made, where that shows another time. */
  readonly elsewhere: string | undefined;
  /** By the customer's clock, where that shows another time. */
  readonly there?: string | undefined;
  /** Of the clock by which the hours are; undefined for whole days. */
  readonly zone: string | undefined;
  readonly repeats: string | undefined;
  /** That the file has more than this. */
  readonly others: string | undefined;
  readonly place: string;
  readonly text: string;
  readonly people: readonly PersonView[];
  readonly agents: string | undefined;
  readonly proposals: readonly ProposalView[];
  readonly changeHref: string | undefined;
  readonly cancelHref: string | undefined;
}

export interface ProposalView {
  readonly text: string;
  readonly acceptHref: string | undefined;
}

export interface AnswerView {
  readonly sign: string;
  readonly tone: string;
  readonly sentence: string;
  readonly doubt: string | undefined;
  readonly comment: string;
  readonly acceptHref: string | undefined;
}

export interface CalendarView {
  readonly card: CardView | undefined;
  readonly answer: AnswerView | undefined;
  /** Why the calendar part cannot be read. */
  readonly problem: string | undefined;
}

interface CalendarRequest {
  readonly event: TicketEvent;
  readonly folder: TicketFolder;
  readonly may: (right: Right) => boolean;
}

/** Undefined for a message that is about no appointment. */
export function presentCalendar(
  request: CalendarRequest,
  words: CalendarWords,
): CalendarView | undefined {
  const { event, folder } = request;
  const answer = readAnswer(event);
  if (answer?.word === 'unreadable') {
    const problem = words.locale.text('appointment.unreadable', { reason: answer.comment });
    return { card: undefined, answer: undefined, problem };
  }
  if (answer === undefined && !event.fields.has('appointment')) return undefined;
  const all = appointmentsOf(folder.messages.map((message) => message.event));
  const appointment = all.find(({ events }) => events.includes(event.name));
  const card = appointment === undefined ? undefined : presentCard(appointment, request, words);
  const given = answer === undefined ? undefined : findGiven(all, event);
  const said = given === undefined ? undefined : presentAnswer(given, request, words);
  return card === undefined && said === undefined
    ? undefined
    : { card, answer: said, problem: undefined };
}

const labels = {
  confirmed: 'appointment.label',
  cancelled: 'appointment.label-cancelled',
  uninvited: 'appointment.label-cancelled',
  invited: 'appointment.label-invited',
  withdrawn: 'appointment.label-withdrawn',
} as const;

function presentCard(
  appointment: Appointment,
  { event, folder, may }: CalendarRequest,
  words: CalendarWords,
): CardView {
  const { locale, nameOf, zone } = words;
  const { uid, time, status, guests, agents, holds, origin } = appointment;
  const isOld = holds !== event.name;
  const isOff = status === 'cancelled' || status === 'withdrawn';
  const when = whenText(time, zone, locale);
  const isMine = origin === 'ours' && !isOld && status === 'confirmed';
  const mayChange = isMine && may(guests.length > 0 ? 'answer' : 'note') && canChange(folder);
  const page = `/tickets/${folder.number}/appointment?uid=${encodeURIComponent(uid)}`;
  return {
    uid,
    summary: appointment.summary === '' ? locale.text('appointment.untitled') : appointment.summary,
    label: locale.text(labels[status]),
    note: isOld ? locale.text('appointment.changed-since') : undefined,
    isOff,
    iso: formatInstant(startOf(time)),
    day: when.day,
    hours: when.hours,
    elsewhere: inZone(appointment, time.zone, words),
    zone: time.kind === 'days' ? undefined : zoneText(zone),
    repeats:
      appointment.repeats === undefined ? undefined : repeatsText(appointment.repeats, locale),
    others:
      appointment.others === undefined
        ? undefined
        : locale.text('appointment.more', { count: appointment.others }),
    place: appointment.place,
    text: appointment.text,
    people:
      origin === 'ours' ? presentPeople(appointment, words) : presentOrganizer(appointment, words),
    agents: agents.length === 0 ? undefined : locale.list(agents.map(nameOf)),
    proposals: isMine ? proposalsOf(appointment, mayChange ? page : undefined, words) : [],
    changeHref: mayChange ? page : undefined,
    cancelHref: mayChange ? `${page}&cancel=1` : undefined,
  };
}

function canChange({ ticket }: TicketFolder): boolean {
  return ticket.mergedInto === undefined && ticket.state !== 'removed';
}

/** When it begins by the clock in that zone; undefined where the reader's own clock shows the same. */
function inZone(
  { time }: Pick<Appointment, 'time'>,
  zone: string,
  { locale, zone: own }: CalendarWords,
): string | undefined {
  if (showsSameTime(time, own, zone, locale)) return undefined;
  const there = whenText(time, zone, locale);
  const isSameDay = whenText(time, own, locale).day === there.day;
  return locale.text('appointment.in-zone', {
    when: isSameDay ? there.hours : there.whole,
    zone: zoneText(zone),
  });
}

/** The same by the customer's clock, for each card of the conversation. */
export function customerTime(
  folder: TicketFolder,
  uid: string,
  customerZone: string | undefined,
  words: CalendarWords,
): string | undefined {
  if (customerZone === undefined) return undefined;
  const appointment = appointmentsOf(folder.messages.map(({ event }) => event)).find(
    (each) => each.uid === uid,
  );
  if (appointment === undefined || appointment.time.zone === customerZone) return undefined;
  const text = inZone(appointment, customerZone, words);
  return text === undefined ? undefined : words.locale.text('appointment.there', { when: text });
}

interface Look {
  readonly sign: string;
  readonly tone: string;
}

const answerLooks: Readonly<Record<AnswerWord | 'none', Look>> = {
  accepted: { sign: 'check', tone: 'done' },
  declined: { sign: 'close', tone: 'late' },
  tentative: { sign: 'ask', tone: 'soon' },
  counter: { sign: 'clock', tone: 'soon' },
  unreadable: { sign: 'tri', tone: 'soon' },
  none: { sign: 'swait', tone: 'quiet' },
};

function presentPeople(
  { guests, answers }: Appointment,
  { locale }: CalendarWords,
): readonly PersonView[] {
  return guests.map(({ name, address }) => {
    const given = answers.get(addressKey(address));
    const word = given?.word ?? 'none';
    const look = answerLooks[word];
    return {
      name: name === '' ? address : name,
      address,
      sign: look.sign,
      tone: look.tone,
      answer: locale.text(answerKeys[word]),
      comment: given?.comment ?? '',
    };
  });
}

function presentOrganizer(
  { guests }: Appointment,
  { locale }: CalendarWords,
): readonly PersonView[] {
  return guests.map(({ name, address }) => ({
    name: name === '' ? address : name,
    address,
    sign: 'user',
    tone: 'quiet',
    answer: locale.text('appointment.organizer'),
    comment: '',
  }));
}

/** Times that people propose instead and that are still open. */
function proposalsOf(
  { answers }: Appointment,
  page: string | undefined,
  words: CalendarWords,
): readonly ProposalView[] {
  return [...answers.values()].flatMap((given) => {
    if (given.word !== 'counter' || given.time === undefined) return [];
    return [
      {
        text: words.locale.text('appointment.proposes', {
          name: nameIn(given),
          when: whenText(given.time, words.zone, words.locale).whole,
        }),
        acceptHref:
          page === undefined ? undefined : `${page}&counter=${encodeURIComponent(given.message)}`,
      },
    ];
  });
}

function nameIn({ from, attendee }: GivenAnswer): string {
  return from === undefined || from.name === '' ? attendee : from.name;
}

interface FoundAnswer {
  readonly appointment: Appointment;
  readonly given: GivenAnswer;
  readonly doubt: Doubt | 'outdated' | undefined;
}

function findGiven(all: readonly Appointment[], event: TicketEvent): FoundAnswer | undefined {
  const isIt = ({ message }: GivenAnswer) => message === event.name;
  for (const appointment of all) {
    const counted = [...appointment.answers.values()].find(isIt);
    if (counted !== undefined) return { appointment, given: counted, doubt: undefined };
    const doubtful = appointment.doubtful.find(isIt);
    if (doubtful !== undefined) return { appointment, given: doubtful, doubt: doubtful.doubt };
    const old = appointment.outdated.find(isIt);
    if (old !== undefined) return { appointment, given: old, doubt: 'outdated' };
  }
  return undefined;
}

const doubtKeys = {
  'not-invited': 'appointment.doubt.not-invited',
  'other-address': 'appointment.doubt.other-address',
  forged: 'appointment.doubt.forged',
  outdated: 'appointment.doubt.outdated',
} as const;

const sentenceKeys: Readonly<Record<AnswerWord, string>> = {
  accepted: 'appointment.says.accepted',
  declined: 'appointment.says.declined',
  tentative: 'appointment.says.tentative',
  counter: 'appointment.says.counter',
  unreadable: 'appointment.says.counter',
};

function presentAnswer(
  { appointment, given, doubt }: FoundAnswer,
  { folder, may }: CalendarRequest,
  { locale, zone }: CalendarWords,
): AnswerView {
  const { word, time, comment, attendee } = given;
  const look = answerLooks[word];
  const values = {
    name: nameIn(given),
    summary: appointment.summary,
    when: time === undefined ? '' : whenText(time, zone, locale).whole,
  };
  const isOpen = word === 'counter' && doubt === undefined && appointment.status === 'confirmed';
  return {
    sign: doubt === undefined ? look.sign : 'tri',
    tone: doubt === undefined ? look.tone : doubt === 'outdated' ? 'quiet' : 'soon',
    sentence: locale.text(sentenceKeys[word], values),
    doubt: doubt === undefined ? undefined : locale.text(doubtKeys[doubt], { address: attendee }),
    comment,
    acceptHref:
      isOpen && may('answer') && canChange(folder)
        ? `/tickets/${folder.number}/appointment?uid=${encodeURIComponent(appointment.uid)}&counter=${encodeURIComponent(given.message)}`
        : undefined,
  };
}

/** For the side bar; undefined where nothing is to come. */
export function presentNext({ messages }: TicketFolder, words: CalendarWords) {
  const { locale, now, zone, nameOf } = words;
  const all = appointmentsOf(messages.map(({ event }) => event));
  const next = nextAppointment(all, now);
  if (next === undefined) return undefined;
  const others = all.filter(
    (each) => each !== next && each.status === 'confirmed' && endOf(each.time) > now,
  );
  const when = whenText(next.time, zone, locale);
  return {
    summary: next.summary === '' ? locale.text('appointment.untitled') : next.summary,
    iso: formatInstant(startOf(next.time)),
    day: when.day,
    hours: when.hours,
    place: next.place,
    href: `#m-${encodeURIComponent(next.holds)}`,
    people: next.origin === 'ours' ? presentPeople(next, words) : [],
    agents: next.agents.length === 0 ? undefined : locale.list(next.agents.map(nameOf)),
    more:
      others.length === 0 ? undefined : locale.text('appointment.more', { count: others.length }),
  };
}
