/**
 * The form in which an answer or a note is written.
 *
 * Promises: pure; what was typed comes back as it was when it is refused.
 */
import type { Instant } from '../../../base/clock.ts';
import type { Config } from '../../../config/config.ts';
import { fillPlaceholders } from '../../../core/answers/placeholders.ts';
import { quote, startText } from '../../../core/answers/quotation.ts';
import { type Address, displayName, formatAddress } from '../../../core/message/address.ts';
import type { Recipients } from '../../../core/message/recipients.ts';
import { answerSubject } from '../../../core/message/subject.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { TicketState } from '../../../core/ticket/states.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import type { Attribute } from '../../../services/render/attributions.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import { presentMailText } from './mail-text.ts';
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
  readonly recipients: Recipients;
  readonly agent: Agent;
  readonly config: Config;
  /** In which the customer is addressed. */
  readonly customerLocale: Locale;
  /** For the languages that the viewer is not in. */
  readonly attribute: Attribute;
}

export function startAnswer(request: DraftRequest): Draft {
  const { folder, answered, recipients, config } = request;
  const { ticket } = folder;
  return {
    to: formatAddresses(recipients.to),
    cc: formatAddresses(recipients.cc),
    subject: answerSubject(ticket.number, ticket.subject),
    text: startText({
      signature: signatureOf({ ...request, queue: ticket.queue }),
      quotation: quotationOf(request),
      place: config.desk.signaturePlace,
    }),
    state: 'open',
    message: answered?.name ?? '',
  };
}

export const emptyNote: Draft = { to: '', cc: '', subject: '', text: '', state: '', message: '' };

function formatAddresses(addresses: readonly Address[]): string {
  return addresses.map(formatAddress).join(', ');
}

export interface SignatureRequest {
  readonly queue: string;
  readonly folder?: TicketFolder;
  readonly agent: Agent;
  readonly config: Config;
}

/** The queue's, below `-- ` (RFC 3676 section 4.3); empty when it has none. */
export function signatureOf({ queue: name, folder, agent, config }: SignatureRequest): string {
  const queue = config.queues.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (queue === undefined || queue.signature.trim() === '') return '';
  const { text } = fillPlaceholders(queue.signature.trimEnd(), {
    'agent.name': agent.name,
    'queue.name': queue.name,
    'desk.name': config.desk.name,
    'ticket.number': folder?.number,
    'customer.name': folder?.ticket.customer?.name,
  });
  return /^-- ?\n/.test(text) ? text : `-- \n${text}`;
}

function quotationOf(request: DraftRequest): string {
  const { folder, answered, quoted, config } = request;
  // The note of a call is the team's.
  if (answered?.kind === 'call-in' || answered?.kind === 'call-out') return '';
  if (answered === undefined || quoted === undefined || quoted.trim() === '') return '';
  const queue = config.queues.find(
    ({ name }) => name.toLowerCase() === folder.ticket.queue.toLowerCase(),
  );
  return quote({
    attribution: attributionOf(request, answered),
    text: quoted,
    own: presentMailText(quoted)
      .own.map(({ text }) => text)
      .join(''),
    quoting: queue?.quoting ?? config.desk.quoting,
  });
}

function attributionOf(
  { folder, customerLocale, attribute, config }: DraftRequest,
  { mail, time: filed }: TicketEvent,
): string {
  const { timeZone } = config.desk;
  const time = mail.date ?? filed;
  const shown = customerLocale.dates(timeZone).full(time);
  if (mail.from === undefined)
    return customerLocale.text('write.attribution-nobody', { time: shown });
  const name = displayName(mail.from);
  const language = folder.ticket.language ?? customerLocale.code;
  return (
    attribute({ language, name, time, timeZone }) ??
    customerLocale.text('write.attribution', { time: shown, name })
  );
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
