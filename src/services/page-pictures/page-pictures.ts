/**
 * Pages of attachments as pictures that a browser shows.
 *
 * Owns: which pages were described and drawn lately. Promises: one file is worked on at a time; what takes too long or more memory than
 * it may is ended with its thread, and not tried again soon; nothing is written to disk. A ticket's page waits for descriptions only
 * as long as it says.
 * Leaves to others: reading the attachment, who may see it.
 */
import { createAskedThread } from '../../base/asked-thread.ts';
import type { Clock, Duration } from '../../base/clock.ts';
import { second } from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { createRecent } from '../../base/recent.ts';
import { createRecentBytes } from '../../base/recent-bytes.ts';
import { createLimit } from '../../base/serial.ts';
import type { PageAnswer, PageRequest, PagesFound, StartPages } from './page-protocol.ts';

/** An attachment: of a message file that never changes, so its digest names it. */
export interface PagedFile {
  /** Digest of the message file and number of the attachment. */
  readonly key: string;
  readonly type: 'tiff' | 'pdf';
  readonly size: number;
  readonly read: () => Promise<Uint8Array | undefined>;
}

export type PictureSize = 'page' | 'thumb';

export interface PagePictures {
  /** Undefined when there is nothing to show as pictures, or it is not known in time. */
  describe(file: PagedFile, waitMs: Duration): Promise<PagesFound | undefined>;
  /** A PNG; `page` from 0. Undefined when the page cannot be shown. */
  picture(file: PagedFile, page: number, size: PictureSize): Promise<Buffer | undefined>;
  close(): Promise<void>;
}

export interface PagePicturesDeps {
  readonly start: StartPages;
  readonly clock: Clock;
  readonly log: Log;
}

export interface PagePicturesOptions {
  /** Time that one request may take; its thread ends with it. */
  readonly mostMs: Duration;
  readonly longest: Readonly<Record<PictureSize, number>>;
  readonly mostFileBytes: number;
  readonly mostCachedBytes: number;
}

export const usualPageOptions: PagePicturesOptions = {
  mostMs: 10 * second,
  longest: { page: 3600, thumb: 320 },
  mostFileBytes: 64_000_000,
  mostCachedBytes: 32_000_000,
};

const mostDescribed = 2000;

export function createPagePictures(
  { start, clock, log }: PagePicturesDeps,
  { mostMs, longest, mostFileBytes, mostCachedBytes }: PagePicturesOptions = usualPageOptions,
): PagePictures {
  const described = createRecent<string, PagesFound | 'nothing'>(mostDescribed);
  const drawn = createRecentBytes<Buffer>(mostCachedBytes);
  /** Of pages that could not be drawn. */
  const failed = createRecent<string, true>(mostDescribed);
  const underWay = new Map<string, Promise<PageAnswer | undefined>>();
  const thread = createAskedThread({ start, clock }, { mostMs });
  /** No file is in memory that is not worked on. */
  const oneAtATime = createLimit(1);
  let isClosed = false;

  /** Undefined when the thread ended over it. */
  async function work(
    toRequest: (id: number, bytes: Uint8Array) => PageRequest,
    bytes: Uint8Array,
  ): Promise<PageAnswer | undefined> {
    // A view of a larger buffer would take all of that along.
    const asked = await thread.ask((id) => toRequest(id, new Uint8Array(bytes)));
    if (asked.ok) return asked.answer;
    if (asked.reason === 'too-slow') log.warn('pages.too-slow', { mostMs });
    if (asked.reason === 'crashed') log.warn('pages.crashed', { cause: asked.detail });
    return undefined;
  }

  /** Whoever asks for the same meanwhile gets the same answer. */
  function ask(
    name: string,
    file: PagedFile,
    toRequest: (id: number, bytes: Uint8Array) => PageRequest,
  ): Promise<PageAnswer | undefined> {
    const before = underWay.get(name);
    if (before !== undefined) return before;
    const answer = oneAtATime
      .run(async () => {
        const bytes = file.size > mostFileBytes || isClosed ? undefined : await file.read();
        return bytes === undefined ? undefined : work(toRequest, bytes);
      })
      .finally(() => underWay.delete(name));
    underWay.set(name, answer);
    return answer;
  }

  async function look(file: PagedFile): Promise<PagesFound | undefined> {
    const { key, type } = file;
    const answer = await ask(`${key} pages`, file, (id, bytes) => ({
      id,
      kind: 'describe',
      bytes,
      type,
    }));
    const found = answer?.kind === 'pages' ? answer : undefined;
    described.set(key, found ?? 'nothing');
    return found;
  }

  return {
    async describe(file, waitMs) {
      const known = described.get(file.key);
      if (known !== undefined) return known === 'nothing' ? undefined : known;
      let cancel = () => {};
      const patience = new Promise<undefined>((resolve) => {
        cancel = clock.after(waitMs, () => resolve(undefined));
      });
      // Whoever stops waiting leaves the work to be done for the next one.
      const found = look(file).catch((error: unknown) => {
        log.warn('pages.unreadable', { cause: errorText(error) });
        return undefined;
      });
      const first = await Promise.race([found, patience]);
      cancel();
      return first;
    },
    async picture(file, page, size) {
      const name = `${file.key} ${size} ${page}`;
      const kept = drawn.get(name);
      if (kept !== undefined || failed.get(name)) return kept;
      const wanted = { at: page, longest: longest[size] };
      const { type } = file;
      const answer = await ask(name, file, (id, bytes) => ({
        id,
        kind: 'picture',
        bytes,
        type,
        page: wanted,
      }));
      if (answer?.kind !== 'picture') {
        failed.set(name, true);
        return undefined;
      }
      const png = Buffer.from(answer.png);
      drawn.set(name, png);
      return png;
    },
    async close() {
      isClosed = true;
      await thread.close();
    },
  };
}
