/**
 * The history of a ticket: who did what, when and by which way, as far as the reader wants to see it.
 *
 * Promises: pure; without a filter every event is there, also those of merged tickets. Long histories come in pages,
 * the newest page last.
 */
import { formatInstant } from '../../../base/clock.ts';
import { type Actor, formatActor, type TicketEvent } from '../../../core/ticket/event.ts';
import {
  fieldOf,
  type HistoryFilter,
  type HistoryKind,
  historyKinds,
  isWanted,
} from '../../../core/ticket/history-filter.ts';
import { type EventWay, wayOf } from '../../../core/ticket/way.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { StoredMessage, TicketFolder } from '../../../storage/ticket-store.ts';
import type { EventLine, EventWords } from './change-words.ts';
import { historyLines } from './event-lines.ts';
import { subjectOf } from './list.ts';
import { sideOf } from './message.ts';
import { messageId } from './message-frame.ts';
import { actorName } from './people.ts';
import { firstLineId } from './tidy.ts';

export interface HistoryRequest {
  readonly filter: HistoryFilter;
  /** From 1; the last one when there is no such page. */
  readonly page: number | undefined;
}

const mostShown = 500;

export function presentHistory(
  folder: TicketFolder,
  words: EventWords,
  { filter, page }: HistoryRequest,
) {
  const { ticket, messages } = folder;
  const { locale } = words;
  const href = `/tickets/${ticket.number}`;
  const found = messages
    .map((message) => ({ message, lines: historyLines(message.event, words) }))
    .filter(({ message, lines }) =>
      isWanted(message.event, shownText(message.event, lines), filter),
    );
  const pages = Math.max(1, Math.ceil(found.length / mostShown));
  const current = page !== undefined && page >= 1 && page <= pages ? page : pages;
  const isFiltered = found.length !== messages.length;
  return {
    number: ticket.number,
    href,
    subject: subjectOf(ticket.subject, locale),
    language: ticket.language,
    count: isFiltered
      ? locale.text('history.found', { count: found.length, all: messages.length })
      : locale.text('ticket.events', { count: messages.length }),
    filter: presentFilter(folder, words, filter),
    isFiltered: filter.kinds.length > 0 || filter.who + filter.field + filter.text !== '',
    pages: Array.from({ length: pages > 1 ? pages : 0 }, (_, at) => ({
      number: at + 1,
      href: `${href}/history?${formatFilter(filter, at + 1)}`,
      isCurrent: at + 1 === current,
    })),
    events: found
      .slice((current - 1) * mostShown, current * mostShown)
      .map(({ message, lines }) => presentEvent(message, lines, href, words)),
  };
}

function presentEvent(
  { event, size, home }: StoredMessage,
  lines: readonly EventLine[],
  page: string,
  words: EventWords,
) {
  const { locale, dates } = words;
  const message = `${page}/messages/${encodeURIComponent(event.name)}`;
  const isSaid = sideOf(event) !== undefined;
  return {
    id: firstLineId(event),
    time: dates.full(event.time),
    timeExact: dates.exact(event.time),
    timeIso: formatInstant(event.time),
    lines,
    way: wayText(event, locale),
    home:
      home === undefined
        ? undefined
        : { href: `/tickets/${home}`, text: locale.text('history.in-ticket', { number: home }) },
    snippet: isSaid ? event.mail.snippet : '',
    messageHref: isSaid ? `${page}?whole=1#${messageId(event)}` : undefined,
    pastHref: `${page}?at=${encodeURIComponent(formatInstant(event.time))}`,
    sourceHref: `${message}/source`,
    originalHref: `${message}/raw`,
    size: locale.size(size),
  };
}

function shownText(event: TicketEvent, lines: readonly EventLine[]): string {
  const sentences = lines.map(({ sentence }) => sentence.html.replace(/<[^>]*>/g, ''));
  return [...sentences, event.mail.snippet, event.mail.subject, formatActor(event.actor)].join(' ');
}

const kindKeys: Readonly<Record<HistoryKind, string>> = {
  mails: 'history.mails',
  notes: 'history.notes',
  calls: 'history.calls',
  changes: 'history.changes',
  deliveries: 'history.deliveries',
  system: 'history.system',
};

