/** Mails that are attached to a message, on paper: one after the other, each with its head, its text and its pictures. */
import { type Address, formatAddress } from '../../../core/message/address.ts';
import { formatPartPath, isHeaderFile } from '../../../core/message/attached.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import type { InnerMail, OpenedMail } from '../inner-mails.ts';
import { presentAttachments } from './attachments.ts';
import { subjectOf } from './list.ts';
import type { MessageWords } from './message.ts';

export interface PrintedMail {
  /** Of the file, so that it is not listed as one as well. */
  readonly href: string;
  readonly subject: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly text: string;
  readonly images: readonly { readonly src: string; readonly name: string }[];
  readonly filesText: string;
}

interface Place {
  readonly event: TicketEvent;
  readonly number: TicketNumber;
}

export function printInnerMails(
  mails: readonly InnerMail[],
  place: Place,
  words: MessageWords,
): readonly PrintedMail[] {
  return mails.flatMap((mail) =>
    mail.opened === undefined
      ? []
      : [
          printOne(mail, mail.opened, place, words),
          ...printInnerMails(mail.opened.inner, place, words),
        ],
  );
}

function printOne(
  { path, attachment }: InnerMail,
  { mail, body, inner }: OpenedMail,
  { event, number }: Place,
  words: MessageWords,
): PrintedMail {
  const { locale, dates } = words;
  const at = formatPartPath(path);
  const opened = new Set(inner.flatMap((each) => (each.opened ? [each.attachment.id] : [])));
  const within: TicketEvent = {
    ...event,
    fields: new Map(),
    mail: { ...event.mail, attachments: mail.attachments.filter(({ id }) => !opened.has(id)) },
  };
  const { images, files, sounds, videos } = presentAttachments(within, number, undefined, {
    locale,
    seen: body.seen,
    within: `${at}.`,
  });
  const list = (key: string, people: readonly Address[]) =>
    people.length === 0
      ? []
      : [{ name: locale.text(key), value: locale.list(people.map(formatAddress)) }];
  return {
    href: `/tickets/${number}/messages/${encodeURIComponent(event.name)}/attachments/${at}`,
    subject: subjectOf(mail.subject, locale),
    facts: [
      ...list('traffic.from', mail.from === undefined ? [] : [mail.from]),
      ...list('traffic.to', mail.to),
      ...list('traffic.cc', mail.cc),
      ...(mail.date === undefined
        ? []
        : [{ name: locale.text('inner.date'), value: dates.full(mail.date) }]),
    ],
    text: isHeaderFile(attachment) ? '' : body.plain.trimEnd(),
    images: images.map(({ src, name }) => ({ src, name })),
    filesText: filesText([...files, ...sounds, ...videos], words),
  };
}

/** Names and sizes in one line. */
export function filesText(
  files: readonly { readonly name: string; readonly size: string }[],
  { locale }: Pick<MessageWords, 'locale'>,
): string {
  return locale.list(
    files.map(({ name, size }) => locale.text('world.detail', { text: name, detail: size })),
  );
}
