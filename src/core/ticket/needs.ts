/** Which rights a command needs. Promises: pure; a new kind of command does not compile without its row. */
import type { TicketCommand } from './decide.ts';
import type { Change } from './event.ts';
import type { Ticket } from './fold.ts';
import type { Right } from './rights.ts';
import { isEnded, isTicketState } from './states.ts';
import { isTeam, teamRights } from './team.ts';

/**
 * The rights that the command needs in the ticket's queue. Commands of the desk itself, and those that only complete
 * what was allowed on another ticket, need none.
 */
export function rightsNeeded(ticket: Ticket, command: TicketCommand): readonly Right[] {
  if (isTeam(command)) return teamRights(command);
  const needed = new Set<Right>([...ofCommand[command.kind]]);
  const changes = 'changes' in command ? (command.changes ?? []) : [];
  if (ofCommand[command.kind].length > 0)
    for (const change of changes) needed.add(ofChange(ticket, change));
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
  // More in `teamRights`: it depends on where to.
  'hand-over': ['note'],
  'ask-advice': ['note'],
  'end-advice': ['note'],
  escalate: ['note', 'move'],
  'bring-back': ['note', 'move'],
};

function ofChange(ticket: Ticket, change: Change): Right {
  if (change.kind !== 'set') {
    if (change.set === 'watcher') return 'see';
    return change.set === 'also-queue' ? 'move' : 'note';
  }
  switch (change.field) {
    case 'queue':
      return 'move';
    case 'owner':
    case 'responsible':
      return 'own';
    case 'state':
      return endsWork(change.value) || isEnded(ticket.state) ? 'close' : 'answer';
    default:
      return 'note';
  }
}

function endsWork(state: string): boolean {
  return isTicketState(state) && isEnded(state);
}
