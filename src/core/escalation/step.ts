/**
 * A step of an escalation chain, done: what it changes, whom it tells, and the event it is.
 *
 * Promises: pure. A step is done only while it is due, so one that no longer holds when its turn comes is refused. What
 * an action cannot do (a second level that is not there) is left out and named in the event; the step has happened all
 * the same. Of several steps that are made up for at once the last one tells everybody, in the words of the last.
 * Leaves to others: which steps are due (chain.ts), what the desk knows (services/escalation/facts.ts), undo (undo.ts).
 */
import { formatInstant } from '../../base/clock.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import { completeChanges, type FieldRefusal } from '../ticket/decide-fields.ts';
import type { DeskFacts } from '../ticket/desk-facts.ts';
import { type Actor, type Change, type EventDraft, formatParameters } from '../ticket/event.ts';
import type { Ticket } from '../ticket/fold.ts';
import { isPriority, type Priority, priorities } from '../ticket/states.ts';
import { levelChanges } from '../ticket/team.ts';
import {
  type EscalationAction,
  isSameStep,
  type StepAhead,
  type StepKey,
  type Whom,
} from './chain.ts';
import type { EscalationFacts } from './facts.ts';
import { everybody } from './step-event.ts';

/** Does the step, if it is due. */
export interface EscalateStepCommand extends StepKey {
  readonly kind: 'escalate-step';
}

/** The step's clock has ended, is paused or has another target, or the step has happened. */
export interface StepRefusal {
  readonly code: 'step-not-due';
  readonly step: string;
}

export function decideStep(
  ticket: Ticket,
  command: EscalateStepCommand,
  actor: Actor,
  desk: DeskFacts,
): Result<EventDraft, StepRefusal | FieldRefusal> {
  const { escalation: facts } = desk;
  const step = facts?.due.find((each) => isSameStep(each, command));
  if (facts === undefined || step === undefined)
    return refuse({ code: 'step-not-due', step: `${command.clock} ${command.percent} %` });
  const done = doActions(ticket, step.actions, desk, facts);
  const completed = completeChanges(ticket, effectiveOf(ticket, done.changes), desk);
  if (!completed.ok) return completed;
  const changes = completed.value;
  const isLast = !facts.staysDue(step, changes);
  const tell = [
    ...new Set([...(isLast ? facts.untold : []), ...whomToTell(ticket, step.actions, facts)]),
  ];
  return ok({
    kind: 'escalation',
    actor,
    changes,
    fields: [
      ['Escalation', formatStep(step, { isLast, leftOut: done.leftOut })],
      ...(tell.length === 0 ? [] : [['Tell', tell.join(', ')] as const]),
      ...done.notes.map((text) => ['Escalation-Note', text] as const),
    ],
  });
}

function formatStep(
  { clock, percent, started, due, at, position }: StepAhead,
  { isLast, leftOut }: { readonly isLast: boolean; readonly leftOut: readonly string[] },
): string {
  return formatParameters(clock, {
    percent,
    started: formatInstant(started),
    due: formatInstant(due),
    at: formatInstant(at),
    step: position,
    told: isLast ? undefined : 'later',
    'left-out': leftOut.join(','),
  });
}

interface Done {
  readonly changes: readonly Change[];
  /** Actions that could not be done. */
  readonly leftOut: readonly string[];
  readonly notes: readonly string[];
}

/** One action after the other, each on the ticket as the ones before leave it. */
function doActions(
  ticket: Ticket,
  actions: readonly EscalationAction[],
  desk: DeskFacts,
  facts: EscalationFacts,
): Done {
  const changes: Change[] = [];
  const leftOut: string[] = [];
  const notes: string[] = [];
  let now = ticket;
  for (const action of actions) {
    if (action.kind === 'notify') continue;
    if (action.kind === 'note') {
      notes.push(action.text);
      continue;
    }
    const made = changesOf(now, action, desk, facts);
    if (made === undefined) leftOut.push(action.kind);
    else {
      changes.push(...made);
      now = withChanges(now, made);
    }
  }
  return { changes, leftOut, notes };
}

type Doing = Exclude<EscalationAction, { kind: 'notify' | 'note' }>;

/** Undefined when it cannot be done; nothing when all is so already. */
function changesOf(
  ticket: Ticket,
  action: Doing,
  desk: DeskFacts,
  facts: EscalationFacts,
): readonly Change[] | undefined {
  switch (action.kind) {
    case 'raise': {
      const to = raised(ticket.priority, action.to);
      return to === ticket.priority ? [] : [set('priority', to)];
    }
    case 'reassign':
      return reassign(ticket, action.to, desk, facts);
    case 'level': {
      const level = levelChanges(ticket, desk);
      return level.ok ? level.value : undefined;
    }
    case 'queue':
      return moveTo(ticket, action.queue, desk);
    case 'follow-the-sun': {
      const queue = findSun(ticket.queue, action.queues, facts);
      return queue === undefined ? [] : moveTo(ticket, queue, desk);
    }
    case 'tag':
      return ticket.tags.has(action.tag) ? [] : [{ kind: 'add', set: 'tag', value: action.tag }];
  }
}

