/**
 * The tags and languages that tickets have, for whoever types them into a search.
 *
 * Promises: only those of tickets that the reader may see; the most used first; at most half a minute old, so that typing costs no
 * walk through all tickets.
 */
import { type Clock, second } from '../base/clock.ts';
import { createRecent } from '../base/recent.ts';
import { isReadable } from '../core/ticket/rights.ts';
import {
  type ListReader,
  readableRecord,
  type TicketIndex,
  type TicketRecord,
} from './index/index.ts';

export interface WordsInUse {
  readonly tags: readonly string[];
  readonly languages: readonly string[];
}

export interface SearchWords {
  read(reader: ListReader | undefined): Promise<WordsInUse>;
}

export interface SearchWordsDeps {
  readonly index: Pick<TicketIndex, 'records'>;
  readonly clock: Clock;
}

const lasts = 30 * second;
const mostReaders = 100;
const mostWords = 1000;

interface Known {
  readonly until: number;
  readonly words: Promise<WordsInUse>;
}

export function createSearchWords({ index, clock }: SearchWordsDeps): SearchWords {
  const known = createRecent<string, Known>(mostReaders);

  async function collect(reader: ListReader | undefined): Promise<WordsInUse> {
    const isSeen = readerOnce(reader);
    const tags = new Map<string, number>();
    const languages = new Map<string, number>();
    for await (const slice of index.records())
      for (const record of slice) {
        if (record.state === 'removed') continue;
        if (!isSeen(record)) continue;
        for (const tag of record.tags) tags.set(tag, (tags.get(tag) ?? 0) + 1);
        const { language } = record;
        if (language !== undefined) languages.set(language, (languages.get(language) ?? 0) + 1);
      }
    return { tags: mostUsed(tags), languages: mostUsed(languages) };
  }

  return {
    read(reader) {
      const key = reader?.key ?? '';
      const before = known.get(key);
      if (before !== undefined && before.until > clock.now()) return before.words;
      const words = collect(reader);
      known.set(key, { until: clock.now() + lasts, words });
      // A failure is reported to whoever asked, and not kept.
      words.catch(() => known.delete(key));
      return words;
    },
  };
}

/** Asked once a queue, not once a ticket. */
function readerOnce(reader: ListReader | undefined): (record: TicketRecord) => boolean {
  if (reader === undefined) return () => true;
  const known = new Map<string, boolean>();
  const sees = (queue: string) => {
    const seen = known.get(queue) ?? reader.sees(queue);
    known.set(queue, seen);
    return seen;
  };
  return (record) => isReadable(readableRecord(record), { login: reader.login, sees });
}

function mostUsed(counts: ReadonlyMap<string, number>): readonly string[] {
  return [...counts]
    .toSorted(([one, first], [other, second]) => second - first || (one < other ? -1 : 1))
    .slice(0, mostWords)
    .map(([word]) => word);
}
