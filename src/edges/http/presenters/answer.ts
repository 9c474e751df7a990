/**
 * What an answer begins with: recipients, subject, signature, quotation.
 *
 * Promises: pure. Leaves to others: the form around it (write-form.ts).
 */
import type { Config } from '../../../config/config.ts';
import { fillPlaceholders } from '../../../core/answers/placeholders.ts';
import {
  type Address,
  addressKey,
  displayName,
  formatAddress,
  withoutDetail,
} from '../../../core/message/address.ts';
import { answerSubject } from '../../../core/message/subject.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import { answerRecipients } from '../../../services/present/recipients.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';

/** What stands in the fields, as typed. */
export interface Draft {
  readonly to: string;
  readonly cc: string;
  readonly subject: string;
  readonly text: string;
  readonly state: string;
  /** The message that is answered. */
  readonly message: string;
}

export interface DraftRequest {
  readonly folder: TicketFolder;
  readonly answered: TicketEvent | undefined;
  /** Text of the answered message. */
  readonly quoted: string | undefined;
  readonly toAll: boolean;
  readonly agent: Agent;
  readonly config: Config;
  /** In which the customer is addressed. */
  readonly customerLocale: Locale;
}

const quotedLines = 2000;

export function startAnswer(request: DraftRequest): Draft {
  const { folder, answered, toAll, config } = request;
  const { ticket } = folder;
  const to = answerRecipients(folder, answered?.name);
  const cc = toAll && answered !== undefined ? copiesOf(answered, to, config) : [];
  return {
    to: formatAddresses(to),
    cc: formatAddresses(cc),
    subject: answerSubject(ticket.number, ticket.subject),
    text: `\n\n${[signatureOf(request), quotationOf(request)].filter((part) => part !== '').join('\n\n')}`.trimEnd(),
    state: 'open',
    message: answered?.name ?? '',
  };
}

export const emptyNote: Draft = { to: '', cc: '', subject: '', text: '', state: '', message: '' };

function formatAddresses(addresses: readonly Address[]): string {
  return addresses.map(formatAddress).join(', ');
}

/** Everybody else the answered mail went to, but for the desk itself. */
function copiesOf(
  { mail }: TicketEvent,
  to: readonly Address[],
  config: Config,
): readonly Address[] {
  const own = [
    ...config.desk.addresses,
    ...config.queues.flatMap(({ addresses }) => addresses),
  ].map(addressKey);
  const taken = new Set([...own, ...to.map(({ address }) => addressKey(address))]);
  const copies: Address[] = [];
  for (const person of [...mail.to, ...mail.cc]) {
    const key = addressKey(person.address);
    if (taken.has(key) || own.includes(withoutDetail(person.address))) continue;
    taken.add(key);
    copies.push(person);
  }
  return copies;
}

function signatureOf({ folder, agent, config }: DraftRequest): string {
  const { ticket } = folder;
  const queue = config.queues.find(({ name }) => name.toLowerCase() === ticket.queue.toLowerCase());
  if (queue === undefined || queue.signature.trim() === '') return '';
  return fillPlaceholders(queue.signature.trimEnd(), {
    'agent.name': agent.name,
    'queue.name': queue.name,
    'desk.name': config.desk.name,
    'ticket.number': ticket.number,
    'customer.name': ticket.customer?.name,
  }).text;
}

function quotationOf({ answered, quoted, customerLocale, config }: DraftRequest): string {
  if (answered === undefined || quoted === undefined || quoted.trim() === '') return '';
  const { from } = answered.mail;
  const time = customerLocale.dates(config.desk.timeZone).full(answered.mail.date ?? answered.time);
  const line =
    from === undefined
      ? customerLocale.text('write.attribution-nobody', { time })
      : customerLocale.text('write.attribution', { time, name: displayName(from) });
  const lines = quoted.replace(/\r\n?/g, '\n').trimEnd().split('\n').slice(0, quotedLines);
  return [
    line,
    ...lines.map((text) => (text.startsWith('>') ? `>${text}` : `> ${text}`.trimEnd())),
  ].join('\n');
}
