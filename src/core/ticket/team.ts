/**
 * What colleagues do with a ticket among themselves: hand it over, ask for advice, take it to the second level.
 *
 * Promises: pure; every step is one note that carries its reason, and says whom a mention means. Whoever is
 * asked or mentioned may read the ticket and write notes in it, whatever the queue says, until that is done.
 * Leaves to others: the text of the note (services/letters.ts).
 */
import { ok, type Result, refuse } from '../../base/result.ts';
import { mentionedIn, type Person } from '../message/mentions.ts';
import type { Actor, Change, EventDraft } from './event.ts';
import type { Ticket } from './fold.ts';
import type { Readable, Right } from './rights.ts';

export interface HandOverCommand {
  readonly kind: 'hand-over';
  /** Login; one of the two. */
  readonly owner?: string;
  /** The team of this queue; then nobody owns it until somebody takes it. */
  readonly queue?: string;
  readonly text: string;
}

export interface AskAdviceCommand {
  readonly kind: 'ask-advice';
  readonly agent: string;
  readonly text: string;
}

/** The advice is given, the question taken back, or the mention seen. */
export interface EndAdviceCommand {
  readonly kind: 'end-advice';
  readonly agent: string;
  /** A note with it, if there is something to say. */
  readonly text?: string;
}

export interface EscalateCommand {
  readonly kind: 'escalate';
  readonly text: string;
}

/** From the second level to the queue and the owner that it came from. */
export interface BringBackCommand {
  readonly kind: 'bring-back';
  readonly text: string;
}

export type TeamCommand =
  | HandOverCommand
  | AskAdviceCommand
  | EndAdviceCommand
  | EscalateCommand
  | BringBackCommand;

export type TeamRefusal =
  | { readonly code: 'no-second-level'; readonly queue: string }
  | { readonly code: 'already-escalated'; readonly queue: string }
  | { readonly code: 'not-escalated' }
  | { readonly code: 'not-asked'; readonly agent: string };

type Refused =
  | TeamRefusal
  | { readonly code: 'unknown-queue'; readonly value: string; readonly known: readonly string[] }
  | { readonly code: 'unknown-agent'; readonly value: string; readonly known: readonly string[] }
  | {
      readonly code: 'bad-value';
      readonly field: string;
      readonly value: string;
      readonly expected: string;
    }
  | { readonly code: 'empty-text' }
  | { readonly code: 'nothing-to-change' };

/** What these rules must know of the desk. */
export interface TeamFacts {
  readonly queues: readonly string[];
  readonly agents: readonly string[];
  /** With their names, for mentions; without it, logins alone are understood. */
  readonly people?: readonly Person[];
  /** By queue in lower case: the queue of its second level. */
  readonly secondLevels?: ReadonlyMap<string, string>;
}

const kinds: Readonly<Record<TeamCommand['kind'], true>> = {
  'hand-over': true,
  'ask-advice': true,
  'end-advice': true,
  escalate: true,
  'bring-back': true,
};

export function isTeam<T extends { readonly kind: string }>(
  command: T,
): command is Extract<T, TeamCommand> {
  return Object.hasOwn(kinds, command.kind);
}

export function decideTeam(
  ticket: Ticket,
  command: TeamCommand,
  actor: Actor,
  desk: TeamFacts,
): Result<EventDraft, Refused> {
  const text = command.text ?? '';
  if (command.kind !== 'end-advice' && text.trim() === '') return refuse({ code: 'empty-text' });
  const changes = teamChanges(ticket, command, actor, desk);
  if (!changes.ok) return changes;
  return ok({
    // An end without words is a change like any other.
    kind: text.trim() === '' ? 'update' : 'note',
    actor,
    changes: [...changes.value, ...mentionChanges(text, actor, desk)],
    fields: formerOwner(ticket, changes.value),
  });
}

function teamChanges(
  ticket: Ticket,
  command: TeamCommand,
  actor: Actor,
  desk: TeamFacts,
): Result<readonly Change[], Refused> {
  switch (command.kind) {
    case 'hand-over':
      return handOver(ticket, command, desk);
    case 'ask-advice':
      return askAdvice(command, actor, desk);
    case 'end-advice':
      return endAdvice(ticket, command);
    case 'escalate':
      return levelChanges(ticket, desk);
    case 'bring-back':
      return bringBack(ticket, desk);
  }
}

function handOver(
  ticket: Ticket,
  { owner, queue }: HandOverCommand,
  desk: TeamFacts,
): Result<readonly Change[], Refused> {
  if (queue !== undefined) {
    const found = findQueue(queue, desk);
    if (found === undefined)
      return refuse({ code: 'unknown-queue', value: queue, known: desk.queues });
    if (found === ticket.queue) return refuse({ code: 'nothing-to-change' });
    return ok([set('queue', found), ...(ticket.owner === undefined ? [] : [set('owner', '')])]);
  }
  if (owner === undefined || !desk.agents.includes(owner))
    return refuse({ code: 'unknown-agent', value: owner ?? '', known: desk.agents });
  return owner === ticket.owner ? refuse({ code: 'nothing-to-change' }) : ok([set('owner', owner)]);
}

