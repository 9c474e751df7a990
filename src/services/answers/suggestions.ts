/**
 * Answers that fit a mail, offered by themselves: text modules, and answers that this desk has sent to similar mails.
 *
 * Promises: begins with the first question, or with `start`; reads earlier answers in the background, newest first; knows each
 * change of a ticket or module a moment later. Nothing is offered that the queue forbids, or from a ticket whose queue the
 * asking agent does not see, as the index knows it then. Who asks is never kept waiting by reading.
 * Leaves to others: how it is ranked (ranking.ts), filling in what is offered (fill.ts).
 */
import { type Clock, hour, type Instant } from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { findModules } from '../../core/answers/find-modules.ts';
import type { TextModule } from '../../core/answers/text-module.ts';
import { countUsage, type Period, type Usage } from '../../core/answers/usage.ts';
import { cutQuoted } from '../../core/mailed/quoted.ts';
import { tidySubject } from '../../core/message/subject.ts';
import { parseQuery } from '../../core/search/query.ts';
import type { MessageName } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { IndexChange, TicketIndex, TicketRecord } from '../index/index.ts';
import type { AnswerBook } from './answer-book.ts';
import type { Ranked } from './ranking.ts';
import { createRankingClient, type RankingClient } from './ranking-client.ts';
import type { StartRanking } from './ranking-protocol.ts';
import type { Topic } from './topics.ts';

export type Suggestion =
  | {
      readonly kind: 'module';
      readonly module: TextModule;
      /** There is no variant in the customer's language. */
      readonly isOtherLanguage: boolean;
      /** Words of the mail by which it was found, the telling ones first. */
      readonly words: readonly string[];
      /** How many answers were made with it, in any language. */
      readonly used: number;
    }
  | {
      readonly kind: 'earlier';
      readonly ticket: TicketNumber;
      readonly message: MessageName;
      readonly at: Instant;
      /** The answer's own words. */
      readonly text: string;
      readonly words: readonly string[];
    };

export interface SuggestionRequest {
  readonly ticket: TicketNumber;
  readonly subject: string;
  /** Of the customer's mail; what it quotes is left out. */
  readonly text: string;
  readonly language: string | undefined;
  readonly queue: string;
  readonly sees: (queue: string) => boolean;
}

