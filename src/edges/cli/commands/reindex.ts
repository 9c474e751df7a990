/**
 * `maildesk reindex`: computes the index again from the ticket folders, and says what was different.
 *
 * Promises: a difference is told, for the index should have known it, and the command ends with 65 then. A running desk does
 * the same with its own index, and logs what it finds.
 */
import { join } from 'node:path';
import type { Command } from 'commander';
import type { RebuildReport } from '../../../services/index/index.ts';
import { exits } from '../exit-codes.ts';
import { type CliSession, withDesk } from '../session.ts';
import { formatJson, formatTable } from '../text.ts';
import { wakeRunningDesk } from './sweep.ts';

/** What stands in `index/` but belongs to the running desk, not to what it computed. */
const kept = new Set(['desk.pid', 'announce', 'batches', 'imap', 'mails', 'mails.json']);
const mostShown = 100;

/** In `index/`: a running desk makes its index again when it finds this file. */
export const rebuildMark = 'rebuild';

interface Outcome extends RebuildReport {
  /** Changed since the index was saved: nothing is wrong with that. */
  readonly behind: number;
}

export function addReindexCommand(program: Command, session: CliSession): void {
  program
    .command('reindex')
    .description('make the index again from the ticket folders, and say what was different')
    .option('--json', 'print JSON')
    .action(async ({ json }: { readonly json?: true }) => {
      const outcome = await rebuild(session);
      const { tickets, behind, differences } = outcome;
      const isRight = differences.length === 0;
      session.io.stdout(
        json
          ? formatJson({ tickets, behind, ok: isRight, differences })
          : toReport(outcome, session.io.isTerminal),
      );
      if (!isRight) session.endWith(exits.data);
      await tellRunningDesk(session);
    });
}

async function rebuild(session: CliSession): Promise<Outcome> {
  const { files, directory } = session.host;
  return withDesk(session, 'store', async ({ index }) => {
    // What changed since the index was saved is no difference: a sweep finds it every minute.
    const { changed, gone } = await index.sweep();
    const report = await index.rebuild(progress(session));
    const folder = join(directory, 'index');
    for (const name of (await files.list(folder)) ?? [])
      if (!kept.has(name)) await files.removeTree(join(folder, name));
    return { ...report, behind: changed + gone };
  });
}

/** On a terminal, one line that counts. */
function progress({ io }: CliSession): (done: number) => void {
  if (!io.isTerminal) return () => {};
  return (done) => {
    if (done % 500 === 0) io.stderr(`\r${done} tickets read`);
  };
}

async function tellRunningDesk(session: CliSession): Promise<void> {
  const { files, directory } = session.host;
  const mark = join(directory, 'index', rebuildMark);
  await files.unlink(mark);
  await files.createFile(mark, Buffer.alloc(0));
  if ((await wakeRunningDesk(session)) === undefined) await files.unlink(mark);
}

function toReport({ tickets, behind, differences }: Outcome, isTerminal: boolean): string {
  const rows = differences
    .slice(0, mostShown)
    .map(({ number, fields }) => [number, `was wrong in ${fields.join(', ')}`]);
  const start = isTerminal ? '\r' : '';
  const sums = `${tickets} tickets indexed, ${behind} had changed since, ${differences.length} were wrong`;
  return `${start}${formatTable(rows, { isTerminal })}${sums}\n`;
}
