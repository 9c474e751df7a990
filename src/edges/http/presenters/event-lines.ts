/**
 * What happened to a ticket, as sentences.
 *
 * Promises: pure; every event gives at least one sentence in the history; one that this version does not
 * know is named by its own words.
 */
import { displayName, parseAddress } from '../../../core/message/address.ts';
import { type Change, type EventKind, parseParameters, type TicketEvent } from '../../../core/ticket/event.ts';
import { parseInstant } from '../../../base/clock.ts';
import { isPriority, isTicketState } from '../../../core/ticket/states.ts';
import type { Dates, Locale } from '../../../services/render/locale.ts';
import type { Markup } from '../../../services/render/markup.ts';
import { actorName, type NameOf } from './people.ts';
import { priorityKeys, stateLooks } from './states.ts';

export interface EventWords {
  readonly locale: Locale;
  readonly dates: Dates;
  readonly nameOf: NameOf;
}

export interface EventLine {
  readonly sign: string;
  readonly sentence: Markup;
  readonly isBad?: boolean;
}

/** Changes that say nothing to people who read the conversation. */
const silentFields: ReadonlySet<string> = new Set(['confirmation', 'participant', 'priority:normal', 'state:new']);

/** One line for each change worth reading in the conversation. */
export function conversationLines(event: TicketEvent, words: EventWords): readonly EventLine[] {
  const changes = event.changes
    .filter((change) => !isSilent(change, event.kind))
    .map((change) => describeChange(change, event, words));
  const own = ownKeys[event.kind ?? 'import'];
  return own === undefined || messageKinds.has(event.kind) ? changes : [describeOwn(event, own, words), ...changes];
}

/** Everything the event says, for the history. */
export function historyLines(event: TicketEvent, words: EventWords): readonly EventLine[] {
  const changes = event.changes.map((change) => describeChange(change, event, words));
  const own = ownLine(event, words);
  const lines = own === undefined ? changes : [own, ...changes];
  return lines.length > 0 ? lines : [describeOwn(event, { key: 'event.nothing', sign: 'hist' }, words)];
}

function isSilent(change: Change, kind: EventKind | undefined): boolean {
  const field = change.kind === 'set' ? change.field : change.set;
  if (silentFields.has(field) || (change.kind === 'set' && silentFields.has(`${field}:${change.value}`) && kind === 'mail-in')) return true;
  // The first word on a ticket's state after an answer says what anybody sees in the line of facts.
  return change.kind === 'set' && change.field === 'state' && change.value === 'open' && kind === 'mail-out';
}

const messageKinds: ReadonlySet<EventKind | undefined> = new Set([
  'mail-in',
  'mail-out',
  'note',
  'call-in',
  'call-out',
  'fax-in',
  'fax-out',
  'recording',
  'draft',
  'import',
  undefined,
]);

interface OwnKey {
  readonly key: string;
  readonly sign: string;
}

/** What an event is, apart from its changes. */
const ownKeys: Partial<Record<EventKind, OwnKey>> = {
  'mail-in': { key: 'event.mail-in', sign: 'inbox' },
  'mail-out': { key: 'event.mail-out', sign: 'reply' },
  note: { key: 'event.note', sign: 'lock' },
  'call-in': { key: 'event.call-in', sign: 'phone' },
  'call-out': { key: 'event.call-out', sign: 'phone' },
  'fax-in': { key: 'event.fax-in', sign: 'fax' },
  'fax-out': { key: 'event.fax-out', sign: 'fax' },
  recording: { key: 'event.recording', sign: 'rec' },
  draft: { key: 'event.draft', sign: 'pen' },
  escalation: { key: 'event.escalation', sign: 'clock' },
  merge: { key: 'event.merge', sign: 'merge' },
  unmerge: { key: 'event.unmerge', sign: 'merge' },
  split: { key: 'event.split', sign: 'merge' },
  redaction: { key: 'event.redaction', sign: 'hist' },
  import: { key: 'event.import', sign: 'inbox' },
};

function ownLine(event: TicketEvent, words: EventWords): EventLine | undefined {
  if (event.kind === 'update') return undefined;
  if (event.kind === 'delivery') return describeDelivery(event, words);
  const own = event.kind === undefined ? undefined : ownKeys[event.kind];
  return describeOwn(event, own ?? { key: 'event.unknown', sign: 'hist' }, words);
}

function describeOwn(event: TicketEvent, { key, sign }: OwnKey, words: EventWords): EventLine {
  const who = whoOf(event, words);
  return { sign, sentence: words.locale.markup(key, { who, kind: event.kindText }) };
}

/** A person, the sender of a mail, or the desk. */
function whoOf(event: TicketEvent, { locale, nameOf }: EventWords): string {
  const { from } = event.mail;
  if (event.actor.kind === 'customer' && from !== undefined) return displayName(from);
  return actorName(event.actor, nameOf) ?? locale.text('event.desk');
}

const deliveryKeys: Readonly<Record<string, string>> = {
  sent: 'event.delivery.sent',
  deferred: 'event.delivery.deferred',
  failed: 'event.delivery.failed',
};

