/**
 * Earlier answers, found by the mails that they answered.
 *
 * Promises: bounded: of more than `most` answers the oldest are forgotten; a ticket told again takes the place of what was told.
 */
import { termsOf } from '../../core/answers/terms.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { EarlierAnswer } from './earlier-answers.ts';
import { groupBy } from './grouped.ts';
import {
  both,
  chooseTerms,
  mainLanguageOf,
  matchedWords,
  type Question,
  stemFor,
  wholeOf,
} from './question.ts';
import { createShelf, type Shelf } from './shelf.ts';
import { type Collection, weighDocument } from './weighing.ts';

/** What is known of a ticket beside its answers. */
export interface AnsweredTicket {
  readonly number: TicketNumber;
  readonly queue: string;
  readonly language: string | undefined;
}

export interface ToldTicket {
  readonly ticket: AnsweredTicket;
  readonly answers: readonly EarlierAnswer[];
}

export interface Near {
  readonly answer: EarlierAnswer;
  /** The share of what was asked that both mails say. */
  readonly alike: number;
  readonly words: readonly string[];
  /** Whether its words may be offered, beside that it was answered with some module. */
  readonly mayOffer: boolean;
}

export interface NearRequest {
  readonly ticket: TicketNumber;
  /** Main language; empty for any. */
  readonly language: string;
  readonly queue: string;
  readonly queues: readonly string[];
  readonly also: Collection;
  readonly most: number;
}

export interface AnswerMemory {
  set(told: readonly ToldTicket[]): void;
  near(question: Question, request: NearRequest): readonly Near[];
  collection(language: string): Collection;
  size(): number;
}

interface Kept {
  readonly answer: EarlierAnswer;
  readonly queue: string;
  readonly language: string;
}

const none: Collection = { size: () => 0, holders: () => 0 };

export function createAnswerMemory(most: number): AnswerMemory {
  const shelves = new Map<string, Shelf>();
  const kept = new Map<string, Kept>();
  const keysOf = new Map<TicketNumber, readonly string[]>();

  function forget(keys: readonly string[]): void {
    for (const [language, own] of groupBy(keys, (key) => kept.get(key)?.language ?? ''))
      shelves.get(language)?.remove(own);
    for (const key of keys) kept.delete(key);
  }

  function shelfOf(language: string): Shelf {
    const shelf = shelves.get(language) ?? createShelf();
    shelves.set(language, shelf);
    return shelf;
  }

  function forgetOldest(): void {
    if (kept.size <= most) return;
    const oldest = [...kept].sort(
      ([one, { answer: first }], [other, { answer: second }]) =>
        first.at - second.at || (one < other ? -1 : 1),
    );
    const gone = oldest.slice(0, kept.size - most);
    forget(gone.map(([key]) => key));
    for (const { answer } of gone.map(([, each]) => each)) {
      const left = (keysOf.get(answer.ticket) ?? []).filter((key) => kept.has(key));
      if (left.length > 0) keysOf.set(answer.ticket, left);
      else keysOf.delete(answer.ticket);
    }
  }

  return {
    set(told) {
      forget(told.flatMap(({ ticket }) => keysOf.get(ticket.number) ?? []));
      const fresh: Kept[] = [];
      for (const { ticket, answers } of told) {
        keysOf.set(ticket.number, answers.map(keyOf));
        if (answers.length === 0) keysOf.delete(ticket.number);
        const language = mainLanguageOf(ticket.language ?? '');
        for (const answer of answers) {
          const own = { answer, queue: ticket.queue, language };
          kept.set(keyOf(answer), own);
          fresh.push(own);
        }
      }
      for (const [language, own] of groupBy(fresh, (each) => each.language))
        shelfOf(language).add(own.map(({ answer }) => toDocument(answer, language)));
      forgetOldest();
    },
    near({ said, words }, { ticket, language, queue, queues, also, most: wanted }) {
      const shelf = shelves.get(language);
      if (shelf === undefined) return [];
      const collection = both(shelf, also);
      const chosen = chooseTerms(said, collection, shelf.holders);
      const whole = wholeOf(said, collection);
      const seen = new Set(queues);
      return shelf
        .find(chosen)
        .flatMap(({ key, score, terms }) => {
          const found = kept.get(key);
          if (found === undefined || found.answer.ticket === ticket) return [];
          const mayOffer = isNear(found.queue, queue) && seen.has(found.queue);
          return [{ ...found, mayOffer, alike: score / whole, terms }];
        })
        .sort((one, other) => other.alike - one.alike || other.answer.at - one.answer.at)
        .slice(0, wanted)
        .map(({ terms, ...near }) => ({ ...near, words: matchedWords(terms, chosen, words) }));
    },
    collection: (language) => shelves.get(language) ?? none,
    size: () => kept.size,
  };
}

/** The same queue, or one nested in the other. */
function isNear(one: string, other: string): boolean {
  const [first, second] = [`${one.toLowerCase()}::`, `${other.toLowerCase()}::`];
  return first.startsWith(second) || second.startsWith(first);
}

function toDocument(answer: EarlierAnswer, language: string) {
  const stem = stemFor(language);
  return weighDocument(keyOf(answer), [
    { terms: termsOf(`${answer.subject}\n${answer.mail}`, stem), boost: 1, usual: 40 },
  ]);
}

function keyOf({ ticket, message }: EarlierAnswer): string {
  return `${ticket} ${message}`;
}
