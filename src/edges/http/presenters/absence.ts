/** The page on which an agent says when he is away. Promises: pure; what was typed comes back. */

import { mostAbsenceText } from '../../../config/agent-absence.ts';
import { type Absence, absenceOn } from '../../../core/team/absence.ts';
import { awayText, type TeamWords } from './team.ts';

export function presentAbsence(
  typed: Absence | undefined,
  refused: string | undefined,
  words: TeamWords,
) {
  const { agent, agents, today, locale } = words;
  const known =
    agent.absence !== undefined && agent.absence.until >= today ? agent.absence : undefined;
  const shown = typed ?? known;
  const away = awayText(agent.login, words);
  return {
    from: shown?.from ?? today,
    until: shown?.until ?? '',
    text: shown?.text ?? '',
    mostText: mostAbsenceText,
    handOver: shown?.handOver === true,
    standIns: agents
      .filter(({ login }) => login !== agent.login)
      .map(({ login, name }) => ({
        value: login,
        text: name,
        isCurrent: login === shown?.standIn,
      })),
    refused,
    isSet: known !== undefined,
    state:
      known === undefined
        ? undefined
        : absenceOn(agent, today) === undefined
          ? locale.text('absence.planned')
          : locale.text('absence.now', { away: away ?? '' }),
  };
}
