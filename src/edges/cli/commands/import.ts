/**
 * `maildesk import`: mails of another system become tickets.
 *
 * Promises: nothing is sent, answered or announced. It may be killed and begun again with the same arguments; Ctrl-C ends it
 * between two mails, with 75. What became of the mails goes to standard output, how far it is to standard error.
 */
import type { Command } from 'commander';
import {
  type ImportKind,
  type ImportPlan,
  importKinds,
  planImport,
} from '../../../services/carry/import-plan.ts';
import type { ImportChoice, ImportReport } from '../../../services/carry/mail-import.ts';
import type { CliDesk } from '../desk.ts';
import { exits } from '../exit-codes.ts';
import { accountFailure, CliFailure, ticketFailure } from '../failure.ts';
import { reportFile, summarize, summaryJson } from '../import-report.ts';
import { createProgressLine } from '../progress.ts';
import { actorOf, type CliSession, withDesk } from '../session.ts';
import { formatJson } from '../text.ts';
import { wakeRunningDesk } from './sweep.ts';

interface ImportOptions {
  readonly queue?: string;
  readonly queueFromFolder?: true;
  readonly owner?: string;
  readonly tag?: readonly string[];
  readonly state: string;
  readonly openDays: string;
  readonly ownAddress: readonly string[];
  readonly report?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

export function addImportCommand(program: Command, session: CliSession): void {
  program
    .command('import')
    .description('make tickets of the mails of another system')
    .argument('<kind>', importKinds.join(', '))
    .argument('<path...>', 'files or folders')
    .option('--queue <queue>', 'queue of the tickets; otherwise by the addresses of the mails')
    .option('--queue-from-folder', 'the queue that is named like the folder, where there is one')
    .option('--owner <login>', 'owner of the tickets')
    .option('--tag <tag>', 'tag of the tickets; may be repeated (default: imported)', collect)
    .option('--state <state>', 'recent, open or closed', 'recent')
    .option('--open-days <days>', 'recent: what came since and was not answered is open', '14')
    .option('--own-address <address>', 'one more that answers came from', collect, [])
    .option('--report <file>', 'write what became of each mail: CSV, or JSON for a name in .json')
    .option('--dry-run', 'only say what would be made')
    .option('--json', 'print JSON')
    .action((given: string, paths: readonly string[], options: ImportOptions) =>
      runImport(session, readKind(given), paths, options),
    );
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

async function runImport(
  session: CliSession,
  kind: ImportKind,
  paths: readonly string[],
  options: ImportOptions,
): Promise<void> {
  const { io, host } = session;
  const { files, clock } = host;
  const signal = io.interrupt?.() ?? new AbortController().signal;
  const report = await withDesk(session, 'textless', async (desk) => {
    const choice = readChoice(desk, options);
    const line = createProgressLine({ io, clock });
    const plan = await planImport({ files, now: clock.now(), onFound: line.found }, kind, paths);
    const request = { kind, plan, choice, actor: actorOf(session, desk), signal };
    const isDry = options.dryRun === true;
    line.begin(plan);
    const act = isDry ? desk.mailImport.foresee : desk.mailImport.run;
    const done = await act({ ...request, onProgress: line.progress });
    line.end();
    await tell(session, { plan, report: done, options });
    return done;
  });
  if (options.dryRun !== true) await wakeRunningDesk(session);
  if (!report.isComplete && signal.aborted)
    throw new CliFailure(exits.temporary, 'It was stopped; the same command goes on from there');
  if (report.rows.some(({ outcome }) => outcome === 'failed')) session.endWith(exits.data);
}

async function tell(
  { io, host }: CliSession,
  told: {
    readonly plan: ImportPlan;
    readonly report: ImportReport;
    readonly options: ImportOptions;
  },
): Promise<void> {
  const { plan, report, options } = told;
  if (options.report !== undefined) {
    const { files } = host;
    const draft = `${options.report}.new`;
    await files.unlink(draft);
    await files.createFile(draft, reportFile(options.report, plan, report));
    await files.rename(draft, options.report);
  }
  const isDry = options.dryRun === true;
  if (options.json) io.stdout(formatJson(summaryJson(plan, report, isDry)));
  else io.stdout(summarize(plan, report, isDry));
}

function readKind(given: string): ImportKind {
  const kind = importKinds.find((each) => each === given);
  if (kind !== undefined) return kind;
  throw new CliFailure(
    exits.usage,
    `"${given}" is nothing to import; expected ${importKinds.join(', ')}`,
  );
}

const states = ['recent', 'open', 'closed'] as const;

function readChoice(desk: CliDesk, options: ImportOptions): ImportChoice {
  const { queues } = desk.config.current();
  const queue = queues.find(({ name }) => name.toLowerCase() === options.queue?.toLowerCase());
  if (options.queue !== undefined && queue === undefined) {
    const known = queues.map(({ name }) => name);
    throw ticketFailure({ code: 'unknown-queue', value: options.queue, known });
  }
  const owner = options.owner === undefined ? undefined : desk.accounts.find(options.owner);
  if (options.owner !== undefined && owner === undefined) {
    const known = desk.accounts.list().map(({ login }) => login);
    throw accountFailure({ code: 'unknown-agent', value: options.owner, known });
  }
  const state = states.find((each) => each === options.state);
  const openDays = Number(options.openDays);
  if (state === undefined)
    throw new CliFailure(
      exits.usage,
      `"${options.state}" is no such state; expected ${states.join(', ')}`,
    );
  if (!(openDays >= 0 && openDays <= 36_500))
    throw new CliFailure(
      exits.usage,
      `"${options.openDays}" is no number of days; expected one such as 14`,
    );
  return {
    state,
    openDays,
    queue: queue?.name,
    queueFromFolder: options.queueFromFolder === true,
    owner: owner?.login,
    tags: (options.tag ?? ['imported']).map((tag) => tag.trim()).filter((tag) => tag !== ''),
    ownAddresses: options.ownAddress,
  };
}
