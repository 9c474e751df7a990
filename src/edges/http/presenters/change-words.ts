/**
 * One change of a ticket as a sentence.
 *
 * Promises: pure; a field or set that this version does not know is named by its own words.
 */
import { parseInstant } from '../../../base/clock.ts';
import { displayName, parseAddress } from '../../../core/message/address.ts';
import { parsePhoneAddress } from '../../../core/phone/phone-number.ts';
import type { Change, TicketEvent } from '../../../core/ticket/event.ts';
import { holdField } from '../../../core/ticket/hold.ts';
import { isImported } from '../../../core/ticket/imported.ts';
import { isPriority, isTicketState } from '../../../core/ticket/states.ts';
import type { TicketRules } from '../../../core/ticket/ticket-rules.ts';
import type { Dates, Locale } from '../../../services/render/locale.ts';
import type { Markup } from '../../../services/render/markup.ts';
import { fieldSentence, memberSentence, stateSentence } from './field-words.ts';
import { holdWords } from './hold-words.ts';
import { actorName, type NameOf } from './people.ts';
import { shownPhone } from './phone.ts';
import { priorityKeys, stateLooks } from './states.ts';
import { type ChangeWords, teamChangeWords } from './team-words.ts';
import { closingWords } from './waiting-lines.ts';

export interface EventWords {
  readonly locale: Locale;
  readonly dates: Dates;
  readonly nameOf: NameOf;
  readonly rules?: TicketRules;
}

export interface EventLine {
  readonly sign: string;
  readonly sentence: Markup;
  readonly isBad?: boolean;
}

export function describeChange(change: Change, event: TicketEvent, words: EventWords): EventLine {
  const { sign, by, alone, values } =
    teamChangeWords(change, event, words) ??
    (change.kind === 'set'
      ? settingWords(change, event, words)
      : (memberSentence(change, event, words) ?? memberWords(change)));
  const who =
    (event.actor.kind === 'agent' || event.actor.kind === 'user') && !isImported(event)
      ? actorName(event.actor, words.nameOf)
      : undefined;
  const sentence =
    who === undefined
      ? words.locale.markup(alone, values)
      : words.locale.markup(by, { ...values, who });
  return { sign, sentence };
}

type Setting = Extract<Change, { kind: 'set' }>;

function settingWords(
  { field, value }: Setting,
  event: TicketEvent,
  words: EventWords,
): ChangeWords {
  const { locale, dates, nameOf } = words;
  const own = fieldSentence({ kind: 'set', field, value }, event, words);
  if (own !== undefined) return own;
  switch (field) {
    case 'state':
      return stateSentence(value, event, words) ?? stateWords(value, locale);
    case 'owner':
      return ownerWords(value, event, nameOf);
    case 'queue':
      return {
        sign: 'move',
        by: 'change.queue.by',
        alone: 'change.queue.alone',
        values: { queue: value },
      };
    case 'priority': {
      const priority = isPriority(value) ? locale.text(priorityKeys[value]) : value;
      return {
        sign: 'flag',
        by: 'change.priority.by',
        alone: 'change.priority.alone',
        values: { priority },
      };
    }
    case 'language':
      return {
        sign: 'hist',
        by: 'change.language.by',
        alone: 'change.language.alone',
        values: { language: locale.languageName(value) },
      };
    case 'subject':
      return {
        sign: 'pen',
        by: 'change.subject.by',
        alone: 'change.subject.alone',
        values: { subject: value },
      };
    case 'customer': {
      const address = parseAddress(value) ?? parsePhoneAddress(value);
      const customer = address === undefined ? value : displayName(address);
      return {
        sign: 'user',
        by: 'change.customer.by',
        alone: 'change.customer.alone',
        values: { customer },
      };
    }
    case 'pending-until': {
      const time = parseInstant(value);
      const shown = time === undefined ? value : dates.full(time);
      return {
        sign: 'clock',
        by: 'change.pending.by',
        alone: 'change.pending.alone',
        values: { time: shown },
      };
    }
    case 'sla':
      return {
        sign: 'clock',
        by: value === '' ? 'due.change-cleared-by' : 'due.change-sla-by',
        alone: value === '' ? 'due.change-cleared-alone' : 'due.change-sla-alone',
        values: { sla: value },
      };
    case 'queue-before-junk':
      return value === ''
        ? { sign: 'spam', by: 'change.not-spam.by', alone: 'change.not-spam.alone', values: {} }
        : {
            sign: 'spam',
            by: 'change.spam.by',
            alone: 'change.spam.alone',
            values: { queue: value },
          };
    case 'confirmation':
      return { sign: 'auto', ...confirmationWords(value) };
    case 'breaker': {
      const key = breakerKeys[value] ?? 'change.breaker.mails';
      return { sign: 'tri', by: key, alone: key, values: {} };
    }
    case 'merged-into':
      if (value === '')
        return {
          sign: 'merge',
          by: 'change.unmerged.by',
          alone: 'change.unmerged.alone',
          values: {},
        };
      return {
        sign: 'merge',
        by: 'change.merged.by',
        alone: 'change.merged.alone',
        values: { number: value },
      };
    case 'auto-close':
      return { sign: 'clock', ...closingWords(value), values: {} };
    case holdField:
      return holdWords(value);
    case 'phone':
      return {
        sign: 'phone',
        by: 'compose.change-phone-by',
        alone: 'compose.change-phone-alone',
        values: { value: shownPhone(value) ?? value },
      };
    default:
      return value === ''
        ? {
            sign: 'hist',
            by: 'change.cleared.by',
            alone: 'change.cleared.alone',
            values: { field },
          }
        : {
            sign: 'hist',
            by: 'change.field.by',
            alone: 'change.field.alone',
            values: { field, value },
          };
  }
}

