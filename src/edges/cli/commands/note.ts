/** `maildesk note`: an internal note, never sent to a customer. */
import type { Command } from 'commander';
import {
  actorOf,
  announceReceipt,
  type CliSession,
  readText,
  requireNumber,
  withDesk,
} from '../session.ts';

export function addNoteCommand(program: Command, session: CliSession): void {
  program
    .command('note')
    .description('add an internal note and print its message id')
    .argument('<number>')
    .argument('[text...]', 'the text; without it, standard input is read')
    .action(async (given: string, words: readonly string[]) => {
      const number = requireNumber(given);
      const text = await readText(session, words);
      await withDesk(session, 'store', async (desk) => {
        const actor = actorOf(session, desk);
        const receipt = await announceReceipt(
          desk,
          await desk.tickets.run(number, { kind: 'note', text }, actor),
        );
        session.io.stdout(`${receipt.message}\n`);
      });
    });
}