function raised(now: Priority, to: Priority | undefined): Priority {
  const at = priorities.indexOf(now);
  const wanted = to === undefined ? at + 1 : priorities.indexOf(to);
  return priorities[Math.max(at, Math.min(wanted, priorities.length - 1))] ?? now;
}

function reassign(
  ticket: Ticket,
  to: Extract<EscalationAction, { kind: 'reassign' }>['to'],
  { agents }: DeskFacts,
  facts: EscalationFacts,
): readonly Change[] | undefined {
  if (to.kind === 'nobody') return ticket.owner === undefined ? [] : [set('owner', '')];
  const login =
    to.kind === 'agent'
      ? to.login
      : facts.present(ticket.queue).find((each) => each !== ticket.owner);
  if (login === undefined || !agents.includes(login)) return undefined;
  return login === ticket.owner ? [] : [set('owner', login)];
}

/** As handing over to a team: nobody has it until somebody there takes it. */
function moveTo(ticket: Ticket, queue: string, { queues }: DeskFacts): Done['changes'] | undefined {
  const found = queues.find((name) => name.toLowerCase() === queue.toLowerCase());
  if (found === undefined) return undefined;
  if (found === ticket.queue) return [];
  return [set('queue', found), ...(ticket.owner === undefined ? [] : [set('owner', '')])];
}

/**
 * Where the ticket goes: the first of the others that is open now, else whichever opens next. Undefined when it stays,
 * because none of the others works before the team that has it.
 */
function findSun(
  here: string,
  queues: readonly string[],
  { opensAt }: EscalationFacts,
): string | undefined {
  const isHere = (queue: string) => queue.toLowerCase() === here.toLowerCase();
  const teams = queues.flatMap((queue) => {
    const opens = opensAt(queue);
    return opens === undefined ? [] : [{ queue, opens }];
  });
  const [first] = teams
    .filter(({ queue }) => !isHere(queue))
    .toSorted((one, other) => one.opens - other.opens);
  const own = teams.find(({ queue }) => isHere(queue));
  if (first === undefined) return undefined;
  const isLater = own !== undefined && own.opens < first.opens;
  return isLater ? undefined : first.queue;
}

/** The ticket after such changes, as far as actions ask for it. */
function withChanges(ticket: Ticket, changes: readonly Change[]): Ticket {
  const extra = new Map(ticket.extra);
  const tags = new Set(ticket.tags);
  let { queue, owner, priority } = ticket;
  for (const change of changes) {
    if (change.kind !== 'set') tags.add(change.value);
    else if (change.field === 'queue') queue = change.value;
    else if (change.field === 'owner') owner = change.value === '' ? undefined : change.value;
    else if (change.field === 'priority') priority = toPriority(change.value, priority);
    else extra.set(change.field, change.value);
  }
  return { ...ticket, queue, owner, priority, extra, tags };
}

function toPriority(text: string, initial: Priority): Priority {
  return isPriority(text) ? text : initial;
}

/** The last word on each field, where it differs from the ticket as it is. */
function effectiveOf(ticket: Ticket, changes: readonly Change[]): readonly Change[] {
  const before: Readonly<Record<string, string>> = {
    queue: ticket.queue,
    owner: ticket.owner ?? '',
    priority: ticket.priority,
  };
  return changes.filter((change, at) => {
    if (change.kind !== 'set') return true;
    const isSettled = changes
      .slice(at + 1)
      .some((later) => later.kind === 'set' && later.field === change.field);
    return !isSettled && before[change.field] !== change.value;
  });
}

/** Logins, and `everybody`; whose ticket it is when the step says nothing. */
function whomToTell(
  ticket: Ticket,
  actions: readonly EscalationAction[],
  { agents }: EscalationFacts,
): readonly string[] {
  const named = actions.flatMap((action) => (action.kind === 'notify' ? action.whom : []));
  return (named.length > 0 ? named : people).flatMap((each) => loginsOf(each, ticket, agents));
}

const people: readonly Whom[] = [{ kind: 'owner' }, { kind: 'responsible' }, { kind: 'watchers' }];

function loginsOf(
  whom: Whom,
  { owner, responsible, watchers }: Ticket,
  agents: EscalationFacts['agents'],
): readonly string[] {
  switch (whom.kind) {
    case 'owner':
      return [owner ?? everybody];
    case 'responsible':
      return responsible === undefined ? [] : [responsible];
    case 'watchers':
      return [...watchers];
    case 'queue':
      return [everybody];
    case 'role':
      return agents.flatMap(({ login, roles }) => (roles.includes(whom.role) ? [login] : []));
    case 'agent':
      return [whom.login];
  }
}

function set(field: string, value: string): Extract<Change, { kind: 'set' }> {
  return { kind: 'set', field, value };
}
