/**
 * `maildesk verify`: whether the files of a ticket are the ones that were written.
 *
 * Promises: every file is read and its digest computed anew; it changes nothing. Ends with 65 when a file
 * was changed or is missing; what was put there by hand is only told.
 */
import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import {
  firstBlockField,
  type MessageName,
  parseDigest,
  parseParameters,
  type TicketEvent,
} from '../../../core/ticket/event.ts';
import {
  accountForMoves,
  checkHistory,
  type HistoryFinding,
} from '../../../core/ticket/history.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import type { TicketReader } from '../../../storage/ticket-store.ts';
import { exits } from '../exit-codes.ts';
import { ticketFailure } from '../failure.ts';
import { type CliSession, requireNumber, withDesk } from '../session.ts';
import { formatJson, formatTable } from '../text.ts';

type TicketFinding = HistoryFinding & { readonly ticket: TicketNumber };

export function addVerifyCommand(program: Command, session: CliSession): void {
  program
    .command('verify')
    .description('name files that were changed, are missing or were put there by hand')
    .argument('[number]', 'one ticket; without it, all of them')
    .option('--json', 'print JSON')
    .action(async (given: string | undefined, { json }: { readonly json?: true }) => {
      const number = given === undefined ? undefined : requireNumber(given);
      await withDesk(session, 'store', async ({ store: reader }) => {
        const { tickets, findings } = await verifyTickets(reader, number);
        const isBroken = findings.some(({ kind }) => kind !== 'by-hand');
        if (json) session.io.stdout(formatJson({ tickets, ok: !isBroken, findings }));
        else session.io.stdout(toReport(tickets, findings, session.io.isTerminal));
        if (isBroken) session.endWith(exits.data);
      });
    });
}

async function verifyTickets(reader: TicketReader, only: TicketNumber | undefined) {
  const findings: TicketFinding[] = [];
  let tickets = 0;
  const add = async (number: TicketNumber): Promise<boolean> => {
    const found = await verifyTicket(reader, number);
    if (found === undefined) return false;
    tickets += 1;
    findings.push(...found.map((finding) => ({ ticket: number, ...finding })));
    return true;
  };
  if (only === undefined) for await (const number of reader.numbers()) await add(number);
  else if (!(await add(only))) throw ticketFailure({ code: 'unknown-ticket', number: only });
  return { tickets, findings };
}

/** Undefined when the ticket is not there. */
async function verifyTicket(
  reader: TicketReader,
  number: TicketNumber,
): Promise<readonly HistoryFinding[] | undefined> {
  const folder = await reader.read(number);
  if (folder === undefined) return undefined;
  const events: TicketEvent[] = [];
  const altered = new Set<MessageName>();
  for (const { event } of folder.messages) {
    const bytes = await reader.readFile(number, event.name);
    const digest = bytes === undefined ? undefined : parseDigest(`sha256:${hexDigest(bytes)}`);
    // A file that went away between listing and reading is missing, as one that went before.
    if (bytes === undefined || digest === undefined) continue;
    events.push({ ...event, digest });
    if (!hasNamedSize(event.name, bytes) || !hasReceivedMail(event, bytes)) altered.add(event.name);
  }
  return checkHistory(events, altered, accountForMoves(events));
}

/** A Maildir name may carry the exact size of its file: `…,S=763`. */
function hasNamedSize(name: MessageName, bytes: Buffer): boolean {
  const size = /,S=([0-9]{1,15})(?![0-9])/.exec(name)?.[1];
  return size === undefined || Number(size) === bytes.length;
}

/** The received mail is the tail of the file: as many bytes as `Ticket-Raw` says, with its digest. */
function hasReceivedMail(event: TicketEvent, bytes: Buffer): boolean {
  const raw = firstBlockField(event, 'raw');
  if (raw === undefined) return true;
  const parameters = parseParameters(raw);
  const count = Number(parameters.get('bytes') ?? Number.NaN);
  if (!Number.isInteger(count) || count < 0 || count > bytes.length) return false;
  return (
    hexDigest(bytes.subarray(bytes.length - count)) === parameters.get('sha256')?.toLowerCase()
  );
}

function hexDigest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function toReport(
  tickets: number,
  findings: readonly TicketFinding[],
  isTerminal: boolean,
): string {
  const rows = findings.map((finding) => [finding.ticket, finding.kind, describeFinding(finding)]);
  return `${formatTable(rows, { isTerminal })}${tickets} tickets checked, ${findings.length} findings\n`;
}

function describeFinding(finding: HistoryFinding): string {
  switch (finding.kind) {
    case 'changed': {
      const before =
        finding.expected === undefined ? '' : `; ${finding.knownTo} saw ${finding.expected}`;
      return `${finding.name} is not as it was written: it has ${finding.found}${before}`;
    }
    case 'missing': {
      const other =
        finding.suspect === undefined
          ? ''
          : `; if none was removed, ${finding.suspect} was changed`;
      return `the file with ${finding.expected}, which ${finding.knownTo} saw, is not there${other}`;
    }
    case 'by-hand':
      return `${finding.name} was put there by hand`;
  }
}
