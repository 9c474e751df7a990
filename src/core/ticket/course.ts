/**
 * The course of a ticket: who spoke when, and how it stood in between.
 *
 * What due times, escalation and figures are computed from. Promises: pure; in the order of the history; it says what
 * happened and nothing that depends on the configuration, so that targets of today can be laid on any past. Automatic mail,
 * spam and what the desk says by itself are nobody's word, as in core/team/standing.ts.
 * Leaves to others: what follows from it (core/escalation).
 */
import type { Instant } from '../../base/clock.ts';
import { sideOf } from '../team/standing.ts';
import type { Change, TicketEvent } from './event.ts';
import { isImported } from './imported.ts';
import { isTicketState } from './states.ts';

export const courseFields = ['state', 'queue', 'priority', 'owner', 'sla'] as const;

export type CourseField = (typeof courseFields)[number];

export type CourseStep =
  /** Somebody outside wrote or called. */
  | { readonly kind: 'theirs'; readonly at: Instant }
  /** One of us wrote or called. */
  | {
      readonly kind: 'ours';
      readonly at: Instant;
      /** Undefined for somebody without an account here. */
      readonly login: string | undefined;
      /** Ids of the text modules that the answer was made with: `billing/refund`. */
      readonly modules: readonly string[];
    }
  /** Came from another system: nobody's word here. */
  | { readonly kind: 'imported'; readonly at: Instant }
  /** An empty value clears the field. */
  | {
      readonly kind: 'set';
      readonly at: Instant;
      readonly field: CourseField;
      readonly value: string;
    };

/** The events in the order of the history, drafts left out. */
export function courseOf(events: readonly TicketEvent[]): readonly CourseStep[] {
  return events.flatMap((event) => {
    const { time: at, changes } = event;
    const contact = contactOf(event);
    return [
      ...(contact === undefined ? [] : [contact]),
      ...changes.filter(isOfCourse).map(({ field, value }) => ({
        kind: 'set' as const,
        at,
        field,
        value,
      })),
    ];
  });
}

function contactOf(event: TicketEvent): CourseStep | undefined {
  const { time: at, actor } = event;
  if (isImported(event)) return { kind: 'imported', at };
  switch (sideOf(event)) {
    case 'theirs':
      return { kind: 'theirs', at };
    case 'ours':
      return {
        kind: 'ours',
        at,
        login: actor.kind === 'agent' ? actor.login : undefined,
        modules: event.fields.get('module') ?? [],
      };
    case undefined:
      return undefined;
  }
}

function isOfCourse(
  change: Change,
): change is Extract<Change, { kind: 'set' }> & { readonly field: CourseField } {
  if (change.kind !== 'set' || !isCourseField(change.field)) return false;
  // A word of a desk's own is shown over the type that holds.
  return change.field !== 'state' || isTicketState(change.value);
}

export function isCourseField(text: string): text is CourseField {
  return courseFields.some((field) => field === text);
}
