/**
 * Appointments made, changed and called off: the words of the mail, the signed uid, and then the one road.
 *
 * Promises: whoever is not invited any more is told before the others hear of the change, and only when that can be made.
 * Leaves to others: what is allowed (core/appointment/decide-appointment.ts), the mail's bytes (../letters.ts).
 */
import { type Random, randomText } from '../../base/random.ts';
import { type Result, refuse } from '../../base/result.ts';
import type { Config } from '../../config/config.ts';
import type { AppointmentFacts } from '../../core/appointment/appointment.ts';
import { type Appointment, appointmentsOf } from '../../core/appointment/appointments.ts';
import type {
  AppointCommand,
  AppointmentLetter,
  CancelAppointmentCommand,
} from '../../core/appointment/decide-appointment.ts';
import { type Address, addressKey, domainOf } from '../../core/message/address.ts';
import type { SignedIds } from '../../core/message/message-id.ts';
import type { Refusal } from '../../core/ticket/decide.ts';
import type { Actor } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { TicketFolder, TicketReader } from '../../storage/ticket-store.ts';
import { whenText, zoneText } from '../appointment-words.ts';
import { senderAddress } from '../letters.ts';
import type { Locale } from '../render/locale.ts';
import type { Receipt, Tickets } from '../tickets.ts';

export interface Appointments {
  /** Those of the ticket and of all that was merged into it; undefined when there is no such ticket. */
  list(number: TicketNumber): Promise<readonly Appointment[] | undefined>;
  make(number: TicketNumber, facts: AppointmentFacts, actor: Actor): Promise<Answer>;
  change(number: TicketNumber, change: AppointmentChange, actor: Actor): Promise<Answer>;
  cancel(number: TicketNumber, cancelled: Cancelled, actor: Actor): Promise<Answer>;
}

type Answer = Result<Receipt, Refusal>;

export interface AppointmentChange {
  readonly uid: string;
  /** Sequence of the version that was seen; the newest when absent. */
  readonly base?: number | undefined;
  readonly facts: AppointmentFacts;
}

export interface Cancelled {
  readonly uid: string;
  readonly base?: number | undefined;
  /** Why, for those who were invited. */
  readonly text: string;
}

export interface AppointmentsDeps {
  readonly tickets: Pick<Tickets, 'run' | 'foresee'>;
  /** With what was merged into them. */
  readonly reader: Pick<TicketReader, 'read'>;
  readonly ids: SignedIds;
  readonly config: () => Config;
  readonly nameOf: (login: string) => string;
  /** The best for somebody who writes in this language. */
  readonly localeFor: (language: string) => Promise<Locale>;
  readonly random: Random;
}

/** The first sentence. */
const leadKeys = {
  changed: 'appointment.mail.changed',
  cancelled: 'appointment.mail.cancelled',
  uninvited: 'appointment.mail.uninvited',
} as const;

type LetterKind = 'new' | 'changed' | 'cancelled' | 'uninvited';

