/** `maildesk figures`: what the overview shows, for a terminal, a script or a spreadsheet; with `--as` what that agent sees. */
import type { Command } from 'commander';
import { minute } from '../../../base/clock.ts';
import { formatDate } from '../../../core/escalation/calendar.ts';
import type { Figures } from '../../../core/figures/figures.ts';
import { formatCsv } from '../../../services/present/figures-csv.ts';
import { figuresJson } from '../../../services/present/figures-json.ts';
import { type FiguresQuery, readFigures } from '../../../services/present/figures-request.ts';
import { isTableId, shareOf, tableIds, tableOf } from '../../../services/present/figures-tables.ts';
import { ticketFailure } from '../failure.ts';
import { actorOf, type CliSession, withDesk } from '../session.ts';
import { formatTable } from '../text.ts';

interface FiguresOptions extends FiguresQuery {
  readonly json?: boolean;
  readonly csv?: string;
}

export function addFiguresCommand(program: Command, session: CliSession): void {
  program
    .command('figures')
    .description('what came, what was done and how long it took, over a time')
    .option('--queue <name>', 'of this queue and those within it')
    .option('--team <role>', 'of the agents with this role')
    .option('--agent <login>', 'of this agent')
    .option('--language <tag>', 'of tickets in this language; "none" where nobody knows')
    .option('--period <name>', 'today, 7d, 30d (the usual one), 90d, month, last-month or year')
    .option('--from <day>', 'the first day, such as 2026-11-01')
    .option('--to <day>', 'the last day')
    .option('--by <step>', 'in parts of an hour, day, week or month')
    .option('--json', 'as JSON')
    .option('--csv <table>', `one table as CSV: ${tableIds.join(', ')}`)
    .action((options: FiguresOptions) =>
      withDesk(session, 'indexed', async (desk) => {
        const { figures, config } = desk;
        const { json, csv, ...query } = options;
        if (csv !== undefined && !isTableId(csv))
          throw ticketFailure({
            code: 'bad-value',
            field: 'csv',
            value: csv,
            expected: tableIds.join(', '),
          });
        const asked = readFigures(query, session.host.clock.now(), config.current().desk.timeZone);
        if (!asked.ok) throw ticketFailure(asked.refusal);
        const actor = actorOf(session, desk);
        const viewer = actor.kind === 'agent' ? desk.accounts.find(actor.login) : undefined;
        const { filter, days, by } = asked.value;
        const answer = await figures.read({ viewer, filter, days, by });
        if (!answer.ok) throw ticketFailure(answer.refusal);
        const { stdout, isTerminal } = session.io;
        if (csv !== undefined) stdout(formatCsv(tableOf(csv, answer.value), headingOf));
        else if (json === true) stdout(`${JSON.stringify(figuresJson(answer.value, filter))}\n`);
        else stdout(formatTable(toRows(answer.value), { isTerminal }));
      }),
    );
}

function headingOf({ name, kind }: { readonly name: string; readonly kind: string }): string {
  return kind === 'duration' ? `${name}Minutes` : name;
}

function toRows({ period, present, sum, firstResponse, solution }: Figures) {
  const share = shareOf(sum.withModules, sum.ours);
  return [
    ['days', `${formatDate(period.first)} to ${formatDate(period.last)} (${period.timeZone})`],
    ['open now', `${present.open}, ${present.unowned} without an owner`],
    ['unanswered now', String(present.unanswered)],
    ['late now', String(present.late)],
    ['opened', `${sum.opened}, and ${sum.reopened} again`],
    ['closed', String(sum.closed)],
    ['open', `${sum.openBefore} before, ${sum.openAfter} after`],
    ['answers', `${sum.ours}, with modules ${share === undefined ? '-' : percent(share)}`],
    ['first response', spread(firstResponse.wall, firstResponse.working)],
    ['solution', spread(solution.wall, solution.working)],
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function spread(wall: Figures['firstResponse']['wall'], working: typeof wall): string {
  if (wall.count === 0) return '-';
  const minutes = (value: number | undefined) => `${Math.round((value ?? 0) / minute)} min`;
  return `half within ${minutes(wall.median)} (working time ${minutes(working.median)}), 90 % within ${minutes(wall.ninth)}`;
}
