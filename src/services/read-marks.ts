/**
 * What each agent has seen of each ticket.
 *
 * Owns: `agents/LOGIN/seen`, one line `NUMBER MILLISECONDS` a mark, the last one of a ticket counts. Promises: after
 * `load` it answers from memory. The file may be lost or damaged: then tickets are shown as unread again, no more.
 * Leaves to others: what counts as news (services/index).
 */
import { dirname, join } from 'node:path';
import { type Instant, toInstant } from '../base/clock.ts';
import { isFault } from '../base/fault.ts';
import { createKeyedSerial } from '../base/serial.ts';
import { isTicketNumber, type TicketNumber } from '../core/ticket/number.ts';
import { ensureDirectory, type FileOps } from '../storage/files.ts';

export interface ReadMarks {
  /** Reads the agent's marks, once. */
  load(login: string): Promise<void>;
  /** Undefined when never seen, or before `load`. */
  lastSeen(login: string, number: TicketNumber): Instant | undefined;
  /** Another text after each change of the agent's marks. */
  revision(login: string): string;
  /** Remembers that everything up to the instant was seen. */
  mark(login: string, number: TicketNumber, at: Instant): Promise<void>;
}

export interface ReadMarksDeps {
  readonly files: FileOps;
  /** The `agents` directory; it is created when missing. */
  readonly directory: string;
}

/** Tickets remembered for one agent; the marks written first are forgotten first. */
const mostMarks = 50_000;
/** A file with this many lines too many is written anew. */
const mostRepetitions = 5000;

type Marks = Map<TicketNumber, Instant>;

export function createReadMarks({ files, directory }: ReadMarksDeps): ReadMarks {
  const agents = new Map<string, Marks>();
  const loading = new Map<string, Promise<void>>();
  const revisions = new Map<string, number>();
  const serial = createKeyedSerial();
  const pathOf = (login: string) =>
    join(directory, encodeURIComponent(login).replaceAll('.', '%2E'), 'seen');

  async function read(login: string): Promise<void> {
    const lines = (await readText(files, pathOf(login))).split('\n');
    const marks = parseMarks(lines);
    agents.set(login, marks);
    if (lines.length - marks.size > mostRepetitions) await rewrite(login, marks);
  }

  async function rewrite(login: string, marks: Marks): Promise<void> {
    const path = pathOf(login);
    const draft = `${path}.new`;
    await files.unlink(draft);
    await files.createFile(draft, Buffer.from([...marks].map(formatMark).join('')));
    await files.rename(draft, path);
  }

  async function load(login: string): Promise<void> {
    if (agents.has(login)) return;
    let reading = loading.get(login);
    if (reading === undefined) {
      reading = read(login).finally(() => loading.delete(login));
      loading.set(login, reading);
    }
    await reading;
  }

  return {
    load,
    revision: (login) => `${agents.has(login)} ${revisions.get(login) ?? 0}`,
    lastSeen: (login, number) => agents.get(login)?.get(number),
    async mark(login, number, at) {
      await load(login);
      const marks = agents.get(login);
      if (marks === undefined || (marks.get(number) ?? -1) >= at) return;
      marks.delete(number);
      marks.set(number, at);
      revisions.set(login, (revisions.get(login) ?? 0) + 1);
      await serial.run(login, async () => {
        await append(pathOf(login), formatMark([number, at]));
      });
    },
  };

  /** Every look at a ticket comes here, so the folder is asked for only when it is not there. */
  async function append(path: string, line: string): Promise<void> {
    try {
      await files.append(path, line);
    } catch (error) {
      if (!isFault(error, 'not-found')) throw error;
      await ensureDirectory(files, dirname(path), directory);
      await files.append(path, line);
    }
  }
}

async function readText(files: FileOps, path: string): Promise<string> {
  try {
    return (await files.readFile(path)).toString('utf8');
  } catch (error) {
    if (isFault(error, 'not-found')) return '';
    throw error;
  }
}

function parseMarks(lines: readonly string[]): Marks {
  const marks: Marks = new Map();
  for (const line of lines) {
    const [number = '', time = ''] = line.split(' ');
    if (!isTicketNumber(number) || !/^[0-9]{1,15}$/.test(time)) continue;
    marks.delete(number);
    marks.set(number, toInstant(Number(time)));
  }
  return new Map([...marks].slice(-mostMarks));
}

function formatMark([number, at]: readonly [TicketNumber, Instant]): string {
  return `${number} ${at}\n`;
}
