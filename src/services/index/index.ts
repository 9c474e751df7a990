/**
 * The index: everything computed from the ticket folders, behind one port.
 *
 * Promises: it may be deleted at any time; `apply` is idempotent, and the folder decides. What it
 * says is as fresh as the last `apply`; `ready` resolves when every ticket on disk was seen once.
 * Adapters: memory/ (catalogue and lunr, one node).
 */
import type { Duration, Instant } from '../../base/clock.ts';
import type { Result } from '../../base/result.ts';
import type { StepDone } from '../../core/escalation/steps-done.ts';
import type { Address } from '../../core/message/address.ts';
import type { MessageId } from '../../core/message/mail.ts';
import type { Query, QueryProblem } from '../../core/search/query.ts';
import type { Standing } from '../../core/team/standing.ts';
import type { ContactRun } from '../../core/ticket/contacts.ts';
import type { CourseStep } from '../../core/ticket/course.ts';
import type { SendTime, Writing } from '../../core/ticket/draft.ts';
import type { Digest, MessageName } from '../../core/ticket/event.ts';
import type { Move } from '../../core/ticket/moves.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { Readable } from '../../core/ticket/rights.ts';
import type { Priority, TicketState } from '../../core/ticket/states.ts';
import type { FolderStamp, TicketFolder } from '../../storage/ticket-store.ts';
import type { RecordedAppointment } from './recorded-appointment.ts';
import type { TextHealth } from './text-health.ts';

/** One ticket as lists and rules need it. */
export interface TicketRecord {
  readonly number: TicketNumber;
  readonly subject: string;
  readonly state: TicketState;
  readonly queue: string;
  readonly priority: Priority;
  readonly owner: string | undefined;
  readonly language: string | undefined;
  readonly customer: Address | undefined;
  readonly participants: readonly string[];
  /** Who wrote in it, and whom somebody wrote to: names and addresses in the form in which they are compared. */
  readonly writers?: readonly string[];
  readonly recipients?: readonly string[];
  readonly tags: readonly string[];
  readonly created: Instant;
  readonly updated: Instant;
  readonly closedAt: Instant | undefined;
  readonly mergedInto: TicketNumber | undefined;
  /** First words of the newest message of a person. */
  readonly snippet: string;
  readonly marks: readonly Mark[];
  readonly messageCount: number;
  /** A mail of this ticket that was not delivered, or waits. */
  readonly delivery: 'failed' | 'deferred' | 'waiting' | undefined;
  /** The desk owes an automatic answer: the customer was not told yet. */
  readonly confirmationDue: boolean;
  readonly messages: readonly MessageKey[];
  readonly stamp: FolderStamp | undefined;
  /** `KIND:NUMBER`. */
  readonly links: readonly string[];
  /** Tickets that its own events say were merged into it; theirs decide. */
  readonly merged: readonly string[];
  readonly alsoQueues: readonly string[];
  /** Numbers of other systems: `otrs:2026112310000012`. */
  readonly foreign: readonly string[];
  /** The newest move of each message that came here from another ticket, or left for one. */
  readonly moves: readonly RecordedMove[];
  /** Key of a state of the desk's own, over its type in `state`. */
  readonly stateName: string | undefined;
  /** When a wait ends. */
  readonly pendingUntil: Instant | undefined;
  /** Custom fields by `x-NAME`. */
  readonly fields: Readonly<Record<string, string>>;
  /** Answers and notes that are being written, or wait for their time. Absent where there is none. */
  readonly drafts?: readonly RecordedDraft[];
  /** Who is named in it, and whose turn it is. */
  readonly standing: Standing;
  /** Who spoke when, and how it stood in between: what due times and figures are computed from. */
  readonly course: readonly CourseStep[];
  /** Steps of escalation chains that were done, oldest first. Absent where there is none. */
  readonly escalations?: readonly StepDone[];
  /** Made on this ticket. Absent where there is none. */
  readonly appointments?: readonly RecordedAppointment[];
  /** Its folder lies in `archive/`. Absent where it does not. */
  readonly archived?: true;
  /** Reason of the legal hold that its own events say. Absent where there is none. */
  readonly hold?: string;
  /** It is under legal hold, by whatever. Absent where it is not. */
  readonly held?: true;
  /** What mail programs say of its messages, `NAME:FLAGS`. Absent where they say nothing. */
  readonly flags?: readonly string[];
  /** Telephone numbers of its calls and faxes: digits, with a `+` where they are international. Absent where there is none. */
  readonly phones?: readonly string[];
  /** How often something was taken out of its messages. Absent where nothing was. */
  readonly redactions?: number;
  /** The last contacts, oldest of them first. Absent where there is none. */
  readonly contacts?: readonly ContactRun[];
}

