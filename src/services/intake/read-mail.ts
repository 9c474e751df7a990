/**
 * A mail on its way in with everything that was found out about it before any rule is asked.
 *
 * Promises: any bytes are read; what was not looked at yet is said to be unknown.
 * Leaves to others: MIME (storage/codec.ts), checks (verdicts.ts), what follows (intake.ts).
 */
import { formatMailDate, type Instant } from '../../base/clock.ts';
import type { Config } from '../../config/config.ts';
import { isOwnAddress } from '../../config/own-address.ts';
import { type CalendarFinding, findCalendar } from '../../core/appointment/itip.ts';
import type { Standing } from '../../core/customer/customer.ts';
import type { BounceReport } from '../../core/delivery/bounce.ts';
import type { MailReport } from '../../core/delivery/mail-report.ts';
import { addressKey, isAddress } from '../../core/message/address.ts';
import { type Automatic, classifyAutomatic } from '../../core/message/automatic.ts';
import { firstField, type Mail } from '../../core/message/mail.ts';
import type { SignedIds } from '../../core/message/message-id.ts';
import { formatVerdicts, noVerdicts, type Verdicts } from '../../core/message/verdicts.ts';
import {
  type Actor,
  type Digest,
  type EventDraft,
  formatParameters,
} from '../../core/ticket/event.ts';
import {
  calendarPartOf,
  contentDigest,
  type DecodedMail,
  decodeMail,
  toFacts,
} from '../../storage/codec.ts';
import { readCalendar } from '../../storage/icalendar-reading.ts';
import type { DecodeMail } from '../../storage/mail-reader/mail-reader.ts';
import type { ReceivedMail } from '../tickets.ts';
import type { GatewayFinding } from './gateway-finding.ts';
import type { FollowUpRule, ImportedMail, IncomingMail } from './incoming.ts';
import { readNotice, readReport } from './returned.ts';

export interface ReadMail {
  readonly incoming: IncomingMail;
  readonly mail: Mail;
  readonly content: Digest;
  readonly sender: string | undefined;
  readonly recipients: readonly string[];
  readonly automatic: Automatic | undefined;
  readonly verdicts: Verdicts;
  /** On a mail of ours that another server could not deliver, or not yet. */
  readonly report: BounceReport | undefined;
  /** That a mail of ours was displayed, deleted or complained of. */
  readonly notice?: MailReport | undefined;
  /** It came to what was signed for this agent, and is not believed to be his. */
  readonly voice?: { readonly login: string; readonly doubt: VoiceDoubt };
  /** What the desk keeps back from its writer. */
  readonly standing?: Standing;
  /** What it says of appointments. */
  readonly calendar?: CalendarFinding;
  /** How it is filed, where it is imported. */
  readonly imported?: ImportedMail;
  /** It is from a fax server or a telephone system of the desk. */
  readonly gateway?: GatewayFinding;
}

/** Why a mail is not the agent's. */
export type VoiceDoubt = 'sender' | 'forged' | 'spam';

const mostParticipants = 50;

export interface Reading {
  readonly ids: SignedIds;
  /** Where times without a zone are meant. */
  readonly zone?: string;
  /** How mails are read; in this thread when absent. */
  readonly decode?: DecodeMail;
}

/** As the desk is set now. */
export function readingOf({
  ids,
  config,
  decode,
}: Pick<Reading, 'ids' | 'decode'> & { readonly config: () => Config }): Reading {
  const { timeZone: zone } = config().desk;
  return { ids, zone, ...(decode === undefined ? {} : { decode }) };
}

/** Its verdicts are those of a mail that nobody has examined. */
export async function readMail(
  incoming: IncomingMail,
  { ids, zone = 'UTC', decode = decodeMail }: Reading,
): Promise<ReadMail> {
  const decoded = await decode(incoming.raw, incoming.sender);
  const { mail } = decoded;
  const sender = incoming.sender ?? returnPathOf(mail);
  const isOwn = mail.messageId !== undefined && ids.readMessageId(mail.messageId) !== undefined;
  const classified: Automatic | undefined = isOwn
    ? { kind: 'own', reason: 'Message-ID' }
    : classifyAutomatic(mail, sender);
  const calendar = calendarIn(decoded, classified, { ids, zone });
  const automatic = calendar?.automatic ?? classified;
  return {
    incoming,
    mail,
    content: contentDigest(incoming.raw, mail),
    sender,
    recipients: incoming.recipients.length > 0 ? incoming.recipients : deliveredTo(mail),
    automatic,
    verdicts: noVerdicts,
    report: readReport(decoded, automatic),
    notice: readNotice(decoded, automatic),
    ...(calendar === undefined ? {} : { calendar }),
  };
}

