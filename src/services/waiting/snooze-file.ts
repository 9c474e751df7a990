/**
 * What each agent has put aside: `agents/LOGIN/snoozed`, one line a fact, only ever appended.
 *
 *     snooze TICKET UNTIL SINCE
 *     wake TICKET AT
 *
 * Times are milliseconds since 1970. Promises: the last line of a ticket counts; a damaged line is no line; the file may be
 * lost: then nothing is put aside. Leaves to others: when it ends (snoozes.ts).
 */
import { dirname, join } from 'node:path';
import { type Instant, toInstant } from '../../base/clock.ts';
import { isFault } from '../../base/fault.ts';
import { createKeyedSerial } from '../../base/serial.ts';
import type { Snooze } from '../../core/team/snooze.ts';
import { parseTicketNumber, type TicketNumber } from '../../core/ticket/number.ts';
import { ensureDirectory, type FileOps } from '../../storage/files.ts';

export interface SnoozeFiles {
  /** Every ticket's last snooze. The same object as long as the file is the same. */
  read(login: string): Promise<ReadonlyMap<TicketNumber, Snooze>>;
  snooze(login: string, snooze: Snooze): Promise<void>;
  wake(login: string, number: TicketNumber, at: Instant): Promise<void>;
}

export interface SnoozeFilesDeps {
  readonly files: FileOps;
  /** The `agents` directory. */
  readonly directory: string;
}

/** Tickets that are kept of one agent; the oldest are forgotten first. */
const mostKept = 1000;
/** A file with more lines is written anew. */
const mostLines = 4 * mostKept;

interface Known {
  readonly size: number;
  readonly lines: number;
  readonly snoozes: ReadonlyMap<TicketNumber, Snooze>;
}

export function createSnoozeFiles({ files, directory }: SnoozeFilesDeps): SnoozeFiles {
  const known = new Map<string, Known>();
  const serial = createKeyedSerial();
  const pathOf = (login: string) =>
    join(directory, encodeURIComponent(login).replaceAll('.', '%2E'), 'snoozed');

  /** Another process may have appended: the size tells. */
  async function load(login: string): Promise<Known> {
    const size = (await files.stat(pathOf(login)))?.size ?? 0;
    const before = known.get(login);
    if (before?.size === size) return before;
    const text = size === 0 ? '' : await readText(files, pathOf(login));
    const lines = text.split('\n').slice(0, -1);
    const read = { size: Buffer.byteLength(text), lines: lines.length, snoozes: parse(lines) };
    known.set(login, read);
    return read;
  }

  async function append(login: string, line: string): Promise<void> {
    const path = pathOf(login);
    await ensureDirectory(files, dirname(path), directory);
    const { lines, snoozes } = await load(login);
    if (lines > mostLines) await rewrite(path, snoozes);
    await files.append(path, line);
    await load(login);
  }

  async function rewrite(path: string, snoozes: ReadonlyMap<TicketNumber, Snooze>): Promise<void> {
    const draft = `${path}.new`;
    await files.unlink(draft);
    await files.createFile(draft, Buffer.from([...snoozes.values()].map(format).join('')));
    await files.rename(draft, path);
  }

  return {
    read: (login) => serial.run(login, async () => (await load(login)).snoozes),
    snooze: (login, snooze) => serial.run(login, () => append(login, format(snooze))),
    wake: (login, number, at) => serial.run(login, () => append(login, `wake ${number} ${at}\n`)),
  };
}

function format({ number, until, since, ended }: Snooze): string {
  const end = ended === undefined ? '' : `wake ${number} ${ended}\n`;
  return `snooze ${number} ${until} ${since}\n${end}`;
}

function parse(lines: readonly string[]): ReadonlyMap<TicketNumber, Snooze> {
  const snoozes = new Map<TicketNumber, Snooze>();
  for (const line of lines) {
    const [word = '', digits = '', ...times] = line.split(' ');
    const number = parseTicketNumber(digits);
    const [first, second] = times.map(toTime);
    if (number === undefined || first === undefined) continue;
    if (word === 'snooze' && second !== undefined) {
      snoozes.delete(number);
      snoozes.set(number, { number, until: first, since: second, ended: undefined });
    }
    const before = snoozes.get(number);
    if (word === 'wake' && before !== undefined && before.ended === undefined)
      snoozes.set(number, { ...before, ended: first });
  }
  return new Map([...snoozes].slice(-mostKept));
}

function toTime(text: string): Instant | undefined {
  return /^[0-9]{1,15}$/.test(text) ? toInstant(Number(text)) : undefined;
}

async function readText(files: FileOps, path: string): Promise<string> {
  try {
    return (await files.readFile(path)).toString('utf8');
  } catch (error) {
    if (isFault(error, 'not-found')) return '';
    throw error;
  }
}
