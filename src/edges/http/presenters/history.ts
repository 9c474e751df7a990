/** The whole history of a ticket: who did what, and when. */
import { formatInstant } from '../../../base/clock.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { EventWords } from './change-words.ts';
import { historyLines } from './event-lines.ts';
import { subjectOf } from './list.ts';
import { sideOf } from './message.ts';
import { messageId } from './message-frame.ts';
import { firstLineId } from './tidy.ts';

export function presentHistory({ ticket, messages }: TicketFolder, words: EventWords) {
  const { locale, dates } = words;
  const page = `/tickets/${ticket.number}`;
  return {
    number: ticket.number,
    href: page,
    subject: subjectOf(ticket.subject, locale),
    language: ticket.language,
    count: locale.text('ticket.events', { count: messages.length }),
    events: messages.map(({ event, size }) => ({
      id: firstLineId(event),
      time: dates.full(event.time),
      timeIso: formatInstant(event.time),
      lines: historyLines(event, words),
      snippet: sideOf(event) === undefined ? '' : event.mail.snippet,
      messageHref: sideOf(event) === undefined ? undefined : `${page}?whole=1#${messageId(event)}`,
      originalHref: `${page}/messages/${encodeURIComponent(event.name)}/raw`,
      size: locale.size(size),
    })),
  };
}
