/**
 * How a mail becomes a ticket, whichever way it came.
 *
 * Promises: `process` returns when the mail is durable in its ticket, or throws a fault and the
 * source must not acknowledge. Mails of one thread are decided one after another, so two that come at once meet.
 * Leaves to others: where the bytes come from and how they are acknowledged (edges/smtp, inbox.ts).
 */
import { type Clock, formatMailDate, type Instant, second } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { createKeyedSerial } from '../../base/serial.ts';
import type { Config } from '../../config/config.ts';
import type { BounceReport } from '../../core/delivery/bounce.ts';
import { type FollowUpCandidate, followUpCandidates } from '../../core/followup/candidates.ts';
import {
  chooseFollowUp,
  type FollowUpChoice,
  type FoundCandidate,
} from '../../core/followup/choose.ts';
import { addressKey, isAddress, withoutDetail } from '../../core/message/address.ts';
import { type Automatic, classifyAutomatic } from '../../core/message/automatic.ts';
import { judgeMail } from '../../core/message/judge.ts';
import { firstField, type Mail } from '../../core/message/mail.ts';
import type { SignedIds } from '../../core/message/message-id.ts';
import type { Origin } from '../../core/message/origin.ts';
import { isForged } from '../../core/message/sender-sign.ts';
import { formatVerdicts, noVerdicts, type Verdicts } from '../../core/message/verdicts.ts';
import type { RuleOutcome } from '../../core/rules/evaluate.ts';
import { type Routing, withRouting } from '../../core/rules/outcome.ts';
import type { Rule } from '../../core/rules/rule.ts';
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
import type { Trouble } from '../trouble.ts';
import { type AnswerableMail, type AutoAnswers, mayBeTurnedAway } from './auto-answers.ts';
import { chooseLanguage, guessLanguage } from './language.ts';
import { draftBounce, findReturned, type Returned, readReport } from './returned.ts';
import { createRouter } from './routing.ts';
import { type Examiner, toExaminedMail } from './verdicts.ts';

/** A mail on its way in. A source differs only in where the bytes come from and how it is acknowledged. */
export interface IncomingMail {
  readonly raw: Buffer;
  readonly via: 'smtp' | 'lmtp' | 'inbox' | 'pipe' | 'api';
  /** Reverse-path of the envelope; empty for `<>`; undefined when there was no envelope. */
  readonly sender: string | undefined;
  /** Recipients of the envelope that are ours; empty when there was no envelope. */
  readonly recipients: readonly string[];
  /** Who handed it over, for the Received field: `mail.example.org ([192.0.2.1])`. */
  readonly client: string | undefined;
  /** The client of the SMTP session; absent for mail that another program of ours handed over. */
  readonly origin?: Origin;
  /** Queue asked for by the caller (`deliver --queue`); beats the recipient. */
  readonly queue?: string;
  /** Given when a repetition after a crash must find the same name (inbox entries). */
  readonly name?: MessageName;
  /** What is known of a mail that an admin let out of quarantine: it is filed in any case. */
  readonly released?: Verdicts;
}

export type FollowUpRule =
  | 'new'
  | 'signed-id'
  | 'plus-address'
  | 'reference'
  | 'unknown-parent'
  | 'subject-number'
  | 'duplicate'
  | 'bounce'
  | 'own';

export interface IntakeReceipt {
  readonly ticket: TicketNumber;
  readonly message: MessageName;
  readonly rule: FollowUpRule;
}

/** `refused`: nothing is kept, the sender is to be told; only where there is somebody to tell. */
export type IntakeOutcome =
  | (IntakeReceipt & { readonly outcome: 'filed' })
  | { readonly outcome: 'quarantined'; readonly name: MessageName }
  | { readonly outcome: 'refused'; readonly reason: 'spam' | 'virus' };

export interface Intake {
  /**
   * Files the mail durably and says where, or says what else became of it. Throws a `Fault` when it could
   * not; then nothing was acknowledged and the sender tries again.
   */
  process(mail: IncomingMail): Promise<IntakeOutcome>;
}

/** What would become of a mail; nothing is filed. */
export interface IntakeTrial {
  /** Rule and ticket of a mail that is known already, or that joins a ticket. */
  readonly rule: FollowUpRule;
  readonly ticket: TicketNumber | undefined;
  readonly language: string | undefined;
  /** Of a new ticket, before the rules are asked. */
  readonly queue: string;
  readonly outcome: RuleOutcome;
}

