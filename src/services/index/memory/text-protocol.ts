/** What is said between the index and the thread that holds the texts. */
import type { ServiceEvents, ServicePort, StartService } from '../../../base/service-thread.ts';
import type { TextTerm } from '../../../core/search/match.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';

/** What the text index is told of a ticket; `subject` is undefined when the ticket is gone. */
export interface TextChange {
  readonly number: TicketNumber;
  readonly subject: string | undefined;
  /** The ticket's own, as a tag. */
  readonly language?: string | undefined;
  /** For a ticket in the archive: another text when it is to be read anew. */
  readonly archived?: string | undefined;
}

export interface ArchivedChange extends TextChange {
  readonly subject: string;
  readonly archived: string;
}

export type TextRequest =
  | {
      readonly kind: 'feed';
      readonly id: number;
      readonly changes: readonly TextChange[];
      /** The service was told of every ticket with this: what it keeps of others may go. */
      readonly isLast?: boolean;
    }
  | {
      readonly kind: 'search';
      readonly id: number;
      readonly terms: readonly TextTerm[];
      /** One month of the archive, instead of what is in memory. */
      readonly month?: string;
    };

export type TextAnswer =
  /** Everything that was fed is searchable, except what could not be read. */
  | {
      readonly kind: 'fed';
      readonly id: number;
      readonly unreadable: readonly Unreadable[];
      /** Bytes that the thread holds. */
      readonly memory?: number;
    }
  | {
      readonly kind: 'found';
      readonly id: number;
      readonly numbers: readonly TicketNumber[];
      /** For each of the numbers; the higher, the better it fits. */
      readonly scores: Float32Array;
      /** Of a month: not all of it could be searched yet. */
      readonly isPartial?: boolean;
    };

export interface Unreadable {
  readonly number: TicketNumber;
  readonly reason: string;
}

export type TextPort = ServicePort<TextRequest>;

export type TextPortEvents = ServiceEvents<TextAnswer>;

/** Starts a text service with nothing in it. */
export type StartTextService = StartService<TextRequest, TextAnswer>;
