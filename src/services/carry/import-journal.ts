/**
 * How far an import is: one line a mail in `index/imports/ID`, appended after the mail is durable in its ticket.
 *
 * Promises: what stands in it was done; what is missing in it may have been done all the same, and is found in the tickets
 * then. So it may be lost, torn or deleted at any time. A journal of another plan is begun anew.
 */
import { dirname, join } from 'node:path';
import { isFault } from '../../base/fault.ts';
import { parseTicketNumber, type TicketNumber } from '../../core/ticket/number.ts';
import { ensureDirectory, type FileOps } from '../../storage/files.ts';

export const importOutcomes = ['made', 'joined', 'duplicate', 'failed'] as const;

export type ImportOutcome = (typeof importOutcomes)[number];

/** What became of a mail of the plan. */
export interface ImportedRow {
  /** Its place in the plan. */
  readonly at: number;
  readonly outcome: ImportOutcome;
  /** Undefined for one that could not be read. */
  readonly ticket: TicketNumber | undefined;
  readonly problems: readonly string[];
}

export interface ImportJournal {
  /** What is known to be done. */
  readonly rows: readonly ImportedRow[];
  append(rows: readonly ImportedRow[]): Promise<void>;
  /** When all is done there is nothing to remember. */
  remove(): Promise<void>;
}

export async function openJournal(
  files: FileOps,
  {
    directory,
    id,
    plan,
  }: { readonly directory: string; readonly id: string; readonly plan: string },
): Promise<ImportJournal> {
  const path = join(directory, 'index', 'imports', id);
  await ensureDirectory(files, dirname(path), directory);
  const text = await readIfThere(files, path);
  const [head = '', ...lines] = text.split('\n');
  const isSame = head === headOf(plan);
  if (!isSame) {
    await files.unlink(path);
    await files.append(path, `${headOf(plan)}\n`);
  } else if (!text.endsWith('\n')) await files.append(path, '\n');
  const rows = new Map<number, ImportedRow>();
  for (const row of isSame ? lines.flatMap(readRow) : []) rows.set(row.at, row);
  return {
    rows: [...rows.values()],
    append: (more) => files.append(path, more.map(formatRow).join('')),
    async remove() {
      await files.unlink(path);
    },
  };
}

function headOf(plan: string): string {
  return `plan ${plan}`;
}

function formatRow({ at, outcome, ticket, problems }: ImportedRow): string {
  return `${at} ${outcome} ${ticket ?? '-'} ${problems.join(',') || '-'} .\n`;
}

/** The full stop at its end says that a line is whole. */
function readRow(line: string): readonly ImportedRow[] {
  const [at = '', outcome = '', ticket = '', problems = '', stop] = line.split(' ');
  const known = importOutcomes.find((each) => each === outcome);
  if (!/^[0-9]{1,12}$/.test(at) || known === undefined || stop !== '.') return [];
  return [
    {
      at: Number(at),
      outcome: known,
      ticket: parseTicketNumber(ticket),
      problems: problems === '-' ? [] : problems.split(','),
    },
  ];
}

async function readIfThere(files: FileOps, path: string): Promise<string> {
  try {
    return (await files.readFile(path)).toString('utf8');
  } catch (error) {
    if (isFault(error, 'not-found')) return '';
    throw error;
  }
}
