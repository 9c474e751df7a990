/**
 * Taking something out of written messages: the one change of a file, and the event that accounts for it.
 *
 * Promises: pure; a reason is always there. It cannot be taken back: what is gone is gone.
 * Leaves to others: what goes (services/redact), rewriting the files (storage/rewriting-files.ts).
 */
import { ok, type Result, refuse } from '../../base/result.ts';
import type { Actor, EventDraft } from './event.ts';
import { formatRedaction, type Redaction } from './redaction.ts';

export interface RedactCommand {
  readonly kind: 'redact';
  readonly redactions: readonly Redaction[];
  readonly reason: string;
}

export type RedactRefusal =
  /** Nothing of what was named is there. */
  | { readonly code: 'nothing-to-redact' }
  | { readonly code: 'no-reason' }
  /** The mail is going out at this moment. */
  | { readonly code: 'being-sent'; readonly message: string };

export function decideRedact(
  { redactions, reason }: RedactCommand,
  actor: Actor,
): Result<EventDraft, RedactRefusal> {
  if (redactions.length === 0) return refuse({ code: 'nothing-to-redact' });
  if (reason.trim() === '') return refuse({ code: 'no-reason' });
  return ok({
    kind: 'redaction',
    actor,
    changes: [],
    fields: [
      ...redactions.map((redaction) => ['Redacted', formatRedaction(redaction)] as const),
      ['Reason', reason.trim().slice(0, 500)],
    ],
  });
}

/** For whoever reads the file. */
export function redactText({ redactions, reason }: RedactCommand): string {
  return [
    'Taken out for good:',
    '',
    ...redactions.map(({ message, parts }) => `message ${message}: ${parts.join(', ')}`),
    '',
    `Reason: ${reason.trim()}`,
  ].join('\n');
}

/** What must happen once: this change of these files. */
export function redactKey({ redactions }: RedactCommand): string {
  return redactions.map(({ was, now }) => `${was} ${now}`).join(' ');
}
