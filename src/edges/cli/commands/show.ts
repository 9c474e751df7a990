/** `maildesk show`: one ticket with its messages. */
import type { Command } from 'commander';
import { type Instant, parseInstant } from '../../../base/clock.ts';
import { formatAddress } from '../../../core/message/address.ts';
import { subjectOf } from '../../../services/escalation/due-book.ts';
import { createPastReader } from '../../../services/past.ts';
import { momentForms, parseMoment } from '../../../services/present/moment.ts';
import {
  type MessageJson,
  readTicketJson,
  type TicketJson,
} from '../../../services/present/ticket-json.ts';
import { exits } from '../exit-codes.ts';
import { CliFailure, ticketFailure } from '../failure.ts';
import { type CliSession, requireNumber, withDesk } from '../session.ts';
import { formatJson, formatLocal, formatTable, toLine, toLines } from '../text.ts';

export function addShowCommand(program: Command, session: CliSession): void {
  program
    .command('show')
    .description('show a ticket with its messages')
    .argument('<number>')
    .option('--json', 'print JSON, as the API gives it')
    .option('--at <time>', 'as it was then, such as 2026-11-23 or "2026-11-23 11:15"')
    .action(async (given: string, { json, at }: ShowOptions) => {
      const number = requireNumber(given);
      await withDesk(session, 'store', async ({ reader, due, config, removals }) => {
        const { timeZone } = config.current().desk;
        const moment = at === undefined ? undefined : requireMoment(at, timeZone);
        const ticket = await readTicketJson(
          moment === undefined ? reader : createPastReader(reader, moment),
          number,
          moment === undefined ? (folder) => due.of(subjectOf(folder)) : undefined,
        );
        if (ticket === undefined && moment !== undefined && (await reader.read(number)))
          throw new CliFailure(exits.data, `Ticket ${number} did not exist then`);
        if (ticket === undefined && (await removals.read(number)) !== undefined)
          throw new CliFailure(exits.data, `Ticket ${number} was removed by a rule`);
        if (ticket === undefined) throw ticketFailure({ code: 'unknown-ticket', number });
        session.io.stdout(json ? formatJson(ticket) : toPage(ticket, timeZone));
      });
    });
}

interface ShowOptions {
  readonly json?: true;
  readonly at?: string;
}

function requireMoment(text: string, timeZone: string): Instant {
  const moment = parseMoment(text, timeZone);
  if (moment === undefined)
    throw new CliFailure(exits.usage, `Bad time "${text}"; expected ${momentForms}`);
  return moment;
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
  const { pendingUntil, closeReason, responsible, lock, lockUntil, links, watchers, due } = ticket;
  return [
    [
      'First response due',
      due.firstResponse === null ? '' : localTime(due.firstResponse, timeZone),
    ],
    ['Update due', due.update === null ? '' : localTime(due.update, timeZone)],
    ['Solution due', due.solution === null ? '' : localTime(due.solution, timeZone)],
    ['Service level', ticket.sla ?? ''],
    ['Waits until', pendingUntil === null ? '' : localTime(pendingUntil, timeZone)],
    ['Closed because', closeReason ?? ''],
    ['Legal hold', ticket.hold ?? ''],
    ['Place', ticket.archived ? 'archive' : ''],
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
