/**
 * Which events of a history somebody wants to see.
 *
 * Promises: pure; without a wish everything is shown. Several kinds are joined by "or", kind, person, field and text by "and".
 */
import { foldText } from '../search/analyse.ts';
import { type Change, type EventKind, formatActor, type TicketEvent } from './event.ts';

export const historyKinds = ['mails', 'notes', 'calls', 'changes', 'deliveries', 'system'] as const;

export type HistoryKind = (typeof historyKinds)[number];

export interface HistoryFilter {
  /** Empty for all. */
  readonly kinds: readonly HistoryKind[];
  /** As `formatActor` writes it; empty for everybody. */
  readonly who: string;
  /** Name of a field or set that was changed; empty for any. */
  readonly field: string;
  /** Words that all stand in what is shown of the event; empty for any. */
  readonly text: string;
}

export const everything: HistoryFilter = { kinds: [], who: '', field: '', text: '' };

const ofKind: Readonly<Record<EventKind, HistoryKind>> = {
  'mail-in': 'mails',
  'mail-out': 'mails',
  note: 'notes',
  'call-in': 'calls',
  'call-out': 'calls',
  'fax-in': 'calls',
  'fax-out': 'calls',
  recording: 'calls',
  draft: 'notes',
  update: 'changes',
  delivery: 'deliveries',
  escalation: 'system',
  merge: 'changes',
  unmerge: 'changes',
  split: 'changes',
  redaction: 'changes',
  import: 'mails',
};

export function kindsOf(event: TicketEvent): ReadonlySet<HistoryKind> {
  const kinds = new Set<HistoryKind>([event.kind === undefined ? 'system' : ofKind[event.kind]]);
  if (event.changes.length > 0 && event.kind !== 'delivery') kinds.add('changes');
  if (event.actor.kind === 'system') kinds.add('system');
  return kinds;
}

export function fieldOf(change: Change): string {
  return change.kind === 'set' ? change.field : change.set;
}

/** `shown` is the text of the event as the reader sees it. */
export function isWanted(event: TicketEvent, shown: string, filter: HistoryFilter): boolean {
  const { kinds, who, field, text } = filter;
  const own = kindsOf(event);
  if (kinds.length > 0 && !kinds.some((kind) => own.has(kind))) return false;
  if (who !== '' && formatActor(event.actor) !== who) return false;
  if (field !== '' && !event.changes.some((change) => fieldOf(change) === field)) return false;
  const folded = foldText(shown);
  return foldText(text)
    .split(/\s+/)
    .every((word) => folded.includes(word));
}
