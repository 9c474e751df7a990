/**
 * What a bulk action does to each of its tickets.
 *
 * Promises: pure. Leaves to others: which tickets, running (bulk.ts), keeping (batch-files.ts).
 */
import type { NoteCommand, Refusal, TicketCommand, UpdateCommand } from '../core/ticket/decide.ts';
import { type Change, formatChange, parseChange } from '../core/ticket/event.ts';
import type { SpamCommand } from '../core/ticket/spam.ts';
import { describeRefusal } from './present/refusals.ts';

export type BulkAction =
  | {
      readonly kind: 'change';
      readonly changes: readonly Change[];
      /** A text of why, kept as a note in each ticket. */
      readonly reason?: string;
    }
  /** All into the oldest of them. */
  | { readonly kind: 'merge' }
  | SpamCommand
  /** Takes another batch back. */
  | { readonly kind: 'undo'; readonly batch: string };

/** Why a ticket is, or was, left as it is. */
export interface Reason {
  readonly code: string;
  /** What it says of the case, for texts in other languages. */
  readonly values: Readonly<Record<string, string>>;
  /** An English sentence. */
  readonly text: string;
}

/** The command for one ticket, where it follows from the action alone. */
export function commandOf(
  action: Extract<BulkAction, { kind: 'change' | 'spam' | 'not-spam' }>,
): UpdateCommand | NoteCommand | SpamCommand {
  if (action.kind !== 'change') return action;
  const { changes, reason } = action;
  return reason === undefined
    ? { kind: 'update', changes }
    : { kind: 'note', text: reason, changes };
}

/** The command by which it is asked whether there is anything to do: a reason alone is nothing. */
export function questionOf(
  action: Extract<BulkAction, { kind: 'change' | 'spam' | 'not-spam' }>,
): TicketCommand {
  return action.kind === 'change' ? { kind: 'update', changes: action.changes } : action;
}

export function toReason(refusal: Refusal): Reason {
  const values = Object.entries(refusal)
    .filter(([name]) => name !== 'code')
    .map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]);
  return {
    code: refusal.code,
    values: Object.fromEntries(values),
    text: describeRefusal(refusal),
  };
}

/** As words for the record; `parseAction` reads them. */
export function formatAction(action: BulkAction): Readonly<Record<string, unknown>> {
  switch (action.kind) {
    case 'change':
      return {
        kind: action.kind,
        changes: action.changes.map((change) => [change.kind, formatChange(change)[1]]),
        ...(action.reason === undefined ? {} : { reason: action.reason }),
      };
    case 'undo':
      return { kind: action.kind, batch: action.batch };
    case 'merge':
    case 'spam':
    case 'not-spam':
      return { kind: action.kind };
  }
}

export function parseAction(value: unknown): BulkAction | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined;
  switch (value.kind) {
    case 'merge':
      return { kind: 'merge' };
    case 'spam':
      return { kind: 'spam' };
    case 'not-spam':
      return { kind: 'not-spam' };
    case 'undo':
      return 'batch' in value && typeof value.batch === 'string'
        ? { kind: 'undo', batch: value.batch }
        : undefined;
    case 'change':
      return 'changes' in value && Array.isArray(value.changes)
        ? {
            kind: 'change',
            changes: value.changes.flatMap((each: unknown) => readChange(each) ?? []),
            ...('reason' in value && typeof value.reason === 'string'
              ? { reason: value.reason }
              : {}),
          }
        : undefined;
    default:
      return undefined;
  }
}

function readChange(value: unknown): Change | undefined {
  if (!Array.isArray(value)) return undefined;
  const [kind, text]: readonly unknown[] = value;
  if (typeof text !== 'string' || (kind !== 'set' && kind !== 'add' && kind !== 'remove'))
    return undefined;
  return parseChange(kind, text);
}