export function createAppointments(deps: AppointmentsDeps): Appointments {
  const { tickets, reader, ids, config, nameOf, random } = deps;

  async function list(number: TicketNumber): Promise<readonly Appointment[] | undefined> {
    const folder = await reader.read(number);
    return folder === undefined ? undefined : appointmentsIn(folder);
  }

  async function make(
    number: TicketNumber,
    facts: AppointmentFacts,
    actor: Actor,
  ): Promise<Answer> {
    const folder = await reader.read(number);
    if (folder === undefined) return refuse({ code: 'unknown-ticket', number });
    const domain = domainOf(senderAddress(config(), folder.ticket.queue));
    return tickets.run(
      number,
      {
        kind: 'appoint',
        uid: ids.formatCalendarId(number, randomText(random, 12), domain),
        base: undefined,
        facts,
        letter: await write(folder, 'new', facts),
      },
      actor,
    );
  }

  async function change(
    number: TicketNumber,
    { uid, base, facts }: AppointmentChange,
    actor: Actor,
  ): Promise<Answer> {
    const found = await find(number, uid, actor);
    if (!found.ok) return found;
    const { folder, known } = found.value;
    const command: AppointCommand = {
      kind: 'appoint',
      uid,
      base: base ?? known.sequence,
      facts,
      letter: await write(folder, 'changed', facts),
    };
    const left = known.guests.filter(({ address }) => !isAmong(address, facts.guests));
    if (left.length > 0) {
      const allowed = await tickets.foresee(number, command, actor);
      if (!allowed.ok) return allowed;
      const told = await tickets.run(
        number,
        {
          kind: 'cancel-appointment',
          uid,
          base: command.base ?? 0,
          isMailed: true,
          only: left,
          letter: await write(folder, 'uninvited', known),
        },
        actor,
      );
      if (!told.ok) return told;
    }
    return tickets.run(number, command, actor);
  }

  async function cancel(
    number: TicketNumber,
    { uid, base, text }: Cancelled,
    actor: Actor,
  ): Promise<Answer> {
    const found = await find(number, uid, actor);
    if (!found.ok) return found;
    const { folder, known } = found.value;
    const command: CancelAppointmentCommand = {
      kind: 'cancel-appointment',
      uid,
      base: base ?? known.sequence,
      isMailed: known.guests.length > 0,
      letter: await write(folder, 'cancelled', { ...known, text }),
    };
    return tickets.run(number, command, actor);
  }

  async function find(
    number: TicketNumber,
    uid: string,
    actor: Actor,
  ): Promise<Result<{ readonly folder: TicketFolder; readonly known: Appointment }, Refusal>> {
    const folder = await reader.read(number);
    if (folder === undefined) return refuse({ code: 'unknown-ticket', number });
    const known = appointmentsIn(folder).find((each) => each.uid === uid && each.origin === 'ours');
    if (known !== undefined) return { ok: true, value: { folder, known } };
    // Who may not even see the ticket learns nothing of what is in it.
    const seen = await tickets.foresee(number, { kind: 'update', changes: [] }, actor);
    const isHidden = !seen.ok && seen.refusal.code === 'unknown-ticket';
    return refuse(isHidden ? seen.refusal : { code: 'unknown-appointment', uid });
  }

  async function write(
    { ticket }: TicketFolder,
    kind: LetterKind,
    facts: AppointmentFacts,
  ): Promise<AppointmentLetter> {
    const { desk } = config();
    // Colleagues read it in the language of the desk.
    const isOut = facts.guests.length > 0;
    const locale = await deps.localeFor(isOut ? (ticket.language ?? '') : desk.language);
    return { subject: subjectOf(kind, facts, locale), text: textOf(kind, facts, locale) };
  }

  function subjectOf(kind: LetterKind, { summary }: AppointmentFacts, locale: Locale): string {
    if (kind === 'new') return locale.text('appointment.mail.subject', { summary });
    const key =
      kind === 'changed'
        ? 'appointment.mail.subject-changed'
        : 'appointment.mail.subject-cancelled';
    return locale.text(key, { summary });
  }

  function textOf(kind: LetterKind, facts: AppointmentFacts, locale: Locale): string {
    const { time, summary, place, text, guests, agents } = facts;
    const isOff = kind === 'cancelled' || kind === 'uninvited';
    const lines = [
      locale.text('appointment.mail.what', { summary }),
      locale.text('appointment.mail.when', {
        when: whenText(time, time.zone, locale).whole,
        zone: zoneText(time.zone),
      }),
      ...(place === '' ? [] : [locale.text('appointment.mail.where', { place })]),
      ...(agents.length === 0
        ? []
        : [locale.text('appointment.mail.with', { names: locale.list(agents.map(nameOf)) })]),
    ];
    const parts = [
      ...(kind === 'new' ? [] : [locale.text(leadKeys[kind])]),
      ...(text === '' || kind === 'uninvited' ? [] : [text]),
      lines.join('\n'),
      ...(isOff || guests.length === 0 ? [] : [locale.text('appointment.mail.answer')]),
    ];
    return parts.join('\n\n');
  }

  return { list, make, change, cancel };
}

function appointmentsIn({ messages }: TicketFolder): readonly Appointment[] {
  return appointmentsOf(messages.map(({ event }) => event));
}

function isAmong(address: string, people: readonly Address[]): boolean {
  return people.some((person) => addressKey(person.address) === addressKey(address));
}
