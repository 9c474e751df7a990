/** `maildesk reply`: an answer by mail, to the customer unless told otherwise. */
import type { Command } from 'commander';
import { ok } from '../../../base/result.ts';
import { type Address, parseAddress } from '../../../core/message/address.ts';
import type { ReplyCommand } from '../../../core/ticket/decide.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import { replyWithModule } from '../../../services/answers/module-reply.ts';
import { findRecipients } from '../../../services/recipients.ts';
import { collectFile, readFiles } from '../attached-files.ts';
import type { CliDesk } from '../desk.ts';
import { accountFailure, ticketFailure } from '../failure.ts';
import {
  actorOf,
  announceReceipt,
  type CliSession,
  readText,
  requireNumber,
  withDesk,
} from '../session.ts';

interface ReplyOptions {
  readonly to?: readonly Address[];
  readonly cc?: readonly Address[];
  readonly subject?: string;
  readonly state?: string;
  readonly all?: boolean;
  readonly attach?: readonly string[];
  readonly sendAt?: string;
  readonly module?: string;
}

export function addReplyCommand(program: Command, session: CliSession): void {
  program
    .command('reply')
    .description('send an answer and print its message id')
    .argument('<number>')
    .argument('[text...]', 'the text; without it, standard input is read')
    .option(
      '--to <address>',
      'a recipient, may be repeated (default: who wrote last)',
      collectAddress,
    )
    .option('--cc <address>', 'a further recipient, may be repeated', collectAddress)
    .option('--all', 'to everybody whom the answered mail names')
    .option('--attach <file>', 'a file that goes along, may be repeated', collectFile)
    .option('--subject <subject>', 'the subject (default: as before)')
    .option('--state <state>', 'the state of the ticket afterwards')
    .option(
      '--module <id>',
      'a text module that is filled in, such as billing/refund; the text goes below it',
    )
    .option('--send-at <time>', 'when it goes out, such as 2026-11-25T08:00:00Z (needs --as)')
    .action(async (given: string, words: readonly string[], options: ReplyOptions) => {
      const number = requireNumber(given);
      // With a module there is something to say already.
      const isSaid = options.module !== undefined && words.length === 0;
      const text = isSaid ? '' : await readText(session, words);
      await withDesk(session, 'store', (desk) =>
        reply(session, desk, { ...options, number, text }),
      );
    });
}

async function reply(
  session: CliSession,
  desk: CliDesk,
  {
    number,
    text,
    to,
    cc,
    subject,
    state,
    all = false,
    attach = [],
    sendAt,
    module,
  }: ReplyOptions & { readonly number: TicketNumber; readonly text: string },
): Promise<void> {
  const actor = actorOf(session, desk);
  const folder = await desk.reader.read(number);
  if (folder === undefined) throw ticketFailure({ code: 'unknown-ticket', number });
  const found = await findRecipients(
    { reader: desk.reader, config: desk.config.current() },
    folder,
    {
      toAll: all,
      self: actor.kind === 'agent' ? desk.accounts.find(actor.login)?.email : undefined,
    },
  );
  const own: ReplyCommand = {
    kind: 'reply',
    text,
    to: to ?? found.to,
    cc: cc ?? (to === undefined ? found.cc : []),
    attachments: await readFiles(session, attach),
    ...(subject === undefined ? {} : { subject }),
    changes: state === undefined ? [] : [{ kind: 'set', field: 'state', value: state }],
  };
  const made =
    module === undefined
      ? ok(own)
      : await replyWithModule(desk.prepared, {
          folder,
          agent: requireAgent(session, desk),
          command: own,
          module,
        });
  if (!made.ok) throw ticketFailure(made.refusal);
  const command = made.value;
  if (sendAt !== undefined) return replyLater(session, desk, { number, command, at: sendAt });
  const result = await desk.tickets.run(number, command, actor);
  const receipt = await announceReceipt(desk, result);
  session.io.stdout(`${receipt.message}\n`);
}

export /** A draft belongs to an agent, who finds it in the viewer. Prints its id. */
async function replyLater(
  session: CliSession,
  desk: CliDesk,
  {
    number,
    command,
    at,
  }: { readonly number: TicketNumber; readonly command: ReplyCommand; readonly at: string },
): Promise<void> {
  const { login } = requireAgent(session, desk);
  const result = await desk.sendLater(number, { command, login, at });
  if (!result.ok) throw ticketFailure(result.refusal);
  await desk.announce(number);
  session.io.stdout(`${result.value.draft.id}\n`);
}

/** In whose name it is, for what needs a person. */
function requireAgent(session: CliSession, desk: CliDesk): Agent {
  const actor = actorOf(session, desk);
  const agent = actor.kind === 'agent' ? desk.accounts.find(actor.login) : undefined;
  if (agent !== undefined) return agent;
  const known = desk.accounts.list().map(({ login }) => login);
  throw accountFailure({ code: 'unknown-agent', value: session.io.account, known });
}

export function collectAddress(text: string, before: readonly Address[] = []): readonly Address[] {
  const address = parseAddress(text);
  if (address === undefined) throw ticketFailure({ code: 'bad-recipient', value: text });
  return [...before, address];
}
