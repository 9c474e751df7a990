/**
 * `maildesk trouble …`: mails that need a human, quarantined ones among them.
 *
 * Promises: a release files the mail in a ticket before the entry goes.
 */
import type { Command } from 'commander';
import { formatInstant } from '../../../base/clock.ts';
import type { TroubleEntry, TroubleRefusal } from '../../../services/trouble.ts';
import type { CliDesk } from '../desk.ts';
import { exitCodes, exits } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { actorOf, type CliSession, withDesk } from '../session.ts';
import { formatJson, formatLocal, formatTable, shorten, toLines } from '../text.ts';

export function addTroubleCommands(program: Command, session: CliSession): void {
  const trouble = program.command('trouble').description('mails that need a human');

  trouble
    .command('list')
    .description('list them, oldest first')
    .option('--json', 'print JSON')
    .action(({ json }: { readonly json?: true }) =>
      withDesk(session, 'store', async (desk) => {
        const entries = await desk.trouble.list();
        const { timeZone } = desk.config.current().desk;
        const { isTerminal } = session.io;
        session.io.stdout(
          json === true
            ? formatJson({ entries: entries.map(toJson) })
            : formatTable(
                entries.map((entry) => toRow(entry, timeZone)),
                { header, isTerminal },
              ),
        );
      }),
    );

  trouble
    .command('show')
    .description('print the mail as it came')
    .argument('<name>', 'from "maildesk trouble list"')
    .action((name: string) =>
      withDesk(session, 'store', async (desk) => {
        const found = await desk.trouble.read(name);
        if (found === undefined) throw troubleFailure({ code: 'unknown-entry', name });
        session.io.stdout(toLines(found.mail.toString('utf8')));
      }),
    );

  trouble
    .command('release')
    .description('file the mail in a ticket and print its number')
    .argument('<name>', 'from "maildesk trouble list"')
    .action((name: string) =>
      withDesk(session, 'indexed', async (desk) => {
        requireAdmin(session, desk);
        await release(session, desk, name);
      }),
    );
}

async function release(session: CliSession, desk: CliDesk, name: string): Promise<void> {
  const outcome = await desk.release(name);
  if (!outcome.ok) throw troubleFailure(outcome.refusal);
  if (outcome.value.outcome !== 'filed') {
    throw new CliFailure(
      exits.data,
      `The mail in "${name}" is not filed: it was examined again and is ${outcome.value.outcome}`,
    );
  }
  const { ticket } = outcome.value;
  await desk.announce(ticket);
  session.io.stdout(`${ticket}\n`);
}

/** The account that runs the desk may do everything; an agent named by `--as` what the agent may. */
function requireAdmin(session: CliSession, desk: CliDesk): void {
  const actor = actorOf(session, desk);
  if (actor.kind !== 'agent') return;
  if (desk.accounts.find(actor.login)?.roles.includes('admin') === true) return;
  throw new CliFailure(
    exits.permission,
    `The agent "${actor.login}" is no admin; only an admin releases mails`,
  );
}

function troubleFailure({ code, name }: TroubleRefusal): CliFailure {
  const sentences = {
    'unknown-entry': `There is no "${name}" in trouble; "maildesk trouble list" shows what there is`,
    'not-incoming': `"${name}" is a mail that was to go out; only one that came in can be filed`,
  };
  return new CliFailure(exitCodes[code], sentences[code]);
}

const header = ['NAME', 'SINCE', 'WHY', 'SENDER', 'SUBJECT'];

function toRow(entry: TroubleEntry, timeZone: string): readonly string[] {
  const { name, since, kind, reason, sender, subject } = entry;
  return [
    name,
    formatLocal(since, timeZone),
    shorten(reason === '' ? kind : `${kind}: ${reason}`, 60),
    sender === undefined || sender === '' ? '-' : shorten(sender, 40),
    shorten(subject, 60),
  ];
}

function toJson({ since, sender, ...entry }: TroubleEntry) {
  return { ...entry, since: formatInstant(since), sender: sender ?? null };
}
