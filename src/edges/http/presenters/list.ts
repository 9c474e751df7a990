/**
 * The list of tickets: rows, sorting, what a search did not understand.
 */
import { formatInstant, type Instant } from '../../../base/clock.ts';
import type { Address } from '../../../core/message/address.ts';
import type { OwnNames } from '../../../core/message/look-alike.ts';
import { asksText } from '../../../core/search/asks-text.ts';
import { findMarks, type Piece, toPieces, type WantedRun } from '../../../core/search/passages.ts';
import { mostNesting, mostTerms, type QueryProblem } from '../../../core/search/query.ts';
import { isEnded } from '../../../core/ticket/states.ts';
import type { TicketRules } from '../../../core/ticket/ticket-rules.ts';
import type { SavedView } from '../../../core/views/view.ts';
import type {
  ListPage,
  ListRequest,
  Mark,
  SortKey,
  TicketRecord,
} from '../../../services/index/index.ts';
import type { FoundPassage } from '../../../services/passages/passages.ts';
import type { Present } from '../../../services/presence.ts';
import type { Dates, Locale } from '../../../services/render/locale.ts';
import type { Markup } from '../../../services/render/markup.ts';
import { otherMarks, presentRowContacts, type RowContacts } from './contacts.ts';
import { type DueWord, dueGroupOf, dueWord, groupLine } from './due-words.ts';
import {
  listHref,
  type OpenViews,
  queryClosed,
  queryLate,
  queryMentioned,
  queryMine,
  queryOwn,
  queryQueue,
  querySnoozed,
  queryWaiting,
  queryWatched,
  quoteValue,
} from './frame.ts';
import { addressName, initialsOf, type NameOf } from './people.ts';
import { type PresentPerson, presentPresence } from './presence.ts';
import { doubtText } from './sender-remarks.ts';
import { nameState, priorityKeys } from './states.ts';

export interface RowWords {
  readonly locale: Locale;
  readonly dates: Dates;
  readonly now: Instant;
  readonly login: string;
  readonly nameOf: NameOf;
  readonly lastSeen: (number: TicketRecord['number']) => Instant | undefined;
  readonly rules?: TicketRules;
  readonly presentAt?: (number: TicketRecord['number']) => readonly Present[];
  /** For whom the reader stands in. */
  readonly standsInFor?: readonly string[];
  readonly dueOf?: (record: TicketRecord) => Instant | undefined;
  /** Names that a stranger may imitate. */
  readonly own?: OwnNames;
  /** What a search found in each ticket; absent where nothing was looked for. */
  /** What was searched for. */
  readonly runs?: readonly WantedRun[];
  readonly passages?: ReadonlyMap<TicketRecord['number'], FoundPassage> | undefined;
}

export interface RowView {
  readonly number: string;
  readonly href: string;
  readonly showHref: string;
  readonly isUnread: boolean;
  readonly isChosen: boolean;
  readonly state: { readonly sign: string; readonly text: string; readonly isNew: boolean };
  readonly customer: string;
  readonly language: string | undefined;
  readonly marks: readonly { readonly sign: string; readonly text: string }[];
  /** The last contacts, by which way. */
  readonly contacts: RowContacts | undefined;
  readonly age: string;
  readonly ageFull: string;
  readonly ageIso: string;
  readonly subject: string;
  /** The subject, with what was searched for apart. */
  readonly subjectPieces: readonly Piece[];
  readonly snippet: string;
  /** What a search found, instead of the first words. */
  readonly passage: PassageView | undefined;
  readonly word: RowWord | undefined;
  readonly owner: OwnerView | undefined;
  /** Who else is at the ticket now. */
  readonly here: readonly PresentPerson[];
}

export interface PassageView {
  readonly pieces: readonly Piece[];
  readonly file: string | undefined;
}

type RowWord = DueWord;

export interface OwnerView {
  readonly name: string;
  readonly initials: string;
  readonly isMe: boolean;
}

export interface ListRequestView {
  readonly query: string;
  readonly sort: SortKey;
  readonly descending: boolean;
  readonly after: string | undefined;
  readonly chosen: string | undefined;
  /** The order of this list when none is asked for. */
  readonly usual?: Pick<ListRequest, 'sort' | 'descending'>;
}

