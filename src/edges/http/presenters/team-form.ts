/** The forms of what colleagues do among themselves: to whom, and why. Promises: pure; what was typed comes back. */
import type { Ticket } from '../../../core/ticket/fold.ts';
import { isEscalated } from '../../../core/ticket/team.ts';
import { mayOn } from '../may-on.ts';
import { awayText, secondLevelOf, type TeamWords, whoMay } from './team.ts';

export type TeamFormKind = 'hand-over' | 'advice' | 'level';

export interface TeamDraft {
  /** `agent:LOGIN` or `queue:NAME`. */
  readonly to: string;
  readonly text: string;
}

interface Choice {
  readonly value: string;
  readonly text: string;
  readonly isCurrent: boolean;
}

export interface TeamForm {
  readonly action: string;
  readonly foldHref: string;
  readonly sign: string;
  readonly title: string;
  readonly hint: string;
  readonly toLabel: string;
  readonly groups: readonly { readonly name: string; readonly choices: readonly Choice[] }[];
  readonly text: string;
  readonly button: string;
  readonly refused: string | undefined;
}

export interface TeamFormRequest {
  readonly kind: TeamFormKind;
  readonly ticket: Ticket;
  readonly draft: TeamDraft;
  readonly refused: string | undefined;
}

export const emptyTeamDraft: TeamDraft = { to: '', text: '' };

export function presentTeamForm(request: TeamFormRequest, words: TeamWords): TeamForm {
  const { kind, ticket, draft, refused } = request;
  const page = `/tickets/${ticket.number}`;
  return {
    action: `${page}/${kind}`,
    foldHref: page,
    text: draft.text,
    refused,
    ...sayings(kind, ticket, words),
    groups: groupsOf(request, words),
  };
}

function sayings(kind: TeamFormKind, ticket: Ticket, { locale, queues }: TeamWords) {
  if (kind === 'hand-over')
    return {
      sign: 'hand',
      title: locale.text('team.hand-over'),
      hint: locale.text('team.hand-over-hint'),
      toLabel: locale.text('team.to'),
      button: locale.text('team.hand-over'),
    };
  if (kind === 'advice')
    return {
      sign: 'ask',
      title: locale.text('team.ask-advice'),
      hint: locale.text('team.advice-hint'),
      toLabel: locale.text('team.whom'),
      button: locale.text('team.ask'),
    };
  const isUp = isEscalated(ticket);
  const queue = isUp
    ? (ticket.extra.get('level-queue') ?? ticket.queue)
    : (secondLevelOf(ticket, queues) ?? '');
  return {
    sign: 'level',
    title: locale.text(isUp ? 'team.bring-back-to' : 'team.escalate-to', { queue }),
    hint: locale.text(isUp ? 'team.bring-back-hint' : 'team.escalate-hint'),
    toLabel: '',
    button: locale.text(isUp ? 'team.bring-back' : 'team.escalate'),
  };
}

function groupsOf({ kind, ticket, draft }: TeamFormRequest, words: TeamWords): TeamForm['groups'] {
  if (kind === 'level') return [];
  const { agent, agents, queues, locale } = words;
  const may = mayOn(agent, ticket, queues);
  const people = kind === 'advice' ? agents : whoMay('see', ticket.queue, words);
  const colleagues = people
    .filter(({ login }) => login !== agent.login)
    .filter(({ login }) => kind === 'advice' || login !== ticket.owner)
    .map(({ login, name }) => {
      const away = awayText(login, words);
      const value = `agent:${login}`;
      return {
        value,
        text: away === undefined ? name : locale.text('team.name-away', { name, away }),
        isCurrent: draft.to === value,
      };
    });
  const teams =
    kind === 'advice' || !may('move')
      ? []
      : queues
          .filter(({ name }) => name !== ticket.queue)
          .map(({ name }) => ({
            value: `queue:${name}`,
            text: name,
            isCurrent: draft.to === `queue:${name}`,
          }));
  return [
    {
      name: locale.text('team.colleagues'),
      choices: kind === 'advice' || may('own') ? colleagues : [],
    },
    { name: locale.text('tree.queues'), choices: teams },
  ].filter(({ choices }) => choices.length > 0);
}
