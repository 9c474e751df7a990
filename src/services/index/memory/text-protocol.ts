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
}

export type TextRequest =
  | { readonly kind: 'feed'; readonly id: number; readonly changes: readonly TextChange[] }
  | { readonly kind: 'search'; readonly id: number; readonly terms: readonly TextTerm[] };

export type TextAnswer =
  /** Everything that was fed is searchable, except what could not be read. */
  | { readonly kind: 'fed'; readonly id: number; readonly unreadable: readonly Unreadable[] }
  | {
      readonly kind: 'found';
      readonly id: number;
      readonly numbers: readonly TicketNumber[];
      /** For each of the numbers; the higher, the better it fits. */
      readonly scores: Float32Array;
    };

export interface Unreadable {
  readonly number: TicketNumber;
  readonly reason: string;
}

export type TextPort = ServicePort<TextRequest>;

export type TextPortEvents = ServiceEvents<TextAnswer>;

/** Starts a text service with nothing in it. */
export type StartTextService = StartService<TextRequest, TextAnswer>;