export function presentList(page: ListPage, request: ListRequestView, words: RowWords) {
  const { locale } = words;
  return {
    rows: withGroups(page, request, words),
    total: locale.text('list.total', { count: page.total }),
    sorts: presentSorts(request, locale),
    next: page.next === undefined ? undefined : hrefOf({ ...request, after: page.next }),
    first: request.after === undefined ? undefined : hrefOf({ ...request, after: undefined }),
    isComplete: page.complete || isSearching(page),
    archive: presentArchive(page, request, words),
    fresh: JSON.stringify({
      new: locale.plurals('list.fresh'),
      changed: locale.plurals('list.changed'),
    }),
    language: locale.code,
  };
}

function isSearching({ archive }: ListPage): boolean {
  return archive !== undefined && archive.searched < archive.months;
}

/** How far the archive was searched, while it is not at its end. */
function presentArchive(page: ListPage, request: ListRequestView, { locale }: RowWords) {
  if (!isSearching(page)) return undefined;
  const month = page.archive?.reached;
  return {
    text: month === undefined ? undefined : locale.text('query.reached', { date: month }),
    href: hrefOf(request),
  };
}

/** Sorted by urgency the list has three groups, each with a line over its first row. */
function withGroups(page: ListPage, request: ListRequestView, words: RowWords) {
  const { locale, now, dueOf } = words;
  const isGrouped = request.sort === 'due' && !request.descending && page.dueCounts !== undefined;
  let before: string | undefined;
  return page.records.map((record) => {
    const row = presentRow(record, request, words);
    const group = dueGroupOf(dueOf?.(record), now);
    const begins = isGrouped && group !== before;
    before = group;
    return begins ? { ...row, group: groupLine(page, group, locale) } : row;
  });
}

export function presentRow(
  record: TicketRecord,
  request: ListRequestView,
  words: RowWords,
): RowView {
  const { locale, dates, now } = words;
  const look = nameState(record, words);
  const seen = words.lastSeen(record.number);
  const page = `/tickets/${record.number}`;
  const subject = subjectOf(record.subject, locale);
  const passage = words.passages?.get(record.number);
  return {
    number: record.number,
    href: passage === undefined ? page : `${page}?find=${encodeURIComponent(request.query)}#hit`,
    showHref: `${hrefOf(request)}&show=${record.number}`,
    isUnread: seen === undefined ? !isEnded(record.state) : record.updated > seen,
    isChosen: record.number === request.chosen,
    state: { sign: look.sign, text: look.text, isNew: record.state === 'new' },
    customer: addressName(record.customer, words.own) ?? locale.text('ticket.no-customer'),
    language: record.language,
    marks: [
      ...doubtMarks(record.customer, words),
      ...otherMarks(record).map((mark) => ({
        sign: markSigns[mark],
        text: locale.text(markKeys[mark]),
      })),
    ],
    contacts: presentRowContacts(record, words),
    age: dates.age(record.updated, now),
    ageFull: dates.full(record.updated),
    ageIso: formatInstant(record.updated),
    subject,
    subjectPieces: toPieces(subject, findMarks(subject, words.runs ?? [])),
    snippet: record.snippet,
    passage:
      passage === undefined
        ? undefined
        : {
            pieces: passage.pieces,
            file:
              passage.file === undefined
                ? undefined
                : locale.text('query.in-file', { name: passage.file }),
          },
    word: wordOf(record, words) ?? standInWord(record.owner, words),
    owner: ownerOf(record.owner, words),
    here: presentPresence(words.presentAt?.(record.number) ?? [], words).people,
  };
}

export function subjectOf(subject: string, locale: Locale): string {
  // Also of signs that nobody sees.
  return subject.replace(/[\s\p{Z}\p{Cf}\u2800\u3164]/gu, '') === ''
    ? locale.text('ticket.no-subject')
    : subject;
}

