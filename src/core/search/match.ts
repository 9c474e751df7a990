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
import { isInRange } from './dates.ts';
import { isDueWithin, parseDueBound } from './due-bound.ts';
import { type DateField, isDateField } from './fields.ts';
import type { Clause, Query, SeenMarks, Term } from './query.ts';
import { toPartTest, toWordTest } from './wildcard.ts';

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
  /** Who wrote in it, and whom somebody wrote to: folded names and addresses. */
  readonly writers?: readonly string[];
  readonly recipients?: readonly string[];
  readonly created?: Instant;
  readonly updated?: Instant;
  readonly closedAt?: Instant | undefined;
  /** Its folder lies in `archive/`. */
  readonly archived?: boolean;
  /** It is under legal hold. */
  readonly held?: boolean;
  /** Telephone numbers of its calls and faxes, as `compactPhone` leaves them. */
  readonly phones?: readonly string[];
}

/**
 * `due` is when the ticket is due next; only a query that `needsDue` asks for it. `found` are the tickets that hold each of the
 * query's `leaves`, in their order.
 */
export type TicketTest = (ticket: JudgedTicket, due?: Instant, found?: FoundTexts) => boolean;

/** `any`: as if each ticket held, or did not hold, whatever lets it match. */
export type FoundTexts = readonly { has(number: string): boolean }[] | 'any';

/** Words that must stand side by side in a ticket's text, in this order. */
export interface TextTerm {
  /** Made by `analyse`; at least one. */
  readonly words: readonly string[];
  /** The last word is only the beginning of one. */
  readonly isPrefix: boolean;
  /** Undefined: anywhere in the ticket. */
  readonly field: 'subject' | undefined;
  readonly negated: boolean;
  /** Other forms of the words count as well; absent where it is to be just as it is written. */
  readonly loose?: boolean;
}

export interface SplitQuery {
  readonly test: TicketTest;
  /** What every ticket must hold. */
  readonly text: readonly TextTerm[];
  /** Texts within groups: none of them is negated, and each decides only together with what stands beside it. */
  readonly leaves: readonly TextTerm[];
  readonly needsDue: boolean;
}

export function splitQuery({ terms }: Query): SplitQuery {
  const leaves: TextTerm[] = [];
  const isText = (clause: Clause) => clause.kind !== 'group' && isTextual(clause);
  // What was removed is shown to whoever asks for just that.
  const tests = allOf(
    terms.filter((clause) => !isText(clause)),
    { leaves, hidesRemoved: true },
  );
  return {
    test: tests,
    needsDue: terms.some((clause) => someTerm(clause, asksForDueTerm)),
    text: terms.flatMap((clause) =>
      clause.kind === 'group' ? [] : (toTextTerm(clause, clause.negated) ?? []),
    ),
    leaves,
  };
}

interface Compiling {
  /** Texts that are met on the way are put here. */
  readonly leaves: TextTerm[];
  readonly hidesRemoved: boolean;
}

function allOf(clauses: readonly Clause[], { leaves, hidesRemoved }: Compiling): TicketTest {
  const asks = clauses.some(asksForRemoved);
  const inner = { leaves, hidesRemoved: hidesRemoved && asks };
  const tests = clauses.flatMap((clause) => toTest(clause, inner) ?? []);
  if (hidesRemoved && !asks) tests.push(({ state }) => state !== 'removed');
  return (ticket, due, found) => tests.every((test) => test(ticket, due, found));
}

function toTest(clause: Clause, compiling: Compiling): TicketTest | undefined {
  if (clause.kind !== 'group')
    return isTextual(clause) ? leafTest(clause, compiling) : termTest(clause);
  const alternatives = clause.alternatives.map((clauses) =>
    allOf(clauses, { ...compiling, hidesRemoved: compiling.hidesRemoved && !clause.negated }),
  );
  const hasText = someTerm(clause, isTextual);
  return clause.negated
    ? (ticket, due, found) =>
        (found === 'any' && hasText) || !alternatives.some((test) => test(ticket, due, found))
    : (ticket, due, found) => alternatives.some((test) => test(ticket, due, found));
}

/** A word that says nothing to the index (signs alone) decides nothing. */
function leafTest(term: Term, { leaves }: Compiling): TicketTest | undefined {
  const text = toTextTerm(term, false);
  if (text === undefined) return undefined;
  const place = leaves.push(text) - 1;
  return ({ number }, _, found) =>
    found === 'any' || (found?.[place]?.has(number) === true) !== term.negated;
}

function someTerm(clause: Clause, test: (term: Term) => boolean): boolean {
  return clause.kind === 'group'
    ? clause.alternatives.some((clauses) => clauses.some((inner) => someTerm(inner, test)))
    : test(clause);
}

function isTextual(term: Term): boolean {
  return term.kind === 'text' || (term.kind === 'field' && term.field === 'subject');
}

function asksForDueTerm(term: Term): boolean {
  return term.kind === 'field' && asksForDue(term);
}

/** Whether the term is about due times, and so about what time it is. */
export function asksForDue(term: FieldTerm): boolean {
  return term.field === 'due' || (term.field === 'is' && toWordTest(term.value)('late'));
}

