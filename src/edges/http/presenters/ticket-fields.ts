/**
 * What of a ticket can be set beside the conversation: waiting, closing, the lock, custom fields, tags, links, people.
 *
 * Promises: pure; what the agent may not change is shown without its controls.
 */
import { calendarOf } from '../../../config/calendars.ts';
import type { Config } from '../../../config/config.ts';
import { ticketRulesOf } from '../../../config/ticket-rules.ts';
import {
  formatWallTime,
  type QuickTime,
  quickInstant,
  quickTimes,
} from '../../../core/escalation/times.ts';
import { closeReasonOf, fieldValuesOf, lockOf, stateNameOf } from '../../../core/ticket/facts.ts';
import type { Ticket } from '../../../core/ticket/fold.ts';
import { isTicketNumber } from '../../../core/ticket/number.ts';
import type { Right } from '../../../core/ticket/rights.ts';
import { choosableStates, isEnded, type TicketState } from '../../../core/ticket/states.ts';
import {
  appliesIn,
  type CustomField,
  fieldKey,
  findField,
  nameIn,
  typeOfState,
} from '../../../core/ticket/ticket-rules.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import type { Locale } from '../../../services/render/locale.ts';
import { fieldName, fieldText, reasonText } from './field-words.ts';
import { listHref, quoteValue } from './frame.ts';
import type { MessageWords } from './message.ts';
import { nameState } from './states.ts';

export interface FieldsRequest {
  readonly ticket: Ticket;
  readonly agents: readonly Agent[];
  readonly config: Config;
  readonly may: (right: Right) => boolean;
}

export function presentFields(request: FieldsRequest, words: MessageWords) {
  const { ticket, may } = request;
  const canChange = ticket.mergedInto === undefined && ticket.state !== 'removed';
  return {
    canNote: canChange && may('note'),
    wait: canChange && may('answer') ? presentWait(request, words) : undefined,
    close: canChange && may('close') ? presentClose(request, words) : undefined,
    removed: presentRemoved(request),
    lock: presentLock(request, words),
    until: presentUntil(ticket, words),
    reason: presentReason(ticket, words),
    values: presentValues(request, words),
    edits: canChange && may('note') ? presentEdits(request, words) : [],
    responsible: presentResponsible(request, words, canChange),
    tags: presentTags(ticket),
    links: presentLinks(ticket, words.locale),
    linkKinds: linkKinds.map((kind) => ({ value: kind, text: words.locale.text(linkKeys[kind]) })),
    watch: presentWatch(request, words),
    participants: presentParticipants(ticket),
  };
}

/* ---------- waiting ---------- */

export const quickKeys: Readonly<Record<QuickTime, string>> = {
  tomorrow: 'wait.tomorrow',
  'three-days': 'wait.three-days',
  'next-week': 'wait.next-week',
  'two-weeks': 'wait.two-weeks',
};

function presentWait({ ticket, config, may }: FieldsRequest, words: MessageWords) {
  const { locale, dates, now } = words;
  const timeZone = words.zone;
  const calendar = calendarOf(config, ticket.queue);
  const first = ticket.pendingUntil ?? quickInstant('tomorrow', calendar, now);
  return {
    ...formatWallTime(first, timeZone),
    zone: timeZone,
    quick: quickTimes.map((value) => ({
      value,
      text: locale.text(quickKeys[value]),
      time: dates.moment(quickInstant(value, calendar, now), now),
    })),
    states: statesOver(['pending-reminder', 'pending-close'], config, words)
      .filter(({ type }) => type !== 'pending-close' || may('close'))
      .map(({ key, text }) => ({ value: key, text, isCurrent: key === currentKey(ticket) })),
  };
}

function presentUntil({ state, pendingUntil }: Ticket, { dates, now }: MessageWords) {
  return state.startsWith('pending') && pendingUntil !== undefined
    ? dates.moment(pendingUntil, now)
    : undefined;
}

/** Fixed states of these types and those of the desk's own, by key. */
function statesOver(types: readonly TicketState[], config: Config, words: MessageWords) {
  const rules = ticketRulesOf(config);
  const own = rules.states.map(({ key }) => key).filter((key) => !isFixed(key));
  return [...types, ...own].flatMap((key) => {
    const type = typeOfState(key, rules);
    if (type === undefined || !types.includes(type)) return [];
    return [{ key, type, ...nameState({ state: type, stateName: key }, words) }];
  });
}

function isFixed(key: string): boolean {
  return choosableStates.some((state) => state === key);
}

function currentKey(ticket: Ticket): string {
  return stateNameOf(ticket) ?? ticket.state;
}

/** What the menu of states offers without asking for a time. */
export function stateChoices(ticket: Ticket, request: FieldsRequest, words: MessageWords) {
  const { config, may } = request;
  const types: readonly TicketState[] = [
    'open',
    'pending-customer',
    'closed',
    'closed-unsuccessful',
  ];
  return statesOver(types, config, words)
    .filter(({ type }) => (isEnded(type) || isEnded(ticket.state) ? may('close') : may('answer')))
    .map(({ key, sign, text }) => ({
      value: key,
      sign,
      text,
      isCurrent: key === currentKey(ticket),
    }));
}

/* ---------- closing, removing, the lock ---------- */

function presentClose({ ticket, config }: FieldsRequest, words: MessageWords) {
  const rules = ticketRulesOf(config);
  return {
    isEnded: isEnded(ticket.state),
    reasons: rules.closeReasons.map(({ key }) => ({
      value: key,
      text: reasonText(key, words.locale, rules),
    })),
    states: statesOver(['closed', 'closed-unsuccessful'], config, words).map(({ key, text }) => ({
      value: key,
      text,
    })),
  };
}

