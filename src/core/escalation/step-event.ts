/**
 * The event that a step of an escalation chain is, read back.
 *
 * Promises: pure and total; an event that is no step gives undefined.
 * Leaves to others: what it looks like on disk (docs/FORMAT.md), writing it (step.ts).
 */
import { type Instant, parseInstant } from '../../base/clock.ts';
import { firstBlockField, parseParameters, type TicketEvent } from '../ticket/event.ts';
import { isTargetKind, type StepKey } from './chain.ts';

/** Stands for everybody who has the queue, among the logins of whom to tell. */
export const everybody = '*';

/** What an event of the kind `escalation` says of its step. */
export interface ReadStep extends StepKey {
  readonly due: Instant | undefined;
  /** When the step fell due; it may have been done later. */
  readonly at: Instant | undefined;
  /** Logins, and `everybody`. */
  readonly tell: readonly string[];
  /** A later step tells them. */
  readonly isToldLater: boolean;
  readonly leftOut: readonly string[];
  readonly notes: readonly string[];
}

/** Undefined for an event that is no step of a chain, such as one that somebody wrote by hand. */
export function readStep(event: Pick<TicketEvent, 'kind' | 'fields'>): ReadStep | undefined {
  if (event.kind !== 'escalation') return undefined;
  const parameters = parseParameters(firstBlockField(event, 'escalation') ?? '');
  const clock = parameters.get('') ?? '';
  const started = parseInstant(parameters.get('started') ?? '');
  const percent = Number(parameters.get('percent'));
  if (!isTargetKind(clock) || started === undefined || !(percent > 0)) return undefined;
  return {
    clock,
    started,
    percent,
    due: parseInstant(parameters.get('due') ?? ''),
    at: parseInstant(parameters.get('at') ?? ''),
    tell: wordsOf(firstBlockField(event, 'tell')),
    isToldLater: parameters.get('told') === 'later',
    leftOut: wordsOf(parameters.get('left-out')),
    notes: event.fields.get('escalation-note') ?? [],
  };
}

/** Who was to be told by the newest steps that left it to a later one. */
export function untoldOf(
  events: readonly Pick<TicketEvent, 'kind' | 'fields'>[],
): readonly string[] {
  let untold: readonly string[] = [];
  for (const event of events) {
    const step = readStep(event);
    if (step !== undefined) untold = step.isToldLater ? [...untold, ...step.tell] : [];
  }
  return untold;
}

function wordsOf(text = ''): readonly string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
