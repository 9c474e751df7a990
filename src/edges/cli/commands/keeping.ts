/** `maildesk archive` and `maildesk retention`: what rests goes to the archive, what a rule removes goes for good. */
import { type Command, InvalidArgumentError } from 'commander';
import { type Duration, day, formatInstant } from '../../../base/clock.ts';
import { ageExpected, parseAge } from '../../../config/retention.ts';
import { ticketRulesOf } from '../../../config/ticket-rules.ts';
import { askedBy } from '../../../core/search/personal.ts';
import { parseQuery } from '../../../core/search/query.ts';
import type { DueTicket, KeepingStep } from '../../../core/ticket/keeping.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import { searchedStates } from '../../../core/ticket/ticket-rules.ts';
import { askerOf } from '../../../services/asker.ts';
import type { CliDesk } from '../desk.ts';
import { queryFailure } from '../failure.ts';
import { actorOf, type CliSession, withDesk } from '../session.ts';
import { formatJson, formatLocal, formatTable } from '../text.ts';
import { wakeRunningDesk } from './sweep.ts';

interface Options {
  readonly olderThan?: Duration;
  readonly query?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

export function addKeepingCommands(program: Command, session: CliSession): void {
  program
    .command('archive')
    .description('move closed and aged tickets to archive/; they are found and shown as before')
    .option(
      '--older-than <age>',
      'at rest for so long; without it, as the queues and archiveAfter say, else 180d',
      readAge,
    )
    .option('--query <query>', 'only tickets that match')
    .option('--dry-run', 'list them, and move nothing')
    .option('--json', 'print JSON')
    .action((options: Options) => keep(session, ['archive'], options));
  program
    .command('retention')
    .description('archive and remove what the rules of the queues say, as every night')
    .option('--dry-run', 'list what is due, and change nothing')
    .option('--json', 'print JSON')
    .action((options: Options) => keep(session, ['archive', 'remove', 'spam'], options));
}

/** Of `maildesk archive`, where nobody says anything. */
const usualAge = 180 * day;

function readAge(text: string): Duration {
  const age = parseAge(text);
  if (age === undefined) throw new InvalidArgumentError(`expected ${ageExpected}`);
  return age;
}

async function keep(
  session: CliSession,
  steps: readonly KeepingStep[],
  { olderThan, query, dryRun, json }: Options,
): Promise<void> {
  const { io } = session;
  const isDone = await withDesk(session, 'indexed', async (desk) => {
    const only = query === undefined ? undefined : await findNumbers(session, desk, query);
    const due = await desk.retention.due({
      steps,
      ...(steps.length === 1 ? { otherwise: usualAge } : {}),
      ...(olderThan === undefined ? {} : { archiveAfter: olderThan }),
      ...(only === undefined ? {} : { only }),
    });
    if (dryRun === true) {
      io.stdout(json ? formatJson({ due: due.map(toJson) }) : toTable(session, desk, due));
      return false;
    }
    const done = await desk.retention.carryOut(due);
    const { archived, removed, held, changed } = done;
    io.stdout(
      json
        ? formatJson(done)
        : `${archived} tickets archived, ${removed} removed, ${held} on hold, ${changed} changed meanwhile\n`,
    );
    return archived + removed > 0;
  });
  if (isDone) await wakeRunningDesk(session);
}

async function findNumbers(
  session: CliSession,
  desk: CliDesk,
  text: string,
): Promise<ReadonlySet<TicketNumber>> {
  const parsed = parseQuery(text, searchedStates(ticketRulesOf(desk.config.current())));
  if (!parsed.ok) throw queryFailure(parsed.refusal);
  const actor = actorOf(session, desk);
  const query = askedBy(
    parsed.value,
    askerOf(actor.kind === 'agent' ? actor.login : undefined, {
      agents: desk.accounts.list(),
      config: desk.config.current(),
      now: session.host.clock.now(),
    }),
  );
  const found = new Set<TicketNumber>();
  await desk.index.settled();
  let after: string | undefined;
  do {
    const page = await desk.index.list({
      query,
      sort: 'number',
      descending: false,
      limit: 500,
      ...(after === undefined ? {} : { after }),
    });
    if (!page.ok) throw queryFailure(page.refusal);
    for (const { number } of page.value.records) found.add(number);
    after = page.value.next;
  } while (after !== undefined);
  return found;
}

const words: Readonly<Record<KeepingStep, string>> = {
  archive: 'archive',
  remove: 'remove',
  spam: 'remove spam',
};

function toTable({ io }: CliSession, { config }: CliDesk, due: readonly DueTicket[]): string {
  const { timeZone } = config.current().desk;
  const rows = due.map(({ number, queue, step, since, isHeld }) => [
    number,
    isHeld ? `${words[step]}, on hold` : words[step],
    queue,
    formatLocal(since, timeZone),
  ]);
  const header = ['NUMBER', 'DUE', 'QUEUE', 'AT REST SINCE'];
  return `${formatTable(rows, { header, isTerminal: io.isTerminal })}${due.length} tickets are due\n`;
}

function toJson({ number, queue, step, since, dueAt, isHeld }: DueTicket) {
  return {
    number,
    queue,
    step,
    since: formatInstant(since),
    due: formatInstant(dueAt),
    held: isHeld,
  };
}
