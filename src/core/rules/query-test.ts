/**
 * A search query as the condition of a rule: judged by the mail that comes in, and by the ticket that it joins.
 *
 * Promises: pure and total; bounded, since only so much of a mail is looked at, and each mail is taken apart once. Words, `from:`,
 * `to:`, `subject:`, `lang:`, `has:` and `is:spam` ask for the mail; all else for the ticket as it was before. One that is to be
 * opened is new, nobody's, of normal priority, and in no queue. Leaves to others: the language itself (core/search).
 */
import { addressKey } from '../message/address.ts';
import { analyse, foldText } from '../search/analyse.ts';
import { isDateField } from '../search/fields.ts';
import { formatQuery } from '../search/format.ts';
import { type JudgedTicket, splitQuery, type TextTerm } from '../search/match.ts';
import { askedBy } from '../search/personal.ts';
import type { Clause, Query, Term } from '../search/query.ts';
import type { RuleSubject } from './subject.ts';

const lookedAtLength = 100_000;
const lookedAtPeople = 500;

/** Fields that say something of a mail or of the ticket that it joins. */
const fitting: ReadonlySet<string> = new Set([
  ...['from', 'to', 'subject', 'with', 'queue', 'state', 'owner', 'priority', 'tag', 'lang'],
  ...['number', 'is', 'has'],
]);
const unfitStates: ReadonlySet<string> = new Set(['late', 'unread', 'scheduled']);

/** The first part of the query that no rule can ask for, as it is written; undefined when there is none. */
export function findUnfit({ terms }: Query): string | undefined {
  const unfit = terms.flatMap(termsOf).find((term) => !isFit(term));
  return unfit === undefined ? undefined : formatQuery({ terms: [unfit] });
}

function termsOf(clause: Clause): readonly Term[] {
  return clause.kind === 'group'
    ? clause.alternatives.flatMap((clauses) => clauses.flatMap(termsOf))
    : [clause];
}

function isFit(term: Term): boolean {
  if (term.kind !== 'field') return true;
  const value = term.value.toLowerCase();
  if (term.field === 'is') return !unfitStates.has(value);
  if (term.field === 'owner') return value !== 'me';
  return fitting.has(term.field) || isDateField(term.field);
}

export function holdsQuery(query: Query, subject: RuleSubject): boolean {
  const { now, timeZone } = subject;
  const asked = askedBy(query, { login: undefined, now, standsInFor: () => [], timeZone });
  const { test, text, leaves } = splitQuery(asked);
  const ticket = toJudged(subject);
  const holds = (term: TextTerm) => standsIn(term, subject);
  if (!text.every((term) => holds(term) !== term.negated)) return false;
  const found = leaves.map((leaf) => new Set(holds(leaf) ? [ticket.number] : []));
  return test(ticket, undefined, found);
}

function toJudged({ mail, ticket, verdicts, language, recipients }: RuleSubject): JudgedTicket {
  const { from, to, cc, attachments } = mail;
  const people = [...to, ...cc].slice(0, lookedAtPeople);
  const marks = [
    ...(attachments.some(({ inline }) => !inline) ? ['attachment'] : []),
    ...(attachments.some(({ type }) => type === 'image/tiff') ? ['fax'] : []),
    ...(attachments.some(({ type }) => type.startsWith('audio/')) ? ['recording'] : []),
    ...(verdicts.spam?.flag === true ? ['spam'] : []),
  ];
  return {
    ...(ticket ?? nothing),
    marks,
    language: language ?? ticket?.language,
    customer: ticket?.customer ?? from,
    participants: ticket?.participants ?? (from === undefined ? [] : [addressKey(from.address)]),
    writers: from === undefined ? [] : [foldText(`${from.name} ${from.address}`)],
    recipients: [
      ...people.map(({ name, address }) => foldText(`${name} ${address}`)),
      ...recipients.slice(0, lookedAtPeople).map(foldText),
    ],
  };
}

const nothing: JudgedTicket = {
  number: '',
  queue: '',
  alsoQueues: [],
  state: 'new',
  priority: 'normal',
  owner: undefined,
  language: undefined,
  customer: undefined,
  participants: [],
  tags: [],
  marks: [],
};

interface MailWords {
  readonly subject: readonly string[];
  readonly all: readonly (readonly string[])[];
}

const wordsOfMails = new WeakMap<RuleSubject, MailWords>();

function wordsOf(subject: RuleSubject): MailWords {
  const known = wordsOfMails.get(subject);
  if (known !== undefined) return known;
  const { mail } = subject;
  const ofSubject = analyse(mail.subject.slice(0, lookedAtLength));
  const people = mail.from === undefined ? [] : [mail.from];
  const others = [
    mail.text.slice(0, lookedAtLength),
    ...mail.attachments.map(({ name }) => name),
    ...[...people, ...mail.to, ...mail.cc]
      .slice(0, lookedAtPeople)
      .map(({ name, address }) => `${name} ${address}`),
  ];
  const words = { subject: ofSubject, all: [ofSubject, ...others.map(analyse)] };
  wordsOfMails.set(subject, words);
  return words;
}

function standsIn({ words, isPrefix, field }: TextTerm, subject: RuleSubject): boolean {
  const texts = wordsOf(subject);
  return (field === 'subject' ? [texts.subject] : texts.all).some((text) =>
    text.some((_, at) =>
      words.every((word, place) => {
        const found = text[at + place];
        if (found === undefined) return false;
        return isPrefix && place === words.length - 1 ? found.startsWith(word) : found === word;
      }),
    ),
  );
}
