/**
 * Whom an event is news to, and why.
 *
 * Promises: pure; nobody is told of what he did himself, nor of a ticket that he may not see; an agent is told of one
 * event once, with all reasons together. What a program wrote, spam, and what came by
 * import is no news of a customer.
 * Leaves to others: telling (services/notifications), which events were told before. A clockwork that finds something
 * due files an event of kind `escalation`: that is all it takes to be told here.
 */

import type { Instant } from '../../base/clock.ts';
import { agentsNamed } from '../appointment/decide-appointment.ts';
import { everybody, readStep } from '../escalation/step-event.ts';
import { isSameAddress } from '../message/address.ts';
import { type AutomaticKind, effectOf } from '../message/automatic.ts';
import { readVerdicts } from '../message/verdicts.ts';
import { endsSnooze } from '../team/snooze.ts';
import {
  type Change,
  firstBlockField,
  parseParameters,
  type TicketEvent,
} from '../ticket/event.ts';
import type { Ticket } from '../ticket/fold.ts';
import { isWithinQueue } from '../ticket/queue-name.ts';
import {
  kindOfReason,
  type NotifyPreferences,
  type NotifyReason,
  notifyReasons,
} from './reasons.ts';

export interface NotifiableAgent {
  readonly login: string;
  readonly email: string;
  readonly preferences: NotifyPreferences;
  readonly sees: (queue: string) => boolean;
  /** On a day of absence, with who stands in. */
  readonly away?: { readonly standIn: string | undefined };
  /** Whether the event found the ticket put aside. */
  readonly wasAside?: (time: Instant) => boolean;
}

export interface FiledEvent {
  readonly event: TicketEvent;
  /** The ticket before the event; undefined when it opened it. */
  readonly before: Ticket | undefined;
  readonly after: Ticket;
}

export interface News {
  readonly login: string;
  /** The weightiest first; never empty. */
  readonly reasons: readonly [NotifyReason, ...NotifyReason[]];
  readonly inPage: boolean;
  readonly byMail: boolean;
  /** Login of the absent agent for whom it is. */
  readonly insteadOf?: string;
}

export function findNews(filed: FiledEvent, agents: readonly NotifiableAgent[]): readonly News[] {
  const { event, after } = filed;
  if (event.kind === undefined || silentKinds.has(event.kind)) return [];
  return agents
    .filter((agent) => !isAuthor(agent, event) && agent.sees(after.queue))
    .flatMap((agent) => newsFor(agent, filed) ?? []);
}

/** Events about files and mails on their way, and what was somewhere else before. */
const silentKinds: ReadonlySet<string> = new Set([
  'delivery',
  'draft',
  'merge',
  'unmerge',
  'redaction',
  'import',
]);

export function isAuthor({ login, email }: NotifiableAgent, { actor }: TicketEvent): boolean {
  if (actor.kind === 'agent') return actor.login === login;
  return actor.kind === 'customer' && isSameAddress(actor.address, email);
}

function newsFor(agent: NotifiableAgent, filed: FiledEvent): News | undefined {
  const { preferences, login } = agent;
  const found = new Set(reasonsFor(agent, filed));
  const wanted = notifyReasons.filter((reason) => {
    const kind = kindOfReason[reason];
    return found.has(reason) && (preferences.page.has(kind) || preferences.mail.has(kind));
  });
  const [first, ...others] = wanted;
  if (first === undefined) return undefined;
  return {
    login,
    reasons: [first, ...others],
    inPage: wanted.some((reason) => preferences.page.has(kindOfReason[reason])),
    byMail: wanted.some((reason) => preferences.mail.has(kindOfReason[reason])),
  };
}

