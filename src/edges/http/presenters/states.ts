/** Words and signs of states and priorities. */
import type { Priority, TicketState } from '../../../core/ticket/states.ts';

export interface StateLook {
  /** Text key. */
  readonly key: string;
  readonly sign: string;
}

export const stateLooks: Readonly<Record<TicketState, StateLook>> = {
  new: { key: 'state.new', sign: 'snew' },
  open: { key: 'state.open', sign: 'sopen' },
  'pending-customer': { key: 'state.pending-customer', sign: 'swait' },
  'pending-reminder': { key: 'state.pending-reminder', sign: 'clock' },
  'pending-close': { key: 'state.pending-close', sign: 'swait' },
  closed: { key: 'state.closed', sign: 'sdone' },
  'closed-unsuccessful': { key: 'state.closed-unsuccessful', sign: 'snot' },
  merged: { key: 'state.merged', sign: 'merge' },
  removed: { key: 'state.removed', sign: 'snot' },
};

export const priorityKeys: Readonly<Record<Priority, string>> = {
  low: 'priority.low',
  normal: 'priority.normal',
  high: 'priority.high',
  urgent: 'priority.urgent',
};
