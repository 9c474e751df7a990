/** What `verify` may say. `wrong`: the files are not as they were written; `told`: good to know, nothing is wrong. */
import type { Digest, MessageName } from '../../core/ticket/event.ts';
import type { HistoryFinding } from '../../core/ticket/history.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';

export type Level = 'wrong' | 'told';

/** Where in a file: bytes `from` up to `to`, which is not in it. */
export interface Place {
  readonly part: 'seal' | 'block' | 'mail' | 'file';
  readonly from: number;
  readonly to: number;
}

export type FileFinding =
  | HistoryFinding
  /** The block, or a value in it, is not as docs/FORMAT.md has it. */
  | {
      readonly kind: 'format';
      readonly name: MessageName;
      readonly field: string;
      readonly offset: number;
    }
  | { readonly kind: 'unknown-kind'; readonly name: MessageName; readonly value: string }
  /** It has no seal although the ticket has older files with one. */
  | { readonly kind: 'unsealed'; readonly name: MessageName }
  /** In `new` and in `cur`; `same`: with the same bytes. */
  | { readonly kind: 'twice'; readonly name: MessageName; readonly same: boolean }
  | { readonly kind: 'leftover'; readonly name: string }
  /** An event says that something was taken out, but it stands there still. */
  | { readonly kind: 'unfinished'; readonly name: MessageName; readonly expected: Digest }
  /** Nobody can read it. */
  | { readonly kind: 'unreadable'; readonly name: string };

export type DeskFinding =
  /** A folder among the tickets whose name is no number, or not that of its day. */
  | {
      readonly kind: 'number';
      readonly path: string;
      readonly reason: 'check-digits' | 'other-day' | 'no-number';
    }
  /** Counters of a day that no ticket has. */
  | { readonly kind: 'gap'; readonly day: string; readonly from: number; readonly to: number }
  /** One number in `tickets` and in `archive`. */
  | { readonly kind: 'double'; readonly number: TicketNumber }
  | { readonly kind: 'leftover'; readonly name: string }
  /** What the account of mails says. */
  | { readonly kind: 'unaccounted'; readonly mails: number }
  | { readonly kind: 'lost-mail'; readonly number: TicketNumber; readonly name: MessageName };

export type Finding = (
  | (FileFinding & { readonly ticket: TicketNumber; readonly place?: Place })
  | (DeskFinding & { readonly ticket?: undefined })
) & { readonly level: Level };

export function levelOf(finding: FileFinding | DeskFinding): Level {
  switch (finding.kind) {
    case 'by-hand':
    case 'unknown-kind':
    case 'unsealed':
    case 'leftover':
    case 'gap':
      return 'told';
    case 'twice':
      return finding.same ? 'told' : 'wrong';
    case 'number':
      return finding.reason === 'no-number' ? 'told' : 'wrong';
    default:
      return 'wrong';
  }
}
