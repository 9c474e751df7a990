/** `maildesk assign`, `advice`, `escalate`: what colleagues do with a ticket among themselves. */
import { type Command, InvalidArgumentError } from 'commander';
import type { TeamCommand } from '../../../core/ticket/team.ts';
import { exits } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import {
  actorOf,
  announceReceipt,
  type CliSession,
  readText,
  requireNumber,
  withDesk,
} from '../session.ts';

export function addTeamCommands(program: Command, session: CliSession): void {
  program
    .command('assign')
    .description('give a ticket to an agent, or with --queue to a team, with the reason as a note')
    .argument('<number>')
    .argument('[agent]', 'a login; left out with --queue')
    .argument('[reason...]', 'the reason; without it, standard input is read')
    .option('--queue <queue>', 'the team of this queue; nobody owns the ticket then')
    .action(
      async (
        given: string,
        agent: string | undefined,
        words: readonly string[],
        { queue }: { readonly queue?: string },
      ) => {
        // With a queue there is no agent, so the first word belongs to the reason.
        const reason = queue === undefined || agent === undefined ? words : [agent, ...words];
        const text = await readText(session, reason);
        await run(
          session,
          given,
          queue === undefined
            ? { kind: 'hand-over', owner: agent ?? '', text }
            : { kind: 'hand-over', queue, text },
        );
      },
    );

  program
    .command('advice')
    .description('ask a colleague for advice, or say with --done that it is given or taken back')
    .argument('<number>')
    .argument('<agent>', 'a login', readLogin)
    .argument('[text...]', 'the question; without it, standard input is read')
    .option('--done', 'the advice is given, or the mention seen; a text is a note')
    .action(
      async (
        given: string,
        agent: string,
        words: readonly string[],
        { done }: { readonly done?: true },
      ) => {
        if (done !== true) {
          const text = await readText(session, words);
          return run(session, given, { kind: 'ask-advice', agent, text });
        }
        const text = words.join(' ');
        await run(session, given, {
          kind: 'end-advice',
          agent,
          ...(text === '' ? {} : { text }),
        });
      },
    );

  program
    .command('escalate')
    .description('take a ticket to the second level, or back, with the reason as a note')
    .argument('<number>')
    .argument('[reason...]', 'the reason; without it, standard input is read')
    .option('--back', 'bring it back to the queue and the owner that it came from')
    .action(async (given: string, words: readonly string[], { back }: { readonly back?: true }) => {
      const text = await readText(session, words);
      await run(session, given, { kind: back === true ? 'bring-back' : 'escalate', text });
    });
}

function readLogin(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('expected a login');
  return text.trim();
}

/** Carries it out and prints the message id of the note. */
async function run(session: CliSession, given: string, command: TeamCommand): Promise<void> {
  const number = requireNumber(given);
  if (command.kind === 'hand-over' && command.owner === '')
    throw new CliFailure(exits.usage, 'Nobody is named; expected a login or --queue');
  await withDesk(session, 'store', async (desk) => {
    const actor = actorOf(session, desk);
    const receipt = await announceReceipt(desk, await desk.tickets.run(number, command, actor));
    session.io.stdout(`${receipt.message}\n`);
  });
}