export interface TryingIntake extends Intake {
  /** At the given time, now when absent. */
  tryOut(mail: IncomingMail, at?: Instant): Promise<IntakeTrial>;
}

export interface IntakeDeps {
  readonly tickets: Tickets;
  readonly index: TicketIndex;
  readonly ids: SignedIds;
  readonly config: () => Config;
  /** Which mails the desk answers by itself. */
  readonly answers: AutoAnswers;
  /** Starts an automatic answer that is due in the ticket. */
  readonly wakeAnswer: (number: TicketNumber) => void;
  readonly examiner: Examiner;
  readonly trouble: Pick<Trouble, 'quarantine'>;
  /** Routing rules in force. */
  readonly rules: () => readonly Rule[];
  readonly clock: Clock;
  readonly log: Log;
}

/** How long a mail waits for the index after a start before its sender is asked to come again. */
const readyWaitMs = 60 * second;
const mostMerges = 20;
/** What no person wrote is filed where it belongs; it opens no ticket beside an ended one and reopens none. */
const alwaysJoin = { closedFollowUp: 'reopen', reopenDays: 0 } as const;
const noBounce: Pick<EventDraft, 'changes' | 'fields'> = { changes: [], fields: [] };
const mostParticipants = 50;

/** A mail with everything that was found out about it before any rule is asked. */
interface ReadMail {
  readonly incoming: IncomingMail;
  readonly mail: Mail;
  readonly content: Digest;
  readonly sender: string | undefined;
  readonly recipients: readonly string[];
  readonly automatic: Automatic | undefined;
  readonly verdicts: Verdicts;
  /** On a mail of ours that another server could not deliver, or not yet. */
  readonly report: BounceReport | undefined;
}

