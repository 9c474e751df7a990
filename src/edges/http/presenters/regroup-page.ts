/** The page on which a ticket is merged into another one, or a message gets another ticket. Promises: pure. */
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { TicketRecord } from '../../../services/index/index.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import { subjectOf } from './list.ts';
import type { MessageWords } from './message.ts';
import { addressName } from './people.ts';
import { stateLooks } from './states.ts';

export interface RegroupPageRequest {
  readonly folder: TicketFolder;
  /** What is to leave the ticket; undefined when the whole ticket is to be merged. */
  readonly message: TicketEvent | undefined;
  readonly query: string;
  readonly found: readonly TicketRecord[];
  readonly queues: readonly string[];
}

export function presentRegroupPage(
  { folder, message, query, found, queues }: RegroupPageRequest,
  { locale, dates, now }: MessageWords,
) {
  const { ticket } = folder;
  const page = `/tickets/${ticket.number}`;
  const subject = subjectOf(ticket.subject, locale);
  const isMerge = message === undefined;
  return {
    number: ticket.number,
    href: page,
    subject,
    language: ticket.language,
    title: isMerge
      ? locale.text('tidy.merge-title', { subject })
      : locale.text('tidy.move-title', { subject }),
    intro: locale.text(isMerge ? 'tidy.merge-intro' : 'tidy.move-intro'),
    message: message?.name,
    author: addressName(message?.mail.from),
    snippet: message?.mail.snippet,
    time: message === undefined ? undefined : dates.moment(message.time, now),
    split:
      message === undefined
        ? undefined
        : {
            action: `${page}/split`,
            subject: message.mail.subject.trim() === '' ? subject : message.mail.subject,
            queues: queues.map((name) => ({ name, isCurrent: name === ticket.queue })),
          },
    searchAction: isMerge ? `${page}/merge` : `${page}/regroup`,
    query,
    action: isMerge ? `${page}/merge` : `${page}/move`,
    button: locale.text(isMerge ? 'tidy.merge-into' : 'tidy.move-into'),
    heading: locale.text(query === '' ? 'tidy.same-customer' : 'tidy.found'),
    nothing: locale.text(query === '' ? 'tidy.no-others' : 'tidy.nothing-found'),
    found: found
      .filter((record) => record.mergedInto === undefined)
      .map((record) => ({
        number: record.number,
        href: `/tickets/${record.number}`,
        sign: stateLooks[record.state].sign,
        state: locale.text(stateLooks[record.state].key),
        subject: subjectOf(record.subject, locale),
        language: record.language,
        who: addressName(record.customer) ?? locale.text('ticket.no-customer'),
        queue: record.queue,
        age: dates.age(record.updated, now),
      })),
  };
}
