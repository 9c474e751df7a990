/** Which rights a command needs. Promises: pure; a new kind of command does not compile without its row. */
import { isAppointment, isMailed } from '../appointment/decide-appointment.ts';
import type { NewTicket, TicketCommand } from './decide.ts';
import type { Change } from './event.ts';
import type { Ticket } from './fold.ts';
import { holdField } from './hold.ts';
import type { Right } from './rights.ts';
import { isEnded } from './states.ts';
import { isTeam, teamRights } from './team.ts';
import { noTicketRules, type TicketRules, typeOfState } from './ticket-rules.ts';

/**
 * The rights that the command needs in the ticket's queue. Commands of the desk itself, and those that only complete
 * what was allowed on another ticket, need none.
 */
export function rightsNeeded(
  ticket: Ticket,
  command: TicketCommand,
  rules: TicketRules = noTicketRules,
): readonly Right[] {
  if (isTeam(command)) return teamRights(command);
  // A mail to people outside is an answer to them.
  if (isAppointment(command) && isMailed(command)) return ['answer'];
  const needed = new Set<Right>([...ofCommand[command.kind]]);
  const changes = 'changes' in command ? (command.changes ?? []) : [];
  if (ofCommand[command.kind].length > 0)
    for (const change of changes) needed.add(ofChange(ticket, change, rules));
  return [...needed];
}

const ofCommand: Readonly<Record<TicketCommand['kind'], readonly Right[]>> = {
  reply: ['answer'],
  note: ['note'],
  update: ['see'],
  merge: ['move'],
  unmerge: ['move'],
  delivery: [],
  'auto-reply': [],
  'take-in': [],
  'let-go': [],
  'move-in': [],
  'move-out': [],
  forward: ['answer'],
  resend: ['answer'],
  call: ['note'],
  remove: ['close'],
  restore: ['close'],
  'fall-due': [],
  mirror: [],
  // What it takes back is asked for when that is known: as for the change that leads there.
  undo: ['see'],
  spam: ['move'],
  'not-spam': ['move'],
  'return-draft': [],
  // More in `teamRights`: it depends on where to.
  'hand-over': ['note'],
  'ask-advice': ['note'],
  'end-advice': ['note'],
  escalate: ['note', 'move'],
  'bring-back': ['note', 'move'],
  'escalate-step': [],
  appoint: ['note'],
  'cancel-appointment': ['note'],
  'remind-appointment': [],
  remind: [],
  'no-reminder': [],
  'auto-close': [],
  redact: ['administer'],
};

/** The rights that opening the ticket needs in its queue. */
export function rightsForNew(
  request: NewTicket,
  rules: TicketRules = noTicketRules,
): readonly Right[] {
  const changes = request.changes ?? [];
  return [
    ...new Set<Right>([
      request.via === 'mail' ? 'answer' : 'note',
      ...changes.map((change) => ofChange({ state: 'new' }, change, rules)),
    ]),
  ];
}

function ofChange(ticket: Pick<Ticket, 'state'>, change: Change, rules: TicketRules): Right {
  if (change.kind !== 'set') {
    if (change.set === 'watcher') return 'see';
    return change.set === 'also-queue' ? 'move' : 'note';
  }
  switch (change.field) {
    case 'queue':
      return 'move';
    case 'owner':
    case 'responsible':
    case 'lock':
      return 'own';
    case 'close-reason':
    case 'auto-close':
      return 'close';
    case holdField:
      return 'administer';
    case 'state':
      return endsWork(change.value, rules) || isEnded(ticket.state) ? 'close' : 'answer';
    default:
      return 'note';
  }
}

/** Closing by itself is closing. */
function endsWork(state: string, rules: TicketRules): boolean {
  const type = typeOfState(state, rules);
  return type !== undefined && (isEnded(type) || type === 'pending-close');
}
