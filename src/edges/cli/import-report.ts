/** What became of the mails of an import: a few lines for people, a row a mail for programs. Promises: pure. */
import { formatInstant } from '../../base/clock.ts';
import { type ImportOutcome, importOutcomes } from '../../services/carry/import-journal.ts';
import type { ImportPlan } from '../../services/carry/import-plan.ts';
import type { ImportReport } from '../../services/carry/mail-import.ts';
import { formatJson } from './text.ts';

const columns = ['from', 'at', 'date', 'outcome', 'ticket', 'problems'] as const;

/** CSV after RFC 4180, or JSON for a file of that name. */
export function reportFile(name: string, plan: ImportPlan, report: ImportReport): Buffer {
  const rows = rowsOf(plan, report);
  if (/\.json$/i.test(name)) return Buffer.from(formatJson(rows));
  const lines = rows.map((row) => columns.map((column) => csvCell(row[column])).join(','));
  return Buffer.from(`${[columns.join(','), ...lines].join('\r\n')}\r\n`);
}

type ReportRow = Readonly<Record<(typeof columns)[number], string>>;

function rowsOf({ mails }: ImportPlan, { rows }: ImportReport): readonly ReportRow[] {
  return rows.flatMap(({ at, outcome, ticket = '', problems }) => {
    const mail = mails[at];
    if (mail === undefined) return [];
    const date = formatInstant(mail.time);
    return [{ from: mail.from, at: mail.at, date, outcome, ticket, problems: problems.join(' ') }];
  });
}

/** What a table program would take for a formula is text. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function countsOf({ rows }: ImportReport): Readonly<Record<ImportOutcome, number>> {
  const count = (outcome: ImportOutcome) => rows.filter((row) => row.outcome === outcome).length;
  return {
    made: count('made'),
    joined: count('joined'),
    duplicate: count('duplicate'),
    failed: count('failed'),
  };
}

export function summaryJson(plan: ImportPlan, report: ImportReport, isDry: boolean) {
  const { rows, resumed, isComplete } = report;
  return {
    dryRun: isDry,
    complete: isComplete,
    mails: plan.mails.length,
    bytes: plan.bytes,
    resumed,
    ...countsOf(report),
    problems: rows.filter(({ problems }) => problems.length > 0).length,
    leftOut: plan.leftOut,
    tickets: new Set(rows.flatMap(({ ticket }) => ticket ?? [])).size,
  };
}

const words: Readonly<Record<ImportOutcome, readonly [done: string, would: string]>> = {
  made: ['made a ticket', 'would make a ticket'],
  joined: ['joined a ticket', 'would join a ticket'],
  duplicate: ['were there already', 'are there already, or twice'],
  failed: ['could not be read', 'cannot be read'],
};

export function summarize(plan: ImportPlan, report: ImportReport, isDry: boolean): string {
  const { problems, resumed, leftOut } = summaryJson(plan, report, isDry);
  const counts = countsOf(report);
  const first = plan.mails[0];
  const last = plan.mails.at(-1);
  const span =
    first === undefined || last === undefined
      ? ''
      : `, ${formatInstant(first.time).slice(0, 10)} to ${formatInstant(last.time).slice(0, 10)}`;
  return [
    `${report.rows.length} of ${plan.mails.length} mails${span}`,
    ...importOutcomes
      .filter((outcome) => counts[outcome] > 0)
      .map((outcome) => `  ${counts[outcome]} ${words[outcome][isDry ? 1 : 0]}`),
    ...(resumed > 0 ? [`  ${resumed} of them in an earlier run`] : []),
    ...(problems > 0 ? [`${problems} have something wrong with them; see --report`] : []),
    ...(leftOut > 0 ? [`${leftOut} drafts and deleted mails were left out`] : []),
    '',
  ].join('\n');
}
