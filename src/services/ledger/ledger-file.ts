/**
 * The account of mails on disk: `index/mails.json`, and `index/mails/*.json` from commands.
 *
 * Promises: whole or not there; what cannot be read is ignored, for no mail depends on it. A command such as
 * `maildesk deliver` hands its own small account in, and the running desk adds it to its own.
 */
import { join } from 'node:path';
import { formatInstant, type Instant, parseInstant } from '../../base/clock.ts';
import { isFault } from '../../base/fault.ts';
import { type MailCount, readCountJson, toCountJson } from '../../core/ledger/counts.ts';
import { parseMessageName } from '../../core/ticket/event.ts';
import { parseTicketNumber } from '../../core/ticket/number.ts';
import { ensureDirectory, type FileOps } from '../../storage/files.ts';
import type { MissingMail } from './receipts.ts';

export interface SavedLedger {
  readonly updated: Instant;
  readonly unaccounted: number;
  /** By day, `YYYYMMDD`. */
  readonly days: ReadonlyMap<string, MailCount>;
  readonly missing: readonly MissingMail[];
}

/** What a command filed. */
export interface HandedIn {
  /** By source. */
  readonly counts: ReadonlyMap<string, MailCount>;
  readonly receipts: readonly MissingMail[];
}

export interface LedgerFile {
  load(): Promise<SavedLedger | undefined>;
  save(saved: SavedLedger): Promise<void>;
  /** `name` must be one that nobody else makes. */
  handIn(name: string, account: HandedIn): Promise<void>;
  /** Each account once. */
  takeHandedIn(): Promise<readonly HandedIn[]>;
}

/** Without a running desk nobody takes them; they must not fill the disk. */
const mostHandedIn = 10_000;

export function createLedgerFile(files: FileOps, indexDirectory: string): LedgerFile {
  const path = join(indexDirectory, 'mails.json');
  const folder = join(indexDirectory, 'mails');

  async function readJson(from: string): Promise<unknown> {
    try {
      return JSON.parse((await files.readFile(from)).toString('utf8'));
    } catch (error) {
      // Not there yet, or cut off: then there is nothing to go on from.
      if (isFault(error, 'not-found') || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  return {
    load: async () => readSaved(await readJson(path)),
    async save({ updated, unaccounted, days, missing }) {
      const draft = `${path}.tmp`;
      const value = {
        version: 1,
        updated: formatInstant(updated),
        unaccounted,
        days: Object.fromEntries([...days].map(([day, count]) => [day, toCountJson(count)])),
        missing: missing.map(toReceiptJson),
      };
      await files.unlink(draft);
      await files.createFile(draft, Buffer.from(`${JSON.stringify(value, null, 1)}\n`));
      await files.rename(draft, path);
    },
    async handIn(name, { counts, receipts }) {
      await ensureDirectory(files, folder, indexDirectory);
      if (((await files.list(folder)) ?? []).length >= mostHandedIn) return;
      const value = {
        version: 1,
        counts: Object.fromEntries([...counts].map(([via, count]) => [via, toCountJson(count)])),
        receipts: receipts.map(toReceiptJson),
      };
      const draft = join(folder, `.${name}`);
      await files.createFile(draft, Buffer.from(JSON.stringify(value)));
      await files.rename(draft, join(folder, `${name}.json`));
    },
    async takeHandedIn() {
      const taken: HandedIn[] = [];
      for (const name of (await files.list(folder)) ?? []) {
        if (name.startsWith('.')) continue;
        const account = readHandedIn(await readJson(join(folder, name)));
        // Removed first: counted twice would be an imbalance that nobody could explain.
        if (await files.unlink(join(folder, name))) taken.push(account);
      }
      return taken;
    },
  };
}

/** Undefined when it is none. */
export function readSaved(value: unknown): SavedLedger | undefined {
  const table = tableOf(value);
  const updated = parseInstant(textOf(table.updated));
  if (table.version !== 1 || updated === undefined) return undefined;
  const unaccounted = Number(table.unaccounted);
  return {
    updated,
    unaccounted: Number.isSafeInteger(unaccounted) && unaccounted > 0 ? unaccounted : 0,
    days: new Map(
      Object.entries(tableOf(table.days))
        .filter(([day]) => /^\d{8}$/.test(day))
        .map(([day, count]) => [day, readCountJson(count)]),
    ),
    missing: readReceipts(table.missing),
  };
}

function readHandedIn(value: unknown): HandedIn {
  const { counts, receipts } = tableOf(value);
  const known = Object.entries(tableOf(counts)).filter(([via]) => /^[a-z]{1,20}$/.test(via));
  return {
    counts: new Map(known.map(([via, count]) => [via, readCountJson(count)])),
    receipts: readReceipts(receipts),
  };
}

function toReceiptJson({ ticket, message, received }: MissingMail) {
  return { ticket, message, received: formatInstant(received) };
}

function readReceipts(value: unknown): readonly MissingMail[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.slice(0, mostHandedIn).flatMap((each) => {
    const table = tableOf(each);
    const ticket = parseTicketNumber(textOf(table.ticket));
    const message = parseMessageName(textOf(table.message));
    const received = parseInstant(textOf(table.received));
    return ticket === undefined || message === undefined || received === undefined
      ? []
      : [{ ticket, message, received }];
  });
}

function tableOf(value: unknown): Readonly<Record<string, unknown>> {
  return isTable(value) ? value : {};
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
