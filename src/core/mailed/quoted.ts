/**
 * What somebody wrote in an answer, without the mail that it answers and without the signature of the mail program.
 *
 * Promises: pure, total, in time proportional to the text. Words that stand before the quoted mail are never cut, save a
 * signature below a mark or a line that only programs write; of words between or behind quoted lines none is lost. Cutting
 * twice changes nothing that a reader sees.
 * Leaves to others: what is quoted (core/message/quotes), commands on the first lines (command.ts).
 */
import { divideText } from '../message/quotes/divide.ts';

/** Stands at the top of each notification; what an agent writes above it is his own. */
export function cutMark(number: string): string {
  return `--=[ ${number} ]=--`;
}

const longestText = 1_000_000;

export function cutQuoted(whole: string): string {
  const kept = divideText(whole.slice(0, longestText)).map(({ kind, text, isGuess }) =>
    kind === 'own' || isGuess === true ? text : '\n\n',
  );
  return tidy(kept.join('').split(/\r\n|\n|\r/));
}

function tidy(lines: readonly string[]): string {
  const text: string[] = [];
  for (const line of lines.map((each) => each.trimEnd()))
    if (line !== '' || (text.length > 0 && text.at(-1) !== '')) text.push(line);
  while (text.at(-1) === '') text.pop();
  return text.join('\n');
}
