/**
 * Refusals as English sentences for programs and admins (command line and API).
 *
 * Promises: each sentence names what was expected and what came. Pages have their own texts in locales/.
 */
import { formatInstant } from '../../base/clock.ts';
import { findNearest } from '../../config/nearest.ts';
import type { QueryProblem } from '../../core/search/query.ts';
import type { Refusal } from '../../core/ticket/decide.ts';
import type { AccountRefusal } from '../accounts/accounts.ts';
import { describeAccessRefusal } from './access-refusals.ts';

export function describeRefusal(refusal: Refusal): string {
  switch (refusal.code) {
    case 'unknown-ticket':
      return `There is no ticket "${refusal.number}"`;
    case 'ticket-merged':
      return `The ticket was merged into ${refusal.into}; change that one`;
    case 'unknown-field':
      return `Unknown field "${refusal.field}"; ${expectOneOf(refusal.field, refusal.known)}`;
    case 'unknown-state':
      return `Unknown state "${refusal.value}"; ${expectOneOf(refusal.value, refusal.known)}`;
    case 'unknown-priority':
      return `Unknown priority "${refusal.value}"; ${expectOneOf(refusal.value, refusal.known)}`;
    case 'unknown-queue':
      return `Unknown queue "${refusal.value}"; ${expectOneOf(refusal.value, refusal.known)}`;
    case 'unknown-agent':
      return `Unknown agent "${refusal.value}"; ${expectOneOf(refusal.value, refusal.known)}`;
    case 'bad-value':
      return `Bad value "${refusal.value}" for ${refusal.field}; expected ${refusal.expected}`;
    case 'unknown-message':
      return `The ticket has no message "${refusal.message}"`;
    case 'no-recipient':
      return 'The answer has no recipient; expected at least one address in "to"';
    case 'only-phone':
      return `Of "${refusal.number}" only the telephone number is known; expected a mail address, or a fax gateway`;
    case 'bad-recipient':
      return `Bad recipient "${refusal.value}"; expected an address such as name@example.org`;
    case 'empty-text':
      return 'The text is empty; expected at least one word';
    case 'nothing-to-change':
      return 'Nothing to change: the ticket already has these values';
    case 'not-allowed':
      return `Not allowed: this needs the right "${refusal.right}" in the queue ${refusal.queue}`;
    case 'same-ticket':
      return `Ticket ${refusal.number} cannot go into itself; expected another ticket`;
    case 'not-merged':
      return `Ticket ${refusal.number} is not merged into another one`;
    case 'only-message':
      return `"${refusal.message}" is the only message of the ticket; expected one beside it that stays`;
    case 'cannot-move':
      return `"${refusal.message}" cannot be moved; expected a mail that came in, a note, a call or a fax`;
    case 'not-moved':
      return `"${refusal.message}" did not come from another ticket`;
    case 'unknown-attachment':
      return `"${refusal.message}" has no attachment ${refusal.attachment}; expected the id of one`;
    case 'cannot-forward':
      return `"${refusal.message}" cannot be sent on; expected a mail, a call, a fax or a recording without a virus`;
    case 'attachments-too-large':
      return `The files have ${refusal.bytes} bytes together; expected at most ${refusal.most}`;
    case 'no-customer':
      return 'Nobody knows whose ticket this is; expected an address or a telephone number';
    case 'field-required':
      return `The field "${refusal.field}" has no value; expected one before the ticket is closed`;
    case 'nothing-to-redact':
      return 'Nothing of what was named is there; expected an attachment or a passage of the message';
    case 'no-reason':
      return 'There is no reason; expected one sentence';
    case 'being-sent':
      return `"${refusal.message}" is going out at this moment; try again when it has gone`;
    case 'not-removed':
      return `Ticket ${refusal.number} is not removed`;
    case 'changed-since':
      return `The field "${refusal.field}" was changed since, to "${refusal.value}" by ${refusal.by} at ${formatInstant(refusal.time)}; take that back first`;
    case 'undone-already':
      return `This was taken back already by ${refusal.by} at ${formatInstant(refusal.time)}`;
    case 'cannot-undo':
      return `"${refusal.event}" changed nothing that could be taken back`;
    case 'nothing-to-undo':
      return 'You changed nothing in this ticket that could be taken back';
    case 'no-junk-queue':
      return 'The desk has no queue for spam; the setting junkQueue names one';
    case 'unknown-draft':
      return 'There is no such draft; it was sent or thrown away';
    case 'draft-changed':
      return `The draft was saved elsewhere meanwhile; expected revision ${refusal.revision}`;
    case 'draft-sent':
      return 'The answer is on its way and cannot be called back';
    case 'draft-too-large':
      return `The draft with its files is too large; expected at most ${refusal.most} bytes`;
    case 'bad-time':
      return `Bad time "${refusal.value}"; expected one in the future, such as 2026-11-25T08:00:00Z`;
    case 'ticket-changed':
      return `The ticket changed: ${refusal.events.length} ${refusal.events.length === 1 ? 'event' : 'events'} of others came since`;
    case 'no-second-level':
      return `The queue ${refusal.queue} has no second level; expected a queue with "secondLevel"`;
    case 'already-escalated':
      return `The ticket is at the second level already, in the queue ${refusal.queue}`;
    case 'not-escalated':
      return 'The ticket is not at the second level';
    case 'not-asked':
      return `Nobody asked "${refusal.agent}" here; expected an agent who was asked or mentioned`;
    case 'step-not-due':
      return `The step "${refusal.step}" is not due; expected one whose clock runs and whose time has come`;
    case 'unknown-appointment':
      return `There is no appointment "${refusal.uid}" on this ticket`;
    case 'appointment-changed':
      return `The appointment "${refusal.uid}" was changed or called off in between`;
    case 'module-not-offered':
      return `There is no text module "${refusal.value}" for this queue; expected an id such as billing/refund`;
    case 'unfilled-module':
      return `The text module "${refusal.value}" cannot be filled here: ${refusal.names}`;
    case 'on-hold':
      return `Ticket ${refusal.number} is on legal hold and cannot be removed: ${refusal.reason}`;
  }
}

