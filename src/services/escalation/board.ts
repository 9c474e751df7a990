/**
 * What is late and what falls due next, over all tickets that somebody may see.
 *
 * Promises: by urgency, the most overdue first; computed again only after a ticket or the configuration changed, or the
 * minute has; memory is bounded.
 * Leaves to others: due times (due-book.ts), steps (step-book.ts), the words.
 */
import {
  type Clock,
  type Duration,
  day,
  formatDay,
  hour,
  type Instant,
  minute,
  toInstant,
} from '../../base/clock.ts';
import type { LiveConfig } from '../../config/config.ts';
import type { StepAhead } from '../../core/escalation/chain.ts';
import type { TargetClock } from '../../core/escalation/due.ts';
import { parseQuery } from '../../core/search/query.ts';
import type { ListReader, ListRequest, TicketIndex, TicketRecord } from '../index/index.ts';
import type { DueBook } from './due-book.ts';
import type { StepBook } from './step-book.ts';

export interface BoardTicket {
  readonly record: TicketRecord;
  /** The clock that is due first. */
  readonly clock: TargetClock;
  readonly due: Instant;
  /** The step that comes next; undefined where no chain goes on. */
  readonly next: StepAhead | undefined;
}

export interface EscalationFigures {
  readonly late: number;
  /** Within the hour, late ones left out. */
  readonly soon: number;
  readonly unowned: number;
  readonly open: number;
  /** Of the tickets whose first answer was given today: half of them were faster, in working time. */
  readonly firstAnswer: Duration | undefined;
  readonly answeredToday: number;
}

export interface Board {
  readonly at: Instant;
  readonly figures: EscalationFigures;
  /** All that have something due, by urgency. */
  readonly tickets: readonly BoardTicket[];
}

export interface EscalationBoard {
  /** Undefined reads for somebody who sees everything. */
  read(reader: ListReader | undefined): Promise<Board>;
}

export interface EscalationBoardDeps {
  readonly index: Pick<TicketIndex, 'list' | 'onChange'>;
  readonly due: Pick<DueBook, 'of' | 'past' | 'revision'>;
  readonly steps: Pick<StepBook, 'ahead'>;
  readonly config: Pick<LiveConfig, 'current'>;
  readonly clock: Clock;
}

const pageSize = 500;
const mostKept = 50;

export function createEscalationBoard(deps: EscalationBoardDeps): EscalationBoard {
  const { index, due, steps, config, clock } = deps;
  const known = new Map<string, Promise<Board>>();
  let isListening = false;

  /** Whoever never asks need not be told of changes. */
  function listen(): void {
    if (isListening) return;
    isListening = true;
    index.onChange(() => known.clear());
  }

  /** In the order of the list, as long as they are wanted. */
  async function collect(
    wanted: Pick<ListRequest, 'query' | 'sort' | 'descending' | 'reader'>,
    isWanted: (record: TicketRecord) => boolean,
  ): Promise<readonly TicketRecord[]> {
    const records: TicketRecord[] = [];
    let after: string | undefined;
    do {
      const page = await index.list({
        ...wanted,
        limit: pageSize,
        ...(after === undefined ? {} : { after }),
      });
      if (!page.ok) break;
      const found = page.value.records.filter(isWanted);
      records.push(...found);
      after = found.length < page.value.records.length ? undefined : page.value.next;
    } while (after !== undefined);
    return records;
  }

  async function allOpen(reader: ListReader | undefined): Promise<readonly TicketRecord[]> {
    const query = parseQuery('is:open');
    if (!query.ok) return [];
    const open = { query: query.value, sort: 'number', descending: false, reader } as const;
    return (await collect(open, () => true)).filter(({ queue }) => !isJunk(queue));
  }

  async function compute(reader: ListReader | undefined): Promise<Board> {
    const at = clock.now();
    const open = await allOpen(reader);
    const tickets = open
      .flatMap((record): readonly BoardTicket[] => {
        const { next } = due.of(record);
        if (next?.due === undefined) return [];
        return [{ record, clock: next, due: next.due, next: steps.ahead(record)[0] }];
      })
      .sort((one, other) => one.due - other.due);
    const times = await firstAnswersToday(reader, at);
    const late = tickets.filter((ticket) => ticket.due <= at).length;
    return {
      at,
      tickets,
      figures: {
        late,
        soon: tickets.filter((ticket) => ticket.due <= at + hour).length - late,
        unowned: open.filter(({ owner }) => owner === undefined).length,
        open: open.length,
        firstAnswer: medianOf(times),
        answeredToday: times.length,
      },
    };
  }

  /** What a filter puts there waits for nobody. */
  function isJunk(queue: string): boolean {
    const { junkQueue, spamFilter } = config.current().desk;
    if (spamFilter === undefined || junkQueue === undefined) return false;
    return queue === junkQueue || queue.startsWith(`${junkQueue}::`);
  }

  async function firstAnswersToday(
    reader: ListReader | undefined,
    now: Instant,
  ): Promise<readonly Duration[]> {
    const { timeZone } = config.current().desk;
    const today = formatDay(now, timeZone);
    const every = { query: { terms: [] }, sort: 'updated', descending: true, reader } as const;
    const lately = await collect(every, ({ updated }) => now - updated < day);
    return lately.flatMap((record) =>
      due
        .past(record)
        .flatMap(({ kind, ended, used }) =>
          kind === 'firstResponse' &&
          ended !== undefined &&
          used !== undefined &&
          formatDay(ended, timeZone) === today
            ? [used]
            : [],
        ),
    );
  }

  return {
    async read(reader) {
      listen();
      const now = toInstant(Math.floor(clock.now() / minute) * minute);
      const key = `${now} ${due.revision()} ${reader?.key ?? ''}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      if (known.size >= mostKept) known.clear();
      const board = compute(reader);
      known.set(key, board);
      // A failure is reported to whoever asked, and not kept.
      board.catch(() => known.delete(key));
      return board;
    },
  };
}

function medianOf(times: readonly Duration[]): Duration | undefined {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