function describeDelivery(event: TicketEvent, { locale }: EventWords): EventLine {
  const outcome = parseParameters(event.fields.get('delivery')?.at(-1) ?? '');
  const state = outcome.get('') ?? '';
  const key = deliveryKeys[state] ?? 'event.delivery.other';
  const reply = outcome.get('reply') ?? locale.text('delivery.no-reply');
  return { sign: state === 'failed' ? 'tri' : 'out', sentence: locale.markup(key, { state, reply }), isBad: state === 'failed' };
}

interface ChangeWords {
  readonly sign: string;
  /** With a person in front. */
  readonly by: string;
  /** When the desk did it, or a mail brought it about. */
  readonly alone: string;
  readonly values: Readonly<Record<string, string>>;
}

function describeChange(change: Change, event: TicketEvent, words: EventWords): EventLine {
  const { sign, by, alone, values } = change.kind === 'set' ? settingWords(change, event, words) : memberWords(change);
  const who = event.actor.kind === 'agent' || event.actor.kind === 'user' ? actorName(event.actor, words.nameOf) : undefined;
  const sentence = who === undefined ? words.locale.markup(alone, values) : words.locale.markup(by, { ...values, who });
  return { sign, sentence };
}

type Setting = Extract<Change, { kind: 'set' }>;

function settingWords({ field, value }: Setting, event: TicketEvent, words: EventWords): ChangeWords {
  const { locale, dates, nameOf } = words;
  switch (field) {
    case 'state':
      return stateWords(value, locale);
    case 'owner':
      return ownerWords(value, event, nameOf);
    case 'queue':
      return { sign: 'move', by: 'change.queue.by', alone: 'change.queue.alone', values: { queue: value } };
    case 'priority': {
      const priority = isPriority(value) ? locale.text(priorityKeys[value]) : value;
      return { sign: 'flag', by: 'change.priority.by', alone: 'change.priority.alone', values: { priority } };
    }
    case 'language':
      return { sign: 'hist', by: 'change.language.by', alone: 'change.language.alone', values: { language: locale.languageName(value) } };
    case 'subject':
      return { sign: 'pen', by: 'change.subject.by', alone: 'change.subject.alone', values: { subject: value } };
    case 'customer': {
      const address = parseAddress(value);
      const customer = address === undefined ? value : displayName(address);
      return { sign: 'user', by: 'change.customer.by', alone: 'change.customer.alone', values: { customer } };
    }
    case 'pending-until': {
      const time = parseInstant(value);
      const shown = time === undefined ? value : dates.full(time);
      return { sign: 'clock', by: 'change.pending.by', alone: 'change.pending.alone', values: { time: shown } };
    }
    case 'merged-into':
      return { sign: 'merge', by: 'change.merged.by', alone: 'change.merged.alone', values: { number: value } };
    default:
      return value === ''
        ? { sign: 'hist', by: 'change.cleared.by', alone: 'change.cleared.alone', values: { field } }
        : { sign: 'hist', by: 'change.field.by', alone: 'change.field.alone', values: { field, value } };
  }
}

function stateWords(value: string, locale: Locale): ChangeWords {
  if (value === 'closed') return { sign: 'sdone', by: 'change.closed.by', alone: 'change.closed.alone', values: {} };
  const look = isTicketState(value) ? stateLooks[value] : undefined;
  const state = look === undefined ? value : locale.text(look.key);
  return { sign: look?.sign ?? 'hist', by: 'change.state.by', alone: 'change.state.alone', values: { state } };
}

function ownerWords(value: string, event: TicketEvent, nameOf: NameOf): ChangeWords {
  if (value === '') return { sign: 'user', by: 'change.released.by', alone: 'change.released.alone', values: {} };
  const owner = nameOf(value);
  const isOwn = event.actor.kind === 'agent' && event.actor.login === value;
  return { sign: 'user', by: isOwn ? 'change.taken.by' : 'change.owner.by', alone: 'change.owner.alone', values: { owner } };
}

const memberKeys: Readonly<Record<string, { readonly sign: string; readonly add: readonly [string, string]; readonly remove: readonly [string, string] }>> = {
  tag: { sign: 'tag', add: ['change.tag-added.by', 'change.tag-added.alone'], remove: ['change.tag-removed.by', 'change.tag-removed.alone'] },
  watcher: { sign: 'eye', add: ['change.watcher-added.by', 'change.watcher-added.alone'], remove: ['change.watcher-removed.by', 'change.watcher-removed.alone'] },
  link: { sign: 'link', add: ['change.link-added.by', 'change.link-added.alone'], remove: ['change.link-removed.by', 'change.link-removed.alone'] },
  participant: {
    sign: 'user',
    add: ['change.participant-added.by', 'change.participant-added.alone'],
    remove: ['change.participant-removed.by', 'change.participant-removed.alone'],
  },
};

const otherMembers = {
  sign: 'hist',
  add: ['change.member-added.by', 'change.member-added.alone'],
  remove: ['change.member-removed.by', 'change.member-removed.alone'],
} as const;

function memberWords(change: Exclude<Change, { kind: 'set' }>): ChangeWords {
  const keys = memberKeys[change.set] ?? otherMembers;
  const [by, alone] = change.kind === 'add' ? keys.add : keys.remove;
  const value = change.set === 'link' ? change.value.slice(change.value.indexOf(':') + 1) : change.value;
  return { sign: keys.sign, by, alone, values: { value, set: change.set } };
}
