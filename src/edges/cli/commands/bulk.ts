/** `maildesk bulk`: one action on all tickets of a search. */
import type { Command } from 'commander';
import type { BatchPlan, Skipped } from '../../../services/batch-files.ts';
import type { BulkAction } from '../../../services/bulk-action.ts';
import type { CliDesk } from '../desk.ts';
import { exits } from '../exit-codes.ts';
import { bulkFailure, CliFailure } from '../failure.ts';
import { actorOf, type CliSession, withDesk } from '../session.ts';
import { toLine } from '../text.ts';
import { readChange } from './set.ts';

interface BulkOptions {
  readonly dryRun?: true;
  readonly reason?: string;
  readonly merge?: true;
  readonly spam?: true;
  readonly notSpam?: true;
}

export function addBulkCommand(program: Command, session: CliSession): void {
  program
    .command('bulk')
    .description('change all tickets of a search; prints the id by which undo takes it back')
    .argument('<query>', 'such as: "queue:Billing is:open"')
    .argument('[change...]', 'field=value; tag+=value adds, tag-=value removes')
    .option('--dry-run', 'only print what would change, and what not and why')
    .option('--reason <text>', 'keep this as a note in each of the tickets')
    .option('--merge', 'merge all into the oldest')
    .option('--spam', 'move to the queue for spam')
    .option('--not-spam', 'move back to where they were')
    .action(async (query: string, texts: readonly string[], options: BulkOptions) => {
      const action = readAction(texts, options);
      await withDesk(session, 'indexed', async (desk) => {
        await desk.index.settled();
        const request = {
          selection: { kind: 'query', text: query },
          action,
          actor: actorOf(session, desk),
        } as const;
        const isDry = options.dryRun === true;
        const planned = await (isDry ? desk.bulk.foresee(request) : desk.bulk.plan(request));
        if (!planned.ok) throw bulkFailure(planned.refusal);
        if (!isDry) return runPlan(session, desk, planned.value);
        for (const number of planned.value.tickets) session.io.stdout(`${number}\n`);
        reportSkipped(session, planned.value.skipped);
      });
    });
}

function readAction(texts: readonly string[], options: BulkOptions): BulkAction {
  const { reason, merge, spam, notSpam } = options;
  const wanted: readonly BulkAction[] = [
    ...(merge ? [{ kind: 'merge' } as const] : []),
    ...(spam ? [{ kind: 'spam' } as const] : []),
    ...(notSpam ? [{ kind: 'not-spam' } as const] : []),
    ...(texts.length === 0
      ? []
      : [
          {
            kind: 'change',
            changes: texts.map(readChange),
            ...(reason === undefined ? {} : { reason }),
          } as const,
        ]),
  ];
  const [action, ...others] = wanted;
  if (action === undefined || others.length > 0)
    throw new CliFailure(
      exits.usage,
      'Expected one thing to do: changes such as state=closed, or --merge, --spam, --not-spam',
    );
  return action;
}

/** Prints the tickets that changed; the others, and the id of the batch, go to standard error. */
export async function runPlan(session: CliSession, desk: CliDesk, plan: BatchPlan): Promise<void> {
  const done = await desk.bulk.run(plan.id);
  if (!done.ok) throw bulkFailure(done.refusal);
  const { state, done: changed, refused } = done.value;
  const into = plan.into === undefined || changed.length === 0 ? [] : [plan.into];
  for (const number of [...changed, ...into]) await desk.announce(number);
  for (const number of changed) session.io.stdout(`${number}\n`);
  reportSkipped(session, [...refused, ...plan.skipped]);
  session.io.stderr(`${changed.length} changed; maildesk undo --batch ${plan.id}\n`);
  if (state === 'stopped')
    throw new CliFailure(exits.temporary, 'It was stopped before its end; the log has the cause');
}

function reportSkipped({ io }: CliSession, skipped: readonly Skipped[]): void {
  for (const { number, reason } of skipped) io.stderr(`${number}: ${toLine(reason.text)}\n`);
}
