/**
 * What the placeholders of a prepared text stand for: customer, ticket, agent, queue, desk and dates.
 *
 * Promises: pure; dates and names are in the language of the text; every value is one line without control characters, and bounded,
 * because most of them come from outside.
 * Leaves to others: putting them into texts (core/answers/fill-text.ts).
 */
import type { Instant } from '../../base/clock.ts';
import { calendarOf } from '../../config/calendars.ts';
import type { Config } from '../../config/config.ts';
import { ticketRulesOf } from '../../config/ticket-rules.ts';
import type { FindValue } from '../../core/answers/placeholders.ts';
import type { Company, Person } from '../../core/customer/customer.ts';
import { localDay, openTimeBetween, wallInstant } from '../../core/escalation/calendar.ts';
import type { Address } from '../../core/message/address.ts';
import { isOnlyPhone } from '../../core/phone/phone-number.ts';
import type { Ticket } from '../../core/ticket/fold.ts';
import { findField, nameIn, readFieldValue } from '../../core/ticket/ticket-rules.ts';
import type { Agent } from '../accounts/accounts.ts';
import { formatDateAs, isDateForm } from './date-forms.ts';

/** What is answered, as far as it is known: a ticket that is yet to begin has no number. */
export type FillTicket = Pick<Ticket, 'queue' | 'customer' | 'language'> &
  Partial<Pick<Ticket, 'number' | 'subject' | 'state' | 'priority' | 'created' | 'extra'>> & {
    /** When the customer wrote last. */
    readonly wrote?: Instant | undefined;
  };

export interface ValueFacts {
  readonly ticket: FillTicket;
  readonly agent: Pick<Agent, 'name' | 'email'>;
  readonly config: Config;
  /** What the desk was told about the customer. */
  readonly person?: Person | undefined;
  readonly company?: Company | undefined;
  readonly now: Instant;
  /** Of the text. */
  readonly language: string;
  /** A word of the viewer in the language, such as `state.open`; undefined for a language it is not in. */
  word?(language: string, key: string): string | undefined;
}

/** Names in the order of the documentation; `ticket.x-NAME` and the forms of dates come on top. */
export const placeholderNames = [
  'customer.name',
  'customer.first-name',
  'customer.last-name',
  'customer.address',
  'customer.company',
  'customer.language',
  'ticket.number',
  'ticket.subject',
  'ticket.queue',
  'ticket.state',
  'ticket.priority',
  'ticket.created',
  'ticket.link',
  'mail.date',
  'agent.name',
  'agent.first-name',
  'agent.email',
  'queue.name',
  'queue.short-name',
  'queue.address',
  'desk.name',
  'desk.address',
  'date.today',
  'date.now',
  'date.tomorrow',
  'date.yesterday',
] as const;

type Name = (typeof placeholderNames)[number];

const mostCharacters = 500;

export function valuesFor(facts: ValueFacts): FindValue {
  return (name) => {
    if (isName(name)) return { value: tidy(values[name](facts)) };
    if (name.startsWith('ticket.x-')) return { value: tidy(fieldValue(name.slice(7), facts)) };
    return dateValue(name, facts);
  };
}

function isName(text: string): text is Name {
  return Object.hasOwn(values, text);
}

/** What comes from outside may hold anything. */
function tidy(value: string | undefined): string | undefined {
  const plain = (value ?? '').replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return plain === '' ? undefined : [...plain].slice(0, mostCharacters).join('');
}

const values: Readonly<Record<Name, (facts: ValueFacts) => string | undefined>> = {
  'customer.name': nameOfCustomer,
  'customer.first-name': (facts) => partsOfName(nameOfCustomer(facts)).first,
  'customer.last-name': (facts) => partsOfName(nameOfCustomer(facts)).last,
  'customer.address': ({ ticket: { customer } }) =>
    customer === undefined || isOnlyPhone(customer) ? undefined : customer.address,
  'customer.company': ({ person, company }) =>
    person === undefined || person.company === '' ? company?.name : person.company,
  'customer.language': (facts) => languageName(facts),
  'ticket.number': ({ ticket }) => ticket.number,
  'ticket.subject': ({ ticket }) => ticket.subject,
  'ticket.queue': ({ ticket }) => ticket.queue,
  'ticket.state': (facts) => stateName(facts),
  'ticket.priority': ({ ticket, language, word }) =>
    ticket.priority === undefined ? undefined : word?.(language, `priority.${ticket.priority}`),
  'ticket.created': (facts) => dateValue('ticket.created.long', facts)?.value,
  'ticket.link': ({ ticket, config }) =>
    ticket.number === undefined || config.desk.publicUrl === undefined
      ? undefined
      : `${config.desk.publicUrl}/tickets/${ticket.number}`,
  'mail.date': (facts) => dateValue('mail.date.long', facts)?.value,
  'agent.name': ({ agent }) => agent.name,
  'agent.first-name': ({ agent }) => partsOfName(agent.name).first,
  'agent.email': ({ agent }) => agent.email,
  'queue.name': ({ ticket }) => ticket.queue,
  'queue.short-name': ({ ticket }) => ticket.queue.split('::').at(-1),
  'queue.address': ({ ticket, config }) => queueOf(ticket, config)?.addresses[0],
  'desk.name': ({ config }) => config.desk.name,
  'desk.address': ({ config }) => config.desk.addresses[0],
  'date.today': (facts) => dateValue('date.today.long', facts)?.value,
  'date.now': (facts) => dateValue('date.now.time', facts)?.value,
  'date.tomorrow': (facts) => dateValue('date.tomorrow.long', facts)?.value,
  'date.yesterday': (facts) => dateValue('date.yesterday.long', facts)?.value,
};