/** No more than what changes seldom, so that typing makes no noise. */
export interface RecordedDraft {
  readonly login: string;
  readonly writing: Writing;
  /** Undefined while it is being written. */
  readonly send: SendTime | undefined;
}

/** What decides who may read the ticket. */
export function readableRecord({ queue, alsoQueues, standing }: TicketRecord): Readable {
  return { queue, alsoQueues, asked: [...standing.advice, ...standing.mentions] };
}

export type RecordedMove = Pick<Move, 'message' | 'way' | 'other'>;

export type Mark = 'attachment' | 'fax' | 'call' | 'recording' | 'spam' | 'flagged';

/** By what a mail of a ticket is found again. */
export interface MessageKey {
  readonly name: MessageName;
  readonly messageId: MessageId | undefined;
  /** In-Reply-To and References: parents that may never have been seen. */
  readonly references: readonly MessageId[];
  /** `Ticket-Content`: digest of what a repeated delivery has in common; undefined for our own. */
  readonly content: Digest | undefined;
}

export interface KnownMessage {
  readonly ticket: TicketNumber;
  readonly name: MessageName;
  readonly content: Digest | undefined;
}

/**
 * `due`: the most urgent first, then what is not due, the newest first. `relevance`: what fits the words best
 * first, of what fits alike the newest.
 */
export type SortKey =
  | 'updated'
  | 'created'
  | 'number'
  | 'priority'
  | 'subject'
  | 'customer'
  | 'due'
  | 'relevance';

export interface ListRequest {
  readonly query: Query;
  readonly sort: SortKey;
  readonly descending: boolean;
  /** 1 to 500. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string;
  /** Undefined lists everything. */
  readonly reader?: ListReader | undefined;
  /** With `sort: 'due'`: of how many in all the due time is not later than each of these. */
  readonly dueBy?: readonly Instant[];
  /** Waits until every month of the archive was searched; else these follow, and the page says so. */
  readonly wholeArchive?: boolean;
}

/** Months of the archive that may hold what is asked for, and how many of them were searched. */
export interface ArchiveState {
  readonly searched: number;
  readonly months: number;
  /** `2026-11`, the oldest one that was searched; absent while none was. */
  readonly reached?: string;
}

export interface ArchiveProgress extends ArchiveState {
  /** `2026-11`, the one that was searched last. */
  readonly month: string;
  /** Tickets in it that hold the words. */
  readonly found: number;
}

/** For whom a list is. */
export interface ListReader {
  readonly login: string;
  /** Whether tickets of the queue are listed; adapters ask once a queue, not once a ticket. */
  sees(queue: string): boolean;
  /** The same for readers who see the same. */
  readonly key: string;
}

export interface ListPage {
  readonly records: readonly TicketRecord[];
  /** How many tickets match in all. */
  readonly total: number;
  readonly next: string | undefined;
  /** False while the text index has not seen all that is listed. */
  readonly complete: boolean;
  /** Where words are looked for and the archive may hold some. Asked again a little later, the list holds more. */
  readonly archive?: ArchiveState;
  /** For each time of `dueBy`; absent without it. */
  readonly dueCounts?: readonly number[];
}

export interface QueueCount {
  readonly queue: string;
  /** Tickets that are not ended. */
  readonly open: number;
  /** Of these, still in state `new`. */
  readonly fresh: number;
  /** Of these, late; only where somebody asked for it. */
  readonly late?: number;
}

