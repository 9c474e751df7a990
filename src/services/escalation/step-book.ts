/**
 * Which escalation chain a ticket has, and which steps lie ahead of it, by the files of this moment.
 *
 * Promises: no disk; the same record and files give the same steps in every process.
 * Leaves to others: the sums (core/escalation), whoever acts on it (escalator.ts).
 */
import type { Config } from '../../config/config.ts';
import { escalationOf } from '../../config/escalation.ts';
import { type EscalationChain, type StepAhead, stepsAhead } from '../../core/escalation/chain.ts';
import { instantAt } from '../../core/escalation/due.ts';
import type { TicketRecord } from '../index/index.ts';
import type { DueBook, DueSubject } from './due-book.ts';

/** What steps are found by. */
export type StepSubject = DueSubject & Pick<TicketRecord, 'escalations'>;

export interface StepBook {
  /** The first first, those whose time has come included. */
  ahead(record: StepSubject): readonly StepAhead[];
  chainOf(record: StepSubject): EscalationChain;
}

export interface StepBookDeps {
  readonly due: Pick<DueBook, 'of' | 'measureOf'>;
  readonly config: () => Config;
}

export function createStepBook({ due, config }: StepBookDeps): StepBook {
  function chainOf(record: StepSubject): EscalationChain {
    return escalationOf(config(), record.queue, due.measureOf(record).sla);
  }

  return {
    chainOf,
    ahead(record) {
      const { clocks } = due.of(record);
      if (clocks.length === 0) return [];
      const chain = chainOf(record);
      if (chain.length === 0) return [];
      const { calendar } = due.measureOf(record);
      return stepsAhead({
        chain,
        clocks,
        done: record.escalations ?? [],
        instantAt: (clock, percent) => instantAt(clock, percent, calendar),
      });
    },
  };
}
