/** `maildesk merge`, `unmerge`, `split`, `move`: what belongs to which ticket. */
import type { Command } from 'commander';
import type { Result } from '../../../base/result.ts';
import type { Refusal } from '../../../core/ticket/decide.ts';
import { type Actor, type MessageName, parseMessageName } from '../../../core/ticket/event.ts';
import type { Regroup } from '../../../services/regroup.ts';
import type { Regrouped } from '../../../services/regroup-parts.ts';
import { ticketFailure } from '../failure.ts';
import { actorOf, type CliSession, requireNumber, withDesk } from '../session.ts';

export function addRegroupCommands(program: Command, session: CliSession): void {
  program
    .command('merge')
    .description('merge a ticket into another one and print the number that remains')
    .argument('<number>')
    .argument('<into>', 'the ticket that shows the messages of both from then')
    .action((given: string, into: string) =>
      regroup(session, (desk, actor) =>
        desk.merge(requireNumber(given), requireNumber(into), actor),
      ),
    );
  program
    .command('unmerge')
    .description('take the merge of a ticket back')
    .argument('<number>', 'the ticket that was merged into another one')
    .action((given: string) =>
      regroup(session, (desk, actor) => desk.unmerge(requireNumber(given), actor)),
    );
  program
    .command('split')
    .description('move a message to a new ticket and print its number')
    .argument('<number>')
    .argument('<message>', 'id of the message, as show prints it')
    .action((given: string, message: string) =>
      regroup(session, (desk, actor) =>
        desk.split(requireNumber(given), requireMessage(message), actor),
      ),
    );
  program
    .command('move')
    .description('move a message to another ticket and print its number')
    .argument('<number>')
    .argument('<message>', 'id of the message, as show prints it')
    .argument('<into>')
    .action((given: string, message: string, into: string) =>
      regroup(session, (desk, actor) =>
        desk.move(requireNumber(given), requireMessage(message), requireNumber(into), actor),
      ),
    );
}

async function regroup(
  session: CliSession,
  work: (desk: Regroup, actor: Actor) => Promise<Result<Regrouped, Refusal>>,
): Promise<void> {
  await withDesk(session, 'store', async (desk) => {
    const result = await work(desk.regroup, actorOf(session, desk));
    if (!result.ok) throw ticketFailure(result.refusal);
    for (const number of result.value.changed) await desk.announce(number);
    session.io.stdout(`${result.value.ticket}\n`);
  });
}

function requireMessage(given: string): MessageName {
  const message = parseMessageName(given);
  if (message === undefined) throw ticketFailure({ code: 'unknown-message', message: given });
  return message;
}