/** What comes home, or reports on it, carries our own words and answers nothing. */
function calendarIn(
  decoded: DecodedMail,
  automatic: Automatic | undefined,
  { ids, zone }: { readonly ids: SignedIds; readonly zone: string },
): CalendarFinding | undefined {
  const part = calendarPartOf(decoded);
  if (part === undefined || automatic?.kind === 'own' || automatic?.kind === 'bounce')
    return undefined;
  return findCalendar(readCalendar(part, zone), ids);
}

/** The mail as it is filed: its bytes behind our trace fields. */
export function toReceived(read: ReadMail, config: Config, now: Instant): ReceivedMail {
  const { incoming, mail } = read;
  return {
    raw: incoming.raw,
    trace: traceOf(read, config, now),
    facts: toFacts(mail),
    ...(incoming.name === undefined ? {} : { name: incoming.name }),
    ...(read.imported === undefined ? {} : { past: read.imported }),
  };
}

/** Our own lines in front of the mail, without line ends. */
export function traceOf(
  { incoming, mail, sender, recipients }: ReadMail,
  { desk }: Config,
  now: Instant,
): readonly string[] {
  const by = `by ${desk.hostName} (Maildesk) with ${protocols[incoming.via]}`;
  const from = incoming.client === undefined ? '' : `from ${incoming.client} `;
  return [
    `Return-Path: <${oneWord(sender ?? mail.from?.address ?? '')}>`,
    ...recipients.slice(0, mostParticipants).map((address) => `Delivered-To: ${oneWord(address)}`),
    `Received: ${from}${by}; ${formatMailDate(now, desk.timeZone)}`,
  ];
}

const protocols: Readonly<Record<IncomingMail['via'], string>> = {
  smtp: 'ESMTP',
  lmtp: 'LMTP',
  inbox: 'local',
  pipe: 'local',
  api: 'HTTP',
  imap: 'IMAP',
  import: 'import',
};

/** What the file says of the mail itself, whatever it does to a ticket. */
export function draftOf(read: ReadMail, rule: FollowUpRule): EventDraft {
  const { incoming, mail, content, automatic, sender, verdicts } = read;
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
      ['Via', incoming.via],
      ['Follow-Up', formatParameters('', { rule })],
      ['Content', content],
      ...(automatic === undefined
        ? []
        : [['Automatic', formatParameters(automatic.kind, { reason: automatic.reason })] as const]),
      ...formatVerdicts(verdicts),
      ...(read.standing === undefined
        ? []
        : [['Standing', formatParameters(read.standing.kind, { by: read.standing.by })] as const]),
      ...(read.calendar?.fields ?? []),
      ...(incoming.source === undefined ? [] : [['Source', incoming.source] as const]),
      ...(read.voice === undefined
        ? []
        : [
            [
              'Mailed',
              formatParameters('doubted', { agent: read.voice.login, reason: read.voice.doubt }),
            ] as const,
          ]),
    ],
  };
}

/** Everybody outside who wrote or was written to; their answers belong to the ticket. */
export function participantsOf({ mail }: ReadMail, config: Config): readonly string[] {
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

export function isSpam({ verdicts }: Pick<ReadMail, 'verdicts'>): boolean {
  return verdicts.spam?.flag === true;
}

/** Mails that belong together by their ids have one in common: their own, or one that they refer to. */
export function threadKeys({ mail, content }: ReadMail): readonly string[] {
  const own = mail.messageId ?? content;
  return [...new Set([own, ...mail.inReplyTo, ...mail.references])];
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

function oneWord(text: string): string {
  return text.replace(/[<>\s\p{Cc}]+/gu, '').slice(0, 320);
}
