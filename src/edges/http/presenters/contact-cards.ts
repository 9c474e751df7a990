/**
 * Cards of people that came with a message: how they are reached, each way one click away.
 *
 * Promises: pure; what the reader may not do is shown without a link.
 */
import type { Right } from '../../../core/ticket/rights.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { FoundContacts } from '../contact-files.ts';

export interface ContactView {
  readonly name: string;
  /** Role and organisation. */
  readonly about: string;
  readonly ways: readonly ContactWay[];
  readonly places: readonly string[];
  readonly more: string | undefined;
  readonly file: { readonly href: string; readonly name: string };
}

interface ContactWay {
  readonly sign: 'at' | 'phone' | 'fax' | 'link';
  readonly text: string;
  readonly href: string | undefined;
  /** What the link does. */
  readonly hint: string;
  readonly isOutside: boolean;
}

export interface ContactRequest {
  readonly folder: TicketFolder;
  readonly may: (right: Right) => boolean;
  readonly locale: Locale;
}

/** Of one file; `href`: where it is saved from. */
export function presentContacts(
  { attachment, found }: FoundContacts,
  href: string,
  request: ContactRequest,
): readonly ContactView[] {
  const { locale } = request;
  const { cards, count } = found;
  const rest = count - cards.length;
  return cards.map((card, at) => ({
    name: [card.name, card.organisation, attachment.name].find((text) => text !== '') ?? '',
    about: locale.facts(
      [card.role, card.name === '' ? '' : card.organisation].filter((text) => text !== ''),
    ),
    ways: [
      ...card.mails.map((mail) => mailWay(mail, request)),
      ...card.phones.map((phone) => phoneWay(phone, request)),
      ...card.pages.map((page) => pageWay(page)),
    ],
    places: card.places,
    more:
      rest > 0 && at === cards.length - 1
        ? locale.text('appointment.more', { count: rest })
        : undefined,
    file: { href, name: attachment.name },
  }));
}

function mailWay(mail: string, { may, locale }: ContactRequest): ContactWay {
  return {
    sign: 'at',
    text: mail,
    href: may('answer') ? `/new?via=mail&to=${encodeURIComponent(mail)}` : undefined,
    hint: locale.text('compose.new'),
    isOutside: false,
  };
}

function phoneWay(
  { number, isFax }: { readonly number: string; readonly isFax: boolean },
  { folder, may, locale }: ContactRequest,
): ContactWay {
  const canNote = !isFax && may('note') && folder.ticket.mergedInto === undefined;
  return {
    sign: isFax ? 'fax' : 'phone',
    text: number,
    href: canNote
      ? `/tickets/${folder.number}/call?phone=${encodeURIComponent(number)}`
      : undefined,
    hint: locale.text(isFax ? 'message.fax' : 'compose.note-call'),
    isOutside: false,
  };
}

function pageWay(page: string): ContactWay {
  return { sign: 'link', text: page, href: page, hint: '', isOutside: true };
}
