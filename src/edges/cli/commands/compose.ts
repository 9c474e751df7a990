/** `maildesk forward`, `resend`, `call` and `new`: mails sent on, calls noted, tickets opened by an agent. */
import type { Command } from 'commander';
import type { Address } from '../../../core/message/address.ts';
import { parseAddress } from '../../../core/message/address.ts';
import type { NewTicket, TicketCommand } from '../../../core/ticket/decide.ts';
import type { Change } from '../../../core/ticket/event.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import { withForwardedText } from '../../../services/forward-text.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import { collectFile, readFiles } from '../attached-files.ts';
import type { CliDesk } from '../desk.ts';
import { ticketFailure } from '../failure.ts';
import {
  actorOf,
  announceReceipt,
  type CliSession,
  readText,
  requireNumber,
  withDesk,
} from '../session.ts';
import { collectAddress } from './reply.ts';

export function addComposeCommands(program: Command, session: CliSession): void {
  addForward(program, session);
  addResend(program, session);
  addCall(program, session);
  addNew(program, session);
}

interface ForwardOptions {
  readonly to?: readonly Address[];
  readonly cc?: readonly Address[];
  readonly subject?: string;
  readonly message?: string;
  readonly take?: readonly number[];
  readonly original?: boolean;
  readonly attach?: readonly string[];
}

function addForward(program: Command, session: CliSession): void {
  program
    .command('forward')
    .description('send a message on to somebody else and print the new message id')
    .argument('<number>')
    .argument('[text...]', 'words above it; "-" reads standard input')
    .option('--to <address>', 'a recipient, may be repeated', collectAddress)
    .option('--cc <address>', 'a further recipient, may be repeated', collectAddress)
    .option('--subject <subject>', 'the subject (default: "Fwd:" and that of the ticket)')
    .option('--message <id>', 'the message (default: the newest mail that came in)')
    .option('--take <id>', 'take this attachment of it along, may be repeated', collectId)
    .option('--original', 'attach the whole mail instead')
    .option('--attach <file>', 'a file of your own, may be repeated', collectFile)
    .action(async (given: string, words: readonly string[], options: ForwardOptions) => {
      const number = requireNumber(given);
      const text = await readOptionalText(session, words);
      await withDesk(session, 'store', async (desk) => {
        const folder = await requireFolder(desk, number);
        const message = options.message ?? newestMail(folder);
        const { timeZone } = desk.config.current().desk;
        await run(session, desk, number, {
          kind: 'forward',
          to: options.to ?? [],
          cc: options.cc ?? [],
          ...(options.subject === undefined ? {} : { subject: options.subject }),
          text: await withForwardedText(desk.reader, folder, { message, text, timeZone }),
          message,
          attach: options.original === true ? 'original' : (options.take ?? []),
          attachments: await readFiles(session, options.attach ?? []),
        });
      });
    });
}

function addResend(program: Command, session: CliSession): void {
  program
    .command('resend')
    .description('send a mail on exactly as it is and print the new message id')
    .argument('<number>')
    .option('--to <address>', 'a recipient, may be repeated', collectAddress)
    .option('--message <id>', 'the message (default: the newest mail that came in)')
    .action(async (given: string, options: { to?: readonly Address[]; message?: string }) => {
      const number = requireNumber(given);
      await withDesk(session, 'store', async (desk) => {
        const folder = await requireFolder(desk, number);
        const message = options.message ?? newestMail(folder);
        await run(session, desk, number, { kind: 'resend', to: options.to ?? [], message });
      });
    });
}

interface CallOptions {
  readonly out?: boolean;
  readonly phone?: string;
  readonly state?: string;
  readonly attach?: readonly string[];
}

function addCall(program: Command, session: CliSession): void {
  program
    .command('call')
    .description('note a telephone call and print its message id')
    .argument('<number>')
    .argument('[text...]', 'what was said; without it, standard input is read')
    .option('--out', 'the desk called (default: the customer did)')
    .option('--phone <number>', 'the other telephone number')
    .option('--state <state>', 'the state of the ticket afterwards')
    .option('--attach <file>', 'a file beside it, may be repeated', collectFile)
    .action(async (given: string, words: readonly string[], options: CallOptions) => {
      const number = requireNumber(given);
      const text = await readText(session, words);
      await withDesk(session, 'store', async (desk) =>
        run(session, desk, number, {
          kind: 'call',
          direction: options.out === true ? 'out' : 'in',
          text,
          ...(options.phone === undefined ? {} : { phone: options.phone }),
          attachments: await readFiles(session, options.attach ?? []),
          changes: setting('state', options.state),
        }),
      );
    });
}