const confirmationKeys: Readonly<Record<string, string>> = {
  due: 'change.confirmation.due',
  sent: 'change.confirmation.sent',
  none: 'change.confirmation.none',
};

const breakerKeys: Readonly<Record<string, string>> = {
  mails: 'change.breaker.mails',
  reopenings: 'change.breaker.reopenings',
};

function confirmationWords(value: string): Omit<ChangeWords, 'sign'> {
  const key = confirmationKeys[value] ?? 'change.confirmation.none';
  return { by: key, alone: key, values: {} };
}

function stateWords(value: string, locale: Locale): ChangeWords {
  if (value === 'closed')
    return { sign: 'sdone', by: 'change.closed.by', alone: 'change.closed.alone', values: {} };
  const look = isTicketState(value) ? stateLooks[value] : undefined;
  const state = look === undefined ? value : locale.text(look.key);
  return {
    sign: look?.sign ?? 'hist',
    by: 'change.state.by',
    alone: 'change.state.alone',
    values: { state },
  };
}

function ownerWords(value: string, event: TicketEvent, nameOf: NameOf): ChangeWords {
  if (value === '')
    return { sign: 'user', by: 'change.released.by', alone: 'change.released.alone', values: {} };
  const owner = nameOf(value);
  const isOwn = event.actor.kind === 'agent' && event.actor.login === value;
  return {
    sign: 'user',
    by: isOwn ? 'change.taken.by' : 'change.owner.by',
    alone: 'change.owner.alone',
    values: { owner },
  };
}

const memberKeys: Readonly<
  Record<
    string,
    {
      readonly sign: string;
      readonly add: readonly [string, string];
      readonly remove: readonly [string, string];
    }
  >
> = {
  tag: {
    sign: 'tag',
    add: ['change.tag-added.by', 'change.tag-added.alone'],
    remove: ['change.tag-removed.by', 'change.tag-removed.alone'],
  },
  link: {
    sign: 'link',
    add: ['change.link-added.by', 'change.link-added.alone'],
    remove: ['change.link-removed.by', 'change.link-removed.alone'],
  },
  merged: {
    sign: 'merge',
    add: ['change.took-in.by', 'change.took-in.alone'],
    remove: ['change.let-go.by', 'change.let-go.alone'],
  },
  'also-queue': {
    sign: 'inbox',
    add: ['change.also-queue-added.by', 'change.also-queue-added.alone'],
    remove: ['change.also-queue-removed.by', 'change.also-queue-removed.alone'],
  },
  foreign: {
    sign: 'link',
    add: ['change.foreign-added.by', 'change.foreign-added.alone'],
    remove: ['change.foreign-removed.by', 'change.foreign-removed.alone'],
  },
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
  const value =
    change.set === 'link' ? change.value.slice(change.value.indexOf(':') + 1) : change.value;
  return { sign: keys.sign, by, alone, values: { value, set: change.set } };
}