export function ownerOf(
  owner: string | undefined,
  { login, nameOf }: Pick<RowWords, 'login' | 'nameOf'>,
): OwnerView | undefined {
  if (owner === undefined) return undefined;
  const name = nameOf(owner);
  return { name, initials: initialsOf(name), isMe: owner === login };
}

/** A name that is made to be taken for somebody else's. */
function doubtMarks(customer: Address | undefined, { locale, own }: RowWords) {
  const text = customer === undefined ? undefined : doubtText(customer, { locale, own });
  return text === undefined ? [] : [{ sign: 'tri', text }];
}

const markSigns: Readonly<Record<Mark, string>> = {
  attachment: 'clip',
  fax: 'fax',
  call: 'phone',
  recording: 'rec',
  spam: 'flag',
  flagged: 'flag',
};
const markKeys: Readonly<Record<Mark, string>> = {
  attachment: 'mark.attachment',
  fax: 'mark.fax',
  call: 'mark.call',
  recording: 'mark.recording',
  spam: 'mark.spam',
  flagged: 'flag.flagged',
};

/** The one thing that must be seen first. */
function wordOf(record: TicketRecord, words: RowWords): RowWord | undefined {
  const { delivery, priority } = record;
  const { locale } = words;
  if (delivery === 'failed')
    return { kind: 'late', sign: 'tri', text: locale.text('list.not-delivered') };
  if (delivery === 'deferred')
    return { kind: 'soon', sign: 'clock', text: locale.text('list.delayed') };
  const due = words.dueOf?.(record);
  if (due !== undefined) return dueWord(due, words);
  const until = waitWord(record, words);
  if (until !== undefined) return until;
  if (priority !== 'urgent' && priority !== 'high') return undefined;
  return { kind: 'quiet', sign: 'flag', text: locale.text(priorityKeys[priority]) };
}

/** When a wait is over. */
function waitWord(
  { state, pendingUntil }: TicketRecord,
  { dates, now }: RowWords,
): RowWord | undefined {
  if (!state.startsWith('pending') || pendingUntil === undefined) return undefined;
  return { kind: 'quiet', sign: 'clock', text: dates.moment(pendingUntil, now) };
}

/** Whose ticket it is, for whoever stands in. */
function standInWord(
  owner: string | undefined,
  { standsInFor = [], nameOf, locale }: RowWords,
): RowWord | undefined {
  if (owner === undefined || !standsInFor.includes(owner)) return undefined;
  return { kind: 'quiet', sign: 'user', text: locale.text('list.for', { name: nameOf(owner) }) };
}

const sorts: readonly {
  readonly key: string;
  readonly sort: SortKey;
  readonly descending: boolean;
}[] = [
  { key: 'sort.updated', sort: 'updated', descending: true },
  { key: 'sort.oldest', sort: 'updated', descending: false },
  { key: 'sort.created', sort: 'created', descending: true },
  { key: 'sort.priority', sort: 'priority', descending: true },
  { key: 'sort.customer', sort: 'customer', descending: false },
  { key: 'sort.subject', sort: 'subject', descending: false },
  { key: 'due.sort', sort: 'due', descending: false },
  { key: 'recall.sort', sort: 'relevance', descending: false },
];

/** The same orders to choose from in a form, behind the usual one. */
export function sortTexts(chosen: string | undefined, locale: Locale) {
  const choices = sorts.map(({ key, sort, descending }) => ({
    value: `${descending ? '-' : ''}${sort}`,
    text: locale.text(key),
  }));
  const isListed = choices.some(({ value }) => value === chosen);
  return [
    ...(isListed ? [] : [{ value: chosen ?? '', text: locale.text('views.usual-sort') }]),
    ...choices,
  ].map((choice) => ({ ...choice, isCurrent: choice.value === (chosen ?? '') }));
}

function presentSorts(request: ListRequestView, locale: Locale) {
  const offered = sorts.filter(({ sort }) => sort !== 'relevance' || asksText(request.query));
  const items = offered.map(({ key, sort, descending }) => ({
    href: hrefOf({ ...request, sort, descending, after: undefined }),
    text: locale.text(key),
    isCurrent: sort === request.sort && descending === request.descending,
  }));
  return {
    items,
    current: items.find(({ isCurrent }) => isCurrent)?.text ?? locale.text('sort.other'),
  };
}