function asksForRemoved(clause: Clause): boolean {
  if (clause.kind === 'group')
    return !clause.negated && clause.alternatives.some((clauses) => clauses.some(asksForRemoved));
  return (
    clause.kind === 'field' &&
    clause.field === 'state' &&
    !clause.negated &&
    toWordTest(clause.value)('removed')
  );
}

function toTextTerm(term: Term, negated: boolean): TextTerm | undefined {
  if (!isTextual(term)) return undefined;
  const text = term.kind === 'text' ? term.text : term.value;
  const words = analyse(text);
  if (words.length === 0) return undefined;
  return {
    words,
    isPrefix: text.endsWith('*'),
    field: term.kind === 'field' ? 'subject' : undefined,
    negated,
    ...(isLoose(term, text) ? { loose: true } : {}),
  };
}

/** What is in quotation marks, cut by a star or unwanted is taken as it is written. */
export function isLoose(term: Term, text: string): boolean {
  if (term.negated || text.endsWith('*')) return false;
  return term.kind === 'text' ? !term.phrase : !/\s/.test(text);
}

function termTest(term: Term): TicketTest | undefined {
  if (term.kind === 'text') return undefined;
  const test = term.kind === 'custom' ? customTest(term.field, term.value) : knownTest(term);
  return term.negated ? (ticket, due) => !test(ticket, due) : test;
}

function knownTest(term: FieldTerm): TicketTest {
  const { field } = term;
  if (field === 'waiting') return waitingTest(term);
  if (field === 'due' || asksForDue(term)) return dueTest(term);
  if (field === 'snoozed') return snoozedTest(term);
  if (isDateField(field)) return dateTest(field, term);
  if (field === 'is') return isTest(term);
  return field === 'subject' ? () => true : fieldTest(field, term.value);
}

type FieldTerm = Extract<Term, { kind: 'field' }>;
type RecordField = Exclude<
  FieldTerm['field'],
  'subject' | 'waiting' | 'due' | 'snoozed' | 'is' | DateField
>;

const momentOf: Readonly<Record<DateField, (ticket: JudgedTicket) => Instant | undefined>> = {
  created: ({ created }) => created,
  updated: ({ updated }) => updated,
  closed: ({ closedAt }) => closedAt,
};

/** In no range as long as nobody said what time it is. */
function dateTest(field: DateField, { range }: FieldTerm): TicketTest {
  return (ticket) => range !== undefined && isInRange(range, momentOf[field](ticket));
}

/** `due:`, and `is:late` with all else that the value names. */
function dueTest(term: FieldTerm): TicketTest {
  const { field, value, now } = term;
  if (field === 'due') {
    const bound = parseDueBound(value);
    return (_, due) => bound !== undefined && isDueWithin(bound, due, now);
  }
  const others = isTest(term);
  return (ticket, due) => (due !== undefined && now !== undefined && due <= now) || others(ticket);
}

function fieldTest(field: RecordField, value: string): TicketTest {
  const isNamed = toWordTest(value);
  switch (field) {
    case 'from':
      return peopleTest(value, ({ writers = [] }) => writers);
    case 'to':
      return peopleTest(value, ({ recipients = [] }) => recipients);
    case 'with':
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
      return ({ tags }) =>
        tags.some(isNamed) || (tags.length === 0 && value.toLowerCase() === 'none');
    case 'lang':
      return languageTest(value);
    case 'number':
      return numberTest(value);
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
  ['flagged', ({ marks }) => marks.includes('flagged')],
  ['escalated', ({ standing }) => standing?.isEscalated === true],
  ['scheduled', ({ drafts = [] }) => drafts.some(({ send }) => send !== undefined)],
  ['archived', ({ archived = false }) => archived],
  ['held', ({ held = false }) => held],
];

function isTest({ value, seen }: FieldTerm): TicketTest {
  const isNamed = toWordTest(value);
  const named = conditions.filter(([name]) => isNamed(name)).map(([, holds]) => holds);
  if (isNamed('unread') && seen !== undefined) named.push(unreadTest(seen));
  return (ticket) => named.some((holds) => holds(ticket));
}

/** News since it was seen last; what was never seen is unread until it is closed. */
function unreadTest({ lastSeen }: SeenMarks): TicketTest {
  return ({ number, state, updated }) => {
    const at = lastSeen(number);
    return at === undefined ? !isEnded(state) : updated !== undefined && updated > at;
  };
}

/** Any part of a name or address of these people. */
function peopleTest(
  value: string,
  peopleOf: (ticket: JudgedTicket) => readonly string[],
): TicketTest {
  const isPart = remember(toPartTest(foldText(value)));
  return (ticket) => peopleOf(ticket).some(isPart);
}

/** `with:`: any part of the customer's name, or of the address of anybody who takes part. */
function personTest(value: string): TicketTest {
  const isPart = toPartTest(foldText(value));
  return ({ customer, participants }) =>
    participants.some(isPart) || (customer !== undefined && isPart(foldPerson(customer)));
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

/** Any run of the number's digits: people remember the end of it. With `*` the whole number. */
function numberTest(value: string): TicketTest {
  const digits = value.replace(/^#/, '');
  const isNumber = digits.includes('*') ? toWordTest(digits) : toPartTest(digits);
  return ({ number }) => isNumber(number);
}
