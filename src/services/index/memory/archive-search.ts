/**
 * Searching the archive month by month, the newest first, while who asked already has what is in memory.
 *
 * Promises: one search of a question runs at a time, whoever asks it, and goes on when nobody listens; a month that was searched
 * is not searched again for the same question until a ticket of it changes. A few questions are remembered.
 * Leaves to others: the months' texts (archive-segments.ts).
 */
import type { TextTerm } from '../../../core/search/match.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import type { ArchiveProgress, TicketRecord } from '../index.ts';
import { monthOf } from './archive-segments.ts';
import type { FoundText } from './text-search.ts';

export interface ArchiveSearch {
  /** What of these months was searched so far; the rest is being searched from now on. */
  look(terms: readonly TextTerm[], months: readonly string[]): ArchiveLook;
  /** Each month as it is searched, until all are. */
  progress(terms: readonly TextTerm[], months: readonly string[]): AsyncIterable<ArchiveProgress>;
  /** A ticket changed, and with it what is found in its month. */
  note(number: TicketNumber): void;
}

export interface ArchiveLook {
  readonly found: readonly ReadonlyMap<TicketNumber, number>[];
  readonly searched: number;
  readonly isComplete: boolean;
}

interface Question {
  readonly terms: readonly TextTerm[];
  readonly answers: Map<string, FoundText>;
  wanted: ReadonlySet<string>;
  running: Promise<void> | undefined;
  /** Resolves with each month. */
  step: Promise<void>;
}

const mostQuestions = 12;

export function createArchiveSearch(
  search: (terms: readonly TextTerm[], month: string) => Promise<FoundText>,
): ArchiveSearch {
  /** The one that was asked last stands last. */
  const questions = new Map<string, Question>();
  const revisions = new Map<string, number>();

  function ask(terms: readonly TextTerm[], months: readonly string[]): Question {
    const key = JSON.stringify(terms);
    const question: Question = questions.get(key) ?? {
      terms,
      answers: new Map(),
      wanted: new Set(),
      running: undefined,
      step: Promise.resolve(),
    };
    questions.delete(key);
    questions.set(key, question);
    for (const oldest of questions.keys()) {
      if (questions.size <= mostQuestions) break;
      questions.delete(oldest);
    }
    question.wanted = new Set(months);
    question.running ??= run(question).finally(() => {
      question.running = undefined;
    });
    return question;
  }

  function nextMonth({ wanted, answers }: Question): string | undefined {
    return [...wanted]
      .filter((month) => answers.get(month)?.isComplete !== true)
      .sort()
      .at(-1);
  }

  async function run(question: Question): Promise<void> {
    const tried = new Set<string>();
    for (let month = nextMonth(question); month !== undefined; month = nextMonth(question)) {
      // What is not complete yet is asked again by the next who looks.
      if (tried.has(month)) break;
      tried.add(month);
      const revision = revisions.get(month);
      const step = search(question.terms, month).then((found) => {
        const isCurrent = revisions.get(month) === revision;
        question.answers.set(month, { ...found, isComplete: found.isComplete && isCurrent });
      });
      question.step = step;
      await step;
    }
  }

  return {
    look(terms, months) {
      if (months.length === 0) return { found: [], searched: 0, isComplete: true };
      const { answers } = ask(terms, months);
      const found = months.flatMap((month) => answers.get(month) ?? []);
      return {
        found: found.map(({ numbers }) => numbers),
        searched: found.length,
        isComplete: found.length === months.length && found.every(({ isComplete }) => isComplete),
      };
    },
    async *progress(terms, months) {
      if (months.length === 0) return;
      const question = ask(terms, months);
      const newestFirst = [...months].sort().reverse();
      let searched = 0;
      for (const month of newestFirst) {
        while (!question.answers.has(month) && question.running !== undefined) await question.step;
        searched += 1;
        const found = question.answers.get(month)?.numbers.size ?? 0;
        yield { month, searched, months: months.length, found };
      }
    },
    note(number) {
      const month = monthOf(number);
      revisions.set(month, (revisions.get(month) ?? 0) + 1);
      for (const { answers } of questions.values()) answers.delete(month);
    },
  };
}

/** Months in which an archived ticket passes the test, but for its text. */
export function archivedMonths(
  catalogue: { records(): Iterable<TicketRecord> },
  test: (record: TicketRecord) => boolean,
): readonly string[] {
  const months = new Set<string>();
  for (const record of catalogue.records()) {
    if (record.archived !== true || months.has(monthOf(record.number))) continue;
    if (test(record)) months.add(monthOf(record.number));
  }
  return [...months];
}
