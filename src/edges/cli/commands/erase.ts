/**
 * `maildesk erase`: a person's data goes from all tickets. First `--dry-run`, which gives a plan; then `--plan ID`.
 *
 * Promises: without a plan that somebody has seen nothing is erased; a run that was stopped goes on with the same plan.
 */
import type { Command } from 'commander';
import type { EraseRefusal } from '../../../services/erase/erase.ts';
import type { ErasePlan, EraseReport } from '../../../services/erase/plan.ts';
import { exits } from '../exit-codes.ts';
import { CliFailure, ticketFailure } from '../failure.ts';
import { actorOf, type CliSession, withDesk } from '../session.ts';
import { formatJson, toLine } from '../text.ts';

interface Options {
  readonly dryRun?: true;
  readonly plan?: string;
  readonly phone?: readonly string[];
  readonly remove?: true;
  readonly json?: true;
}

/** How often a terminal is told how far it is. */
const ticketsBetween = 100;

export function addEraseCommand(program: Command, session: CliSession): void {
  program
    .command('erase')
    .description("erase a person's data from all tickets; this cannot be taken back")
    .argument('[who]', 'an address, or a telephone number')
    .option('--dry-run', 'list what would go, and give a plan')
    .option('--plan <id>', 'carry out what the dry run listed')
    .option('--phone <number...>', 'telephone numbers of the person')
    .option('--remove', "remove the person's own tickets whole, instead of emptying them")
    .option('--json', 'print JSON')
    .action((who: string | undefined, options: Options) =>
      options.plan === undefined
        ? plan(session, who, options)
        : carryOut(session, options.plan, options),
    );
}

async function plan(session: CliSession, who: string | undefined, options: Options): Promise<void> {
  if (who === undefined || options.dryRun !== true)
    throw new CliFailure(
      exits.usage,
      'Nothing is erased without a plan; expected ADDRESS --dry-run, then --plan ID',
    );
  await withDesk(session, 'store', async (desk) => {
    const { io } = session;
    const request = {
      who,
      phones: options.phone ?? [],
      way: options.remove === true ? 'remove' : 'empty',
    } as const;
    const made = await desk.erase.plan(request, actorOf(session, desk), (tickets) => {
      if (io.isTerminal && tickets % ticketsBetween === 0) io.stderr(`\r${tickets} tickets read `);
    });
    if (!made.ok) throw eraseFailure(made.refusal);
    io.stdout(options.json === true ? formatJson(made.value) : describePlan(made.value));
  });
}

async function carryOut(session: CliSession, id: string, options: Options): Promise<void> {
  await withDesk(session, 'store', async (desk) => {
    const { io } = session;
    const known = await desk.erase.find(id);
    const done = await desk.erase.run(id, actorOf(session, desk), (count, of) => {
      if (io.isTerminal) io.stderr(`\r${count} of ${of} tickets `);
    });
    if (!done.ok) throw eraseFailure(done.refusal);
    for (const number of [...(known?.own ?? []), ...(known?.others ?? [])])
      await desk.announce(number);
    io.stdout(options.json === true ? formatJson(done.value) : describeReport(done.value));
    if (done.value.left.length > 0) session.endWith(exits.temporary);
  });
}

function describePlan({ id, way, marks, own, others, counts, byHand }: ErasePlan): string {
  const list = (texts: readonly string[]) => (texts.length === 0 ? '-' : texts.join(', '));
  return [
    ['addresses', list(marks.addresses)],
    ['names', list(marks.names)],
    ['telephone', list(marks.phones)],
    [way === 'empty' ? 'tickets to be emptied' : 'tickets to be removed', list(own)],
    ['tickets of others', list(others)],
    ['messages', String(counts.messages)],
    ['attachments', String(counts.attachments)],
    ['mentions by others', String(counts.mentions)],
    ['notes on the person', String(counts.notes)],
    ['mails in trouble', String(counts.trouble)],
    ['files of agents', String(counts.agentFiles)],
    ['to be changed by hand', list(byHand)],
    ['plan', id],
  ]
    .map(([label = '', value = '']) => `${`${label}:`.padEnd(24)}${toLine(value)}\n`)
    .concat('Nothing was written. What is erased cannot be put back; backups are not changed.\n')
    .join('');
}

function describeReport({ id, emptied, removed, changed, left, byHand }: EraseReport): string {
  return [
    `Plan ${id}: ${emptied} tickets emptied, ${removed} removed, ${changed} of others changed\n`,
    ...(byHand.length === 0 ? [] : [`To be changed by hand: ${byHand.map(toLine).join(', ')}\n`]),
    ...(left.length === 0
      ? []
      : [`New since the plan: ${left.join(', ')}; make a plan for these too\n`]),
  ].join('');
}

function eraseFailure(refusal: EraseRefusal): CliFailure {
  if (refusal.code === 'unknown-person')
    return new CliFailure(exits.data, `Nothing on this desk names "${refusal.who}"`);
  if (refusal.code === 'unknown-plan')
    return new CliFailure(
      exits.data,
      `There is no plan "${refusal.id}"; "maildesk erase ADDRESS --dry-run" makes one`,
    );
  if (refusal.code === 'not-allowed')
    return new CliFailure(exits.permission, "Only an admin erases a person's data");
  return ticketFailure(refusal);
}
