/**
 * `views/`: tickets by queue and state, owner and customer, as symbolic links for people and their programs.
 *
 * Owns: when the links are made. Promises: they follow the index within a moment; whatever happens to them is put right by the next
 * sweep; nothing is read from them. Where the file system has no links, that is said once and nothing else suffers.
 * Leaves to others: the folders of a ticket (core/views), the links themselves (view-tree.ts).
 */
import { join } from 'node:path';
import { type Clock, type Instant, nextTurn, second } from '../../base/clock.ts';
import { errorText, isFault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { folderOf, type TicketNumber } from '../../core/ticket/number.ts';
import { type ViewScope, viewFoldersOf } from '../../core/views/view-folders.ts';
import type { FileOps } from '../../storage/files.ts';
import type { TicketIndex, TicketRecord } from '../index/index.ts';
import { createViewTree, type Placed, type ViewTree } from './view-tree.ts';

export interface Views {
  /** Follows the index from now on; links are made after the first sweep. */
  start(): void;
  /** Compares all links with the index and mends them. */
  sweep(): Promise<void>;
  /** Resolves when all changes of the index so far are there. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface ViewsDeps {
  readonly index: Pick<TicketIndex, 'records' | 'find' | 'onChange' | 'isReady'>;
  readonly files: FileOps;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ViewsOptions {
  /** The desk's. */
  readonly directory: string;
  readonly scope: () => ViewScope | 'off';
  /** Names as the desk declares them. */
  readonly queues: () => readonly string[];
}

/** Links are for people: they wait until a burst of changes is over, yet not for ever. */
const quietMs = 3 * second;
const longestWait = 30 * second;
/** Tickets between two turns of everybody else. */
const slice = 100;

export function createViews(
  { index, files, clock, log }: ViewsDeps,
  { directory, scope, queues }: ViewsOptions,
): Views {
  const waiting = new Set<TicketNumber>();
  /** Undefined until the first sweep, and while there are none. */
  let tree: { readonly view: ViewTree; readonly made: string } | undefined;
  let isUnsupported = false;
  let isStopped = false;
  let last: Promise<void> = Promise.resolve();
  let cancel: (() => void) | undefined;
  /** When the oldest change came that waits. */
  let since: Instant | undefined;
  let stopListening = () => {};

  /** One piece of work at a time; a failure is left to the next sweep. */
  function run(work: () => Promise<void>): Promise<void> {
    last = last.then(work).catch((error: unknown) => {
      tree = undefined;
      isUnsupported = isFault(error, 'permission-denied');
      log.warn(isUnsupported ? 'views.unsupported' : 'views.failed', { cause: errorText(error) });
    });
    return last;
  }

  async function placeOf(record: TicketRecord, wanted: ViewScope): Promise<Placed | undefined> {
    const folders = viewFoldersOf(record, wanted, queues());
    if (folders.length === 0) return undefined;
    const place = folderOf(record.number);
    const isIn = async (part: string) =>
      (await files.stat(join(directory, part, ...place))) !== undefined;
    const isAway = !(await isIn('tickets')) && (await isIn('archive'));
    return { folders, target: [isAway ? 'archive' : 'tickets', ...place] };
  }

  async function build(): Promise<void> {
    const wanted = scope();
    if (wanted === 'off' || isUnsupported || isStopped || !index.isReady()) {
      if (wanted === 'off') tree = undefined;
      return;
    }
    // Other settings give other folders: what stands there is compared anew.
    const made = JSON.stringify([wanted, queues()]);
    if (tree?.made !== made) {
      waiting.clear();
      const view = createViewTree({ files, clock }, join(directory, 'views'));
      for await (const records of index.records()) {
        if (isStopped) return;
        for (const record of records) view.want(record.number, await placeOf(record, wanted));
      }
      tree = { view, made };
    }
    await follow();
    if (isStopped) return;
    const links = await tree.view.mend();
    if (links > 0) log.info('views.mended', { links });
  }

  async function follow(): Promise<void> {
    const wanted = scope();
    if (tree === undefined || wanted === 'off') return;
    const { view } = tree;
    while (waiting.size > 0 && !isStopped) {
      const numbers = [...waiting].slice(0, slice);
      for (const number of numbers) {
        waiting.delete(number);
        const record = await index.find(number);
        view.want(number, record === undefined ? undefined : await placeOf(record, wanted));
      }
      await view.settle();
      await nextTurn();
    }
  }

  function gather(number: TicketNumber): void {
    if (isUnsupported || scope() === 'off') return;
    waiting.add(number);
    const now = clock.now();
    since ??= now;
    cancel?.();
    cancel = clock.after(Math.max(0, Math.min(quietMs, since + longestWait - now)), () => {
      cancel = undefined;
      since = undefined;
      void run(follow);
    });
  }

  return {
    start() {
      stopListening = index.onChange(({ number }) => gather(number));
    },
    sweep: () => run(build),
    settled: () => run(follow),
    async stop() {
      isStopped = true;
      stopListening();
      cancel?.();
      await last;
    },
  };
}
