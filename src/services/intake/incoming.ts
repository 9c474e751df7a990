/**
 * What comes into intake and what comes out of it.
 *
 * Sources (edges/smtp, inbox.ts, imap.ts, the command line, the API) and those who count know intake by these
 * forms alone.
 */
import type { Instant } from '../../base/clock.ts';
import type { ProblemCode } from '../../core/message/mail.ts';
import type { Origin } from '../../core/message/origin.ts';
import type { Verdicts } from '../../core/message/verdicts.ts';
import type { RuleOutcome } from '../../core/rules/evaluate.ts';
import type { Actor, MessageName } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';

/** A mail on its way in. A source differs only in where the bytes come from and how it is acknowledged. */
export interface IncomingMail {
  readonly raw: Buffer;
  readonly via: 'smtp' | 'lmtp' | 'inbox' | 'pipe' | 'api' | 'imap' | 'import';
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
  /** Given when a repetition after a crash must find the same name (inbox entries, mails of a mailbox). */
  readonly name?: MessageName;
  /** Where exactly it came from, for `Ticket-Source`. */
  readonly source?: string;
  /** What is known of a mail that an admin let out of quarantine: it is filed in any case. */
  readonly released?: Verdicts;
}

/** How a mail of another system is filed: as what it was, when it was. */
export interface ImportedMail {
  readonly time: Instant;
  /** Maildir flags. */
  readonly flags: string;
  /** Value of the block field `Import`. */
  readonly field: string;
  readonly fate: ImportFate;
  /** Who imports. */
  readonly actor: Actor;
}

export interface ImportFate {
  /** `recent`: open what came since `openSince` and was not answered. */
  readonly state: 'recent' | 'open' | 'closed';
  readonly openSince: Instant;
  /** Login of whom new tickets belong to. */
  readonly owner: string | undefined;
  /** Of new tickets. */
  readonly tags: readonly string[];
  /** Address keys of those who answered there, beside the desk's own. */
  readonly own: ReadonlySet<string>;
}

export interface ImportReceipt {
  readonly ticket: TicketNumber;
  /** `before`: an earlier run filed it; `isNew` says whether it opened its ticket. */
  readonly outcome: 'filed' | 'before' | 'duplicate';
  readonly isNew: boolean;
  readonly problems: readonly ProblemCode[];
}

/** Mails of another system, on the same road: one after another in the order in which `file` is called. */
export interface Importing<Read> {
  read(mail: IncomingMail, imported: ImportedMail): Promise<Read>;
  file(read: Read): Promise<ImportReceipt>;
  /** What `file` would find at this moment; writes nothing. */
  foresee(read: Read): Promise<ForeseenImport>;
}

export interface ForeseenImport {
  /** The mail is there already. */
  readonly isKnown: boolean;
  /** Where it is, or would go; undefined for a new ticket. */
  readonly ticket: TicketNumber | undefined;
  readonly problems: readonly ProblemCode[];
  /** Mails that belong together have one in common. */
  readonly keys: readonly string[];
  readonly content: string;
}

/** Why a mail is in its ticket; stands in its file. */
export type FollowUpRule =
  | 'new'
  | 'signed-id'
  | 'plus-address'
  | 'reference'
  | 'unknown-parent'
  | 'subject-number'
  | 'foreign-number'
  | 'calendar'
  | 'duplicate'
  | 'bounce'
  | 'own'
  | 'agent'
  | 'agent-refused'
  | 'agent-automatic';

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
