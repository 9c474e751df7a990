/**
 * Which modules and earlier answers fit a mail.
 *
 * A module is matched by the mail against its text in the customer's language, by what mails in that language were answered with
 * it before, and by the keywords of all its variants, which names of products and words of a common root make useful in any language.
 * Promises: nothing is offered that the queue forbids; the same whichever way it came to know what it knows; bounded.
 * Leaves to others: lunr and its segments (shelf.ts), reading (earlier-answers.ts), rights (suggestions.ts).
 */
import { isOfferedIn, type TextModule, variantIn } from '../../core/answers/text-module.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import { createAnswerMemory, type Near, type ToldTicket } from './answer-memory.ts';
import type { EarlierAnswer } from './earlier-answers.ts';
import { createModuleShelves, type ModuleFit } from './module-shelves.ts';
import { mainLanguageOf } from './question.ts';
import type { Topic, TopicRequest } from './topics.ts';

export interface RankingRequest {
  readonly ticket: TicketNumber;
  readonly subject: string;
  readonly text: string;
  /** Undefined when nobody knows. */
  readonly language: string | undefined;
  readonly queue: string;
  /** Queues whose earlier answers may be offered. */
  readonly queues: readonly string[];
  readonly most: number;
}

export type Ranked =
  | {
      readonly kind: 'module';
      readonly file: string;
      readonly isOtherLanguage: boolean;
      readonly words: readonly string[];
      readonly score: number;
    }
  | {
      readonly kind: 'earlier';
      readonly answer: EarlierAnswer;
      readonly words: readonly string[];
      readonly score: number;
    };

export interface Ranking {
  setModules(modules: readonly TextModule[]): void;
  /** All answers of these tickets that there are; none for a ticket that is gone. */
  setAnswers(told: readonly ToldTicket[]): void;
  /** Best first. */
  rank(request: RankingRequest): readonly Ranked[];
  /** What is answered by hand again and again. */
  topics(request: TopicRequest): readonly Topic[];
  /** How many earlier answers are known. */
  size(): number;
}

export interface RankingOptions {
  readonly mostAnswers: number;
}

/** Beside the module's own words. */
const taughtBoost = 2;
const neighbours = 20;
/** An answer to a mail that shares less than this of what was asked is no answer to it. */
const leastAlike = 0.2;
const leastFit = 0.03;
/** An earlier answer was meant for somebody else: a module that fits as well goes first. */
const earlierBoost = 0.8;
/** Thanks and closings share words with every mail: a whole answer that fits as well goes first. */
const pieceBoost = 0.5;
const mostWords = 5;

export function createRanking({ mostAnswers }: RankingOptions): Ranking {
  const shelves = createModuleShelves();
  const memory = createAnswerMemory(mostAnswers);

  function rank(request: RankingRequest): readonly Ranked[] {
    const language = request.language === undefined ? '' : mainLanguageOf(request.language);
    const near = memory.near(request, { ...request, language, most: neighbours });
    const fits = shelves.fits(request, language, memory.collection(language));
    const modules = [...gather(fits, near)].flatMap(([id, { score: fit, words }]): Found[] => {
      const offered = shelves.variants(id).filter((each) => isOfferedIn(each, request.queue));
      const own =
        request.language === undefined ? offered[0] : variantIn(offered, request.language);
      const variant = own ?? variantIn(offered, 'en') ?? offered[0];
      if (variant === undefined) return [];
      const { file, kind } = variant;
      const score = kind === 'piece' ? pieceBoost * fit : fit;
      if (score < leastFit) return [];
      return [
        {
          ranked: { kind: 'module', file, isOtherLanguage: own === undefined, words: [], score },
          words,
        },
      ];
    });
    const earlier = near
      .filter(({ answer, alike, mayOffer }) => {
        return mayOffer && answer.modules.length === 0 && alike >= leastAlike;
      })
      .map(({ answer, alike, words }): Found => {
        const score = earlierBoost * alike;
        return { ranked: { kind: 'earlier', answer, words: [], score }, words: [() => words] };
      });
    return [...modules, ...withoutRepeated(earlier)]
      .sort((one, other) => compareRanked(one.ranked, other.ranked))
      .slice(0, request.most)
      .map(({ ranked, words }) => ({ ...ranked, words: tidy(words.flatMap((each) => each())) }));
  }

  return {
    setModules: shelves.set,
    setAnswers: memory.set,
    rank,
    topics: memory.topics,
    size: memory.size,
  };
}

/** Words are looked up for what is offered alone. */
interface Found {
  readonly ranked: Ranked;
  readonly words: readonly (() => readonly string[])[];
}

/** What speaks for each module: its own words, and mails that were answered with it. */
function gather(fits: readonly ModuleFit[], near: readonly Near[]) {
  const found = new Map<string, { score: number; words: (() => readonly string[])[] }>();
  const note = (id: string, score: number, words: () => readonly string[]) => {
    const known = found.get(id) ?? { score: 0, words: [] };
    found.set(id, known);
    known.score += score;
    known.words.push(words);
  };
  for (const { id, fit, words } of fits) note(id, fit, words);
  for (const { answer, alike, words } of near)
    for (const id of new Set(answer.modules)) note(id, taughtBoost * alike * alike, () => words);
  return found;
}

function tidy(words: readonly string[]): readonly string[] {
  const byFolded = new Map<string, string>();
  for (const word of words)
    if (!byFolded.has(word.toLowerCase())) byFolded.set(word.toLowerCase(), word);
  return [...byFolded.values()].slice(0, mostWords);
}

/** What was sent in the same words to many is offered once. */
function withoutRepeated(found: readonly Found[]): readonly Found[] {
  const seen = new Set<string>();
  return found.filter(({ ranked }) => {
    if (ranked.kind !== 'earlier') return true;
    const text = ranked.answer.text.replace(/\s+/g, ' ').toLowerCase();
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

function compareRanked(one: Ranked, other: Ranked): number {
  const isOther = (each: Ranked) => (each.kind === 'module' && each.isOtherLanguage ? 1 : 0);
  return (
    isOther(one) - isOther(other) || other.score - one.score || (keyOf(one) < keyOf(other) ? -1 : 1)
  );
}

function keyOf(ranked: Ranked): string {
  return ranked.kind === 'module' ? ranked.file : `~${ranked.answer.message}`;
}
