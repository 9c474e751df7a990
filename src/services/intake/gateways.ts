/**
 * Mails of fax servers and telephone systems: whose they are is the caller, not the machine that sends them.
 *
 * Promises: a number is believed only from a gateway that stands in config/gateways/, and only when the mail proves to be
 * from it; anybody else who writes such a subject is an ordinary writer of mail. A gateway is never answered by itself.
 * Leaves to others: the shapes (core/phone/gateway-mail.ts), whose number it is (services/phone/callers.ts).
 */
import type { Config } from '../../config/config.ts';
import type { GatewayConfig } from '../../config/phone.ts';
import { addressKey, domainOf, formatAddress } from '../../core/message/address.ts';
import { isInNetworks } from '../../core/message/ip-network.ts';
import { judgeSender } from '../../core/message/sender-sign.ts';
import { readGatewayMail } from '../../core/phone/gateway-mail.ts';
import { type Change, type EventDraft, formatParameters } from '../../core/ticket/event.ts';
import type { Callers } from '../phone/callers.ts';
import { isSpam, type ReadMail } from './read-mail.ts';

/** The mail with what a gateway of the desk hands over by it. */
export async function withGateway(
  read: ReadMail,
  { gateways = [], desk }: Config,
  callers: Callers | undefined,
): Promise<ReadMail> {
  const gateway = gateways.find(({ from }) => isFrom(read, from));
  if (gateway === undefined || read.report !== undefined) return read;
  const believed = !isSpam(read) && isProven(read, gateway);
  const mail = believed
    ? readGatewayMail(read.mail, { kind: gateway.kind, country: desk.country })
    : undefined;
  if (mail === undefined) return { ...read, gateway: { gateway, call: undefined } };
  const caller = mail.number === undefined ? undefined : await callers?.find(mail.number);
  const call = { ...mail, customer: caller?.customer, several: caller?.several ?? [] };
  // A machine sends it, and a person speaks.
  return { ...read, automatic: undefined, gateway: { gateway, call } };
}

function isFrom({ mail }: ReadMail, from: readonly string[]): boolean {
  const address = addressKey(mail.from?.address ?? '');
  return address !== '' && (from.includes(address) || from.includes(`@${domainOf(address)}`));
}

function isProven({ incoming, mail, verdicts }: ReadMail, gateway: GatewayConfig): boolean {
  const { via, origin } = incoming;
  const isLocal = via === 'inbox' || via === 'pipe' || via === 'imap';
  if (gateway.trustsLocal && isLocal) return true;
  if (origin !== undefined && isInNetworks(origin.ip, gateway.clients)) return true;
  const { sender } = verdicts;
  const author = domainOf(mail.from?.address ?? '');
  return sender !== undefined && judgeSender(sender, author) === 'confirmed';
}

/** A fax or a recording in place of a mail. */
export function asCall(draft: EventDraft, { gateway }: ReadMail): EventDraft {
  const call = gateway?.call;
  if (gateway === undefined || call === undefined) return draft;
  const { customer, number, several, shape } = call;
  const people = several.map(({ address }) => address).join(' ');
  return {
    ...draft,
    kind: call.kind === 'fax' ? 'fax-in' : 'recording',
    actor:
      customer === undefined
        ? { kind: 'system', part: 'intake' }
        : { kind: 'customer', address: customer.address },
    fields: [
      ...draft.fields,
      ...(number === undefined ? [] : [['Phone', number] as const]),
      ['Gateway', formatParameters(gateway.gateway.name, { shape })],
      ...(several.length === 0
        ? []
        : [['Problem', formatParameters('several-callers', { value: people })] as const]),
    ],
  };
}

/** Who takes part by it; undefined for an ordinary mail. */
export function participantsOfCall({ gateway }: ReadMail): readonly string[] | undefined {
  if (gateway?.call === undefined) return undefined;
  const { customer } = gateway.call;
  return customer === undefined ? [] : [addressKey(customer.address)];
}

/** What it says of a new ticket beside what any mail says. */
export function changesOfCall({ gateway }: ReadMail): readonly Change[] {
  const { customer, number } = gateway?.call ?? {};
  const setTo = (field: string, value: string): Change => ({ kind: 'set', field, value });
  return [
    ...(customer === undefined ? [] : [setTo('customer', formatAddress(customer))]),
    ...(number === undefined ? [] : [setTo('phone', number)]),
  ];
}
