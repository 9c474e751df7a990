/**
 * Sentences about waiting, locks, custom fields and reasons, and which changes need none of their own.
 *
 * Promises: pure; what one step did is told once: a state with its time or its reason.
 */
import { parseInstant } from '../../../base/clock.ts';
import type { Change, TicketEvent } from '../../../core/ticket/event.ts';
import { isEnded, isTicketState } from '../../../core/ticket/states.ts';
import {
  builtInReasons,
  findField,
  isFieldKey,
  nameIn,
  noTicketRules,
  type TicketRules,
} from '../../../core/ticket/ticket-rules.ts';
import type { Dates, Locale } from '../../../services/render/locale.ts';
import type { NameOf } from './people.ts';
import { nameState } from './states.ts';

export interface FieldWords {
  readonly locale: Locale;
  readonly dates: Dates;
  readonly nameOf: NameOf;
  readonly rules?: TicketRules;
}

/** As `change-words.ts` has them: the texts with a person in front and without. */
export interface Sentence {
  readonly sign: string;
  readonly by: string;
  readonly alone: string;
  readonly values: Readonly<Record<string, string>>;
}

const says = {
  lockTaken: ['change.lock-taken.by', 'change.locked.alone'],
  watches: ['change.watches.by', 'change.watcher-added.alone'],
  unwatches: ['change.unwatches.by', 'change.watcher-removed.alone'],
  watcherAdded: ['change.watcher-added.by', 'change.watcher-added.alone'],
  watcherRemoved: ['change.watcher-removed.by', 'change.watcher-removed.alone'],
  removed: ['change.removed.by', 'change.removed.alone'],
  restored: ['change.restored.by', 'change.restored.alone'],
  closedReason: ['change.closed-reason.by', 'change.closed-reason.alone'],
  stateReason: ['change.state-reason.by', 'change.state-reason.alone'],
  stateUntil: ['change.state-until.by', 'change.state-until.alone'],
  dueOpen: ['change.due-open.by', 'change.due-open.alone'],
  dueClosed: ['change.due-closed.by', 'change.due-closed.alone'],
  state: ['change.state.by', 'change.state.alone'],
  responsibleCleared: ['change.responsible-cleared.by', 'change.responsible-cleared.alone'],
  responsible: ['change.responsible.by', 'change.responsible.alone'],
  pendingCleared: ['change.pending-cleared.by', 'change.pending-cleared.alone'],
  reasonCleared: ['change.reason-cleared.by', 'change.reason-cleared.alone'],
  reason: ['change.reason.by', 'change.reason.alone'],
  cleared: ['change.cleared.by', 'change.cleared.alone'],
  field: ['change.field.by', 'change.field.alone'],
  unlocked: ['change.unlocked.by', 'change.unlocked.alone'],
  locked: ['change.locked.by', 'change.locked.alone'],
  lockedUntil: ['change.locked-until.by', 'change.locked-until.alone'],
} as const;

/** What goes without saying beside the other changes of the same event. */
export function isToldElsewhere(change: Change, event: TicketEvent): boolean {
  if (change.kind !== 'set') return false;
  const { field, value } = change;
  const hasState = settingIn(event, 'state') !== undefined;
  switch (field) {
    case 'state-name':
    case 'pending-until':
    case 'close-reason':
      return hasState;
    case 'state-before-removal':
      return true;
    case 'lock-until':
      return true;
    // Ended by closing, by handing on, by removing: that is told.
    case 'lock':
      return value === '' && (hasState || settingIn(event, 'owner') !== undefined);
    default:
      return false;
  }
}

/** Undefined for a state that needs no more than its name. */
export function stateSentence(
  value: string,
  event: TicketEvent,
  words: FieldWords,
): Sentence | undefined {
  const { locale, dates } = words;
  if (!isTicketState(value)) return undefined;
  if (value === 'removed') return sentence('trash', says.removed, {});
  if (settingIn(event, 'state-before-removal') === '') {
    const { text } = nameState({ state: value, stateName: nameOf(event) }, words);
    return sentence('back', says.restored, { state: text });
  }
  const { sign, text: state } = nameState({ state: value, stateName: nameOf(event) }, words);
  const reason = settingIn(event, 'close-reason') ?? '';
  if (isEnded(value) && reason !== '') {
    const key = value === 'closed' ? says.closedReason : says.stateReason;
    return sentence(sign, key, { state, reason: reasonText(reason, locale, words.rules) });
  }
  const until = parseInstant(settingIn(event, 'pending-until') ?? '');
  if (until !== undefined)
    return sentence(sign, says.stateUntil, { state, time: dates.full(until) });
  if (event.actor.kind === 'system' && event.actor.part === 'clockwork')
    return sentence('clock', value === 'open' ? says.dueOpen : says.dueClosed, {});
  return value === 'closed' && nameOf(event) === undefined
    ? undefined
    : sentence(sign, says.state, { state });
}

