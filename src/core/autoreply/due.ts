/**
 * Automatic answers that were decided and are not written yet.
 *
 * Promises: pure; the ticket's own files say it, so a crash between decision and answer forgets nothing.
 */
import type { MessageName, TicketEvent } from '../ticket/event.ts';
import type { Ticket } from '../ticket/fold.ts';
import { type AutoReplyKind, readAutoReply } from './auto-reply.ts';

export interface DueReply {
  readonly event: TicketEvent;
  readonly reply: AutoReplyKind;
  readonly language: string | undefined;
}

/** Answers that a ticket owes, oldest first. */
export function findDue(
  ticket: Pick<Ticket, 'extra'>,
  events: readonly TicketEvent[],
): readonly DueReply[] {
  const answered = new Set<MessageName | undefined>(
    events.map((event) =>
      event.kind === 'mail-out' ? readAutoReply(event.fields)?.message : undefined,
    ),
  );
  const due = events.flatMap((event): readonly DueReply[] => {
    const field = event.kind === 'mail-in' ? readAutoReply(event.fields) : undefined;
    return field?.state === 'due' && !answered.has(event.name)
      ? [{ event, reply: field.reply, language: field.language }]
      : [];
  });
  if (due.length > 0 || ticket.extra.get('confirmation') !== 'due') return due;
  // Opened before version 0.2, whose files have only the ticket's own field.
  const first = events.find(({ kind }) => kind === 'mail-in');
  return first === undefined ? [] : [{ event: first, reply: 'new-ticket', language: undefined }];
}

/** Such an answer tells of a new ticket, whose field says how far it is. */
export function isOpening(kind: AutoReplyKind): boolean {
  return kind === 'new-ticket' || kind === 'new-from-closed';
}
