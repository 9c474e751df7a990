/** `maildesk remove`, `restore`, `spam` and `not-spam`: out of the way, and back. */
import type { Command } from 'commander';
import { actorOf, announceReceipt, type CliSession, requireNumber, withDesk } from '../session.ts';

type Kind = 'remove' | 'restore' | 'spam' | 'not-spam';

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
  program
    .command('spam')
    .description('put a ticket into the queue for spam, which teaches the filter')
    .argument('<number>')
    .action((given: string) => run(session, given, 'spam'));
  program
    .command('not-spam')
    .description('put it back where it came from, which teaches the filter as well')
    .argument('<number>')
    .action((given: string) => run(session, given, 'not-spam'));
}

async function run(session: CliSession, given: string, kind: Kind): Promise<void> {
  const number = requireNumber(given);
  await withDesk(session, 'store', async (desk) => {
    await announceReceipt(desk, await desk.tickets.run(number, { kind }, actorOf(session, desk)));
  });
}
