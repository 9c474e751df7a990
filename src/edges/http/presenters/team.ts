/**
 * What colleagues ask of each other on a ticket, and what they may do with it among themselves.
 *
 * Promises: pure; nothing is offered that the rules would refuse.
 */
import { parseInstant, toInstant } from '../../../base/clock.ts';
import type { QueueConfig } from '../../../config/config.ts';
import { absenceOn, type DayText, standInOf } from '../../../core/team/absence.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { Ticket } from '../../../core/ticket/fold.ts';
import { type Right, rightsIn } from '../../../core/ticket/rights.ts';
import { isEscalated } from '../../../core/ticket/team.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import type { Markup } from '../../../services/render/markup.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import { mayOn } from '../may-on.ts';
import type { EventWords } from './change-words.ts';
import { messageId } from './message-frame.ts';

export interface TeamWords extends EventWords {
  readonly agent: Agent;
  readonly agents: readonly Agent[];
  readonly queues: readonly QueueConfig[];
  readonly today: DayText;
}

/** A fact or a question at the top of the conversation. */
export interface TeamBar {
  readonly id: string;
  readonly sign: string;
  readonly sentence: Markup;
  /** First words of the note that says why. */
  readonly reason: string;
  readonly reasonHref: string | undefined;
  readonly done:
    | { readonly agent: string; readonly text: string; readonly isMain: boolean }
    | undefined;
  readonly link: { readonly href: string; readonly text: string } | undefined;
}

export interface TeamView {
  readonly bars: readonly TeamBar[];
  readonly level: string | undefined;
  readonly mayOwn: boolean;
  readonly mayNote: boolean;
  /** From whom the ticket is taken. */
  readonly takenFrom: string | undefined;
  readonly handOverHref: string | undefined;
  readonly adviceHref: string | undefined;
  readonly levelAction: { readonly href: string; readonly text: string } | undefined;
}

export function presentTeam(folder: TicketFolder, words: TeamWords): TeamView {
  const { ticket } = folder;
  const { agent, queues, locale, nameOf } = words;
  const may = mayOn(agent, ticket, queues);
  const isHere = ticket.mergedInto === undefined;
  const page = `/tickets/${ticket.number}`;
  const offer = (path: string, ...needed: readonly Right[]) =>
    isHere && needed.every(may) ? `${page}/${path}` : undefined;
  const level = offer('level', 'note', 'move');
  const isUp = isEscalated(ticket);
  const { owner } = ticket;
  return {
    bars: isHere
      ? [...askedBars(folder, words, may), ...levelBars(folder, words), ...awayBars(ticket, words)]
      : [],
    level: isUp ? locale.text('team.level') : undefined,
    mayOwn: may('own'),
    mayNote: may('note'),
    takenFrom: owner === undefined || owner === agent.login ? undefined : nameOf(owner),
    handOverHref: may('own') ? offer('hand-over', 'note') : offer('hand-over', 'note', 'move'),
    adviceHref: offer('advice', 'note'),
    levelAction:
      level === undefined || (!isUp && secondLevelOf(ticket, queues) === undefined)
        ? undefined
        : { href: level, text: locale.text(isUp ? 'team.bring-back' : 'team.escalate') },
  };
}

/** The queue of the second level, where the ticket's own has one. */
export function secondLevelOf(ticket: Ticket, queues: readonly QueueConfig[]): string | undefined {
  const own = ticket.queue.toLowerCase();
  return queues.find(({ name }) => name.toLowerCase() === own)?.secondLevel;
}

function askedBars(
  { ticket, messages }: TicketFolder,
  { agent, locale, nameOf }: TeamWords,
  may: (right: Right) => boolean,
): readonly TeamBar[] {
  const events = messages.map(({ event }) => event);
  const asked = [...ticket.advice].sort().map((login): TeamBar => {
    const event = newestAdding(events, 'advice', login);
    const isMe = login === agent.login;
    const who = authorOf(event, nameOf) ?? locale.text('event.desk');
    return {
      id: `ask-${login}`,
      sign: 'ask',
      sentence: locale.markup(isMe ? 'team.asks-you' : 'team.asks', { who, name: nameOf(login) }),
      ...reasonOf(event),
      done: may('note')
        ? {
            agent: login,
            text: locale.text(isMe ? 'team.advice-given' : 'team.withdraw'),
            isMain: isMe,
          }
        : undefined,
      link: undefined,
    };
  });
  // That others are mentioned stands in the notes.
  if (!ticket.mentions.has(agent.login) || ticket.advice.has(agent.login)) return asked;
  const event = newestAdding(events, 'mention', agent.login);
  const who = authorOf(event, nameOf) ?? locale.text('event.desk');
  return [
    ...asked,
    {
      id: `mention-${agent.login}`,
      sign: 'at',
      sentence: locale.markup('team.mentions-you', { who }),
      ...reasonOf(event),
      done: { agent: agent.login, text: locale.text('team.seen'), isMain: true },
      link: undefined,
    },
  ];
}

