/** `maildesk reindex`: throws the index away and computes it again from the ticket folders. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { type CliSession, withDesk } from '../session.ts';
import { wakeRunningDesk } from './sweep.ts';

/** What stands in `index/` but belongs to the running desk, not to what it computed. */
const kept = new Set(['desk.pid', 'announce']);

export function addReindexCommand(program: Command, session: CliSession): void {
  program
    .command('reindex')
    .description('delete the index and rebuild it from the ticket folders')
    .action(async () => {
      const { files, directory } = session.host;
      const folder = join(directory, 'index');
      for (const name of (await files.list(folder)) ?? []) {
        if (!kept.has(name)) await files.removeTree(join(folder, name));
      }
      await withDesk(session, 'indexed', async ({ index }) => {
        await index.settled();
        const { tickets } = await index.sweep();
        session.io.stdout(`${tickets} tickets indexed\n`);
      });
      await wakeRunningDesk(session);
    });
}
