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
  chooseTerms,
  type Mailed,
  mainLanguageOf,
  matchedWords,
  stemFor,
  toQuestion,
  wholeOf,
} from './question.ts';
import { createShelf, type Shelf } from './shelf.ts';
import { findTopics, type Topic, type TopicRequest } from './topics.ts';
import { type Collection, noCollection, weighDocument } from './weighing.ts';

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
  readonly most: number;
}

export interface AnswerMemory {
  /** Of answers written by hand. */
  topics(request: TopicRequest): readonly Topic[];
  set(told: readonly ToldTicket[]): void;
  near(mail: Mailed, request: NearRequest): readonly Near[];
  collection(language: string): Collection;
  size(): number;
}

interface Kept {
  readonly answer: EarlierAnswer;
  readonly queue: string;
  readonly language: string;
}

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
          // The mail is in the shelf; its text is needed no more.
          kept.set(keyOf(answer), {
            answer: { ...answer, mail: '' },
            queue: ticket.queue,
            language,
          });
          fresh.push({ answer, queue: ticket.queue, language });
        }
      }
      for (const [language, own] of groupBy(fresh, (each) => each.language))
        shelfOf(language).add(own.map(({ answer }) => toDocument(answer, language)));
      forgetOldest();
    },
    near(mail, { ticket, language, queue, queues, most: wanted }) {
      const shelf = shelves.get(language);
      if (shelf === undefined) return [];
      const stem = stemFor(language);
      const { said, words } = toQuestion(mail, (text) => termsOf(text, stem));
      const chosen = chooseTerms(said, shelf, shelf.holders);
      const whole = wholeOf(said, shelf);
      const seen = new Set(queues);
      const found = shelf
        .find(chosen)
        .flatMap(({ key, score, terms }) => {
          const known = kept.get(key);
          if (known === undefined || known.answer.ticket === ticket) return [];
          const mayOffer = isNear(known.queue, queue) && seen.has(known.queue);
          return [{ answer: known.answer, mayOffer, alike: score / whole, terms }];
        })
        .sort(compareNear);
      // Those that may be offered are not crowded out by those that only teach.
      const offered = found.filter((each) => each.mayOffer && each.answer.modules.length === 0);
      return [...new Set([...found.slice(0, wanted), ...offered.slice(0, wanted)])].map(
        ({ terms, ...near }) => ({ ...near, words: matchedWords(terms(), chosen, words) }),
      );
    },
    topics({ from, to, queues }) {
      const seen = new Set(queues);
      const written = [...kept.values()]
        .filter(({ queue, answer: { at, modules } }) => {
          return modules.length === 0 && at >= from && at < to && seen.has(queue);
        })
        .sort(
          (one, other) =>
            other.answer.at - one.answer.at || (keyOf(one.answer) < keyOf(other.answer) ? -1 : 1),
        )
        .flatMap(({ answer, language }) => {
          const document = shelves.get(language)?.document(keyOf(answer));
          return document === undefined ? [] : [{ answer, language, document }];
        });
      return findTopics(written, (language) => shelves.get(language) ?? noCollection);
    },
    collection: (language) => shelves.get(language) ?? noCollection,
    size: () => kept.size,
  };
}

function compareNear(
  one: Pick<Near, 'answer' | 'alike'>,
  other: Pick<Near, 'answer' | 'alike'>,
): number {
  const [first, second] = [Math.round(one.alike * 1e6), Math.round(other.alike * 1e6)];
  if (first !== second) return second - first;
  if (one.answer.at !== other.answer.at) return other.answer.at - one.answer.at;
  return keyOf(one.answer) < keyOf(other.answer) ? -1 : 1;
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