interface NewOptions extends CallOptions {
  readonly queue?: string;
  readonly subject: string;
  readonly to?: readonly Address[];
  readonly cc?: readonly Address[];
  readonly from?: Address;
  readonly priority?: string;
  readonly owner?: string;
}

function addNew(program: Command, session: CliSession): void {
  program
    .command('new')
    .description('open a ticket by a mail to a customer, or by a call, and print its number')
    .argument('[text...]', 'the text; without it, standard input is read')
    .requiredOption('--subject <subject>', 'what it is about')
    .option('--queue <queue>', 'the queue (default: that of the desk)')
    .option('--to <address>', 'mail it to a customer, may be repeated', collectAddress)
    .option('--cc <address>', 'a further recipient, may be repeated', collectAddress)
    .option('--from <address>', 'the customer who called', oneAddress)
    .option('--phone <number>', 'the number of the customer who called')
    .option('--out', 'the desk called (default: the customer did)')
    .option('--state <state>', 'the state (default: open)')
    .option('--priority <priority>', 'the priority (default: normal)')
    .option('--owner <login>', 'the owner (default: who opens it)')
    .option('--attach <file>', 'a file that goes along, may be repeated', collectFile)
    .action(async (words: readonly string[], options: NewOptions) => {
      const text = await readText(session, words);
      await withDesk(session, 'store', async (desk) => {
        const request = await toRequest(session, desk, { ...options, text });
        const result = await desk.tickets.openNew(request, actorOf(session, desk));
        const receipt = await announceReceipt(desk, result);
        session.io.stdout(`${receipt.ticket}\n`);
      });
    });
}

async function toRequest(
  session: CliSession,
  desk: CliDesk,
  options: NewOptions & { readonly text: string },
): Promise<NewTicket> {
  const { text, subject, to, cc, from, phone } = options;
  const base = {
    queue: options.queue ?? desk.config.current().desk.defaultQueue,
    subject,
    text,
    attachments: await readFiles(session, options.attach ?? []),
    changes: [
      ...setting('state', options.state),
      ...setting('priority', options.priority),
      ...setting('owner', options.owner),
    ],
  };
  const customer = from === undefined ? {} : { customer: from };
  if (to !== undefined) return { ...base, ...customer, via: 'mail', to, cc: cc ?? [] };
  return {
    ...base,
    ...customer,
    via: 'phone',
    direction: options.out === true ? 'out' : 'in',
    ...(phone === undefined ? {} : { phone }),
  };
}

async function run(
  session: CliSession,
  desk: CliDesk,
  number: TicketNumber,
  command: TicketCommand,
): Promise<void> {
  const result = await desk.tickets.run(number, command, actorOf(session, desk));
  const receipt = await announceReceipt(desk, result);
  session.io.stdout(`${receipt.message}\n`);
}

async function requireFolder(desk: CliDesk, number: TicketNumber): Promise<TicketFolder> {
  const folder = await desk.reader.read(number);
  if (folder === undefined) throw ticketFailure({ code: 'unknown-ticket', number });
  return folder;
}

/** Empty when none came in; the command is refused then. */
function newestMail({ messages }: TicketFolder): string {
  return messages.findLast(({ event }) => event.kind === 'mail-in')?.event.name ?? '';
}

async function readOptionalText(session: CliSession, words: readonly string[]): Promise<string> {
  if (words.length === 0) return '';
  return words.length === 1 && words[0] === '-' ? readText(session, []) : words.join(' ');
}

function setting(field: string, value: string | undefined): readonly Change[] {
  return value === undefined ? [] : [{ kind: 'set', field, value }];
}

function collectId(text: string, before: readonly number[] = []): readonly number[] {
  return [...before, /^\d{1,4}$/.test(text) ? Number(text) : -1];
}

function oneAddress(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw ticketFailure({ code: 'bad-recipient', value: text });
  return address;
}
