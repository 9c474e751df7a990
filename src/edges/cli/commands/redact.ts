/**
 * `maildesk redact`: takes an attachment, a passage or everything out of a message, for good.
 *
 * Promises: with `--dry-run` nothing is written, and what would go is listed; there is no way back.
 */
import { type Command, Option } from 'commander';
import { parseMessageName } from '../../../core/ticket/event.ts';
import type { RedactItem, RedactTarget } from '../../../services/redact/redact.ts';
import { exits } from '../exit-codes.ts';
import { CliFailure, ticketFailure } from '../failure.ts';
import { actorOf, type CliSession, requireNumber, withDesk } from '../session.ts';
import { formatJson, toLine } from '../text.ts';

interface Options {
  readonly attachment?: string;
  readonly text?: string;
  readonly all?: true;
  readonly reason?: string;
  readonly copies?: true;
  readonly dryRun?: true;
  readonly finish?: true;
  readonly json?: true;
}

export function addRedactCommand(program: Command, session: CliSession): void {
  program
    .command('redact')
    .description('take something out of a message for good; this cannot be taken back')
    .argument('[number]', 'the ticket')
    .argument('[message]', 'the message, as "maildesk show" names it')
    .addOption(new Option('--attachment <id>', 'the attachment').conflicts(['text', 'all']))
    .addOption(new Option('--text <passage>', 'a passage, as it is shown').conflicts('all'))
    .option('--all', 'the whole text with all attachments')
    .option('--reason <text>', 'why; it stays in the ticket')
    .option('--copies', 'also where other messages and drafts of the ticket hold the same')
    .option('--dry-run', 'list what would go, write nothing')
    .option('--finish', 'complete what a crash broke off')
    .option('--json', 'print JSON')
    .action((number: string | undefined, message: string | undefined, options: Options) =>
      withDesk(session, 'store', async (desk) => {
        if (options.finish === true) {
          const done = await desk.redact.complete();
          for (const each of done) await desk.announce(each);
          session.io.stdout(`${done.length} tickets completed\n`);
          return;
        }
        const name = parseMessageName(message ?? '');
        if (number === undefined || name === undefined) throw usage('a ticket and a message');
        const ticket = requireNumber(number);
        const request = {
          ticket,
          message: name,
          target: targetOf(options),
          copies: options.copies === true,
        };
        const actor = actorOf(session, desk);
        const isDry = options.dryRun === true;
        const done = isDry
          ? await desk.redact.foresee(request, actor)
          : await desk.redact.run(request, { reason: options.reason ?? '', actor });
        if (!done.ok) throw ticketFailure(done.refusal);
        const items = done.value.filter(({ isCopy }) => isDry || request.copies || !isCopy);
        if (!isDry)
          for (const each of new Set(items.map((item) => item.ticket))) await desk.announce(each);
        if (options.json === true) session.io.stdout(formatJson({ done: !isDry, items }));
        else session.io.stdout(items.map(describe).join(''));
        if (isDry && options.json !== true)
          session.io.stdout('Nothing was written. What is taken out cannot be put back.\n');
      }),
    );
}

function targetOf({ attachment, text, all }: Options): RedactTarget {
  if (all === true) return { kind: 'all' };
  if (text !== undefined) return { kind: 'text', passage: text };
  if (attachment !== undefined && /^[0-9]{1,6}$/.test(attachment))
    return { kind: 'attachment', id: Number(attachment) };
  throw usage('--attachment ID, --text PASSAGE or --all');
}

function usage(expected: string): CliFailure {
  return new CliFailure(exits.usage, `Cannot see what is to go; expected ${expected}`);
}

function describe({ ticket, message, isCopy, isDraft, taken }: RedactItem): string {
  const what = taken.map(({ kind, size }) => (size === 0 ? kind : `${kind} (${size} bytes)`));
  const marks = [...(isCopy ? ['copy'] : []), ...(isDraft ? ['draft'] : [])];
  return `${[ticket, message, what.join(', '), ...marks].map(toLine).join('  ')}\n`;
}