function askAdvice(
  { agent }: AskAdviceCommand,
  actor: Actor,
  desk: TeamFacts,
): Result<readonly Change[], Refused> {
  if (!desk.agents.includes(agent))
    return refuse({ code: 'unknown-agent', value: agent, known: desk.agents });
  if (actor.kind === 'agent' && actor.login === agent)
    return refuse({
      code: 'bad-value',
      field: 'advice',
      value: agent,
      expected: 'a colleague, not oneself',
    });
  // Asked anew, he is told anew.
  return ok([{ kind: 'add', set: 'advice', value: agent }]);
}

function endAdvice(
  ticket: Ticket,
  { agent }: EndAdviceCommand,
): Result<readonly Change[], Refused> {
  const changes: Change[] = [];
  if (ticket.advice.has(agent)) changes.push({ kind: 'remove', set: 'advice', value: agent });
  if (ticket.mentions.has(agent)) changes.push({ kind: 'remove', set: 'mention', value: agent });
  return changes.length === 0 ? refuse({ code: 'not-asked', agent }) : ok(changes);
}

/** What hands the ticket to the second level. */
export function levelChanges(ticket: Ticket, desk: TeamFacts): Result<readonly Change[], Refused> {
  if (isEscalated(ticket)) return refuse({ code: 'already-escalated', queue: ticket.queue });
  const wanted = desk.secondLevels?.get(ticket.queue.toLowerCase());
  if (wanted === undefined) return refuse({ code: 'no-second-level', queue: ticket.queue });
  const queue = findQueue(wanted, desk);
  if (queue === undefined)
    return refuse({ code: 'unknown-queue', value: wanted, known: desk.queues });
  return ok([
    set('level', '2'),
    set('level-queue', ticket.queue),
    ...(ticket.owner === undefined ? [] : [set('level-owner', ticket.owner), set('owner', '')]),
    ...(queue === ticket.queue ? [] : [set('queue', queue)]),
  ]);
}

function bringBack(ticket: Ticket, desk: TeamFacts): Result<readonly Change[], Refused> {
  if (!isEscalated(ticket)) return refuse({ code: 'not-escalated' });
  const from = ticket.extra.get('level-queue') ?? ticket.queue;
  const queue = findQueue(from, desk);
  if (queue === undefined)
    return refuse({ code: 'unknown-queue', value: from, known: desk.queues });
  // Whoever left the desk meanwhile gets nothing back.
  const former = ticket.extra.get('level-owner') ?? '';
  const owner = desk.agents.includes(former) ? former : '';
  const cleared = ['level', 'level-queue', 'level-owner'].filter((field) =>
    ticket.extra.has(field),
  );
  return ok([
    ...cleared.map((field) => set(field, '')),
    ...(queue === ticket.queue ? [] : [set('queue', queue)]),
    ...(owner === (ticket.owner ?? '') ? [] : [set('owner', owner)]),
  ]);
}

export function isEscalated({ extra }: Ticket): boolean {
  return extra.get('level') === '2';
}

/** Whoever is named by `@login` in the text of a note; who writes it is not told of himself. */
export function mentionChanges(text: string, actor: Actor, desk: TeamFacts): readonly Change[] {
  const people: readonly Person[] =
    desk.people ?? desk.agents.map((login) => ({ login, name: '' }));
  return mentionedIn(text, people)
    .filter((login) => actor.kind !== 'agent' || actor.login !== login)
    .map((value) => ({ kind: 'add', set: 'mention', value }));
}

/** The block field that says from whom somebody took the ticket. */
export function formerOwner(ticket: Ticket, changes: readonly Change[]): EventDraft['fields'] {
  const isChanged = changes.some(
    (change) =>
      change.kind === 'set' && change.field === 'owner' && change.value !== (ticket.owner ?? ''),
  );
  return isChanged && ticket.owner !== undefined ? [['Was', `owner=${ticket.owner}`]] : [];
}

/** Rights beside that to write a note: those of what the command does to the ticket. */
export function teamRights(command: TeamCommand): readonly Right[] {
  switch (command.kind) {
    case 'hand-over':
      return ['note', command.queue === undefined ? 'own' : 'move'];
    case 'escalate':
    case 'bring-back':
      return ['note', 'move'];
    case 'ask-advice':
    case 'end-advice':
      return ['note'];
  }
}

/** What decides who may read the ticket. */
export function readableOf({
  queue,
  alsoQueues,
  advice,
  mentions,
}: Pick<Ticket, 'queue' | 'alsoQueues' | 'advice' | 'mentions'>): Readable {
  return { queue, alsoQueues, asked: [...advice, ...mentions] };
}

function findQueue(name: string, { queues }: TeamFacts): string | undefined {
  return queues.find((queue) => queue.toLowerCase() === name.toLowerCase());
}

function set(field: string, value: string): Change {
  return { kind: 'set', field, value };
}
