/** `maildesk agent absence`: when an agent is away, and who stands in. */
import type { Command } from 'commander';
import { exits } from '../exit-codes.ts';
import { accountFailure, CliFailure } from '../failure.ts';
import { type CliSession, withDesk } from '../session.ts';

interface AbsenceOptions {
  readonly from?: string;
  readonly until?: string;
  readonly standIn?: string;
  readonly text?: string;
  readonly handOver?: true;
  readonly end?: true;
}

/** `agent` is the command whose sub-command this is. */
export function addAbsenceCommand(agent: Command, session: CliSession): void {
  agent
    .command('absence')
    .description('say when an agent is away and who stands in, or end it')
    .argument('<login>')
    .option('--from <day>', 'the first day away, such as 2026-12-24')
    .option('--until <day>', 'the last day away')
    .option('--stand-in <login>', 'who looks after the tickets')
    .option('--text <text>', 'what colleagues read')
    .option('--hand-over', 'mail of a customer gives the ticket to the stand-in')
    .option('--end', 'the agent is there again')
    .action((login: string, options: AbsenceOptions) =>
      withDesk(session, 'store', async ({ accounts }) => {
        const { from, until, standIn, text = '', handOver = false, end } = options;
        if (end !== true && (from === undefined || until === undefined))
          throw new CliFailure(
            exits.usage,
            'Days are missing; expected --from and --until, or --end',
          );
        const changed = await accounts.setAbsence(
          login,
          end === true || from === undefined || until === undefined
            ? undefined
            : { from, until, standIn, text, handOver },
        );
        if (!changed.ok) throw accountFailure(changed.refusal);
      }),
    );
}
