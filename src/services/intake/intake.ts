/**
 * How a mail becomes a ticket, whichever way it came.
 *
 * Promises: `process` returns when the mail is durable in its ticket, or throws a fault and the
 * source must not acknowledge. Mails of one thread are decided one after another, so two that come at once meet.
 * Leaves to others: where the bytes come from and how they are acknowledged (edges/smtp, inbox.ts).
 */
import { type Clock, formatMailDate, hour, second, toInstant } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { createKeyedSerial } from '../../base/serial.ts';
import type { Config } from '../../config/config.ts';
import { type FollowUpCandidate, followUpCandidates } from '../../core/followup/candidates.ts';
import {
  chooseFollowUp,
  type FollowUpChoice,
  type FoundCandidate,
} from '../../core/followup/choose.ts';
import { addressKey, isAddress, withoutDetail } from '../../core/message/address.ts';
import { type Automatic, classifyAutomatic } from '../../core/message/automatic.ts';
import { firstField, type Mail } from '../../core/message/mail.ts';
import type { SignedIds } from '../../core/message/message-id.ts';
import { decideFollowUp } from '../../core/ticket/decide.ts';
import {
  type Actor,
  type Change,
  type Digest,
  type EventDraft,
  formatParameters,
  type MessageName,
} from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import { contentDigest, decodeMail, toFacts } from '../../storage/codec.ts';
import type { KnownMessage, TicketIndex, TicketRecord } from '../index/index.ts';
import type { ReceivedMail, Tickets } from '../tickets.ts';
import { detectLanguage } from './language.ts';

/** A mail on its way in. A source differs only in where the bytes come from and how it is acknowledged. */
export interface IncomingMail {
  readonly raw: Buffer;
  readonly via: 'smtp' | 'lmtp' | 'inbox' | 'pipe' | 'api' | 'imap';
  /** Reverse-path of the envelope; empty for `<>`; undefined when there was no envelope. */
  readonly sender: string | undefined;
  /** Recipients of the envelope that are ours; empty when there was no envelope. */
  readonly recipients: readonly string[];
  /** Who handed it over, for the Received field: `mail.example.org ([192.0.2.1])`. */
  readonly client: string | undefined;
  /** Queue asked for by the caller (`deliver --queue`); beats the recipient. */
  readonly queue?: string;
  /** Given when a repetition after a crash must find the same name (inbox entries, mails of a mailbox). */
  readonly name?: MessageName;
  /** Where exactly it came from, for `Ticket-Source`. */
  readonly source?: string;
}

export type FollowUpRule =
  | 'new'
  | 'signed-id'
  | 'plus-address'
  | 'reference'
  | 'unknown-parent'
  | 'subject-number'
  | 'duplicate';

export interface IntakeReceipt {
  readonly ticket: TicketNumber;
  readonly message: MessageName;
  readonly rule: FollowUpRule;
}

export interface Intake {
  /**
   * Files the mail durably and says where. Throws a `Fault` when it could not; then nothing was
   * acknowledged and the sender tries again.
   */
  process(mail: IncomingMail): Promise<IntakeReceipt>;
}

