/** `maildesk due`: the clocks of a ticket, and why it is due then. */
import type { Command } from 'commander';
import { parseInstant } from '../../../base/clock.ts';
import { subjectOf } from '../../../services/escalation/due-book.ts';
import {
  type ClockJson,
  type DueReportJson,
  toDueReport,
} from '../../../services/present/due-json.ts';
import { ticketFailure } from '../failure.ts';
import { type CliSession, requireNumber, withDesk } from '../session.ts';
import { formatJson, formatLocal, toLine } from '../text.ts';

export function addDueCommand(program: Command, session: CliSession): void {
  program
    .command('due')
    .description('show what of a ticket is due when, and why')
    .argument('<number>')
    .option('--json', 'print JSON')
    .action(async (given: string, { json }: { readonly json?: true }) => {
      const number = requireNumber(given);
      await withDesk(session, 'store', async ({ reader, due, config }) => {
        const folder = await reader.read(number);
        if (folder === undefined) throw ticketFailure({ code: 'unknown-ticket', number });
        const subject = subjectOf(folder);
        const report = toDueReport(
          due.of(subject),
          due.measureOf(subject),
          session.host.clock.now(),
        );
        session.io.stdout(
          json ? formatJson(report) : toPage(report, config.current().desk.timeZone),
        );
      });
    });
}

function toPage({ clocks, sla, calendar, timeZone }: DueReportJson, deskZone: string): string {
  if (clocks.length === 0) return 'Nothing is due\n';
  const law = [
    sla === null ? '' : `service level ${sla}`,
    `calendar ${calendar ?? 'Monday to Friday, 9 to 17'} (${timeZone})`,
  ];
  return [
    ...clocks.map((clock) => toLines(clock, deskZone).join('\n')),
    `By ${law.filter((part) => part !== '').join(', ')}`,
    '',
  ]
    .map((part) => part.split('\n').map(toLineKeepingIndent).join('\n'))
    .join('\n');
}

const titles: Readonly<Record<ClockJson['kind'], string>> = {
  firstResponse: 'First response',
  update: 'Update',
  solution: 'Solution',
};

const causes: Readonly<Record<string, string>> = {
  opened: 'the ticket was opened',
  theirs: 'the customer wrote',
  ours: 'our last contact',
  reopened: 'the ticket was reopened',
};

function toLines(clock: ClockJson, zone: string): readonly string[] {
  const time = (text: string) => {
    const instant = parseInstant(text);
    return instant === undefined ? text : formatLocal(instant, zone);
  };
  const verdict =
    clock.due !== null
      ? `due ${time(clock.due)}${clock.late ? ', late' : ''}`
      : clock.paused
        ? 'paused'
        : 'never due: the calendar has no working hours';
  return [
    `${titles[clock.kind]}: ${verdict}`,
    `  started ${time(clock.started)}: ${causes[clock.cause] ?? clock.cause}`,
    ...clock.spans
      .filter(({ kind }) => kind === 'paused')
      .map(({ state, from, to }) =>
        to === null
          ? `  paused since ${time(from)} (${state})`
          : `  paused ${time(from)} to ${time(to)} (${state})`,
      ),
    `  used ${toSpan(clock.usedMinutes)} of ${toSpan(clock.targetMinutes)} working time`,
  ];
}

function toSpan(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return hours === 0 ? `${rest} min` : `${hours} h${rest === 0 ? '' : ` ${rest} min`}`;
}

/** Names of files and states come from outside. */
function toLineKeepingIndent(line: string): string {
  return (line.startsWith('  ') ? '  ' : '') + toLine(line);
}
