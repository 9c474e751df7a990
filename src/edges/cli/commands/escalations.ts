/** `maildesk escalations`: what is late, and what falls due next. */
import { type Command, InvalidArgumentError } from 'commander';
import { displayName } from '../../../core/message/address.ts';
import type { Board, BoardTicket } from '../../../services/escalation/board.ts';
import { actionText, toEscalationsJson } from '../../../services/present/escalations-json.ts';
import { mostListed, parseLimit } from '../../../services/present/list-request.ts';
import { type CliSession, withDesk } from '../session.ts';
import { formatJson, formatLocal, formatTable, shorten } from '../text.ts';

interface EscalationsOptions {
  readonly limit: number;
  readonly json?: true;
}

export function addEscalationsCommand(program: Command, session: CliSession): void {
  program
    .command('escalations')
    .description('what is late, and what falls due next, the most urgent first')
    .option(
      '--limit <count>',
      `at most so many tickets, up to ${mostListed} (default: 50)`,
      readLimit,
      50,
    )
    .option('--json', 'print JSON')
    .action((options: EscalationsOptions) =>
      withDesk(session, 'indexed', async (desk) => {
        const board = await desk.board.read(undefined);
        if (options.json) {
          session.io.stdout(formatJson(toEscalationsJson(board, options.limit)));
          return;
        }
        const { timeZone } = desk.config.current().desk;
        session.io.stdout(
          toTable(board, { ...options, timeZone, isTerminal: session.io.isTerminal }),
        );
        const { late, soon, unowned, open } = board.figures;
        session.io.stderr(
          `${late} late, ${soon} due within the hour, ${unowned} of ${open} open ones without an owner\n`,
        );
      }),
    );
}

function readLimit(text: string): number {
  const limit = parseLimit(text);
  if (limit === undefined)
    throw new InvalidArgumentError(`expected a whole number from 1 to ${mostListed}`);
  return limit;
}

function toTable(
  { at, tickets }: Board,
  {
    limit,
    timeZone,
    isTerminal,
  }: { readonly limit: number; readonly timeZone: string; readonly isTerminal: boolean },
): string {
  const rows = tickets
    .slice(0, limit)
    .map(({ record, clock, due, next }: BoardTicket) => [
      record.number,
      formatLocal(due, timeZone),
      due <= at ? 'late' : '-',
      clock.kind,
      record.standing.isEscalated ? '2' : '1',
      record.queue,
      record.owner ?? '-',
      record.customer === undefined ? '-' : shorten(displayName(record.customer), 24),
      shorten(record.subject, 60),
      next === undefined
        ? '-'
        : `${formatLocal(next.at, timeZone)} ${next.actions.map(actionText).join('; ')}`,
    ]);
  return formatTable(rows, {
    header: [
      'NUMBER',
      'DUE',
      'LATE',
      'CLOCK',
      'LEVEL',
      'QUEUE',
      'OWNER',
      'CUSTOMER',
      'SUBJECT',
      'NEXT STEP',
    ],
    isTerminal,
  });
}
