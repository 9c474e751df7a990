/**
 * What an answer begins with: recipients, subject, salutation, signature, quotation.
 *
 * Promises: pure. Leaves to others: the form around it (write-form.ts).
 */
import type { Config } from '../../../config/config.ts';
import { caretIn, quote, startText } from '../../../core/answers/quotation.ts';
import { type Address, displayName, typedAddress } from '../../../core/message/address.ts';
import { doubtName } from '../../../core/message/look-alike.ts';
import { isWordless, ownText } from '../../../core/message/quotes/divide.ts';
import type { Recipients } from '../../../core/message/recipients.ts';
import { answerSubject } from '../../../core/message/subject.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import type { LetterFrame } from '../../../services/answers/fill.ts';
import type { Attribute } from '../../../services/render/attributions.ts';
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
  /** Where writing begins; absent for the start. */
  readonly caret?: number;
}

export interface DraftRequest {
  readonly folder: TicketFolder;
  readonly answered: TicketEvent | undefined;
  /** Text of the answered message. */
  readonly quoted: string | undefined;
  readonly recipients: Recipients;
  readonly agent: Agent;
  readonly config: Config;
  /** What stands above and below an answer. */
  readonly frame: LetterFrame;
  /** In which the customer is addressed. */
  readonly customerLocale: Locale;
  /** For the languages that the viewer is not in. */
  readonly attribute: Attribute;
}

export function startAnswer(request: DraftRequest): Draft {
  const { folder, answered, recipients, config, frame } = request;
  const { ticket } = folder;
  return {
    to: formatAddresses(recipients.to),
    cc: formatAddresses(recipients.cc),
    subject: answerSubject(ticket.number, ticket.subject),
    text: startText({
      salutation: frame.salutation,
      signature: asSignature(frame.signature),
      quotation: quotationOf(request),
      place: config.desk.signaturePlace,
    }),
    state: 'open',
    message: answered?.name ?? '',
    caret: caretIn(frame),
  };
}

export const emptyNote: Draft = { to: '', cc: '', subject: '', text: '', state: '', message: '' };

/** A name that is made to be taken for another's stands in nobody's way. */
function formatAddresses(addresses: readonly Address[]): string {
  return addresses
    .map((person) => (doubtName(person) === undefined ? person : { ...person, name: '' }))
    .map(typedAddress)
    .join(', ');
}

/** Below `-- ` (RFC 3676 section 4.3); empty when there is none. */
export function asSignature(text: string): string {
  if (text === '') return '';
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
    own: ownWords(quoted),
    quoting: queue?.quoting ?? config.desk.quoting,
  });
}

/** Of a mail that says nothing else, what it quotes. */
function ownWords(text: string): string {
  const own = ownText(text).replace(/^(?:[^\S\n]*\n)+/, '');
  return isWordless(own) ? text : own;
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
