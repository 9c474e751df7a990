/**
 * What a desk declares of its own about tickets: names of states, custom fields, reasons for closing.
 *
 * Promises: pure and total. A field's value is checked by its kind and comes back as it is stored.
 * Leaves to others: reading the declarations (config/ticket-rules.ts), when they apply (decide-fields.ts).
 */

import { isDate } from '../escalation/calendar.ts';
import { isAddress } from '../message/address.ts';
import { isWithinQueue } from './queue-name.ts';
import { choosableStates, isTicketState, type TicketState, ticketStates } from './states.ts';

/** By language tag; `*` is the one for every language. */
export type Names = Readonly<Record<string, string>>;

/** A state of the desk's own: a name over one of the fixed types. The key of a fixed type renames that one. */
export interface OwnState {
  readonly key: string;
  readonly type: TicketState;
  readonly names: Names;
}

export const fieldKinds = ['text', 'number', 'date', 'choice', 'yes-no', 'email', 'url'] as const;

export type FieldKind = (typeof fieldKinds)[number];

export interface Choice {
  readonly key: string;
  readonly names: Names;
}

export interface CustomField {
  /** Stored as `x-NAME`. */
  readonly name: string;
  readonly kind: FieldKind;
  /** Of a choice only. */
  readonly choices: readonly Choice[];
  readonly names: Names;
  /** Where it is asked for, with the queues nested in these; empty for everywhere. */
  readonly queues: readonly string[];
  /** Without a value the ticket cannot be closed. */
  readonly isRequired: boolean;
}

export interface TicketRules {
  readonly states: readonly OwnState[];
  readonly fields: readonly CustomField[];
  /** Offered when a ticket is closed; any other text may be given as well. */
  readonly closeReasons: readonly Choice[];
}

/** Reasons that every desk has unless it declares its own; their names come with the program. */
export const builtInReasons = ['solved', 'answered', 'duplicate', 'no-reply', 'not-ours'] as const;

export const noTicketRules: TicketRules = {
  states: [],
  fields: [],
  closeReasons: builtInReasons.map((key) => ({ key, names: {} })),
};

/** The name in this language, in its main one, the one for all, the first one there is. */
export function nameIn(names: Names, language: string): string | undefined {
  const main = language.split('-')[0] ?? language;
  return names[language] ?? names[main] ?? names['*'] ?? Object.values(names)[0];
}

/** The states that a person may choose: fixed ones and the desk's own. */
export function stateKeys({ states }: TicketRules): readonly string[] {
  return [...new Set([...choosableStates, ...states.map(({ key }) => key)])];
}

/** The states that a search knows. */
export function searchedStates({ states }: TicketRules): readonly string[] {
  return [...new Set([...ticketStates, ...states.map(({ key }) => key)])];
}

/** The fixed type behind a state's key; undefined when nobody declared it. */
export function typeOfState(key: string, { states }: TicketRules): TicketState | undefined {
  if (isTicketState(key)) return key;
  return states.find((state) => state.key === key)?.type;
}

export function fieldKey(name: string): string {
  return `x-${name}`;
}

export function isFieldKey(key: string): boolean {
  return key.startsWith('x-');
}

export function findField(key: string, { fields }: TicketRules): CustomField | undefined {
  return fields.find(({ name }) => fieldKey(name) === key);
}

/** Whether the field is asked for in this queue. */
export function appliesIn({ queues }: CustomField, queue: string): boolean {
  return queues.length === 0 || queues.some((name) => isWithinQueue(queue, name));
}

const mostText = 1000;

/** The value as it is stored; undefined when it is none of this kind. */
export function readFieldValue({ kind, choices }: CustomField, text: string): string | undefined {
  const value = text.trim();
  switch (kind) {
    case 'text':
      return value.length <= mostText && !/\p{Cc}/u.test(value) ? value : undefined;
    case 'number':
      return /^-?\d{1,15}(?:\.\d{1,9})?$/.test(value) ? value : undefined;
    case 'date':
      return isDate(value) ? value : undefined;
    case 'choice':
      return choices.find(({ key }) => key.toLowerCase() === value.toLowerCase())?.key;
    case 'yes-no':
      if (/^(?:yes|true|on|1)$/i.test(value)) return 'yes';
      return /^(?:no|false|off|0)$/i.test(value) ? 'no' : undefined;
    case 'email':
      return isAddress(value) ? value : undefined;
    case 'url':
      return value.length <= mostText && /^https?:\/\/[^\s<>"]+$/i.test(value) ? value : undefined;
  }
}

/** What a right value looks like; stands after "expected". */
export function expectedOf({ kind, choices }: CustomField): string {
  switch (kind) {
    case 'text':
      return `text in one line, at most ${mostText} characters`;
    case 'number':
      return 'a number such as 4711 or 19.90';
    case 'date':
      return 'a date such as 2026-11-25';
    case 'choice':
      return `one of ${choices.map(({ key }) => key).join(', ')}`;
    case 'yes-no':
      return 'yes or no';
    case 'email':
      return 'an address such as name@example.org';
    case 'url':
      return 'an address such as https://example.org/';
  }
}
