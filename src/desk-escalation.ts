/**
 * What escalates the tickets of a desk: the parts, put together.
 *
 * Promises: building it starts nothing.
 */
import type { Clock } from './base/clock.ts';
import type { LiveConfig } from './config/config.ts';
import type { Agent } from './services/accounts/accounts.ts';
import { createEscalationBoard, type EscalationBoard } from './services/escalation/board.ts';
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
  readonly board: EscalationBoard;
}

export interface DeskEscalationDeps {
  readonly due: DueBook;
  readonly config: LiveConfig;
  readonly agents: () => readonly Agent[];
  readonly index: Pick<TicketIndex, 'list' | 'onChange'>;
  readonly clock: Clock;
}

export function createDeskEscalation(deps: DeskEscalationDeps): DeskEscalation {
  const { config } = deps;
  const current = () => config.current();
  const steps = createStepBook({ ...deps, config: current });
  return {
    steps,
    board: createEscalationBoard({ ...deps, steps }),
    readFacts: createEscalationFacts({ ...deps, steps, config: current, project: projectTicket }),
  };
}