export interface IntakeDeps {
  readonly tickets: Tickets;
  readonly index: TicketIndex;
  readonly ids: SignedIds;
  readonly config: () => Config;
  /** Starts the confirmation of a ticket that was opened and is due one. */
  readonly confirm: (number: TicketNumber) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long a mail waits for the index after a start before its sender is asked to come again. */
const readyWaitMs = 60 * second;
const mostMerges = 20;
const mostParticipants = 50;

/** A mail with everything that was found out about it before any rule is asked. */
interface ReadMail {
  readonly incoming: IncomingMail;
  readonly mail: Mail;
  readonly content: Digest;
  readonly sender: string | undefined;
  readonly recipients: readonly string[];
  readonly automatic: Automatic | undefined;
}

export function createIntake({
  tickets,
  index,
  ids,
  config,
  confirm,
  clock,
  log,
}: IntakeDeps): Intake {
  const serial = createKeyedSerial();

  async function process(incoming: IncomingMail): Promise<IntakeReceipt> {
    const read = await readMail(incoming);
    await index.ready(readyWaitMs);
    const receipt = await serial.run(threadKey(read), () => file(read));
    log.info('intake.filed', {
      via: incoming.via,
      ticket: receipt.ticket,
      rule: receipt.rule,
      bytes: incoming.raw.length,
    });
    return receipt;
  }

  async function file(read: ReadMail): Promise<IntakeReceipt> {
    const known = await findDuplicate(read);
    if (known !== undefined)
      return { ticket: known.ticket, message: known.name, rule: 'duplicate' };
    const found = await lookUp(followUpCandidates(read.mail, read.recipients, ids));
    const choice = chooseFollowUp(found, read.mail, policyOf, clock.now());
    return choice.kind === 'join' ? join(read, choice) : open(read, choice);
  }

  async function findDuplicate({ mail, content }: ReadMail): Promise<KnownMessage | undefined> {
    const known =
      mail.messageId === undefined
        ? await index.findContent(content)
        : await index.findMessage(mail.messageId);
    return known.find((message) => message.content === content);
  }

  async function lookUp(
    candidates: readonly FollowUpCandidate[],
  ): Promise<readonly FoundCandidate[]> {
    const found: FoundCandidate[] = [];
    for (const candidate of candidates) {
      for (const number of await numbersOf(candidate)) {
        const ticket = await findSurviving(number);
        if (ticket !== undefined) found.push({ rule: candidate.rule, ticket });
      }
      // A token or a reference decides; only numbers in the subject are all looked at.
      if (found.some(({ rule }) => rule !== 'subject-number')) break;
    }
    return found;
  }

  async function numbersOf(candidate: FollowUpCandidate): Promise<readonly TicketNumber[]> {
    switch (candidate.rule) {
      case 'signed-id':
      case 'plus-address':
      case 'subject-number':
        return [candidate.number];
      case 'reference':
        return (await index.findMessage(candidate.id)).map(({ ticket }) => ticket);
      case 'unknown-parent':
        return index.findReferring(candidate.id);
    }
  }

  /** The ticket, or the one it was merged into. */
  async function findSurviving(number: TicketNumber): Promise<TicketRecord | undefined> {
    let record = await index.find(number);
    for (let step = 0; step < mostMerges && record?.mergedInto !== undefined; step += 1) {
      record = await index.find(record.mergedInto);
    }
    return record;
  }

  function policyOf(queue: string) {
    const settings = config().queues.find(({ name }) => name === queue);
    return settings ?? { closedFollowUp: 'reopen' as const, reopenDays: 0 };
  }

  async function join(
    read: ReadMail,
    choice: Extract<FollowUpChoice, { kind: 'join' }>,
  ): Promise<IntakeReceipt> {
    const participants = participantsOf(read, config());
    const receipt = await tickets.receive(
      choice.ticket.number,
      (ticket) => ({
        ...draftOf(read, formatParameters('', { rule: choice.rule })),
        changes: decideFollowUp(ticket, participants, read.automatic),
      }),
      received(read),
    );
    return { ticket: receipt.ticket, message: receipt.message, rule: choice.rule };
  }

  async function open(
    read: ReadMail,
    choice: Extract<FollowUpChoice, { kind: 'open' }>,
  ): Promise<IntakeReceipt> {
    const confirmation = await confirmationOf(read);
    const language = await detectLanguage(read.mail);
    const links = [
      ...(choice.continues === undefined ? [] : [`related:${choice.continues}`]),
      ...choice.suggested.map((number) => `suggested:${number}`),
    ];
    const draft = draftOf(read, formatParameters('', { rule: 'new' }));
    const changes: readonly Change[] = [
      { kind: 'set', field: 'state', value: 'new' },
      { kind: 'set', field: 'queue', value: queueOf(read, config()) },
      { kind: 'set', field: 'priority', value: 'normal' },
      ...(language === undefined
        ? []
        : [{ kind: 'set', field: 'language', value: language } as const]),
      ...participantsOf(read, config()).map(
        (value) => ({ kind: 'add', set: 'participant', value }) as const,
      ),
      ...links.map((value) => ({ kind: 'add', set: 'link', value }) as const),
      {
        kind: 'set',
        field: 'confirmation',
        value: confirmation.reason === undefined ? 'due' : 'none',
      },
    ];
    const fields: EventDraft['fields'] =
      confirmation.reason === undefined
        ? draft.fields
        : [
            ...draft.fields,
            ['Confirmation', formatParameters('none', { reason: confirmation.reason })],
          ];
    const receipt = await tickets.open({ ...draft, changes, fields }, received(read));
    if (confirmation.reason === undefined) confirm(receipt.ticket);
    return { ticket: receipt.ticket, message: receipt.message, rule: 'new' };
  }

  /** Why the sender gets no confirmation; undefined when one is due. */
  async function confirmationOf({
    mail,
    automatic,
  }: ReadMail): Promise<{ reason: string | undefined }> {
    const { desk } = config();
    const writer = mail.replyTo[0] ?? mail.from;
    if (!desk.confirmations) return { reason: 'switched off' };
    if (automatic !== undefined) return { reason: `automatic mail (${automatic.reason})` };
    if (writer === undefined || !isAddress(writer.address))
      return { reason: 'no address to answer to' };
    if (isOwnAddress(writer.address, config())) return { reason: 'the sender is this desk' };
    const anHourAgo = toInstant(clock.now() - hour);
    const opened = await index.countOpened(
      addressKey(mail.from?.address ?? writer.address),
      anHourAgo,
    );
    return {
      reason: opened >= desk.confirmationsPerHour ? 'too many from this sender' : undefined,
    };
  }

  async function readMail(incoming: IncomingMail): Promise<ReadMail> {
    const { mail } = await decodeMail(incoming.raw, incoming.sender);
    const sender = incoming.sender ?? returnPathOf(mail);
    const recipients = incoming.recipients.length > 0 ? incoming.recipients : deliveredTo(mail);
    const isOwn = mail.messageId !== undefined && ids.readMessageId(mail.messageId) !== undefined;
    return {
      incoming,
      mail,
      content: contentDigest(incoming.raw, mail),
      sender,
      recipients,
      automatic: isOwn ? { kind: 'own', reason: 'Message-ID' } : classifyAutomatic(mail, sender),
    };
  }

  function received({ incoming, mail, sender, recipients }: ReadMail): ReceivedMail {
    const { desk } = config();
    const by = `by ${desk.hostName} (Maildesk) with ${protocolOf(incoming.via)}`;
    const from = incoming.client === undefined ? '' : `from ${incoming.client} `;
    return {
      raw: incoming.raw,
      trace: [
        `Return-Path: <${oneWord(sender ?? mail.from?.address ?? '')}>`,
        ...recipients
          .slice(0, mostParticipants)
          .map((address) => `Delivered-To: ${oneWord(address)}`),
        `Received: ${from}${by}; ${formatMailDate(clock.now(), desk.timeZone)}`,
      ],
      facts: toFacts(mail),
      ...(incoming.name === undefined ? {} : { name: incoming.name }),
    };
  }

  return { process };
}

/** Mails of one thread share the oldest id they refer to. */
function threadKey({ mail, content }: ReadMail): string {
  return mail.references[0] ?? mail.inReplyTo[0] ?? mail.messageId ?? content;
}

function draftOf(
  { incoming, mail, content, automatic, sender }: ReadMail,
  followUp: string,
): EventDraft {
  const address = mail.from?.address ?? sender ?? '';
  const actor: Actor =
    address === ''
      ? { kind: 'system', part: 'intake' }
      : { kind: 'customer', address: oneWord(address) };
  return {
    kind: 'mail-in',
    actor,
    changes: [],
    fields: [
      ['Follow-Up', followUp],
      ['Content', content],
      ...(automatic === undefined
        ? []
        : [['Automatic', formatParameters(automatic.kind, { reason: automatic.reason })] as const]),
      ...(incoming.source === undefined ? [] : [['Source', incoming.source] as const]),
    ],
  };
}

/** Everybody outside who wrote or was written to; their answers belong to the ticket. */
function participantsOf({ mail }: ReadMail, config: Config): readonly string[] {
  const people = [
    ...(mail.from === undefined ? [] : [mail.from]),
    ...mail.replyTo,
    ...mail.to,
    ...mail.cc,
  ];
  const keys = people
    .map(({ address }) => address)
    .filter((address) => isAddress(address) && !isOwnAddress(address, config));
  return [...new Set(keys.map(addressKey))].slice(0, mostParticipants);
}

function queueOf({ incoming, recipients, mail }: ReadMail, config: Config): string {
  const named = config.queues.find(
    ({ name }) => name.toLowerCase() === incoming.queue?.toLowerCase(),
  );
  if (named !== undefined) return named.name;
  const addressed = [
    ...recipients,
    ...mail.to.map(({ address }) => address),
    ...mail.cc.map(({ address }) => address),
  ];
  for (const address of addressed.map(withoutDetail)) {
    const queue = config.queues.find(({ addresses }) =>
      addresses.some((own) => addressKey(own) === address),
    );
    if (queue !== undefined) return queue.name;
  }
  return config.desk.defaultQueue;
}

/** Whether mail to the address comes to this desk. */
export function isOwnAddress(address: string, config: Config): boolean {
  const key = withoutDetail(address);
  const own = [...config.desk.addresses, ...config.queues.flatMap(({ addresses }) => addresses)];
  return own.some((candidate) => addressKey(candidate) === key);
}

/** The envelope as another program's delivery recorded it. */
function returnPathOf(mail: Mail): string | undefined {
  return /^<([^>]*)>/.exec(firstField(mail, 'return-path') ?? '')?.[1];
}

function deliveredTo(mail: Mail): readonly string[] {
  const fields = [
    ...(mail.fields.get('delivered-to') ?? []),
    ...(mail.fields.get('x-original-to') ?? []),
  ];
  return fields.map((value) => value.replace(/[<>\s]/g, '')).filter(isAddress);
}

function protocolOf(via: IncomingMail['via']): string {
  return { smtp: 'ESMTP', lmtp: 'LMTP', inbox: 'local', pipe: 'local', api: 'HTTP', imap: 'IMAP' }[
    via
  ];
}

function oneWord(text: string): string {
  return text.replace(/[<>\s\p{Cc}]+/gu, '').slice(0, 320);
}
