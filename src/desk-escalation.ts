/**
 * What escalates the tickets of a desk: the parts, put together.
 *
 * Promises: building it starts nothing.
 */
import type { Clock } from './base/clock.ts';
import type { Config } from './config/config.ts';
import type { Agent } from './services/accounts/accounts.ts';
import type { DueBook } from './services/escalation/due-book.ts';
import {
  createEscalationFacts,
  type ReadEscalationFacts,
} from './services/escalation/escalation-facts.ts';
import { createStepBook, type StepBook } from './services/escalation/step-book.ts';
import type { TicketIndex } from './services/index/index.ts';
import { projectTicket } from './services/index/projector.ts';

export interface DeskEscalation {
  readonly steps: StepBook;
  readonly readFacts: ReadEscalationFacts;
}

export interface DeskEscalationDeps {
  readonly due: DueBook;
  readonly config: () => Config;
  readonly agents: () => readonly Agent[];
  readonly index: Pick<TicketIndex, 'list'>;
  readonly clock: Clock;
}

export function createDeskEscalation(deps: DeskEscalationDeps): DeskEscalation {
  const steps = createStepBook(deps);
  return { steps, readFacts: createEscalationFacts({ ...deps, steps, project: projectTicket }) };
}