export interface IndexChange {
  readonly number: TicketNumber;
  /** Undefined when the ticket is gone. */
  readonly record: TicketRecord | undefined;
  readonly isNew: boolean;
}

export interface TicketIndex {
  /** Resolves when every ticket on disk was seen; rejects with `not-ready` after the wait. */
  ready(waitMs: Duration): Promise<void>;
  isReady(): boolean;
  /** Reads the folder again, or takes what was just read, and brings everything up to it. */
  apply(number: TicketNumber, folder?: TicketFolder): Promise<void>;
  /** Looks at every ticket folder and applies those that changed. One at a time. */
  sweep(): Promise<SweepReport>;
  /** Computes every record again from its folder, whatever the index believes of it; called after each with how many were read. */
  rebuild(onProgress?: (done: number) => void): Promise<RebuildReport>;
  find(number: TicketNumber): Promise<TicketRecord | undefined>;
  list(request: ListRequest): Promise<Result<ListPage, QueryProblem>>;
  /**
   * Searches the archive's months for the query's words, the newest first, and says so after each; nothing where no
   * archived ticket can match. A `list` of the query holds what was found so far.
   */
  searchArchive(request: Pick<ListRequest, 'query' | 'reader'>): AsyncIterable<ArchiveProgress>;
  counts(): Promise<readonly QueueCount[]>;
  /** Every record, in slices that leave others their turn; what is put meanwhile may be missed. */
  records(): AsyncIterable<readonly TicketRecord[]>;
  /** Messages with this Message-ID. */
  findMessage(id: MessageId): Promise<readonly KnownMessage[]>;
  /** Messages with this content digest, for mail without a Message-ID. */
  findContent(content: Digest): Promise<readonly KnownMessage[]>;
  /** Tickets that refer to this Message-ID, whether or not it was ever seen. */
  findReferring(id: MessageId): Promise<readonly TicketNumber[]>;
  /** Tickets whose own events say that they were merged into this one. */
  findMerged(into: TicketNumber): Promise<readonly TicketNumber[]>;
  /** Tickets that carry this number of another system. */
  findForeign(key: string): Promise<readonly TicketNumber[]>;
  /** Tickets that were merged, took in others, or got messages of others. */
  findRegrouped(): Promise<readonly TicketNumber[]>;
  /** How many tickets this address key opened since then. */
  countOpened(customer: string, since: Instant): Promise<number>;
  /** Language of the newest ticket of this address key that has one. */
  findLanguage(customer: string): Promise<string | undefined>;
  /** Tickets whose record says `confirmationDue`. */
  findUnconfirmed(): Promise<readonly TicketNumber[]>;
  /** Tickets whose record has `delivery` waiting or deferred. */
  findUndelivered(): Promise<readonly TicketNumber[]>;
  /** Tickets with a draft that has a time to go out, and the first of these times. */
  findScheduled(): Promise<readonly ScheduledTicket[]>;
  /** Tickets that are due at this instant or before, the most urgent first. */
  findDue(until: Instant): Promise<readonly TicketRecord[]>;
  /** Tickets that have appointments, or wait for a time. */
  findDated(): Promise<readonly TicketRecord[]>;
  /** How searching in texts does. */
  textHealth(): TextHealth;
  /** Called after each change; the returned function ends it. */
  onChange(listener: (change: IndexChange) => void): () => void;
  /** Asks for every ticket again whether it is held; to be called when people or rules are held or no more. */
  reviewHolds(): Promise<void>;
  /** Resolves when all that was applied is searchable. */
  settled(): Promise<void>;
  /** Saves the snapshot and frees everything. */
  close(): Promise<void>;
}

export interface ScheduledTicket {
  readonly number: TicketNumber;
  readonly at: Instant;
}

export interface RebuildReport {
  readonly tickets: number;
  /** Where the index was wrong. */
  readonly differences: readonly IndexDifference[];
}

export interface IndexDifference {
  readonly number: TicketNumber;
  /** Names of what was other than the folder says. */
  readonly fields: readonly string[];
}

export interface SweepReport {
  readonly tickets: number;
  readonly changed: number;
  readonly gone: number;
  readonly tookMs: Duration;
}
