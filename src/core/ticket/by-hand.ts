/**
 * What a file that somebody wrote by hand says, and what of it cannot be followed.
 *
 * Promises: pure; each line that means nothing is named as it was written. A file of a desk is never judged: it may be
 * that of a newer version.
 */
import { parseInstant } from '../../base/clock.ts';
import { parseAddress } from '../message/address.ts';
import type { Change, TicketEvent } from './event.ts';
import { parseTicketNumber } from './number.ts';
import { isPriority, isTicketState } from './states.ts';
import { isFieldKey, type TicketRules, typeOfState } from './ticket-rules.ts';

/** A file that names neither its ticket nor what came before it was written by no desk. */
export function isByHand({ fields, previous }: Pick<TicketEvent, 'fields' | 'previous'>): boolean {
  return previous.length === 0 && !fields.has('number');
}

/** Lines of the block without effect, in the form `Ticket-Set: colour=red`; none for a file of the desk. */
export function linesNotObeyed(
  event: Pick<TicketEvent, 'fields' | 'previous' | 'changes'>,
  rules: TicketRules,
): readonly string[] {
  if (!isByHand(event)) return [];
  const unread = [...event.fields].flatMap(([name, values]) =>
    known.has(name) ? [] : values.map((value) => `Ticket-${toTitle(name)}: ${value}`),
  );
  const vain = event.changes.filter((change) => !isUnderstood(change, rules)).map(toText);
  return [...unread, ...vain];
}

/** Whether the change has an effect, as far as this version knows. */
export function isObeyed(
  change: Change,
  event: Pick<TicketEvent, 'fields' | 'previous'>,
  rules: TicketRules,
): boolean {
  return !isByHand(event) || isUnderstood(change, rules);
}

/** Fields of the block that a person may well copy from a file of the desk. Changes that could be read are not among the fields. */
const known: ReadonlySet<string> = new Set(
  [
    'number raw content follow-up via standing moved undo batch module automatic auto-reply auto-close confirmation bounce',
    'rule source sender recipient forward resent phone delivery returned spam virus authentication was escalation tell',
    'escalation-note unchecked appointment appointment-summary appointment-place appointment-text attendee',
    'appointment-answer appointment-comment appointment-reminder mailed draft draft-to draft-cc seen send-at seal report',
  ]
    .join(' ')
    .split(' '),
);

const fields: ReadonlySet<string> = new Set(
  [
    'state priority queue owner responsible subject customer language phone pending-until merged-into confirmation',
    'breaker state-before-merge state-before-removal queue-before-junk level level-queue level-owner state-name auto-close',
    'close-reason lock lock-until sla archived hold',
  ]
    .join(' ')
    .split(' '),
);

const sets: ReadonlySet<string> = new Set(
  'tag watcher participant link also-queue merged foreign mention advice'.split(' '),
);

function isUnderstood(change: Change, rules: TicketRules): boolean {
  if (change.kind !== 'set') return sets.has(change.set) && change.value !== '';
  const { field, value } = change;
  if (!fields.has(field)) return isFieldKey(field);
  switch (field) {
    case 'state':
      return isTicketState(value) || typeOfState(value, rules) !== undefined;
    case 'priority':
      return isPriority(value);
    case 'queue':
    case 'subject':
      return value !== '';
    case 'customer':
      return parseAddress(value) !== undefined;
    case 'pending-until':
    case 'lock-until':
      return value === '' || parseInstant(value) !== undefined;
    case 'merged-into':
      return value === '' || parseTicketNumber(value) !== undefined;
    default:
      return true;
  }
}

function toText(change: Change): string {
  return change.kind === 'set'
    ? `Ticket-Set: ${change.field}=${change.value}`
    : `Ticket-${change.kind === 'add' ? 'Add' : 'Remove'}: ${change.set}=${change.value}`;
}

function toTitle(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase());
}