function* reasonsFor(agent: NotifiableAgent, filed: FiledEvent): Generator<NotifyReason> {
  const { event, before, after } = filed;
  const { login } = agent;
  if (adds(event, 'mention', login)) yield 'mentioned';
  if (adds(event, 'advice', login)) yield 'advice';
  if (after.owner === login && before?.owner !== login) yield 'assigned';
  if (after.responsible === login && before?.responsible !== login) yield 'responsible';
  if (before?.owner === login && after.owner !== login && after.owner !== undefined) yield 'taken';
  if (event.kind === 'escalation' && isToldOfStep(agent, event, after)) yield 'due';
  if (isConcerned(agent, after) && sets(event, 'level')) yield 'level';
  if (concernsCalendar(login, filed)) yield 'appointment';
  if (before !== undefined && isContact(event)) {
    if (before.owner === login || before.responsible === login) yield 'answered';
    else if (before.watchers.has(login)) yield 'participating';
  }
  if (isReminder(filed) && isRemindedOf(agent, after)) yield 'reminder';
  if (agent.wasAside?.(event.time) === true && endsSnooze(event, login)) yield 'woken';
  if (!isMine(agent, after.queue) || after.owner !== undefined) return;
  if (before === undefined && isNews(event)) yield 'opened';
  if (before !== undefined && before.queue !== after.queue && !isMine(agent, before.queue))
    yield 'moved';
}

/** Whom the step names; whose ticket it is when a program other than ours wrote the event. */
function isToldOfStep(agent: NotifiableAgent, event: TicketEvent, after: Ticket): boolean {
  const step = readStep(event);
  if (step === undefined) return isConcerned(agent, after);
  // One mail for all that is made up for at once.
  if (step.isToldLater) return false;
  return (
    step.tell.includes(agent.login) || (step.tell.includes(everybody) && isMine(agent, after.queue))
  );
}

/** He is to be at the appointment, or it is on his ticket: that it begins, and what those who were invited say. */
function concernsCalendar(login: string, { event, after }: FiledEvent): boolean {
  const { fields } = event;
  const isMine = after.owner === login || after.responsible === login;
  if (fields.has('appointment-reminder')) return isMine || agentsNamed(event).includes(login);
  if (fields.has('appointment-answer')) return isMine && !isContact(event);
  return fields.has('appointment') && agentsNamed(event).includes(login);
}

/** Whose ticket it is; one that is nobody's is everybody's who has the queue. */
function isConcerned(
  agent: NotifiableAgent,
  { owner, responsible, watchers, queue }: Ticket,
): boolean {
  const { login } = agent;
  if (owner === login || responsible === login || watchers.has(login)) return true;
  return owner === undefined && isMine(agent, queue);
}

/** The desk ended a wait: work begins again. */
function isReminder({ event, before, after }: FiledEvent): boolean {
  const { actor } = event;
  const isClockwork = actor.kind === 'system' && actor.part === 'clockwork';
  return isClockwork && before?.state.startsWith('pending') === true && after.state === 'open';
}

/** The owner; of a ticket that is nobody's, everybody who has the queue. */
function isRemindedOf(agent: NotifiableAgent, { owner, queue }: Ticket): boolean {
  return owner === undefined ? isMine(agent, queue) : owner === agent.login;
}

function isMine({ preferences, sees }: NotifiableAgent, queue: string): boolean {
  const { queues } = preferences;
  return queues === undefined ? sees(queue) : queues.some((own) => isWithinQueue(queue, own));
}

const contactKinds: ReadonlySet<string> = new Set(['mail-in', 'fax-in', 'call-in', 'recording']);

/** Somebody outside has said something. */
function isContact(event: TicketEvent): boolean {
  return contactKinds.has(event.kindText) && isNews(event);
}

function isNews(event: TicketEvent): boolean {
  if (readVerdicts(event.fields).spam?.flag === true) return false;
  const automatic = firstBlockField(event, 'automatic');
  if (automatic === undefined) return true;
  const kind = parseParameters(automatic).get('') ?? '';
  return effectOf(isAutomaticKind(kind) ? { kind, reason: '' } : undefined).countsAsContact;
}

const automaticKinds: readonly string[] = [
  'auto-replied',
  'auto-generated',
  'bulk',
  'list',
  'bounce',
  'own',
  'unanswerable',
  'out-of-office',
] satisfies readonly AutomaticKind[];

function isAutomaticKind(text: string): text is AutomaticKind {
  return automaticKinds.includes(text);
}

function adds({ changes }: TicketEvent, set: string, value: string): boolean {
  return changes.some(
    (change) => change.kind === 'add' && change.set === set && change.value === value,
  );
}

function sets({ changes }: TicketEvent, field: string): boolean {
  return changes.some((change: Change) => change.kind === 'set' && change.field === field);
}