export const defaultSort: Pick<ListRequest, 'sort' | 'descending'> = {
  sort: 'updated',
  descending: true,
};

/** What fits best comes first where words are looked for; open tickets come by urgency where the desk has targets. */
export function usualSort(
  query: string,
  hasTargets: boolean,
): Pick<ListRequest, 'sort' | 'descending'> {
  if (asksText(query)) return { sort: 'relevance', descending: false };
  const isOfOpen = /(?:^|\s)(?:is:(?:open|new|late)|waiting:\S+|due:\S+)(?:\s|$)/i.test(query);
  return hasTargets && isOfOpen ? { sort: 'due', descending: false } : defaultSort;
}

function hrefOf({ query, sort, descending, after, usual = defaultSort }: ListRequestView): string {
  const isDefault = sort === usual.sort && descending === usual.descending;
  const order = isDefault ? '' : `&sort=${descending ? '-' : ''}${sort}`;
  return `${listHref(query)}${order}${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`;
}

/** What stands over the list. */
export function titleOf(
  query: string,
  login: string,
  {
    queues,
    views,
    saved = [],
  }: {
    readonly queues: readonly string[];
    readonly views: OpenViews;
    readonly saved?: readonly Pick<SavedView, 'name' | 'query'>[];
  },
  locale: Locale,
): string {
  const own = saved.find((view) => view.query === query.trim());
  if (own !== undefined) return own.name;
  const known: Readonly<Record<string, string>> = {
    [queryOwn(login)]: 'tree.mine',
    [queryMine(login)]: 'tree.mine',
    'waiting:me': 'tree.waiting',
    [queryWaiting]: 'tree.waiting',
    [querySnoozed]: 'tree.snoozed',
    [queryLate]: 'due.tree-view',
    [queryMentioned]: 'tree.mentioned',
    [queryWatched]: 'tree.watched',
    [views.unowned]: 'tree.unowned',
    [views.allOpen]: 'tree.all-open',
    [queryClosed]: 'tree.closed',
    '': 'tree.all',
  };
  const key = known[query.trim()];
  if (key !== undefined) return locale.text(key);
  return queues.find((queue) => queryQueue(queue) === query.trim()) ?? locale.text('list.search');
}

export interface QueryProblemView {
  readonly problem: Markup;
  readonly hint: Markup;
}

/** What is so, and what to do, with a link that does it. */
export function presentQueryProblem(
  problem: QueryProblem,
  query: string,
  locale: Locale,
): QueryProblemView {
  switch (problem.code) {
    case 'unknown-field': {
      const better = `${problem.nearest}:${quoteValue(problem.value)}`;
      return {
        problem: locale.markup('query.unknown-field', { field: problem.field }),
        hint: locale.markup(
          'query.did-you-mean',
          { query: better },
          { link: listHref(replaceField(query, problem.field, problem.nearest)) },
        ),
      };
    }
    case 'unknown-value':
      return {
        problem: locale.markup('query.unknown-value', {
          field: problem.field,
          value: problem.value,
        }),
        hint: locale.markup('query.known-values', {
          values: locale.list(problem.known.slice(0, 20)),
        }),
      };
    case 'query-too-long':
      return {
        problem: locale.markup('query.too-long', { count: problem.length }),
        hint: locale.markup('query.most', { count: problem.most }),
      };
    case 'query-too-complex':
      return {
        problem: locale.markup('query.too-complex'),
        hint: locale.markup('query.most-parts', { terms: mostTerms, nesting: mostNesting }),
      };
    case 'bad-cursor':
      return {
        problem: locale.markup('query.bad-cursor'),
        hint: locale.markup('query.first-page', {}, { link: listHref(query) }),
      };
  }
}

/** The same query with the right name of the field. */
function replaceField(query: string, wrong: string, right: string): string {
  const at = query.toLowerCase().indexOf(`${wrong.toLowerCase()}:`);
  return at < 0 ? `${right}:` : query.slice(0, at) + right + query.slice(at + wrong.length);
}
