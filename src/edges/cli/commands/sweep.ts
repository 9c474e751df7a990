/** `maildesk sweep`: looks at every ticket folder now. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { isFault } from '../../../base/fault.ts';
import { type CliSession, withDesk } from '../session.ts';

export function addSweepCommand(program: Command, session: CliSession): void {
  program
    .command('sweep')
    .description(
      'find what was changed by hand: the running desk looks at once, else this command does',
    )
    .action(async () => {
      const running = await wakeRunningDesk(session);
      if (running !== undefined) {
        session.io.stdout(`The running desk (process ${running}) sweeps now\n`);
        return;
      }
      await withDesk(session, 'store', async ({ index }) => {
        const { tickets, changed, gone } = await index.sweep();
        session.io.stdout(`${tickets} tickets, ${changed} changed, ${gone} gone\n`);
      });
    });
}

/** The process id of the desk that was told; undefined when none runs. */
export async function wakeRunningDesk({ host }: CliSession): Promise<number | undefined> {
  const processId = await readProcessId(host.files, join(host.directory, 'index', 'desk.pid'));
  return processId !== undefined && host.wakeDesk(processId) ? processId : undefined;
}

async function readProcessId(
  files: CliSession['host']['files'],
  path: string,
): Promise<number | undefined> {
  try {
    const digits = /^\s*([0-9]{1,10})\b/.exec((await files.readFile(path)).toString('latin1'))?.[1];
    // 0 and 1 are no desk; a signal to 0 would reach this command's own group.
    return digits === undefined || Number(digits) < 2 ? undefined : Number(digits);
  } catch (error) {
    if (isFault(error, 'not-found')) return undefined;
    throw error;
  }
}
