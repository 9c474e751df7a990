/**
 * Faxes and recordings: whose they are, what of them was not understood, and the way to answer by fax.
 *
 * Promises: pure. A number is shown as people write it.
 */
import type { Config } from '../../../config/config.ts';
import { readDropProblems } from '../../../core/drop/drop-event.ts';
import { type Address, addressKey, displayName } from '../../../core/message/address.ts';
import { faxAddress, faxNumberOf } from '../../../core/phone/fax-gateway.ts';
import {
  formatPhone,
  type PhoneNumber,
  parsePhone,
  phoneOf,
  readPhone,
} from '../../../core/phone/phone-number.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { Ticket } from '../../../core/ticket/fold.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';

/** A number as it stands in a file, as people write it; what is none stays as it is. */
export function shownPhone(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const number = readPhone(text);
  return number === undefined ? text : formatPhone(number);
}

/** Who called or sent a fax: the mail around it is a machine's. Undefined for what a person wrote. */
export function callerOf(event: TicketEvent, customer?: Address): string | undefined {
  const isOfMachine = event.fields.has('gateway') || event.fields.has('drop');
  if (!isOfMachine || event.actor.kind === 'agent') return undefined;
  if (event.kind === 'fax-out' || event.kind === 'call-out' || event.kind === 'note')
    return undefined;
  const address = event.actor.kind === 'customer' ? event.actor.address : '';
  if (customer !== undefined && addressKey(customer.address) === addressKey(address))
    return displayName(customer);
  const number = phoneOf(address);
  if (number !== undefined) return formatPhone(number);
  return address === '' ? shownPhone(event.fields.get('phone')?.[0]) : address;
}

/** The caller over the message, and the number beside him. */
export function presentMachineCaller(
  event: TicketEvent,
  { customer }: Ticket,
  locale: Locale,
): { readonly author: string; readonly meta: string } | undefined {
  const isOfMachine = event.fields.has('gateway') || event.fields.has('drop');
  if (!isOfMachine || event.kind === 'mail-in' || event.kind === 'note') return undefined;
  if (event.kind === 'fax-out' || event.kind === 'call-out') return undefined;
  const author = callerOf(event, customer) ?? locale.text('drop.unknown-number');
  const number = shownPhone(event.fields.get('phone')?.[0]) ?? '';
  return { author, meta: number === author ? '' : number };
}

const problemKeys = {
  'no-ticket': 'drop.no-ticket',
  misnamed: 'drop.misnamed',
  sidecar: 'drop.sidecar',
  'no-queue': 'drop.no-queue',
} as const;

/** What was not understood, as sentences. */
export function presentDropProblems(event: TicketEvent, locale: Locale): readonly string[] {
  return readDropProblems(event.fields).map(({ code, value }) =>
    code === 'several-callers'
      ? locale.text('drop.several-callers', { people: locale.list(value.split(' ')) })
      : locale.text(problemKeys[code], { value }),
  );
}

/** Number of the newest fax of the ticket; undefined when there is none. */
export function faxNumberIn(
  { messages }: TicketFolder,
  country?: Config['desk']['country'],
): PhoneNumber | undefined {
  const fax = messages.findLast(
    ({ event }) =>
      (event.kind === 'fax-in' || event.kind === 'fax-out') && event.fields.has('phone'),
  )?.event;
  return fax === undefined ? undefined : parsePhone(fax.fields.get('phone')?.[0] ?? '', country);
}

/** Where an answer by fax goes; undefined where there is no gateway or no fax to answer. */
export function faxAddressIn(folder: TicketFolder, { desk }: Config): Address | undefined {
  const number = faxNumberIn(folder, desk.country);
  const { faxGateway } = desk;
  return number === undefined || faxGateway === undefined
    ? undefined
    : faxAddress(faxGateway, number);
}

/** The other way to answer a fax, where the form goes by mail. */
export function presentFaxOffer(
  folder: TicketFolder,
  form: { readonly writing: string; readonly to: string },
  config: Config,
  locale: Locale,
): { readonly href: string; readonly text: string } | undefined {
  const { faxGateway } = config.desk;
  const address = faxAddressIn(folder, config);
  if (form.writing !== 'answer' || address === undefined || faxGateway === undefined)
    return undefined;
  if (form.to.includes(address.address)) return undefined;
  const number = faxNumberOf(faxGateway, address.address, config.desk.country);
  const shown = number === undefined ? address.name : formatPhone(number);
  return {
    href: `/tickets/${folder.number}/answer?fax=1`,
    text: locale.text('drop.by-fax', { number: shown }),
  };
}
