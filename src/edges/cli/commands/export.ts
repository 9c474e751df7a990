/**
 * `maildesk export`: a ticket, or all tickets of a search, as a mailbox, as single mails or on paper.
 *
 * Promises: what is handed out goes to a file or to standard output as it is made; a file that is there already is not
 * touched. It is noted in the log of what was read.
 */
import { join } from 'node:path';
import type { Command } from 'commander';
import { Fault } from '../../../base/fault.ts';
import { ticketRulesOf } from '../../../config/ticket-rules.ts';
import { askedBy } from '../../../core/search/personal.ts';
import { parseQuery } from '../../../core/search/query.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import { searchedStates } from '../../../core/ticket/ticket-rules.ts';
import { askerOf } from '../../../services/asker.ts';
import {
  type ExportForm,
  exportForms,
  fileKinds,
  mostExported,
  numbersOf,
  parseForm,
} from '../../../services/carry/exporting.ts';
import type { CliDesk } from '../desk.ts';
import { exits } from '../exit-codes.ts';
import { CliFailure, queryFailure, ticketFailure } from '../failure.ts';
import { actorOf, type CliSession, requireNumber, withDesk } from '../session.ts';

interface ExportOptions {
  readonly query?: string;
  readonly format: string;
  readonly output?: string;
  readonly notes?: true;
  readonly whole?: true;
}

export function addExportCommand(program: Command, session: CliSession): void {
  program
    .command('export')
    .description('hand out a ticket, or those of a search, as mails or as a PDF file')
    .argument('[number]', 'the ticket')
    .option('--query <query>', 'all tickets of a search instead')
    .option('--format <format>', `${exportForms.join(', ')} (eml: a zip of single mails)`, 'mbox')
    .option('-o, --output <path>', 'file, or folder; standard output without it')
    .option('--notes', 'with notes and calls; otherwise mails alone')
    .option('--whole', 'whole files as the desk keeps them; otherwise mails as they came and went')
    .action(async (given: string | undefined, options: ExportOptions) => {
      const form = readForm(options.format);
      // Whoever names a ticket searches nothing.
      const kind = given === undefined ? 'indexed' : 'textless';
      await withDesk(session, kind, async (desk) => {
        const numbers = await numbersAsked(session, desk, given, options);
        if (form === 'pdf') await exportPaper(session, desk, numbers, options);
        else await exportMails(session, desk, numbers, { form, options });
      });
    });
}

function readForm(text: string): ExportForm {
  const form = parseForm(text);
  if (form !== undefined) return form;
  throw new CliFailure(exits.usage, `"${text}" is no format; expected ${exportForms.join(', ')}`);
}

async function numbersAsked(
  session: CliSession,
  desk: CliDesk,
  given: string | undefined,
  { query: text }: ExportOptions,
): Promise<readonly TicketNumber[]> {
  if ((given === undefined) === (text === undefined))
    throw new CliFailure(exits.usage, 'Expected the number of a ticket, or --query');
  if (given !== undefined) {
    const number = requireNumber(given);
    if ((await desk.reader.read(number)) === undefined)
      throw ticketFailure({ code: 'unknown-ticket', number });
    return [number];
  }
  const config = desk.config.current();
  const query = parseQuery(text ?? '', searchedStates(ticketRulesOf(config)));
  if (!query.ok) throw queryFailure(query.refusal);
  await desk.index.settled();
  const actor = actorOf(session, desk);
  const asker = askerOf(actor.kind === 'agent' ? actor.login : '', {
    agents: desk.accounts.list(),
    config,
    now: session.host.clock.now(),
  });
  const numbers = await numbersOf(desk.index, { query: askedBy(query.value, asker) });
  if (numbers !== undefined) return numbers;
  throw new CliFailure(exits.data, `The search has more than ${mostExported} tickets`);
}

async function exportMails(
  session: CliSession,
  desk: CliDesk,
  numbers: readonly TicketNumber[],
  { form, options }: { readonly form: 'mbox' | 'eml'; readonly options: ExportOptions },
): Promise<void> {
  const request = {
    numbers,
    choice: { form, notes: options.notes === true, whole: options.whole === true },
    timeZone: desk.config.current().desk.timeZone,
    onTicket: (number: TicketNumber) => note(session, desk, number),
  };
  const size = await desk.exporting.mails.measure(request);
  if (size.isTooLarge)
    throw new CliFailure(
      exits.data,
      `These are ${size.files} mails with ${size.bytes} bytes, more than a zip holds; take mbox, or a smaller search`,
    );
  const name = numbers.length === 1 ? `${numbers[0]}` : 'tickets';
  await write(session, options.output, `${name}${fileKinds[form].ending}`, () =>
    desk.exporting.mails.stream(request),
  );
}

async function exportPaper(
  session: CliSession,
  desk: CliDesk,
  numbers: readonly TicketNumber[],
  options: ExportOptions,
): Promise<void> {
  const { output } = options;
  const isFolder = output !== undefined && (await isDirectory(session, output));
  if (numbers.length !== 1 && !isFolder)
    throw new CliFailure(exits.usage, 'A PDF holds one ticket: of a search, -o names a folder');
  for (const number of numbers) {
    const folder = await desk.reader.read(number);
    if (folder === undefined) continue;
    note(session, desk, number);
    await write(session, output, `${number}.pdf`, () =>
      desk.exporting.paper.print(folder, { notes: options.notes === true }),
    );
  }
}

async function isDirectory({ host }: CliSession, path: string): Promise<boolean> {
  return (await host.files.stat(path))?.isDirectory === true;
}

/** Into the file, a file of that name in the folder, or standard output. */
async function write(
  session: CliSession,
  output: string | undefined,
  name: string,
  pieces: () => AsyncIterable<Buffer>,
): Promise<void> {
  const { io, host } = session;
  if (output === undefined) {
    if (io.isTerminal)
      throw new CliFailure(exits.usage, 'This is no text for a terminal: name a file with -o');
    for await (const piece of pieces()) await io.writeBytes(piece);
    return;
  }
  const path = (await isDirectory(session, output)) ? join(output, name) : output;
  if ((await host.files.stat(path)) !== undefined)
    throw new Fault('exists', { retry: 'never', detail: `There is a file "${path}" already` });
  const draft = `${path}.part`;
  await host.files.unlink(draft);
  try {
    await io.writeFile(draft, pieces());
    await host.files.rename(draft, path);
  } catch (error) {
    await host.files.unlink(draft);
    throw error;
  }
  io.stderr(`${path}\n`);
}

function note(session: CliSession, desk: CliDesk, ticket: TicketNumber): void {
  const actor = actorOf(session, desk);
  const by = actor.kind === 'agent' ? { agent: actor.login } : { agent: undefined };
  const account = actor.kind === 'agent' ? {} : { by: `user ${session.io.account}` };
  desk.audit.note({ event: 'read', ...by, ...account, ticket, what: 'export', way: 'cli' });
}