export function describeAccountRefusal(refusal: AccountRefusal): string {
  switch (refusal.code) {
    case 'wrong-login':
      return 'Login or password is wrong';
    case 'too-many-attempts':
      return `Too many attempts; try again in ${Math.ceil(refusal.retryAfterMs / 1000)} seconds`;
    case 'link-used':
      return 'The log-in link was used before or is too old; expected a fresh one';
    case 'weak-password':
      return `The password is too short; expected at least ${refusal.least} characters`;
    case 'unknown-agent':
      return `Unknown agent "${refusal.value}"; ${expectOneOf(refusal.value, refusal.known)}`;
    case 'agent-exists':
      return `Agent "${refusal.login}" exists already; expected a new login`;
    case 'bad-value':
      return `Bad value "${refusal.value}" for ${refusal.field}; expected ${refusal.expected}`;
    default:
      return describeAccessRefusal(refusal);
  }
}

export function describeQueryProblem(problem: QueryProblem): string {
  switch (problem.code) {
    case 'unknown-field':
      return `Unknown search field "${problem.field}:"; did you mean "${problem.nearest}:"?`;
    case 'unknown-value':
      return `Unknown value "${problem.value}" for "${problem.field}:"; ${expectOneOf(problem.value, problem.known)}`;
    case 'query-too-long':
      return `The query has ${problem.length} characters; expected at most ${problem.most}`;
    case 'query-too-complex':
      return problem.what === 'terms'
        ? `The query has more than ${problem.most} terms; expected fewer`
        : `The query has more than ${problem.most} parentheses within each other; expected fewer`;
    case 'bad-cursor':
      return `Bad page mark "${problem.cursor}"; expected the "next" of the page before`;
  }
}

/** `expected one of a, b, c (did you mean "b"?)`. */
export function expectOneOf(given: string, known: readonly string[]): string {
  if (known.length === 0) return 'there are none yet';
  const nearest = nearestWord(given, known);
  const hint = nearest === undefined ? '' : ` (did you mean "${nearest}"?)`;
  return `expected one of ${known.join(', ')}${hint}`;
}

/** The known word that a mistyped one probably means; undefined when none is close. */
export function nearestWord(typed: string, known: readonly string[]): string | undefined {
  const nearest = findNearest(typed, known);
  const most = Math.max(1, Math.floor(typed.length / 2));
  return nearest === undefined || nearest.distance > most ? undefined : nearest.word;
}