function presentRemoved({ ticket, may }: FieldsRequest) {
  if (ticket.state !== 'removed') return undefined;
  return { canRestore: ticket.mergedInto === undefined && may('close') };
}

function presentReason(ticket: Ticket, { locale, rules }: MessageWords): string | undefined {
  const reason = closeReasonOf(ticket);
  return reason === undefined ? undefined : reasonText(reason, locale, rules);
}

function presentLock({ ticket, may }: FieldsRequest, words: MessageWords) {
  const { locale, dates, now, login, nameOf } = words;
  const lock = lockOf(ticket, now);
  if (lock === undefined) return undefined;
  const values = { name: nameOf(lock.login), time: dates.moment(lock.until, now) };
  const isMine = lock.login === login;
  return {
    isMine,
    text: isMine ? locale.text('lock.mine', values) : locale.text('lock.other', values),
    warning: isMine ? undefined : locale.markup('lock.warning', values),
    canUnlock: may('own'),
  };
}

/* ---------- custom fields ---------- */

function presentValues({ ticket, config }: FieldsRequest, words: MessageWords) {
  const rules = ticketRulesOf(config);
  const declared = rules.fields.map(({ name }) => fieldKey(name));
  const values = fieldValuesOf(ticket);
  const order = [...new Set([...declared, ...Object.keys(values)])];
  const present = order.flatMap((key) => {
    const value = values[key];
    return value === undefined ? [] : [{ key, value }];
  });
  return present.map(({ key, value }) => ({
    key,
    name: fieldName(key, words.locale, rules),
    text: fieldText(key, value, words),
    href: hrefOf(key, value, findField(key, rules)),
    isDeclared: findField(key, rules) !== undefined,
  }));
}

/** An address is followed, any other value leads to the tickets that have it too. */
function hrefOf(key: string, value: string, field: CustomField | undefined): string {
  if (field?.kind === 'url') return value;
  if (field?.kind === 'email') return `mailto:${encodeURIComponent(value).replace('%40', '@')}`;
  return listHref(`${key}:${quoteValue(value)}`);
}

const inputTypes: Readonly<Record<CustomField['kind'], string>> = {
  text: 'text',
  number: 'text',
  date: 'date',
  choice: 'select',
  'yes-no': 'select',
  email: 'email',
  url: 'url',
};

function presentEdits({ ticket, config }: FieldsRequest, { locale }: MessageWords) {
  const rules = ticketRulesOf(config);
  const values = fieldValuesOf(ticket);
  return rules.fields
    .filter((field) => appliesIn(field, ticket.queue) || fieldKey(field.name) in values)
    .map((field) => {
      const key = fieldKey(field.name);
      const value = values[key] ?? '';
      return {
        key,
        name: fieldName(key, locale, rules),
        value,
        input: inputTypes[field.kind],
        isNumber: field.kind === 'number',
        isRequired: field.isRequired,
        choices: choicesOf(field, locale),
      };
    });
}

function choicesOf({ kind, choices }: CustomField, locale: Locale) {
  if (kind === 'yes-no')
    return [
      { value: 'yes', text: locale.text('fields.yes') },
      { value: 'no', text: locale.text('fields.no') },
    ];
  return choices.map(({ key, names }) => ({ value: key, text: nameIn(names, locale.code) ?? key }));
}

/* ---------- people, tags, links ---------- */

function presentResponsible(
  { ticket, agents, may }: FieldsRequest,
  { nameOf }: MessageWords,
  canChange: boolean,
) {
  return {
    text: ticket.responsible === undefined ? undefined : nameOf(ticket.responsible),
    choices:
      canChange && may('own')
        ? agents.map(({ login, name }) => ({
            value: login,
            text: name,
            isCurrent: login === ticket.responsible,
          }))
        : [],
  };
}

function presentTags({ tags }: Ticket) {
  return [...tags].sort().map((tag) => ({ text: tag, href: listHref(`tag:${quoteValue(tag)}`) }));
}

const linkKinds = ['related', 'parent', 'child', 'duplicate'] as const;
const linkKeys: Readonly<Record<(typeof linkKinds)[number], string>> = {
  related: 'link.related',
  parent: 'link.parent',
  child: 'link.child',
  duplicate: 'link.duplicate',
};

function presentLinks({ links }: Ticket, locale: Locale) {
  return [...links].sort().flatMap((link) => {
    const [kind = '', number = ''] = link.split(':');
    // That somebody kept it apart from another one is nothing to follow.
    if (!isTicketNumber(number) || kind === 'apart') return [];
    const known = linkKinds.find((each) => each === kind);
    return [
      {
        number,
        href: `/tickets/${number}`,
        text: locale.text(known === undefined ? 'link.suggested' : linkKeys[known]),
        /** Suggestions are answered above the conversation. */
        value: known === undefined ? undefined : link,
      },
    ];
  });
}

function presentWatch({ ticket }: FieldsRequest, { login, nameOf }: MessageWords) {
  return {
    login,
    isMine: ticket.watchers.has(login),
    watchers: [...ticket.watchers]
      .map((watcher) => ({ login: watcher, name: nameOf(watcher) }))
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
  };
}

function presentParticipants({ participants, customer }: Ticket): readonly string[] {
  const own = customer?.address.toLowerCase();
  return [...participants].filter((participant) => participant !== own).sort();
}