export interface Suggestions {
  /** Begins to read what was answered so far; asking does so too. */
  start(): void;
  /** Best first, at most 3. */
  suggest(request: SuggestionRequest): Promise<readonly Suggestion[]>;
  /** Modules by words of their titles, keywords, shortcuts and texts, for the palette. */
  search(
    words: string,
    request: { readonly queue: string; readonly language: string | undefined },
  ): Promise<readonly TextModule[]>;
  /** How often modules were used, in tickets of queues that somebody sees. */
  usage(period: Period, sees: (queue: string) => boolean): Promise<Usage>;
  /** What was answered by hand again and again, the most frequent first. */
  topics(period: Period, sees: (queue: string) => boolean): Promise<readonly Topic[]>;
  /** Resolves when everything that is there counts. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface SuggestionsDeps {
  readonly book: Pick<AnswerBook, 'modules' | 'onChange'>;
  readonly index: Pick<TicketIndex, 'ready' | 'list' | 'find' | 'onChange'>;
  readonly start: StartRanking;
  readonly clock: Clock;
  readonly log: Log;
}

const mostOffered = 3;
/** Some of what is found may turn out to be gone. */
const mostAsked = 8;
const page = 500;

export function createSuggestions({
  book,
  index,
  start,
  clock,
  log,
}: SuggestionsDeps): Suggestions {
  const records = new Map<TicketNumber, TicketRecord>();
  const used = new Map<string, number>();
  /** How many tickets with answers each queue holds. */
  const queues = new Map<string, number>();
  const ends: (() => void)[] = [];
  let client: RankingClient | undefined;
  let walked: Promise<void> | undefined;
  let isClosed = false;

  function begin(): RankingClient {
    if (client !== undefined) return client;
    const fresh = createRankingClient({ start, clock, log, refill });
    client = fresh;
    fresh.tellModules(book.modules());
    ends.push(
      book.onChange(() => fresh.tellModules(book.modules())),
      index.onChange(take),
    );
    walked = walk().catch((error: unknown) => {
      if (!isClosed) log.error('answers.walk-failed', { cause: errorText(error) });
    });
    return fresh;
  }

  /** Newest first, so that what is forgotten for lack of room is what is oldest. */
  async function walk(): Promise<void> {
    await index.ready(hour);
    const query = parseQuery('');
    let after: string | undefined;
    while (query.ok && !isClosed) {
      const found = await index.list({
        query: query.value,
        sort: 'updated',
        descending: true,
        limit: page,
        ...(after === undefined ? {} : { after }),
      });
      if (!found.ok) return;
      for (const record of found.value.records) if (!records.has(record.number)) keep(record);
      after = found.value.next;
      if (after === undefined) return;
    }
  }

  function take({ number, record }: IndexChange): void {
    const before = records.get(number);
    if (record !== undefined) keep(record);
    if (record !== undefined || before === undefined) return;
    count(before, -1);
    records.delete(number);
    client?.tell({ number, queue: before.queue, language: before.language });
  }

  function keep(record: TicketRecord): void {
    const before = records.get(record.number);
    if (before === undefined && !isAnswered(record)) return;
    if (before !== undefined) count(before, -1);
    records.set(record.number, record);
    count(record, 1);
    if (before === undefined || isOtherwise(before, record)) tell(record);
  }

  function tell({ number, queue, language }: TicketRecord): void {
    client?.tell({ number, queue, language });
  }

  function count({ queue, course }: TicketRecord, step: 1 | -1): void {
    const held = (queues.get(queue) ?? 0) + step;
    if (held > 0) queues.set(queue, held);
    else queues.delete(queue);
    for (const each of course)
      for (const id of each.kind === 'ours' ? each.modules : [])
        used.set(id, (used.get(id) ?? 0) + step);
  }

  function refill(): void {
    client?.tellModules(book.modules());
    for (const record of records.values()) tell(record);
  }

  /** Queues of tickets with answers, and of these the ones that the agent sees. */
  function seenQueues(sees: (queue: string) => boolean): readonly string[] {
    return [...queues.keys()].filter((queue) => sees(queue));
  }

  async function suggest(request: SuggestionRequest): Promise<readonly Suggestion[]> {
    const { ticket, subject, text, language, queue, sees } = request;
    const ranked = await begin().rank({
      ticket,
      subject: tidySubject(subject),
      text: cutQuoted(text),
      language,
      queue,
      queues: seenQueues(sees),
      most: mostAsked,
    });
    const offered: Suggestion[] = [];
    for (const each of ranked) {
      const suggestion = await toSuggestion(each, sees);
      if (suggestion !== undefined) offered.push(suggestion);
      if (offered.length === mostOffered) break;
    }
    return offered;
  }

  async function toSuggestion(
    ranked: Ranked,
    sees: (queue: string) => boolean,
  ): Promise<Suggestion | undefined> {
    const { words } = ranked;
    if (ranked.kind === 'module') {
      const module = book.modules().find(({ file }) => file === ranked.file);
      if (module === undefined) return undefined;
      const { isOtherLanguage } = ranked;
      return { kind: 'module', module, isOtherLanguage, words, used: used.get(module.id) ?? 0 };
    }
    const { ticket, message, at, text } = ranked.answer;
    // The ranking may have heard of its ticket a moment ago.
    const record = await index.find(ticket);
    const isThere = record?.messages.some(({ name }) => name === message) === true;
    const holder = await survivorOf(record);
    if (!isThere || holder === undefined || !sees(holder.queue)) return undefined;
    return { kind: 'earlier', ticket, message, at, text, words };
  }

  async function survivorOf(record: TicketRecord | undefined): Promise<TicketRecord | undefined> {
    let holder = record;
    for (let step = 0; step < 20 && holder?.mergedInto !== undefined; step += 1)
      holder = await index.find(holder.mergedInto);
    return holder;
  }

  return {
    start: () => void begin(),
    suggest,
    async search(words, { queue, language }) {
      return findModules(book.modules(), { words, queue, language });
    },
    async usage(period, sees) {
      begin();
      await walked;
      const seen = new Set(seenQueues(sees));
      const courses = [...records.values()].filter(({ queue }) => seen.has(queue));
      return countUsage(courses, new Set(book.modules().map(({ id }) => id)), period);
    },
    async topics({ from, to }, sees) {
      const ranking = begin();
      return ranking.topics({ from, to, queues: seenQueues(sees) });
    },
    async settled() {
      const current = begin();
      await walked;
      await current.settled();
    },
    async close() {
      isClosed = true;
      for (const end of ends.splice(0)) end();
      await client?.close();
      await walked;
    },
  };
}

function isAnswered({ course }: TicketRecord): boolean {
  return course.some(({ kind }) => kind === 'ours');
}

/** Whether its answers, or who may be offered them, may have changed. */
function isOtherwise(one: TicketRecord, other: TicketRecord): boolean {
  return (
    one.queue !== other.queue ||
    one.language !== other.language ||
    one.messages.length !== other.messages.length ||
    one.messages.some(({ name }, at) => other.messages[at]?.name !== name)
  );
}
