/** `maildesk appointment`: appointments of a ticket, made, changed, called off and listed. */
import type { Command } from 'commander';
import type { AppointmentFacts } from '../../../core/appointment/appointment.ts';
import type { Appointment } from '../../../core/appointment/appointments.ts';
import { readTimeRequest } from '../../../core/appointment/request.ts';
import type { Address } from '../../../core/message/address.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import { toAppointmentJson } from '../../../services/present/appointment-json.ts';
import type { CliDesk } from '../desk.ts';
import { ticketFailure } from '../failure.ts';
import { actorOf, announceReceipt, type CliSession, requireNumber, withDesk } from '../session.ts';
import { toLine } from '../text.ts';
import { collectAddress } from './reply.ts';

interface AppointmentOptions {
  readonly what?: string;
  readonly start?: string;
  readonly end?: string;
  readonly zone?: string;
  readonly place?: string;
  readonly invite?: readonly Address[];
  readonly with?: readonly string[];
  readonly change?: string;
  readonly cancel?: string;
  readonly list?: boolean;
}

export function addAppointmentCommand(program: Command, session: CliSession): void {
  program
    .command('appointment')
    .description('make an appointment on a ticket and print its message id')
    .argument('<number>')
    .argument('[text...]', 'text of the invitation; with --cancel the reason')
    .option('--what <summary>', 'what it is (default: the subject of the ticket)')
    .option('--start <time>', '"2026-11-27 10:00" by the clock of the zone, or a day')
    .option('--end <time>', 'likewise, or a time of the same day (default: one hour later)')
    .option('--zone <zone>', 'time zone (default: that of the desk)')
    .option('--place <place>', 'where')
    .option('--invite <address>', 'somebody outside, may be repeated', collectAddress)
    .option('--with <login>', 'an agent, may be repeated', collectLogin)
    .option('--change <uid>', 'change this appointment; what is not said stays')
    .option('--cancel <uid>', 'call this one off')
    .option('--list', 'list those of the ticket instead')
    .action(async (given: string, words: readonly string[], options: AppointmentOptions) => {
      const number = requireNumber(given);
      await withDesk(session, 'store', async (desk) => {
        if (options.list === true) return list(session, desk, number);
        const done = await run(session, desk, number, { options, text: words.join(' ') });
        const receipt = await announceReceipt(desk, done);
        session.io.stdout(`${receipt.message}\n`);
      });
    });
}

async function run(
  session: CliSession,
  desk: CliDesk,
  number: TicketNumber,
  { options, text }: { readonly options: AppointmentOptions; readonly text: string },
) {
  const actor = actorOf(session, desk);
  const { appointments } = desk;
  if (options.cancel !== undefined)
    return appointments.cancel(number, { uid: options.cancel, text }, actor);
  const folder = await desk.reader.read(number);
  if (folder === undefined) throw ticketFailure({ code: 'unknown-ticket', number });
  const uid = options.change;
  const before =
    uid === undefined
      ? undefined
      : (await appointments.list(number))?.find((each) => each.uid === uid);
  if (uid !== undefined && before === undefined)
    throw ticketFailure({ code: 'unknown-appointment', uid });
  const facts = factsOf(options, {
    before,
    text,
    summary: folder.ticket.subject,
    zone: desk.config.current().desk.timeZone,
  });
  return uid === undefined
    ? appointments.make(number, facts, actor)
    : appointments.change(number, { uid, facts }, actor);
}

function factsOf(
  options: AppointmentOptions,
  known: { before: Appointment | undefined; text: string; summary: string; zone: string },
): AppointmentFacts {
  const { before } = known;
  const zone = options.zone ?? before?.time.zone ?? known.zone;
  const isSaid = options.start !== undefined || options.end !== undefined || before === undefined;
  const time = readTimeRequest({ start: options.start ?? '', end: options.end ?? '', zone });
  if (isSaid && !time.ok) throw ticketFailure(time.refusal);
  return {
    time: time.ok ? time.value : (before?.time ?? { kind: 'days', first: '', last: '', zone }),
    summary: options.what ?? before?.summary ?? known.summary,
    place: options.place ?? before?.place ?? '',
    text: known.text === '' ? (before?.text ?? '') : known.text,
    guests: options.invite ?? before?.guests ?? [],
    agents: options.with ?? before?.agents ?? [],
  };
}

async function list(
  { io }: CliSession,
  { appointments }: CliDesk,
  number: TicketNumber,
): Promise<void> {
  const all = await appointments.list(number);
  if (all === undefined) throw ticketFailure({ code: 'unknown-ticket', number });
  for (const each of all.map(toAppointmentJson)) {
    const { uid, status, start, end, zone, summary, place } = each;
    io.stdout(
      `${uid}\t${status}\t${start}\t${end}\t${zone}\t${toLine(summary)}\t${toLine(place)}\n`,
    );
    for (const { address, answer } of each.people)
      io.stdout(`\t${toLine(address)}\t${answer ?? 'no answer'}\n`);
  }
}

function collectLogin(login: string, before: readonly string[] = []): readonly string[] {
  return [...before, login];
}
