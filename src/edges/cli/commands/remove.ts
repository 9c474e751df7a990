/** `maildesk remove` and `maildesk restore`: out of every list, and back. */
import type { Command } from 'commander';
import { actorOf, announceReceipt, type CliSession, requireNumber, withDesk } from '../session.ts';

export function addRemoveCommands(program: Command, session: CliSession): void {
  program
    .command('remove')
    .description('take a ticket out of every list; nothing of it is lost')
    .argument('<number>')
    .action((given: string) => run(session, given, 'remove'));
  program
    .command('restore')
    .description('bring a removed ticket back as it was')
    .argument('<number>')
    .action((given: string) => run(session, given, 'restore'));
}

async function run(session: CliSession, given: string, kind: 'remove' | 'restore'): Promise<void> {
  const number = requireNumber(given);
  await withDesk(session, 'store', async (desk) => {
    await announceReceipt(desk, await desk.tickets.run(number, { kind }, actorOf(session, desk)));
  });
}
