/**
 * Judging tickets by a query: what a ticket's record answers, and what only its text can answer.
 *
 * Promises: pure; comparing is without regard to case and, for names and addresses, to diacritics.
 * Leaves to others: finding the words of a `TextTerm` in texts (services/index).
 */
import type { Instant } from '../../base/clock.ts';
import type { Address } from '../message/address.ts';
import { isPartOfPhone } from '../phone/phone-number.ts';
import type { Standing } from '../team/standing.ts';
import { isEnded, type Priority, type TicketState } from '../ticket/states.ts';
import { analyse, foldText } from './analyse.ts';
import { isDueWithin, parseDueBound } from './due-bound.ts';
import { type Query, type Term, toWordTest } from './query.ts';

/** What a ticket is judged by. */
export interface JudgedTicket {
  readonly number: string;
  readonly queue: string;
  readonly alsoQueues: readonly string[];
  readonly state: TicketState;
  readonly priority: Priority;
  readonly owner: string | undefined;
  readonly language: string | undefined;
  readonly customer: Address | undefined;
  readonly participants: readonly string[];
  readonly tags: readonly string[];
  readonly marks: readonly string[];
  /** Key of a state of the desk's own. */
  readonly stateName?: string | undefined;
  /** Custom fields by `x-NAME`. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly drafts?: readonly { readonly send: object | undefined }[];
  readonly standing?: Standing;
  /** Telephone numbers of its calls and faxes, as `compactPhone` leaves them. */
  readonly phones?: readonly string[];
}

/** `due` is when the ticket is due next; only a query that `needsDue` asks for it. */
export type TicketTest = (ticket: JudgedTicket, due?: Instant) => boolean;

/** Words that must stand side by side in a ticket's text, in this order. */
export interface TextTerm {
  /** Made by `analyse`; at least one. */
  readonly words: readonly string[];
  /** The last word is only the beginning of one. */
  readonly isPrefix: boolean;
  /** Undefined: anywhere in the ticket. */
  readonly field: 'subject' | undefined;
  readonly negated: boolean;
}

export interface SplitQuery {
  readonly test: TicketTest;
  readonly text: readonly TextTerm[];
  readonly needsDue: boolean;
}

export function splitQuery(query: Query): SplitQuery {
  const tests = query.terms.flatMap((term) => toTest(term) ?? []);
  // What was removed is shown to whoever asks for just that.
  if (!query.terms.some(asksForRemoved)) tests.push(({ state }) => state !== 'removed');
  return {
    test: (ticket, due) => tests.every((test) => test(ticket, due)),
    needsDue: query.terms.some((term) => term.kind === 'field' && asksForDue(term)),
    text: query.terms.flatMap((term) => toTextTerm(term) ?? []),
  };
}

/** Whether the term is about due times, and so about what time it is. */
export function asksForDue(term: FieldTerm): boolean {
  return term.field === 'due' || (term.field === 'is' && toWordTest(term.value)('late'));
}

function asksForRemoved(term: Term): boolean {
  return (
    term.kind === 'field' &&
    term.field === 'state' &&
    !term.negated &&
    toWordTest(term.value)('removed')
  );
}

function toTextTerm(term: Term): TextTerm | undefined {
  if (term.kind === 'custom') return undefined;
  if (term.kind === 'field' && term.field !== 'subject') return undefined;
  const text = term.kind === 'text' ? term.text : term.value;
  const words = analyse(text);
  if (words.length === 0) return undefined;
  return {
    words,
    isPrefix: text.endsWith('*'),
    field: term.kind === 'field' ? 'subject' : undefined,
    negated: term.negated,
  };
}

function toTest(term: Term): TicketTest | undefined {
  if (term.kind === 'text' || term.field === 'subject') return undefined;
  const test =
    term.kind === 'custom'
      ? customTest(term.field, term.value)
      : term.field === 'waiting'
        ? waitingTest(term)
        : term.field === 'due' || asksForDue(term)
          ? dueTest(term)
          : term.field === 'snoozed'
            ? snoozedTest(term)
            : fieldTest(term.field, term.value);
  return term.negated ? (ticket, due) => !test(ticket, due) : test;
}

type FieldTerm = Extract<Term, { kind: 'field' }>;
type RecordField = Exclude<FieldTerm['field'], 'subject' | 'waiting' | 'due' | 'snoozed'>;

/** `due:`, and `is:late` with all else that the value names. */
function dueTest({ field, value, now }: FieldTerm): TicketTest {
  if (field === 'due') {
    const bound = parseDueBound(value);
    return (_, due) => bound !== undefined && isDueWithin(bound, due, now);
  }
  const others = fieldTest('is', value);
  return (ticket, due) => (due !== undefined && now !== undefined && due <= now) || others(ticket);
}

