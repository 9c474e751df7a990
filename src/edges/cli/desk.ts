/**
 * What the command line is given: its input and output, the machine it runs on, and the desk's parts.
 *
 * Leaves to others: making them (app.ts, main.ts).
 */
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { ConfigProblem, LiveConfig } from '../../config/config.ts';
import type { SettingRow } from '../../config/describe.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { AccountServices } from '../../services/accounts/account-services.ts';
import type { Accounts } from '../../services/accounts/accounts.ts';
import type { AnswerBook } from '../../services/answers/answer-book.ts';
import type { Filling } from '../../services/answers/fill.ts';
import type { PreparedTexts } from '../../services/answers/prepared-texts.ts';
import type { Suggestions } from '../../services/answers/suggestions.ts';
import type { Appointments } from '../../services/appointments/appointments.ts';
import type { Audit } from '../../services/audit/audit.ts';
import type { Bulk } from '../../services/bulk.ts';
import type { Exporting } from '../../services/carry/exporting.ts';
import type { MailImport } from '../../services/carry/mail-import.ts';
import type { CustomerCare } from '../../services/customer-care.ts';
import type { CustomerTickets } from '../../services/customer-tickets.ts';
import type { CustomerBook } from '../../services/customers.ts';
import type { Doctor } from '../../services/doctor/doctor.ts';
import type { SendLater } from '../../services/drafts/send-later.ts';
import type { Erase } from '../../services/erase/erase.ts';
import type { EscalationBoard } from '../../services/escalation/board.ts';
import type { DueBook } from '../../services/escalation/due-book.ts';
import type { FigureBook } from '../../services/figures/figure-book.ts';
import type { HookCare } from '../../services/hooks/hook-care.ts';
import type { TicketIndex } from '../../services/index/index.ts';
import type { Intake, TryingIntake } from '../../services/intake/incoming.ts';
import type { Retention } from '../../services/keeping/retention.ts';
import type { DkimFinding } from '../../services/outbound/dkim-record.ts';
import type { Outbox } from '../../services/outbound/outbox.ts';
import type { Passages } from '../../services/passages/passages.ts';
import type { Redact } from '../../services/redact/redact.ts';
import type { Regroup } from '../../services/regroup.ts';
import type { Release } from '../../services/release.ts';
import type { RuleBook } from '../../services/rule-book.ts';
import type { Searching } from '../../services/searching.ts';
import type { Tickets } from '../../services/tickets.ts';
import type { Trouble } from '../../services/trouble.ts';
import type { Undo } from '../../services/undo.ts';
import type { Verify } from '../../services/verify/verify.ts';
import type { SavedViews } from '../../services/views/saved-views.ts';
import type { FileOps } from '../../storage/files.ts';
import type { Removals } from '../../storage/ticket-removal.ts';
import type { TicketReader } from '../../storage/ticket-store.ts';

export interface CliIo {
  readonly stdin: AsyncIterable<Buffer>;
  stdout(text: string): void;
  stderr(text: string): void;
  /** To standard output; resolves when there is room for more. */
  writeBytes(bytes: Buffer): Promise<void>;
  /** Creates the file out of pieces as they come and syncs it; a file of that name is an error. */
  writeFile(path: string, pieces: AsyncIterable<Buffer>): Promise<void>;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  /** Account of the operating system that runs the command. */
  readonly account: string;
  /** Asks on the terminal without echo; absent when standard input is not a terminal. */
  readonly readSecret?: (prompt: string) => Promise<string>;
  /** From the call on Ctrl-C and SIGTERM end nothing by themselves; they are told here. */
  readonly interrupt?: () => AbortSignal;
}

/**
 * How much of the desk a verb needs: `store` tickets, accounts and outbox, with an index that may not have
 * seen every ticket yet; `indexed` all that, with an index that has; `textless` the same, but it searches no text.
 */
export type DeskKind = 'store' | 'indexed' | 'textless';

/** The parts of a desk, without servers. */
export interface CliDesk {
  readonly config: LiveConfig;
  readonly tickets: Pick<Tickets, 'run' | 'openNew'>;
  readonly sendLater: SendLater;
  readonly prepared: PreparedTexts;
  /** Tickets as people see them: with those merged into them. */
  readonly reader: TicketReader;
  /** Each folder by itself. */
  readonly store: TicketReader;
  readonly regroup: Regroup;
  readonly undo: Undo;
  readonly bulk: Pick<Bulk, 'foresee' | 'plan' | 'planUndo' | 'run'>;
  readonly board: EscalationBoard;
  readonly index: Pick<
    TicketIndex,
    'isReady' | 'list' | 'searchArchive' | 'rebuild' | 'settled' | 'sweep'
  >;
  readonly intake: Intake;
  readonly tryOut: TryingIntake['tryOut'];
  readonly mailImport: MailImport;
  readonly exporting: Exporting;
  readonly rules: Pick<RuleBook, 'rules' | 'problems'>;
  readonly accounts: Accounts;
  readonly customers: CustomerBook;
  readonly due: Pick<DueBook, 'of' | 'measureOf'>;
  readonly appointments: Appointments;
  readonly customerCare: CustomerCare;
  readonly customerTickets: CustomerTickets;
  readonly figures: Pick<FigureBook, 'read'>;
  readonly answers: Pick<AnswerBook, 'modules'>;
  readonly filling: Pick<Filling, 'fill' | 'frame'>;
  readonly access: Pick<AccountServices, 'sessions' | 'secondStep' | 'apiTokens' | 'staff'>;
  readonly audit: Pick<Audit, 'note' | 'list'>;
  readonly suggestions: Pick<Suggestions, 'usage' | 'topics' | 'settled'>;
  readonly searching: Searching;
  readonly savedViews: Pick<SavedViews, 'list'>;
  readonly passages: Passages;
  readonly outbox: Pick<Outbox, 'waiting'>;
  readonly trouble: Pick<Trouble, 'list' | 'read'>;
  readonly release: Release;
  /** Webhooks and hook programs. */
  readonly hooks: { readonly care: HookCare };
  readonly verify: Verify;
  readonly redact: Redact;
  readonly erase: Erase;
  readonly retention: Retention;
  readonly doctor: Doctor;
  readonly removals: Pick<Removals, 'read'>;
  /** What the DNS says of the key that signs outgoing mail; nothing without a key. */
  findDkimRecords(): Promise<readonly DkimFinding[]>;
  /** Tells the running desk, if there is one, to look at the ticket now. */
  announce(number: TicketNumber): Promise<void>;
  close(): Promise<void>;
}

/** The configuration as it stands in files and environment, whether or not it is sound. */
export interface ConfigReading {
  readonly problems: readonly ConfigProblem[];
  /** Empty while there are problems: then no value is certain. */
  readonly settings: readonly SettingRow[];
}

export interface CliHost {
  readonly version: string;
  /** Such as `20.20.0`. */
  readonly nodeVersion: string;
  /** The desk's directory; it may not exist yet. */
  readonly directory: string;
  readonly files: FileOps;
  readonly clock: Clock;
  readonly log: Log;
  readConfig(): Promise<ConfigReading>;
  /** Fails with `config-invalid` when the configuration has problems. */
  open(kind: DeskKind): Promise<CliDesk>;
  /** Runs the desk until it is told to stop. */
  start(): Promise<void>;
  demo(): Promise<void>;
  /** Sends SIGHUP to the process if it is a running desk; false when it is not. */
  wakeDesk(processId: number): boolean;
}
