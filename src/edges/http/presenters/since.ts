/**
 * What changed in a ticket since the reader last looked: a line in the conversation, and a sentence above it.
 *
 * Promises: pure; what the reader did himself is no news, nor is what became of mails on their way out.
 */
import { day, formatInstant, type Instant } from '../../../base/clock.ts';
import { displayName } from '../../../core/message/address.ts';
import type { Change, TicketEvent } from '../../../core/ticket/event.ts';
import { isEnded, isPriority, isTicketState } from '../../../core/ticket/states.ts';
import type { MessageWords } from './message.ts';
import { actorName } from './people.ts';
import { priorityKeys, stateLooks } from './states.ts';
import type { FlowItem } from './ticket.ts';

/** Where news begins. */
export interface SinceItem {
  readonly kind: 'since';
  readonly id: string;
  readonly text: string;
}

export interface News {
  /** `Since Tuesday 14:02: Ben closed it, 2 mails came.` */
  readonly sentence: string;
  readonly line: SinceItem;
}

const mostClauses = 5;

/** Undefined when nothing is new, or the reader was never here. */
export function presentNews(
  events: readonly TicketEvent[],
  seen: Instant | undefined,
  words: MessageWords,
): News | undefined {
  if (seen === undefined) return undefined;
  const fresh = events.filter((event) => event.time > seen && isNews(event, words.login));
  const clauses = clausesOf(fresh, words);
  if (clauses.length === 0) return undefined;
  const { locale } = words;
  const time = momentOf(seen, words);
  const shown = clauses.slice(0, mostClauses);
  const more = clauses.length - shown.length;
  const all = more > 0 ? [...shown, locale.text('since.more', { count: more })] : shown;
  return {
    sentence: locale.text('since.sentence', { time, what: locale.list(all) }),
    line: { kind: 'since', id: 'since', text: locale.text('since.line', { time }) },
  };
}

/** With the line before the first item of the conversation that is news. */
export function withNews(
  flow: readonly FlowItem[],
  news: News | undefined,
  seen: Instant | undefined,
): readonly (FlowItem | SinceItem)[] {
  if (news === undefined || seen === undefined) return flow;
  const iso = formatInstant(seen);
  const at = flow.findIndex((item) => {
    if (item.kind === 'message') return item.message.timeIso > iso && !item.message.isMine;
    return item.kind === 'line' && item.timeIso > iso;
  });
  if (at < 0) return flow;
  // The day's heading belongs to what follows it.
  const from = at > 0 && flow[at - 1]?.kind === 'day' ? at - 1 : at;
  return [...flow.slice(0, from), news.line, ...flow.slice(from)];
}

function isNews({ kind, actor }: TicketEvent, login: string): boolean {
  if (kind === 'delivery' || kind === 'draft') return false;
  return actor.kind !== 'agent' || actor.login !== login;
}

/** Within a week the day and the time say it, else the date. */
function momentOf(seen: Instant, { dates, now }: MessageWords): string {
  if (dates.isSameDay(seen, now)) return dates.time(seen);
  return now - seen < 6 * day ? dates.weekdayTime(seen) : dates.moment(seen, now);
}

function clausesOf(events: readonly TicketEvent[], words: MessageWords): readonly string[] {
  const { locale } = words;
  const mails = events.filter(({ kind }) => kind === 'mail-in' || kind === 'fax-in').length;
  const clauses: string[] = [];
  const say = (text: string) => void (clauses.includes(text) || clauses.push(text));
  for (const event of events) {
    const who = nameOf(event, words);
    if (event.kind === 'mail-out' && event.actor.kind !== 'system')
      say(locale.text('since.answered', { who }));
    if (event.kind === 'note') say(locale.text('since.noted', { who }));
    if (event.kind === 'call-in' || event.kind === 'call-out' || event.kind === 'recording')
      say(locale.text('since.called', { who }));
    if (event.kind === 'merge' || event.kind === 'unmerge' || event.kind === 'split')
      say(locale.text('since.regrouped', { who }));
    else if (event.kind !== 'mail-in')
      for (const change of lastOfEach(event.changes)) {
        const text = changeText(change, { who, isAnswer: event.kind === 'mail-out' }, words);
        if (text !== undefined) say(text);
      }
  }
  return mails === 0 ? clauses : [locale.text('since.mails', { count: mails }), ...clauses];
}

/** Undefined for what goes without saying. */
function changeText(
  change: Change,
  { who, isAnswer }: { readonly who: string; readonly isAnswer: boolean },
  { locale, nameOf: named }: MessageWords,
): string | undefined {
  if (change.kind !== 'set') return locale.text('since.changed', { who });
  const { field, value } = change;
  if (field === 'confirmation') return undefined;
  if (field === 'queue') return locale.text('since.queue', { who, queue: value });
  if (field === 'priority' && isPriority(value))
    return locale.text('since.priority', { who, priority: locale.text(priorityKeys[value]) });
  if (field === 'owner') return ownerText(who, value === '' ? undefined : named(value), locale);
  if (field !== 'state' || !isTicketState(value)) return locale.text('since.changed', { who });
  if (value === 'merged' || (value === 'open' && isAnswer)) return undefined;
  if (isEnded(value)) return locale.text('since.closed', { who });
  return locale.text('since.state', { who, state: locale.text(stateLooks[value].key) });
}

function ownerText(who: string, owner: string | undefined, locale: MessageWords['locale']): string {
  if (owner === undefined) return locale.text('since.released', { who });
  return owner === who
    ? locale.text('since.taken', { who })
    : locale.text('since.owner', { who, owner });
}

function lastOfEach(changes: readonly Change[]): readonly Change[] {
  const relevant = changes.filter(
    (change) => change.kind === 'set' || (change.set !== 'participant' && change.set !== 'link'),
  );
  return [
    ...new Map(
      relevant.map((change) => [change.kind === 'set' ? change.field : change.set, change]),
    ).values(),
  ];
}

function nameOf({ actor, mail }: TicketEvent, { locale, nameOf: named }: MessageWords): string {
  if (actor.kind === 'customer' && mail.from !== undefined) return displayName(mail.from);
  return actorName(actor, named) ?? locale.text('event.desk');
}