function fieldTest(field: RecordField, value: string): TicketTest {
  const isNamed = toWordTest(value);
  switch (field) {
    case 'from':
    case 'to':
      return personTest(value);
    case 'queue':
      return queueTest(value);
    case 'state': {
      const isState = remember(isNamed);
      return ({ state, stateName }) =>
        isState(state) || (stateName !== undefined && isState(stateName));
    }
    case 'priority':
      return ({ priority }) => isNamed(priority);
    case 'owner': {
      const isOwner = remember(isNamed);
      return ({ owner }) => isOwner(owner ?? 'none');
    }
    case 'tag':
      return ({ tags }) => tags.some(isNamed);
    case 'lang':
      return languageTest(value);
    case 'number':
      return numberTest(value);
    case 'is': {
      const named = conditions.filter(([name]) => isNamed(name));
      return (ticket) => named.some(([, holds]) => holds(ticket));
    }
    case 'has':
      return ({ marks }) => marks.some(isNamed);
    case 'mentioned':
      return ({ standing }) =>
        standing?.mentions.some(isNamed) === true || standing?.advice.some(isNamed) === true;
    case 'phone':
      return ({ phones = [] }) => phones.some((number) => isPartOfPhone(value, number));
    case 'watched':
    case 'watcher':
      return ({ standing }) => standing?.watchers.some(isNamed) === true;
  }
}

/** The whole value, or its beginning; `none` for a ticket without one. */
function customTest(field: string, value: string): TicketTest {
  const isNamed = toWordTest(foldText(value));
  return ({ fields = {} }) => {
    const own = fields[field] ?? '';
    return own === '' ? value.toLowerCase() === 'none' : isNamed(foldText(own));
  };
}

/**
 * Tickets of these owners on which it is their turn: in work while the customer had the last word, or with a
 * reminder that is due.
 */
function waitingTest({ value, owners = [value], now }: FieldTerm): TicketTest {
  const isOwner = remember((owner) => owners.some((each) => toWordTest(each)(owner)));
  return ({ owner, state, standing }) => {
    if (owner === undefined || standing === undefined || !isOwner(owner)) return false;
    if (state === 'new' || state === 'open') return standing.lastWord === 'theirs';
    const until = standing.pendingUntil;
    return state === 'pending-reminder' && now !== undefined && until !== undefined && until <= now;
  };
}

/** What whoever asks has put aside. */
function snoozedTest({ numbers = [] }: FieldTerm): TicketTest {
  const aside = new Set(numbers);
  return ({ number }) => aside.has(number);
}

/** For values that many tickets share: each is judged once. */
function remember(test: (word: string) => boolean): (word: string) => boolean {
  const answers = new Map<string, boolean>();
  return (word) => {
    const known = answers.get(word);
    if (known !== undefined) return known;
    const answer = test(word);
    answers.set(word, answer);
    return answer;
  };
}

const conditions: readonly (readonly [name: string, holds: TicketTest])[] = [
  ['open', ({ state }) => !isEnded(state)],
  ['closed', ({ state }) => isEnded(state)],
  ['new', ({ state }) => state === 'new'],
  ['unowned', ({ owner }) => owner === undefined],
  ['spam', ({ marks }) => marks.includes('spam')],
  ['scheduled', ({ drafts = [] }) => drafts.some(({ send }) => send !== undefined)],
];

/**
 * `from:` and `to:` alike: any part of the customer's name, or of the address of anybody who takes
 * part. Whoever writes in a ticket is also written to, so the record does not tell the two apart.
 */
function personTest(value: string): TicketTest {
  const wanted = foldText(value.replace(/\*$/, ''));
  return ({ customer, participants }) =>
    participants.some((address) => address.includes(wanted)) ||
    (customer !== undefined && foldPerson(customer).includes(wanted));
}

const foldedPeople = new WeakMap<Address, string>();

/** Lists are filtered again and again, so each person is folded once. */
function foldPerson(person: Address): string {
  const known = foldedPeople.get(person);
  if (known !== undefined) return known;
  const folded = foldText(`${person.name} ${person.address}`);
  foldedPeople.set(person, folded);
  return folded;
}

/** The queue itself and every queue nested in it; a ticket may be known in several. */
function queueTest(value: string): TicketTest {
  const isNamed = toWordTest(value);
  const within = `${value.toLowerCase()}::`;
  const isQueue = remember((queue) => isNamed(queue) || queue.toLowerCase().startsWith(within));
  return ({ queue, alsoQueues }) => isQueue(queue) || alsoQueues.some(isQueue);
}

/** `zh` is also said of `zh-Hans`, `none` of a ticket without a language. */
function languageTest(value: string): TicketTest {
  const isNamed = toWordTest(value);
  const within = `${value.toLowerCase()}-`;
  const isLanguage = remember(
    (language) => isNamed(language) || language.toLowerCase().startsWith(within),
  );
  return ({ language }) => isLanguage(language ?? 'none');
}

/** Any run of the number's digits: people remember the end of it. */
function numberTest(value: string): TicketTest {
  const beginning = value.endsWith('*');
  const digits = value.replace(/^#|\*$/g, '');
  return ({ number }) => (beginning ? number.startsWith(digits) : number.includes(digits));
}