/** Undefined for a field of others. */
export function fieldSentence(
  { field, value }: Extract<Change, { kind: 'set' }>,
  event: TicketEvent,
  words: FieldWords,
): Sentence | undefined {
  const { locale, nameOf: personOf, rules = noTicketRules } = words;
  switch (field) {
    case 'responsible':
      return value === ''
        ? sentence('user', says.responsibleCleared, {})
        : sentence('user', says.responsible, { person: personOf(value) });
    case 'lock':
      return lockSentence(value, event, words);
    case 'pending-until':
      return value === '' ? sentence('clock', says.pendingCleared, {}) : undefined;
    case 'close-reason':
      return value === ''
        ? sentence('sdone', says.reasonCleared, {})
        : sentence('sdone', says.reason, { reason: reasonText(value, locale, rules) });
    case 'state-name':
      return value === ''
        ? undefined
        : sentence('hist', says.state, { state: stateText(value, words) });
    default: {
      if (!isFieldKey(field)) return undefined;
      const name = fieldName(field, locale, rules);
      if (value === '') return sentence('pen', says.cleared, { field: name });
      const shown = fieldText(field, value, words);
      return sentence('pen', says.field, { field: name, value: shown });
    }
  }
}

/** Undefined for a member that the common sentences tell well enough. */
export function memberSentence(
  { kind, set, value }: Exclude<Change, { kind: 'set' }>,
  { actor }: TicketEvent,
  { nameOf: personOf }: FieldWords,
): Sentence | undefined {
  if (set !== 'watcher') return undefined;
  const isOwn = actor.kind === 'agent' && actor.login === value;
  const values = { value: personOf(value) };
  if (kind === 'add') return sentence('eye', isOwn ? says.watches : says.watcherAdded, values);
  return sentence('eye', isOwn ? says.unwatches : says.watcherRemoved, values);
}

function lockSentence(value: string, event: TicketEvent, words: FieldWords): Sentence {
  if (value === '') return sentence('unlock', says.unlocked, {});
  const until = parseInstant(settingIn(event, 'lock-until') ?? '');
  const { actor } = event;
  if (until !== undefined && actor.kind === 'agent' && actor.login === value)
    return sentence('lock', says.lockTaken, {
      person: words.nameOf(value),
      time: words.dates.full(until),
    });
  return sentence('lock', until === undefined ? says.locked : says.lockedUntil, {
    person: words.nameOf(value),
    time: until === undefined ? '' : words.dates.full(until),
  });
}

function stateText(key: string, { locale, rules = noTicketRules }: FieldWords): string {
  const declared = rules.states.find((state) => state.key === key);
  return (declared === undefined ? undefined : nameIn(declared.names, locale.code)) ?? key;
}

/** The label of a custom field; the bare name of one that nobody declares. */
export function fieldName(key: string, locale: Locale, rules: TicketRules): string {
  const declared = findField(key, rules);
  const bare = key.slice(2);
  return (declared === undefined ? undefined : nameIn(declared.names, locale.code)) ?? bare;
}

/** A refusal with the field's label in place of its key. */
export function withFieldName<R extends object>(refusal: R, locale: Locale, rules: TicketRules): R {
  const isNamed = 'field' in refusal && typeof refusal.field === 'string';
  if (!isNamed || !isFieldKey(String(refusal.field))) return refusal;
  return { ...refusal, field: fieldName(String(refusal.field), locale, rules) };
}

/** A value as people read it. */
export function fieldText(
  key: string,
  value: string,
  { locale, rules = noTicketRules }: Pick<FieldWords, 'locale' | 'rules'>,
): string {
  const declared = findField(key, rules);
  switch (declared?.kind) {
    case 'yes-no':
      return locale.text(value === 'yes' ? 'fields.yes' : 'fields.no');
    case 'choice': {
      const choice = declared.choices.find((each) => each.key === value);
      return (choice === undefined ? undefined : nameIn(choice.names, locale.code)) ?? value;
    }
    default:
      return value;
  }
}

/** A declared reason by its name, one of the program's own by its text, any other as it was typed. */
export function reasonText(
  reason: string,
  locale: Locale,
  rules: TicketRules = noTicketRules,
): string {
  const declared = rules.closeReasons.find(({ key }) => key === reason);
  const name = declared === undefined ? undefined : nameIn(declared.names, locale.code);
  if (name !== undefined) return name;
  const builtIn = builtInReasons.find((key) => key === reason);
  return builtIn === undefined ? reason : locale.text(reasonKeys[builtIn]);
}

const reasonKeys: Readonly<Record<(typeof builtInReasons)[number], string>> = {
  solved: 'reason.solved',
  answered: 'reason.answered',
  duplicate: 'reason.duplicate',
  'no-reply': 'reason.no-reply',
  'not-ours': 'reason.not-ours',
};

function nameOf(event: TicketEvent): string | undefined {
  const name = settingIn(event, 'state-name') ?? '';
  return name === '' ? undefined : name;
}

function settingIn({ changes }: TicketEvent, field: string): string | undefined {
  const found = changes.findLast((change) => change.kind === 'set' && change.field === field);
  return found?.value;
}

function sentence(
  sign: string,
  [by, alone]: readonly [by: string, alone: string],
  values: Sentence['values'],
): Sentence {
  return { sign, by, alone, values };
}