function nameOfCustomer({ ticket, person }: ValueFacts): string | undefined {
  if (person !== undefined && person.name !== '') return person.name;
  const { name, address }: Address = ticket.customer ?? { name: '', address: '' };
  // Some programs write the address where the name belongs.
  if (isOnlyPhone({ address }) && !/\p{L}/u.test(name)) return undefined;
  return name.includes('@') || name.trim() === address ? undefined : name;
}

/** `Kim van der Berg` and `van der Berg, Kim`; a single word is a first name. */
function partsOfName(name: string | undefined): { first?: string; last?: string } {
  const plain = (name ?? '').replace(/\([^()]*\)/g, ' ').trim();
  const [before = '', after] = plain.split(',').map((part) => part.trim());
  if (after !== undefined && after !== '') return { first: after, last: before };
  const [first = '', ...rest] = before.split(/\s+/);
  return {
    ...(first === '' ? {} : { first }),
    ...(rest.length === 0 ? {} : { last: rest.join(' ') }),
  };
}

function languageName({ ticket, language }: ValueFacts): string | undefined {
  if (ticket.language === undefined) return undefined;
  try {
    return new Intl.DisplayNames([language], { type: 'language', fallback: 'code' }).of(
      ticket.language,
    );
  } catch {
    // A tag that is none came from outside; it is shown as it is.
    return ticket.language;
  }
}

function stateName({ ticket, config, language, word }: ValueFacts): string | undefined {
  const key = ticket.extra?.get('state-name') ?? ticket.state;
  if (key === undefined) return undefined;
  const own = ticketRulesOf(config).states.find((state) => state.key === key);
  const named = own === undefined ? undefined : nameIn(own.names, language);
  return named ?? word?.(language, `state.${ticket.state}`);
}

function queueOf(ticket: FillTicket, { queues }: Config) {
  return queues.find(({ name }) => name.toLowerCase() === ticket.queue.toLowerCase());
}

/** A choice by its name, a date as dates are written, all else as it stands. */
function fieldValue(key: string, { ticket, config, language }: ValueFacts): string | undefined {
  const stored = ticket.extra?.get(key);
  const field = findField(key, ticketRulesOf(config));
  if (stored === undefined || field === undefined) return stored;
  if (readFieldValue(field, stored) === undefined) return stored;
  if (field.kind === 'date') {
    const [year = 0, month = 1, date = 1] = stored.trim().split('-').map(Number);
    return formatDateAs('long', { day: daysBefore(year, month, date) }, language);
  }
  const choice = field.choices.find((each) => each.key === stored);
  return choice === undefined ? stored : (nameIn(choice.names, language) ?? stored);
}

/** Days since 1970 (proleptic Gregorian), without a clock: years begin in March, so that the leap day is their last. */
function daysBefore(year: number, month: number, date: number): number {
  const shifted = month > 2 ? year : year - 1;
  const age = Math.floor(shifted / 400);
  const ofAge = shifted - age * 400;
  const ofYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + date - 1;
  const days = ofAge * 365 + Math.floor(ofAge / 4) - Math.floor(ofAge / 100) + ofYear;
  return age * 146_097 + days - 719_468;
}

const dateName = /^(date\.[a-z0-9-]{1,40}|ticket\.created|mail\.date)(?:\.([a-z]{1,10}))?$/;
const ahead = /^date\.in-(\d{1,3})-(day|week|working-day)s?$/;

/** `date.today`, `date.in-3-working-days.weekday`, `ticket.created.time`. */
function dateValue(name: string, facts: ValueFacts): ReturnType<FindValue> {
  const [, what = '', form = what === 'date.now' ? 'time' : 'long'] = dateName.exec(name) ?? [];
  if (!isDateForm(form)) return undefined;
  const instant = momentOf(what, facts);
  if (instant !== undefined) {
    const { timeZone } = facts.config.desk;
    return { value: formatDateAs(form, { instant, timeZone }, facts.language) };
  }
  if (what === 'ticket.created' || what === 'mail.date') return { value: undefined };
  const number = dayOf(what, facts);
  if (number === undefined) return undefined;
  return { value: formatDateAs(form, { day: number }, facts.language) };
}

function momentOf(what: string, { ticket, now }: ValueFacts): Instant | undefined {
  if (what === 'ticket.created') return ticket.created;
  if (what === 'mail.date') return ticket.wrote;
  return what === 'date.now' ? now : undefined;
}

/** Days since 1970 on the wall of the desk; undefined when the name means no day. */
function dayOf(what: string, facts: ValueFacts): number | undefined {
  const today = localDay(facts.now, facts.config.desk.timeZone);
  if (what === 'date.today') return today;
  if (what === 'date.tomorrow') return today + 1;
  if (what === 'date.yesterday') return today - 1;
  const [, count = '', unit] = ahead.exec(what) ?? [];
  if (unit === undefined) return undefined;
  if (unit === 'working-day') return workingDay(Number(count), facts);
  return today + Number(count) * (unit === 'week' ? 7 : 1);
}

/** A calendar without working days gives the days themselves. */
const mostSteps = 5000;

function workingDay(count: number, { ticket, config, now }: ValueFacts): number {
  const calendar = calendarOf(config, ticket.queue);
  const { timeZone } = calendar;
  const today = localDay(now, timeZone);
  let left = count;
  for (let number = today; number < today + mostSteps; number += 1) {
    if (left === 0) return number;
    const [start, end] = [
      wallInstant(number + 1, 0, timeZone),
      wallInstant(number + 2, 0, timeZone),
    ];
    if (openTimeBetween(calendar, start, end) > 0) left -= 1;
    if (left === 0) return number + 1;
  }
  return today + count;
}