function presentFilter(
  { ticket, messages }: TicketFolder,
  { locale, nameOf }: EventWords,
  filter: HistoryFilter,
) {
  const events = messages.map(({ event }) => event);
  const actors = new Map(events.map(({ actor }) => [formatActor(actor), actor]));
  const fields = new Set(events.flatMap(({ changes }) => changes.map(fieldOf)).filter(isForPeople));
  const people = [...actors]
    .map(([value, actor]) => ({ value, text: personText(actor, locale, nameOf) }))
    .sort((one, other) => one.text.localeCompare(other.text, locale.code));
  const pick = (
    options: readonly { readonly value: string; readonly text: string }[],
    chosen: string,
  ) => options.map((option) => ({ ...option, isCurrent: option.value === chosen }));
  return {
    action: `/tickets/${ticket.number}/history`,
    kinds: historyKinds.map((value) => ({
      value,
      text: locale.text(kindKeys[value]),
      isOn: filter.kinds.includes(value),
    })),
    people: pick([{ value: '', text: locale.text('history.anybody') }, ...people], filter.who),
    fields: pick(
      [
        { value: '', text: locale.text('history.any-field') },
        ...[...fields].sort().map((value) => ({ value, text: fieldText(value, locale) })),
      ],
      filter.field,
    ),
    text: filter.text,
  };
}

function personText(actor: Actor, locale: Locale, nameOf: EventWords['nameOf']): string {
  const name = actorName(actor, nameOf) ?? locale.text('event.desk');
  return actor.kind === 'system'
    ? locale.text('world.detail', { text: name, detail: actor.part })
    : name;
}

const fieldKeys: Readonly<Record<string, string>> = {
  state: 'history.field-state',
  queue: 'history.field-queue',
  owner: 'history.field-owner',
  priority: 'history.field-priority',
  subject: 'history.field-subject',
  language: 'history.field-language',
  customer: 'history.field-customer',
  tag: 'history.field-tag',
  link: 'history.field-link',
  participant: 'history.field-participant',
  watcher: 'history.field-watcher',
  responsible: 'history.field-responsible',
  'pending-until': 'history.field-pending-until',
  'close-reason': 'history.field-close-reason',
  lock: 'history.field-lock',
  level: 'history.field-level',
  advice: 'history.field-advice',
  mention: 'history.field-mention',
  sla: 'due.history-field',
};

/** What the desk keeps for itself, such as the way back from the second level, is nothing to look for. */
function isForPeople(field: string): boolean {
  return fieldKeys[field] !== undefined || field.startsWith('x-');
}

/** A custom field is named as it stands in the file. */
function fieldText(field: string, locale: Locale): string {
  const key = fieldKeys[field];
  return key === undefined ? field : locale.text(key);
}

const wayKeys: Readonly<Record<EventWay, string>> = {
  viewer: 'history.way-viewer',
  api: 'history.way-api',
  cli: 'history.way-cli',
  mail: 'history.way-mail',
  smtp: 'history.way-smtp',
  lmtp: 'history.way-lmtp',
  imap: 'history.way-imap',
  inbox: 'history.way-inbox',
  pipe: 'history.way-pipe',
  import: 'history.way-import',
  hand: 'history.way-hand',
  intake: 'history.way-intake',
  sender: 'history.way-sender',
  desk: 'history.way-desk',
};

/** Undefined where nobody wrote it down. */
export function wayText(event: TicketEvent, locale: Locale): string | undefined {
  const way = wayOf(event);
  if (way === undefined) return undefined;
  const byRule = event.kind === 'mail-in' && event.fields.has('rule');
  const text = locale.text(wayKeys[way]);
  return byRule ? locale.text('history.way-with-rule', { way: text }) : text;
}

export function readFilter(
  query: Readonly<Record<string, string | string[] | undefined>>,
): HistoryRequest {
  const list = (name: string) => [query[name] ?? []].flat();
  const first = (name: string) => (list(name)[0] ?? '').slice(0, 300).trim();
  const page = Number(first('page'));
  return {
    filter: {
      kinds: historyKinds.filter((kind) => list('what').includes(kind)),
      who: first('who'),
      field: first('field'),
      text: first('text'),
    },
    page: Number.isInteger(page) && page > 0 ? page : undefined,
  };
}

function formatFilter({ kinds, who, field, text }: HistoryFilter, page: number): string {
  const query = new URLSearchParams();
  for (const kind of kinds) query.append('what', kind);
  for (const [name, value] of Object.entries({ who, field, text }))
    if (value !== '') query.set(name, value);
  query.set('page', String(page));
  return query.toString();
}
