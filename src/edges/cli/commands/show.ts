/** `maildesk show`: one ticket with its messages. */
import type { Command } from 'commander';
import { parseInstant } from '../../../base/clock.ts';
import { formatAddress } from '../../../core/message/address.ts';
import {
  type MessageJson,
  readTicketJson,
  type TicketJson,
} from '../../../services/present/ticket-json.ts';
import { ticketFailure } from '../failure.ts';
import { type CliSession, requireNumber, withDesk } from '../session.ts';
import { formatJson, formatLocal, formatTable, toLine, toLines } from '../text.ts';

export function addShowCommand(program: Command, session: CliSession): void {
  program
    .command('show')
    .description('show a ticket with its messages')
    .argument('<number>')
    .option('--json', 'print JSON, as the API gives it')
    .action(async (given: string, { json }: { readonly json?: true }) => {
      const number = requireNumber(given);
      await withDesk(session, 'store', async ({ reader, config }) => {
        const ticket = await readTicketJson(reader, number);
        if (ticket === undefined) throw ticketFailure({ code: 'unknown-ticket', number });
        session.io.stdout(
          json ? formatJson(ticket) : toPage(ticket, config.current().desk.timeZone),
        );
      });
    });
}

function toPage(ticket: TicketJson, timeZone: string): string {
  const facts = [
    ['Ticket', ticket.number],
    ['Subject', ticket.subject],
    ['State', ticket.stateName === null ? ticket.state : `${ticket.stateName} (${ticket.state})`],
    ['Queue', ticket.queue],
    ['Priority', ticket.priority],
    ['Owner', ticket.owner ?? '-'],
    ['Customer', ticket.customer === null ? '-' : formatAddress(ticket.customer)],
    ['Language', ticket.language ?? '-'],
    ['Tags', ticket.tags.join(', ') || '-'],
    ['Created', localTime(ticket.created, timeZone)],
    ['Updated', localTime(ticket.updated, timeZone)],
    ...fieldFacts(ticket, timeZone),
  ];
  const messages = ticket.messages.map((message) => toSection(message, timeZone));
  return [formatTable(facts, { isTerminal: false }), ...messages].join('\n');
}

/** Only what is there. */
function fieldFacts(ticket: TicketJson, timeZone: string): readonly (readonly string[])[] {
  const { pendingUntil, closeReason, responsible, lock, lockUntil, links, watchers } = ticket;
  return [
    ['Waits until', pendingUntil === null ? '' : localTime(pendingUntil, timeZone)],
    ['Closed because', closeReason ?? ''],
    ['Responsible', responsible ?? ''],
    ['Locked for', lock === null ? '' : `${lock} until ${localTime(lockUntil ?? '-', timeZone)}`],
    ['Links', links.join(', ')],
    ['Watchers', watchers.join(', ')],
    ...Object.entries(ticket.fields).map(([name, value]) => [`x-${name}`, value]),
  ].filter(([, value]) => value !== '');
}

function toSection(message: MessageJson, timeZone: string): string {
  const facts = [
    ['From', message.from === null ? '-' : formatAddress(message.from)],
    ['To', message.to.map(formatAddress).join(', ')],
    ['Cc', message.cc.map(formatAddress).join(', ')],
    ['Subject', message.subject],
    [
      'Files',
      message.attachments
        .map(({ name, type, size }) => `${name} (${type}, ${size} bytes)`)
        .join(', '),
    ],
    ['Problems', message.problems.map(({ detail }) => detail).join('; ')],
  ].filter(([, value]) => value !== '');
  const title = toLine(`--- ${localTime(message.date, timeZone)} ${message.kind} ${message.id}`);
  return `${title}\n${formatTable(facts, { isTerminal: false })}\n${toLines(message.text).trimEnd()}\n`;
}

function localTime(text: string, timeZone: string): string {
  const instant = parseInstant(text);
  return instant === undefined ? text : formatLocal(instant, timeZone);
}
