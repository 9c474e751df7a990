/** What is late and next as the JSON that the command line and the API give. Promises: pure; absent values are `null`. */
import { formatInstant, minute } from '../../base/clock.ts';
import type { EscalationAction } from '../../core/escalation/chain.ts';
import type { Board, BoardTicket } from '../escalation/board.ts';
import type { TicketRecord } from '../index/index.ts';

export function toEscalationsJson({ at, figures, tickets }: Board, limit: number) {
  const { late, soon, unowned, open, firstAnswer, answeredToday } = figures;
  return {
    at: formatInstant(at),
    figures: {
      late,
      dueWithinHour: soon,
      unowned,
      open,
      firstAnswerMinutes: firstAnswer === undefined ? null : Math.round(firstAnswer / minute),
      answeredToday,
    },
    tickets: tickets.slice(0, limit).map(toTicketJson),
    total: tickets.length,
  };
}

function toTicketJson({ record, clock, due, next }: BoardTicket) {
  return {
    number: record.number,
    subject: record.subject,
    queue: record.queue,
    priority: record.priority,
    owner: record.owner ?? null,
    customer: record.customer ?? null,
    clock: clock.kind,
    started: formatInstant(clock.started),
    due: formatInstant(due),
    level: record.standing.isEscalated ? 2 : 1,
    steps: (record.escalations ?? []).map(toStepJson),
    next:
      next === undefined
        ? null
        : {
            at: formatInstant(next.at),
            clock: next.clock,
            percent: next.percent,
            actions: next.actions.map(actionText),
          },
  };
}

function toStepJson({
  clock,
  percent,
  time,
  message,
  did,
}: NonNullable<TicketRecord['escalations']>[number]) {
  return { time: formatInstant(time), clock, percent, message, did };
}

/** An action as a queue file writes it. */
export function actionText(action: EscalationAction): string {
  switch (action.kind) {
    case 'notify':
      return `notify ${action.whom
        .map((whom) =>
          whom.kind === 'role'
            ? `role ${whom.role}`
            : whom.kind === 'agent'
              ? `agent ${whom.login}`
              : whom.kind,
        )
        .join(', ')}`;
    case 'raise':
      return action.to === undefined ? 'raise' : `raise ${action.to}`;
    case 'reassign':
      return `reassign ${action.to.kind === 'agent' ? `agent ${action.to.login}` : action.to.kind}`;
    case 'level':
      return 'level';
    case 'queue':
      return `queue ${action.queue}`;
    case 'follow-the-sun':
      return `follow-the-sun ${action.queues.join(', ')}`;
    case 'tag':
      return `tag ${action.tag}`;
    case 'note':
      return `note ${action.text}`;
  }
}
