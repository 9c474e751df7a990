/** The calendar part of the mail that an appointment is. Promises: pure; it says what the block of the same message says. */
import type { Instant } from '../base/clock.ts';
import { invariant } from '../base/fault.ts';
import { type Fields, versionIn } from '../core/appointment/appointment.ts';
import type { Address } from '../core/message/address.ts';
import type { TicketNumber } from '../core/ticket/number.ts';
import type { MailToCompose } from '../storage/codec.ts';
import { formatInvitation, type InvitationMethod } from '../storage/icalendar.ts';

export interface InvitationFrame {
  readonly organizer: Address;
  readonly number: TicketNumber;
  readonly stamp: Instant;
}

export function invitationOf(
  fields: Fields,
  { organizer, number, stamp }: InvitationFrame,
): {
  readonly calendar: NonNullable<MailToCompose['calendar']>;
  readonly guests: readonly Address[];
} {
  const version = versionIn(fields);
  invariant(version !== undefined, 'An appointment that was decided on can be read');
  const isOff = version.status === 'cancelled' || version.status === 'uninvited';
  // Nobody is asked where nobody is invited: the note shows it, no more.
  const method: InvitationMethod =
    version.guests.length === 0 ? 'PUBLISH' : isOff ? 'CANCEL' : 'REQUEST';
  const footer = `Ticket ${number}`;
  const text = formatInvitation({ method, version, organizer, stamp, footer });
  return { calendar: { method, text }, guests: version.guests };
}
