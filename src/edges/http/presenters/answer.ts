/**
 * The form in which an answer or a note is written.
 *
 * Promises: pure; what was typed comes back as it was when it is refused.
 */
import type { Instant } from '../../../base/clock.ts';
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
import type { TicketState } from '../../../core/ticket/states.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import { answerRecipients } from '../../../services/present/recipients.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import { stateLooks } from './states.ts';

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

export interface WriteRequest {
  readonly kind: 'answer' | 'note';
  readonly folder: TicketFolder;
  readonly draft: Draft;
  /** Why it was not sent. */
  readonly refused: string | undefined;
  readonly now: Instant;
}

const statesAfterwards: readonly TicketState[] = ['open', 'pending-customer', 'closed'];

export function presentWrite({ kind, folder, draft, refused }: WriteRequest, locale: Locale) {
  const { number, subject } = folder.ticket;
  const page = `/tickets/${number}`;
  const choices = statesAfterwards.map((state) => ({
    value: state,
    text: locale.text(stateLooks[state].key),
    isCurrent: state === draft.state,
  }));
  return {
    ...draft,
    kind,
    action: kind === 'answer' ? `${page}/answer` : `${page}/note`,
    foldHref: page,
    refused,
    showsCc: draft.cc !== '',
    showsSubject: kind === 'answer' && draft.subject !== answerSubject(number, subject),
    states:
      kind === 'answer'
        ? choices
        : [
            {
              value: '',
              text: locale.text('write.state-unchanged'),
              isCurrent: draft.state === '',
            },
            ...choices,
          ],
  };
}

/** Addresses as typed between commas, semicolons or line breaks; what is none stands for itself, so that it can be refused by name. */
export function splitAddresses(text: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let isQuoted = false;
  let isBracketed = false;
  for (const sign of text.slice(0, 50_000)) {
    if (sign === '"') isQuoted = !isQuoted;
    else if (!isQuoted && sign === '<') isBracketed = true;
    else if (!isQuoted && sign === '>') isBracketed = false;
    if (!isQuoted && !isBracketed && /[,;\n]/.test(sign)) {
      parts.push(part);
      part = '';
    } else part += sign;
  }
  return [...parts, part].map((piece) => piece.trim()).filter((piece) => piece !== '');
}
