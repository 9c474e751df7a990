/**
 * The catalogue on disk, between two lives of the process: `index/catalogue.jsonl`.
 *
 * Promises: a snapshot is whole or it is not there; what cannot be read, was cut off, or has another
 * version is ignored, for the folders say it all again. One record a line, values in a fixed order.
 */
import { join } from 'node:path';
import { type Clock, minute, nextTurn } from '../../../base/clock.ts';
import { errorText, isFault } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import { ensureDirectory, type FileOps } from '../../../storage/files.ts';
import type { TicketRecord } from '../index.ts';
import { lineVersion, readLine, toLine } from './snapshot-line.ts';

const format = 'maildesk-catalogue';

export interface Snapshot {
  /** Undefined when there is none that can be used. */
  load(): Promise<readonly TicketRecord[] | undefined>;
  /** There is something new: it is saved within a minute. */
  note(): void;
  /** Saves what is new and not saved yet; afterwards nothing is saved any more. */
  close(): Promise<void>;
}

export interface SnapshotDeps {
  readonly files: FileOps;
  readonly clock: Clock;
  readonly log: Log;
  readonly records: () => Iterable<TicketRecord>;
  /** Whatever else is saved each time. */
  readonly alongside?: () => Promise<void>;
}

const saveAfter = minute;

export function createSnapshot(
  { files, clock, log, records, alongside }: SnapshotDeps,
  directory: string,
): Snapshot {
  const path = join(directory, 'catalogue.jsonl');
  const draft = `${path}.tmp`;
  let cancel: (() => void) | undefined;
  let saving = Promise.resolve();

  async function write(): Promise<void> {
    await ensureDirectory(files, directory, directory);
    await files.unlink(draft);
    await files.createFile(draft, Buffer.from(await formatSnapshot([...records()])));
    await files.rename(draft, path);
    await alongside?.();
  }

  /** One at a time. A failure costs the next start time, and is tried again after the next change. */
  function save(): void {
    cancel = undefined;
    saving = saving
      .then(write)
      .catch((error) => log.warn('index.snapshot-failed', { cause: errorText(error) }));
  }

  return {
    async load() {
      try {
        return parseSnapshot((await files.readFile(path)).toString());
      } catch (error) {
        if (!isFault(error, 'not-found')) {
          log.warn('index.snapshot-unreadable', { cause: errorText(error) });
        }
        return undefined;
      }
    },
    note() {
      cancel ??= clock.after(saveAfter, save);
    },
    async close() {
      if (cancel !== undefined) {
        cancel();
        save();
      }
      await saving;
    },
  };
}

/** Records formatted before others get their turn. */
const slice = 500;

async function formatSnapshot(records: readonly TicketRecord[]): Promise<string> {
  const lines = [JSON.stringify({ format, version: lineVersion, tickets: records.length })];
  for (const record of records) {
    lines.push(JSON.stringify(toLine(record)));
    if (lines.length % slice === 0) await nextTurn();
  }
  return `${lines.join('\n')}\n`;
}

/** Undefined unless every line can be used. */
function parseSnapshot(text: string): readonly TicketRecord[] | undefined {
  const [head = '', ...lines] = text.split('\n');
  const records: TicketRecord[] = [];
  try {
    const header: unknown = JSON.parse(head);
    if (!isHeader(header) || lines.pop() !== '' || lines.length !== header.tickets)
      return undefined;
    for (const line of lines) {
      const record = readLine(JSON.parse(line));
      if (record === undefined) return undefined;
      records.push(record);
    }
    return records;
  } catch {
    // A line that is no JSON: written by something else, or cut.
    return undefined;
  }
}

function isHeader(value: unknown): value is { readonly tickets: number } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'format' in value &&
    value.format === format &&
    'version' in value &&
    value.version === lineVersion &&
    'tickets' in value
  );
}