function levelBars(
  { ticket, messages }: TicketFolder,
  { locale, nameOf }: TeamWords,
): readonly TeamBar[] {
  if (!isEscalated(ticket)) return [];
  const event = messages.findLast(({ event: { changes } }) =>
    changes.some((change) => change.kind === 'set' && change.field === 'level'),
  )?.event;
  const queue = ticket.extra.get('level-queue') ?? '';
  const owner = ticket.extra.get('level-owner');
  const from =
    owner === undefined
      ? queue
      : locale.text('world.detail', { text: queue, detail: nameOf(owner) });
  return [
    {
      id: 'level',
      sign: 'level',
      sentence: locale.markup('team.level-from', { from }),
      ...reasonOf(event),
      done: undefined,
      link: undefined,
    },
  ];
}

function awayBars({ owner }: Ticket, words: TeamWords): readonly TeamBar[] {
  const away = owner === undefined ? undefined : awayText(owner, words);
  if (owner === undefined || away === undefined) return [];
  const { locale, nameOf, agents, today } = words;
  const own = agents.find(({ login }) => login === owner);
  return [
    {
      id: 'away',
      sign: 'clock',
      sentence: locale.markup('team.owner-away', { name: nameOf(owner), away }),
      reason: own === undefined ? '' : (absenceOn(own, today)?.text ?? ''),
      reasonHref: undefined,
      done: undefined,
      link: undefined,
    },
  ];
}

/** `away until Friday, 27 November, Anna Adler stands in`; undefined for who is there. */
export function awayText(
  login: string,
  { agents, today, locale, nameOf }: Pick<TeamWords, 'agents' | 'today' | 'locale' | 'nameOf'>,
): string | undefined {
  const agent = agents.find((each) => each.login === login);
  const absence = agent === undefined ? undefined : absenceOn(agent, today);
  if (absence === undefined) return undefined;
  // A day has no zone; noon in UTC is within it.
  const noon = (day: DayText) => parseInstant(`${day}T12:00:00Z`) ?? toInstant(0);
  const until = locale.dates('UTC').dayHeading(noon(absence.until), noon(today));
  const away =
    absence.until === today
      ? locale.text('team.away-today')
      : locale.text('team.away-until', { day: until });
  const standIn = standInOf(login, agents, today);
  return standIn === undefined
    ? away
    : locale.text('team.away-stand-in', { away, name: nameOf(standIn) });
}

/** Who may be given a ticket of the queue: those who may see it. */
export function whoMay(
  right: Right,
  queue: string,
  { agents, queues }: Pick<TeamWords, 'agents' | 'queues'>,
): readonly Agent[] {
  return agents.filter(({ roles }) => rightsIn(queue, roles, queues).has(right));
}

function newestAdding(
  events: readonly TicketEvent[],
  set: string,
  login: string,
): TicketEvent | undefined {
  return events.findLast(({ changes }) =>
    changes.some((change) => change.kind === 'add' && change.set === set && change.value === login),
  );
}

function authorOf(
  event: TicketEvent | undefined,
  nameOf: EventWords['nameOf'],
): string | undefined {
  if (event?.actor.kind === 'agent') return nameOf(event.actor.login);
  return event?.actor.kind === 'user' ? event.actor.account : undefined;
}

function reasonOf(event: TicketEvent | undefined): Pick<TeamBar, 'reason' | 'reasonHref'> {
  if (event?.kind !== 'note') return { reason: '', reasonHref: undefined };
  return { reason: event.mail.snippet, reasonHref: `#${messageId(event)}` };
}
