/** Words and signs of states and priorities. */
import type { Priority, TicketState } from '../../../core/ticket/states.ts';
import { nameIn, noTicketRules, type TicketRules } from '../../../core/ticket/ticket-rules.ts';
import type { Locale } from '../../../services/render/locale.ts';

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

export interface StateWords {
  readonly locale: Locale;
  readonly rules?: TicketRules;
}

export interface NamedState {
  readonly sign: string;
  readonly text: string;
}

/** A state by the desk's own name for it; one that nobody declares any more by its key. */
export function nameState(
  { state, stateName }: { readonly state: TicketState; readonly stateName?: string | undefined },
  { locale, rules = noTicketRules }: StateWords,
): NamedState {
  const { sign, key } = stateLooks[state];
  const declared = rules.states.find((own) => own.key === (stateName ?? state));
  const text = declared === undefined ? undefined : nameIn(declared.names, locale.code);
  const own = stateName === state ? undefined : stateName;
  return { sign, text: text ?? own ?? locale.text(key) };
}
