/**
 * Bulk actions as people see them: the bar over a list, the form with every action, a batch before, during and after.
 *
 * Promises: pure.
 */
import type { Config } from '../../../config/config.ts';
import type { Change } from '../../../core/ticket/event.ts';
import type { Right } from '../../../core/ticket/rights.ts';
import { priorities, type TicketState } from '../../../core/ticket/states.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import type { Skipped } from '../../../services/batch-files.ts';
import type { Batch } from '../../../services/bulk.ts';
import type { BulkAction } from '../../../services/bulk-action.ts';
import type { TicketRecord } from '../../../services/index/index.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { EventWords } from './change-words.ts';
import { listHref } from './frame.ts';
import { subjectOf } from './list.ts';
import { addressName } from './people.ts';
import { priorityKeys, stateLooks } from './states.ts';
import { reasonText, valueText } from './tidy.ts';

export interface BulkBarRequest {
  readonly query: string;
  readonly total: number;
  /** All rows are ticked from the start. */
  readonly isTicked: boolean;
  readonly junkQueue: string | undefined;
  /** Whether the reader may do this in any queue. */
  readonly may: (right: Right) => boolean;
}

export function presentBulkBar(request: BulkBarRequest, locale: Locale) {
  const { query, total, isTicked, junkQueue, may } = request;
  const isJunk = junkQueue !== undefined && query.includes(junkQueue);
  const button = (right: Right, value: string, sign: string, key: string) =>
    may(right)
      ? [{ value, sign, text: locale.text(key), key: value === 'not-spam' ? 'spam' : value }]
      : [];
  return {
    query,
    isTicked,
    tickHref: `${listHref(query)}&tick=page`,
    chosen: JSON.stringify(locale.plurals('bulk.chosen')),
    all: locale.text('bulk.all-of-search', { count: total }),
    buttons: [
      ...button('close', 'close', 'sdone', 'ticket.close'),
      ...button('own', 'take', 'user', 'ticket.take'),
      ...button('move', 'merge', 'merge', 'bulk.merge'),
      ...(junkQueue === undefined
        ? []
        : isJunk
          ? button('move', 'not-spam', 'inbox', 'tidy.not-spam')
          : button('move', 'spam', 'spam', 'tidy.spam')),
    ],
  };
}

const offeredStates: readonly TicketState[] = [
  'open',
  'pending-customer',
  'closed',
  'closed-unsuccessful',
];

export function presentBulkForm(
  { config, agents }: { readonly config: Config; readonly agents: readonly Agent[] },
  locale: Locale,
) {
  return {
    states: offeredStates.map((value) => ({ value, text: locale.text(stateLooks[value].key) })),
    owners: [
      ...agents.map(({ login, name }) => ({
        value: login,
        text: name.trim() === '' ? login : name,
      })),
      { value: '-', text: locale.text('ticket.no-owner') },
    ],
    queues: config.queues.map(({ name }) => name),
    priorities: priorities
      .toReversed()
      .map((value) => ({ value, text: locale.text(priorityKeys[value]) })),
  };
}

export interface BatchRequest {
  readonly batch: Batch;
  readonly records: ReadonlyMap<string, TicketRecord>;
  /** The list that it began in. */
  readonly back: string | undefined;
}

export const mostNamed = 100;

export function presentBatch({ batch, records, back }: BatchRequest, words: EventWords) {
  const { locale } = words;
  const page = `/bulk/${batch.id}`;
  const count = batch.tickets.length;
  const done = batch.done.length;
  const settled = done + batch.refused.length;
  const isBegun = batch.state !== 'planned';
  const rest = isBegun ? batch.tickets.filter((each) => !batch.done.includes(each)) : batch.tickets;
  const skipped = [...batch.refused, ...batch.skipped];
  return {
    id: batch.id,
    state: batch.state,
    action: actionText(batch.action, words),
    query: batch.query,
    back: back ?? (batch.query === undefined ? '/' : listHref(batch.query)),
    heading: locale.text(headingKeys[batch.state], { count: isBegun ? done : count, total: count }),
    into: batch.into,
    runAction: `${page}/run`,
    undoAction: `${page}/undo`,
    href: page,
    runText: locale.text(batch.state === 'stopped' ? 'bulk.go-on' : 'bulk.run', {
      count: batch.state === 'stopped' ? count - settled : count,
    }),
    canRun: (batch.state === 'planned' || batch.state === 'stopped') && count > settled,
    canUndo: isBegun && batch.state !== 'running' && done > 0,
    progress: { value: settled, most: count },
    tickets: (isBegun ? batch.done : rest).slice(0, mostNamed).map((number) => presentOne(number)),
    more: moreText(isBegun ? done : count),
    skippedText: locale.text('bulk.skipped', { count: skipped.length }),
    groups: groupByReason(skipped, words).map(({ text, all }) => ({
      text,
      count: all.length,
      tickets: all.slice(0, mostNamed).map(({ number }) => presentOne(number)),
      more: moreText(all.length),
    })),
  };

  function moreText(length: number): string | undefined {
    return length > mostNamed ? locale.text('bulk.more', { count: length - mostNamed }) : undefined;
  }

  function presentOne(number: string) {
    const record = records.get(number);
    return {
      number,
      href: `/tickets/${number}`,
      subject: record === undefined ? '' : subjectOf(record.subject, locale),
      language: record?.language,
      who: addressName(record?.customer),
    };
  }
}

const headingKeys = {
  planned: 'bulk.planned',
  running: 'bulk.running',
  stopped: 'bulk.stopped',
  ended: 'bulk.ended',
} as const;

function groupByReason(
  skipped: readonly Skipped[],
  words: EventWords,
): readonly { readonly text: string; readonly all: readonly Skipped[] }[] {
  const groups = new Map<string, Skipped[]>();
  for (const one of skipped) {
    const text = reasonText(one.reason, words);
    groups.set(text, [...(groups.get(text) ?? []), one]);
  }
  return [...groups].map(([text, all]) => ({ text, all }));
}

const plainKeys = {
  merge: 'bulk.say.merge',
  spam: 'bulk.say.spam',
  'not-spam': 'bulk.say.not-spam',
  undo: 'bulk.say.undo',
} as const;

function actionText(action: BulkAction, words: EventWords): string {
  const { locale } = words;
  if (action.kind !== 'change') return locale.text(plainKeys[action.kind]);
  const parts = action.changes.map((change) => changeText(change, words));
  const why =
    action.reason === undefined ? [] : [locale.text('bulk.say.reason', { reason: action.reason })];
  return locale.list([...parts, ...why]);
}

const sayKeys: Readonly<Record<string, string>> = {
  'set state': 'bulk.say.state',
  'set queue': 'bulk.say.queue',
  'set owner': 'bulk.say.owner',
  'set priority': 'bulk.say.priority',
  'add tag': 'bulk.say.add-tag',
  'remove tag': 'bulk.say.remove-tag',
  'add watcher': 'bulk.say.watch',
};

function changeText(change: Change, words: EventWords): string {
  const field = change.kind === 'set' ? change.field : change.set;
  const value = valueText(field, change.value, words);
  const key = sayKeys[`${change.kind} ${field}`];
  return key === undefined
    ? words.locale.text('bulk.say.field', { field, value })
    : words.locale.text(key, { value });
}
