/** The states and priorities that a ticket can have. */

export const ticketStates = [
  'new',
  'open',
  'pending-customer',
  'pending-reminder',
  'pending-close',
  'closed',
  'closed-unsuccessful',
  'merged',
  'removed',
] as const;

export type TicketState = (typeof ticketStates)[number];

/** The states that a person chooses; `merged` and `removed` come from commands of their own. */
export const choosableStates: readonly TicketState[] = ticketStates.slice(0, 7);

export const priorities = ['low', 'normal', 'high', 'urgent'] as const;

export type Priority = (typeof priorities)[number];

export function isTicketState(text: string): text is TicketState {
  return (ticketStates as readonly string[]).includes(text);
}

export function isPriority(text: string): text is Priority {
  return (priorities as readonly string[]).includes(text);
}

/** Whether work on the ticket has ended. */
export function isEnded(state: TicketState): boolean {
  return state.startsWith('closed') || state === 'merged' || state === 'removed';
}
