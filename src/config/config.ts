/**
 * The desk's configuration as checked, frozen values.
 *
 * Made by load.ts and parse.ts out of desk.yaml, queues/*.yaml and the environment.
 */
import type { Duration } from '../base/clock.ts';
import type { LogLevel } from '../base/log.ts';
import type { LetterWish } from '../core/answers/letter-text.ts';
import type { Quoting, SignaturePlace } from '../core/answers/quotation.ts';
import type { AutoReplyKind } from '../core/autoreply/auto-reply.ts';
import type { AutoClosePolicy } from '../core/escalation/auto-close.ts';
import type { Calendar } from '../core/escalation/calendar.ts';
import type { EscalationChain } from '../core/escalation/chain.ts';
import type { WaitSpan } from '../core/escalation/span.ts';
import type { Sla, TargetSpec } from '../core/escalation/targets.ts';
import type { ForeignKind } from '../core/followup/foreign.ts';
import type { IpNetwork } from '../core/message/ip-network.ts';
import type { Right } from '../core/ticket/rights.ts';
import type { TicketRules } from '../core/ticket/ticket-rules.ts';
import type { AccessConfig } from './access.ts';
import type { GatewayConfig, PhoneConfig } from './phone.ts';
import type { ScanningConfig } from './scanning.ts';

