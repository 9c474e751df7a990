/**
 * `maildesk deliver`: a mail on standard input, for pipes from any mail server.
 *
 * Promises: 0 only when the mail is durable in its ticket. Whatever else happens is a temporary failure to
 * the mail server, which then keeps the mail and tries again; only a mail that is too large, or that the
 * desk is told not to take (spam, viruses), is refused.
 */
import type { Command } from 'commander';
import { errorText, isFault } from '../../../base/fault.ts';
import type { IntakeOutcome } from '../../../services/intake/incoming.ts';
import type { CliDesk } from '../desk.ts';
import { exits } from '../exit-codes.ts';
import { CliFailure, ticketFailure } from '../failure.ts';
import { type CliSession, readInput, withDesk } from '../session.ts';

export function addDeliverCommand(program: Command, session: CliSession): void {
  program
    .command('deliver')
    .description('file the mail on standard input and print its ticket number')
    .option('--queue <queue>', 'queue of a new ticket')
    .action(async ({ queue }: { readonly queue?: string }) => {
      report(session, await fileOrWait(session, queue));
    });
}

async function fileOrWait(session: CliSession, queue: string | undefined): Promise<IntakeOutcome> {
  try {
    return await withDesk(session, 'indexed', (desk) => deliver(session, desk, queue));
  } catch (error) {
    throw toTemporary(session, error);
  }
}

async function deliver(
  session: CliSession,
  desk: CliDesk,
  asked: string | undefined,
): Promise<IntakeOutcome> {
  const { desk: limits, queues } = desk.config.current();
  const queue = queues.find(({ name }) => name.toLowerCase() === asked?.toLowerCase())?.name;
  if (asked !== undefined && queue === undefined) {
    throw ticketFailure({
      code: 'unknown-queue',
      value: asked,
      known: queues.map(({ name }) => name),
    });
  }
  const outcome = await desk.intake.process({
    raw: await readInput(session, limits.maxMessageBytes),
    via: 'pipe',
    sender: undefined,
    recipients: [],
    client: session.io.account,
    ...(queue === undefined ? {} : { queue }),
  });
  if (outcome.outcome === 'filed') await announce(session, desk, outcome.ticket);
  return outcome;
}

function report({ io }: CliSession, outcome: IntakeOutcome): void {
  switch (outcome.outcome) {
    case 'filed':
      io.stdout(`${outcome.ticket}\n`);
      break;
    case 'quarantined':
      io.stderr(`maildesk: The mail carries a virus; it is kept as ${outcome.name}\n`);
      break;
    case 'refused':
      // The mail server hands the sentence on to the sender.
      throw new CliFailure(exits.permission, refusals[outcome.reason]);
  }
}

const refusals = {
  spam: '5.7.1 This looks like unwanted mail and is not taken',
  virus: '5.7.1 The mail carries harmful content',
} as const;

/** The mail is filed: failing now would make the mail server send it twice. */
async function announce(
  { host }: CliSession,
  desk: CliDesk,
  ticket: Parameters<CliDesk['announce']>[0],
): Promise<void> {
  try {
    await desk.announce(ticket);
  } catch (error) {
    host.log.warn('cli.announce-failed', { ticket, reason: errorText(error) });
  }
}

function toTemporary({ host }: CliSession, error: unknown): unknown {
  if (isFault(error, 'too-large')) return error;
  if (error instanceof CliFailure || isFault(error))
    return new CliFailure(exits.temporary, error.message);
  host.log.error('cli.deliver-failed', {
    reason: errorText(error),
    stack: error instanceof Error ? error.stack : undefined,
  });
  return new CliFailure(exits.temporary, 'Cannot file the mail now; the log has the cause');
}