export function createIntake({
  tickets,
  index,
  ids,
  config,
  answers,
  wakeAnswer,
  examiner,
  trouble,
  rules,
  clock,
  log,
}: IntakeDeps): TryingIntake {
  const serial = createKeyedSerial();
  const timeZone = () => config().desk.timeZone;
  const router = createRouter({ rules, index, timeZone, clock, log });

  async function process(incoming: IncomingMail): Promise<IntakeOutcome> {
    const plain = await readMail(incoming);
    await index.ready(readyWaitMs);
    await answers.ready();
    const read = { ...plain, verdicts: incoming.released ?? (await examine(plain)) };
    const turnedAway = await turnAway(read);
    if (turnedAway !== undefined) return turnedAway;
    const receipt = await serial.run(threadKey(read), () => file(read));
    log.info('intake.filed', {
      via: incoming.via,
      ticket: receipt.ticket,
      rule: receipt.rule,
      bytes: incoming.raw.length,
    });
    return { outcome: 'filed', ...receipt };
  }

  /** A mail that lies in its ticket already needs no second look. */
  async function examine(read: ReadMail): Promise<Verdicts> {
    if ((await findDuplicate(read)) !== undefined) return noVerdicts;
    const { incoming, mail, sender, recipients } = read;
    const { trace } = received(read);
    return examiner.examine(toExaminedMail({ ...incoming, mail, sender, recipients, trace }));
  }

  /** Undefined for a mail that is to be filed. */
  async function turnAway(read: ReadMail): Promise<IntakeOutcome | undefined> {
    const { incoming, sender, recipients, content, verdicts } = read;
    const { via, raw, client } = incoming;
    if (incoming.released !== undefined) return undefined;
    const judgement = judgeMail(verdicts, config().desk, hearsRefusal(via));
    switch (judgement.kind) {
      case 'file':
        return undefined;
      case 'refuse':
        log.info('intake.refused', { via, reason: judgement.reason, bytes: raw.length });
        return { outcome: 'refused', reason: judgement.reason };
      case 'quarantine': {
        const envelope = { via, sender, recipients, client };
        const name = await trouble.quarantine({ raw, content, envelope, verdicts });
        return { outcome: 'quarantined', name };
      }
    }
  }

  async function file(read: ReadMail): Promise<IntakeReceipt> {
    const known = await findDuplicate(read);
    if (known !== undefined)
      return { ticket: known.ticket, message: known.name, rule: 'duplicate' };
    const returned = await findReturned({ index, ids }, read.mail, read.automatic, read.report);
    const home = returned === undefined ? undefined : await findSurviving(returned.number);
    if (returned !== undefined && home !== undefined) return takeBack(read, returned, home);
    const choice = await choose(read);
    return choice.kind === 'join' ? join(read, choice) : open(read, choice);
  }

  async function choose(read: ReadMail): Promise<FollowUpChoice> {
    const { mail, recipients } = read;
    const found = (await lookUp(followUpCandidates(mail, recipients, ids))).filter(
      // Whoever sends spam may know a number and a name; what he cannot know are our ids.
      ({ rule }) => !isSpam(read) || rule !== 'subject-number',
    );
    const policy = mayBeTurnedAway(read.automatic) ? policyOf : () => alwaysJoin;
    return chooseFollowUp(found, mail, policy, clock.now(), isForged(read.verdicts.sender));
  }

  async function languageOfNew(mail: Mail): Promise<string | undefined> {
    const earlier = await index.findLanguage(addressKey(mail.from?.address ?? ''));
    return chooseLanguage(await guessLanguage(mail), earlier);
  }

  /** The ticket's, which people may have corrected, before what the mail seems to be written in. */
  async function languageOfFollowUp(mail: Mail, ticket: TicketNumber): Promise<string | undefined> {
    return (await index.find(ticket))?.language ?? (await guessLanguage(mail))?.language;
  }

  async function tryOut(incoming: IncomingMail, at = clock.now()): Promise<IntakeTrial> {
    const plain = await readMail(incoming);
    const read = { ...plain, verdicts: await examine(plain) };
    const known = await findDuplicate(read);
    const choice = await choose(read);
    const joined = choice.kind === 'join' ? choice.ticket : undefined;
    const language =
      joined === undefined
        ? await languageOfNew(read.mail)
        : await languageOfFollowUp(read.mail, joined.number);
    const as = { verdicts: read.verdicts, language, isFollowUp: joined !== undefined };
    return {
      rule: known !== undefined ? 'duplicate' : choice.kind === 'join' ? choice.rule : 'new',
      ticket: known?.ticket ?? joined?.number,
      language,
      queue: junkQueueOf(read) ?? queueOf(read, config()),
      outcome: await router.explain(read, as, at),
    };
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
    const guess = await guessLanguage(read.mail);
    const language = guess?.isSure === true ? guess.language : undefined;
    const routing = await router.route(read, {
      verdicts: read.verdicts,
      language: await languageOfFollowUp(read.mail, choice.ticket.number),
      isFollowUp: true,
    });
    let isDue = false;
    const receipt = await tickets.receive(
      choice.ticket.number,
      (_, folder) => {
        const draft = draftOf(read, formatParameters('', { rule: choice.rule }));
        const { isRejected = false } = choice;
        const answer = answers.ofFollowUp(answerable(read, routing), folder, {
          participants,
          isRejected,
          language,
        });
        // References and subjects are anybody's; only our own address proves whose mail came back.
        const sent = choice.rule === 'plus-address' ? folder : undefined;
        const bounce =
          read.report === undefined ? noBounce : draftBounce(read.report, undefined, sent);
        isDue = answer.isDue;
        // Spam that knows an id of ours is filed, and moves nothing.
        const changes = isSpam(read) ? [] : [...bounce.changes, ...answer.changes];
        return {
          ...draft,
          changes: withRouting(changes, routing),
          fields: [...draft.fields, ...bounce.fields, ...answer.fields, ...routing.fields],
        };
      },
      received(read),
    );
    if (isDue) wakeAnswer(receipt.ticket);
    return { ticket: receipt.ticket, message: receipt.message, rule: choice.rule };
  }

  /** Our own mail, or a report on it, comes home to its ticket: never answered, nobody takes part by it. */
  async function takeBack(
    read: ReadMail,
    returned: Returned,
    home: TicketRecord,
  ): Promise<IntakeReceipt> {
    const { rule } = returned;
    const receipt = await tickets.receive(
      home.number,
      (_, folder) => {
        const draft = draftOf(read, formatParameters('', { rule }));
        const bounce =
          read.report === undefined ? noBounce : draftBounce(read.report, returned, folder);
        const answer = answers.ofFollowUp(read, folder, {
          participants: [],
          isRejected: false,
          language: undefined,
        });
        return {
          ...draft,
          changes: [...bounce.changes, ...answer.changes],
          fields: [...draft.fields, ...bounce.fields, ...answer.fields],
        };
      },
      received(read),
    );
    return { ticket: receipt.ticket, message: receipt.message, rule };
  }

  async function open(
    read: ReadMail,
    choice: Extract<FollowUpChoice, { kind: 'open' }>,
  ): Promise<IntakeReceipt> {
    const language = await languageOfNew(read.mail);
    const routing = await router.route(read, {
      verdicts: read.verdicts,
      language,
      isFollowUp: false,
    });
    const queue = junkQueueOf(read) ?? queueOf(read, config());
    const continuesClosed = choice.continues !== undefined;
    // The queue in which the ticket ends up answers.
    const answer = answers.ofNew(answerable(read, routing), {
      queue: settingIn(routing.changes, 'queue') ?? queue,
      continuesClosed,
    });
    const bounce =
      read.report === undefined ? noBounce : draftBounce(read.report, undefined, undefined);
    const links = [
      ...(choice.continues === undefined ? [] : [`related:${choice.continues}`]),
      ...choice.suggested.map((number) => `suggested:${number}`),
    ];
    const draft = draftOf(read, formatParameters('', { rule: 'new' }));
    const changes: readonly Change[] = [
      { kind: 'set', field: 'state', value: 'new' },
      { kind: 'set', field: 'queue', value: queue },
      { kind: 'set', field: 'priority', value: 'normal' },
      ...(language === undefined
        ? []
        : [{ kind: 'set', field: 'language', value: language } as const]),
      ...participantsOf(read, config()).map(
        (value) => ({ kind: 'add', set: 'participant', value }) as const,
      ),
      ...links.map((value) => ({ kind: 'add', set: 'link', value }) as const),
      ...answer.changes,
    ];
    const receipt = await tickets.open(
      {
        ...draft,
        changes: withRouting(changes, routing),
        fields: [...draft.fields, ...bounce.fields, ...answer.fields, ...routing.fields],
      },
      received(read),
    );
    if (answer.isDue) wakeAnswer(receipt.ticket);
    return { ticket: receipt.ticket, message: receipt.message, rule: 'new' };
  }

  function junkQueueOf(read: ReadMail): string | undefined {
    return isSpam(read) ? config().desk.junkQueue : undefined;
  }
  async function readMail(incoming: IncomingMail): Promise<ReadMail> {
    const decoded = await decodeMail(incoming.raw, incoming.sender);
    const { mail } = decoded;
    const sender = incoming.sender ?? returnPathOf(mail);
    const recipients = incoming.recipients.length > 0 ? incoming.recipients : deliveredTo(mail);
    const isOwn = mail.messageId !== undefined && ids.readMessageId(mail.messageId) !== undefined;
    const automatic: Automatic | undefined = isOwn
      ? { kind: 'own', reason: 'Message-ID' }
      : classifyAutomatic(mail, sender);
    return {
      incoming,
      mail,
      content: contentDigest(incoming.raw, mail),
      sender,
      recipients,
      automatic,
      verdicts: noVerdicts,
      report: readReport(decoded, automatic),
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

  return { process, tryOut };
}

/** Mails of one thread share the oldest id they refer to. */
function threadKey({ mail, content }: ReadMail): string {
  return mail.references[0] ?? mail.inReplyTo[0] ?? mail.messageId ?? content;
}

function answerable(read: ReadMail, { silencedBy }: Routing): AnswerableMail {
  if (isSpam(read)) return { ...read, forbidden: 'spam' };
  return silencedBy === undefined ? read : { ...read, forbidden: 'rule' };
}

/** The value that the changes give the field; undefined when they leave it. */
function settingIn(changes: readonly Change[], field: string): string | undefined {
  const setting = changes.findLast((change) => change.kind === 'set' && change.field === field);
  return setting?.value;
}

function isSpam({ verdicts }: ReadMail): boolean {
  return verdicts.spam?.flag === true;
}

/** Over a connection that waits for the answer; other ways have given the mail away already. */
function hearsRefusal(via: IncomingMail['via']): boolean {
  return via === 'smtp' || via === 'lmtp' || via === 'pipe';
}

function draftOf(read: ReadMail, followUp: string): EventDraft {
  const { mail, content, automatic, sender, verdicts } = read;
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
      ...formatVerdicts(verdicts),
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
  return { smtp: 'ESMTP', lmtp: 'LMTP', inbox: 'local', pipe: 'local', api: 'HTTP' }[via];
}

function oneWord(text: string): string {
  return text.replace(/[<>\s\p{Cc}]+/gu, '').slice(0, 320);
}
