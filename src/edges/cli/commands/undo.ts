/** `maildesk undo`: takes a change back, or a whole bulk action. */
import type { Command } from 'commander';
import { parseMessageName } from '../../../core/ticket/event.ts';
import { exits } from '../exit-codes.ts';
import { bulkFailure, CliFailure, ticketFailure } from '../failure.ts';
import { actorOf, type CliSession, requireNumber, withDesk } from '../session.ts';
import { runPlan } from './bulk.ts';

export function addUndoCommand(program: Command, session: CliSession): void {
  program
    .command('undo')
    .description('take a change of a ticket back, or with --batch a bulk action')
    .argument('[number]')
    .argument('[event]', 'id of the event, as show --json prints it (default: your last change)')
    .option('--batch <id>', 'take this bulk action back')
    .action(
      async (
        given: string | undefined,
        event: string | undefined,
        { batch }: { readonly batch?: string },
      ) => {
        if ((given === undefined) === (batch === undefined))
          throw new CliFailure(exits.usage, 'Expected either the number of a ticket or --batch ID');
        if (batch !== undefined) await undoBatch(session, batch);
        else await undoOne(session, given ?? '', event);
      },
    );
}

async function undoOne(
  session: CliSession,
  given: string,
  event: string | undefined,
): Promise<void> {
  const number = requireNumber(given);
  const name = event === undefined ? undefined : parseMessageName(event);
  if (event !== undefined && name === undefined)
    throw ticketFailure({ code: 'unknown-message', message: event });
  await withDesk(session, 'store', async (desk) => {
    const done = await desk.undo.undo(number, name, actorOf(session, desk));
    if (!done.ok) throw ticketFailure(done.refusal);
    for (const changed of done.value.changed) await desk.announce(changed);
    session.io.stdout(`${done.value.ticket}\n`);
  });
}

async function undoBatch(session: CliSession, batch: string): Promise<void> {
  await withDesk(session, 'store', async (desk) => {
    const planned = await desk.bulk.planUndo(batch, actorOf(session, desk));
    if (!planned.ok) throw bulkFailure(planned.refusal);
    await runPlan(session, desk, planned.value);
  });
}