export interface Endpoint {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

export interface Smarthost {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (`smtps://`). */
  readonly secure: boolean;
  readonly user: string | undefined;
  readonly password: string | undefined;
}

export interface QueueConfig {
  /** `Billing::Refunds`; unique without regard to case. */
  readonly name: string;
  /** Addresses whose mail goes here. */
  readonly addresses: readonly string[];
  /** What a follow-up to a closed ticket does. */
  readonly closedFollowUp: 'reopen' | 'new' | 'reject';
  /** After this many days since the close a follow-up opens a new, linked ticket; 0 for never. */
  readonly reopenDays: number;
  /** Text under each answer; may be empty. */
  readonly signature: string;
  /** Name of the file with that text instead: `signatures/NAME.LANGUAGE.md`; empty for no signature, absent for that of the queue above. */
  readonly signatureFile?: string;
  /** By role; absent for what the queue above, or else the desk, gives to everybody. */
  readonly rights?: ReadonlyMap<string, readonly Right[]>;
  /** Names of the texts that answer by themselves; false for none, absent for what the desk does anyway. */
  readonly autoReplies?: Readonly<Partial<Record<AutoReplyKind, string | false>>>;
  /** What an answer quotes; absent for what the desk says. */
  readonly quoting?: Quoting;
  /** Name of the calendar it works by; absent for that of the queue above, or the desk's. */
  readonly calendar?: string;
  /** Name of the queue to which its tickets go when they need the second level. */
  readonly secondLevel?: string;
  /** What happens when time runs out; absent for what the queue above says. */
  readonly escalation?: EscalationChain;
  /** What has to happen when; what is not named here comes from the queue above. */
  readonly targets?: TargetSpec;
  /** How long its tickets wait where nobody says a time; false for no time, absent for as above it. */
  readonly pending?: Readonly<Partial<Record<'reminder' | 'close' | 'customer', WaitSpan | false>>>;
  /** How a ticket is closed whose customer does not answer; false for not, absent for as above it. */
  readonly autoClose?: AutoClosePolicy | false;
  /** What an answer begins with; absent for that of the queue above. */
  readonly salutation?: LetterWish;
}

/** Working time: `calendars/NAME.yaml`. */
export interface CalendarConfig extends Calendar {
  readonly name: string;
  /** What the file calls its holidays, by date; empty where it gives no name. */
  readonly holidayNames?: Readonly<Record<string, string>>;
}

/** A service level: `slas/NAME.yaml`. */
export interface SlaConfig extends Sla {
  /** What happens when time runs out; absent for what the queue says. */
  readonly escalation?: EscalationChain;
}

/** A mailbox at a provider that mail is fetched from. */
export interface MailboxConfig {
  /** Name of its file, without the ending. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte, by STARTTLS, or none (on this machine only). */
  readonly tls: 'implicit' | 'starttls' | 'none';
  readonly user: string;
  readonly secret:
    | { readonly kind: 'password'; readonly password: string }
    /** The first line is the password; as given, or below `config/`. */
    | { readonly kind: 'file'; readonly path: string }
    /** The program and its arguments; it prints an OAuth2 access token. */
    | { readonly kind: 'token'; readonly command: readonly string[] };
  readonly folder: string;
  /** What becomes of a mail there once it is filed here. */
  readonly after:
    | { readonly kind: 'seen' | 'delete' }
    | { readonly kind: 'move'; readonly folder: string };
  /** Of new tickets; undefined: by the recipients of the mail. */
  readonly queue: string | undefined;
  readonly pollEveryMs: Duration;
}

export interface DeskConfig extends ScanningConfig, AccessConfig, PhoneConfig {
  /** Where everything of this desk is kept, as it was given. */
  readonly directory: string;
  /** Addresses the desk answers for; the first is its own sender. */
  readonly addresses: readonly string[];
  /** Name that customers see beside the address. */
  readonly name: string;
  readonly timeZone: string;
  /** Name of the queue for mail that no other queue claims; it is the first of `queues`. */
  readonly defaultQueue: string;
  /** Language of texts when the customer's is not known. */
  readonly language: string;
  readonly http: Endpoint;
  /** How people reach the viewer, without a final slash; undefined: from the endpoint. */
  readonly publicUrl: string | undefined;
  readonly smtp: Endpoint | undefined;
  readonly lmtp: Endpoint | undefined;
  /** Name in the SMTP greeting and in Received fields. */
  readonly hostName: string;
  readonly tlsKeyFile: string | undefined;
  readonly tlsCertificateFile: string | undefined;
  readonly maxMessageBytes: number;
  readonly maxRecipients: number;
  readonly maxConnections: number;
  readonly idleTimeoutMs: Duration;
  readonly smarthost: Smarthost | undefined;
  readonly sendConnections: number;
  readonly giveUpAfterMs: Duration;
  readonly plusAddresses: boolean;
  readonly confirmations: boolean;
  /** Automatic answers to one sender in an hour. */
  readonly confirmationsPerHour: number;
  /** Between two automatic answers from one ticket to the same sender. */
  readonly autoReplyPauseMs: Duration;
  /** In a day. */
  readonly ticketAutoReplies: number;
  /** Of the whole desk. */
  readonly autoRepliesPerHour: number;
  /** Automatic mails into one ticket within an hour. */
  readonly breakerMails: number;
  /** Of one ticket within an hour. */
  readonly breakerReopenings: number;
  readonly sweepEveryMs: Duration;
  readonly watchedFolders: number;
  readonly infoSeparator: string;
  readonly sessionHours: number;
  readonly logLevel: LogLevel;
  readonly checkSenders: boolean;
  readonly authenticationTimeoutMs: Duration;
  /** Undefined for the servers of the system. */
  readonly dnsServer: Endpoint | undefined;
  readonly trustedRelays: readonly IpNetwork[];
  readonly authservIds: readonly string[];
  readonly dkimKeyFile: string | undefined;
  readonly dkimSelector: string | undefined;
  /** Undefined for the domain of the mail's author. */
  readonly dkimDomain: string | undefined;
  /** Numbers of other systems that are understood in subjects. */
  readonly foreignNumbers: readonly ForeignKind[];
  /** Whether answers carry an HTML form beside their plain text. */
  readonly answerHtml: boolean;
  /** What an answer quotes where the queue says nothing. */
  readonly quoting: Quoting;
  readonly signaturePlace: SignaturePlace;
  /** Working hours that a ticket stays with whoever answered it; 0 for no locks. */
  readonly lockHours: number;
  /** How long an answer can be called back; 0 for not at all. */
  readonly undoSendMs: Duration;
  /** Before an appointment; 0 for no reminder. */
  readonly appointmentReminderMs: Duration;
  /** What an agent is told of one ticket by mail within this time is one mail. */
  readonly notifyPauseMs: Duration;
  /** How long a ticket waits where neither anybody nor its queue says a time; undefined for no time. */
  readonly pendingReminder: WaitSpan | undefined;
  readonly pendingClose: WaitSpan | undefined;
  readonly pendingCustomer: WaitSpan | undefined;
}

export interface Config {
  readonly desk: DeskConfig;
  readonly queues: readonly QueueConfig[];
  readonly mailboxes: readonly MailboxConfig[];
  /** Absent for the built-in one alone. */
  readonly calendars?: readonly CalendarConfig[];
  /** Names of states, custom fields, reasons for closing; absent for none of the desk's own. */
  readonly ticketRules?: TicketRules;
  /** By the names of their files; absent for none. */
  readonly slas?: readonly SlaConfig[];
  /** Fax servers and telephone systems whose mails are believed; absent for none. */
  readonly gateways?: readonly GatewayConfig[];
}

/** One thing wrong with the configuration. */
export interface ConfigProblem {
  /** Path below `config/`, or `environment`. */
  readonly file: string;
  /** From 1; undefined when the whole file is meant. */
  readonly line: number | undefined;
  /** What is, and what should be. */
  readonly reason: string;
}

/** The configuration in force, and what is wrong with the files as they are now. */
export interface LiveConfig {
  current(): Config;
  problems(): readonly ConfigProblem[];
  onChange(listener: () => void): () => void;
}
