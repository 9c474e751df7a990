/**
 * The time line of contacts: who spoke with whom by which way, at one glance, in a row of the list and over a conversation.
 *
 * Promises: pure. A row is made from its record alone.
 */
import { formatInstant } from '../../../base/clock.ts';
import { type ContactSign, contactOf, isOurs } from '../../../core/ticket/contacts.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { Mark, TicketRecord } from '../../../services/index/index.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { EventWords } from './change-words.ts';
import { messageId } from './message-frame.ts';
import { addressName } from './people.ts';

const icons: Readonly<Record<ContactSign, string>> = {
  'mail-in': 'mail',
  'mail-out': 'mail',
  'call-in': 'phone',
  'call-out': 'phone',
  'fax-in': 'fax',
  'fax-out': 'fax',
  recording: 'rec',
  note: 'lock',
};

const texts: Readonly<Record<ContactSign, string>> = {
  'mail-in': 'contact.mail-in',
  'mail-out': 'contact.mail-out',
  'call-in': 'contact.call-in',
  'call-out': 'contact.call-out',
  'fax-in': 'contact.fax-in',
  'fax-out': 'contact.fax-out',
  recording: 'contact.recording',
  note: 'contact.note',
};

/** `out` is what we said to them, `among` what we said among us. */
function wayOf(sign: ContactSign): 'in' | 'out' | 'among' {
  if (sign === 'note') return 'among';
  return isOurs(sign) ? 'out' : 'in';
}

export interface RowContacts {
  readonly items: readonly {
    readonly sign: string;
    readonly way: string;
    /** Undefined for a single one. */
    readonly count: string | undefined;
  }[];
  readonly text: string;
}

/** As many as a narrow row has room for. */
const mostInRow = 4;

export function presentRowContacts(
  { contacts = [] }: Pick<TicketRecord, 'contacts'>,
  { locale }: { readonly locale: Locale },
): RowContacts | undefined {
  const runs = contacts.slice(-mostInRow);
  if (runs.length === 0) return undefined;
  const names = runs.map(({ sign, count }) => {
    const what = locale.text(texts[sign]);
    return count === 1
      ? what
      : locale.text('world.detail', { text: what, detail: locale.number(count) });
  });
  return {
    items: runs.map(({ sign, count }) => ({
      sign: icons[sign],
      way: wayOf(sign),
      count: count === 1 ? undefined : locale.number(count),
    })),
    text: locale.text('contact.last', { list: locale.facts(names) }),
  };
}

const markOf: Readonly<Partial<Record<ContactSign, Mark>>> = {
  'call-in': 'call',
  'call-out': 'call',
  'fax-in': 'fax',
  'fax-out': 'fax',
  recording: 'recording',
};

/** The marks that the contacts beside them do not say already. */
export function otherMarks({
  marks,
  contacts = [],
}: Pick<TicketRecord, 'marks' | 'contacts'>): readonly Mark[] {
  const said = new Set(contacts.slice(-mostInRow).map(({ sign }) => markOf[sign]));
  return marks.filter((mark) => !said.has(mark));
}

export interface TrailItem {
  readonly href: string;
  readonly sign: string;
  readonly way: string;
  readonly time: string;
  readonly timeIso: string;
  readonly text: string;
}

export interface TrailView {
  /** Those before the ones that are shown. */
  readonly earlier: { readonly href: string; readonly text: string } | undefined;
  readonly items: readonly TrailItem[];
}

const mostInTrail = 24;

export interface TrailRequest {
  readonly page: string;
  readonly events: readonly TicketEvent[];
  /** Those whose messages stand on the page. */
  readonly shown: readonly TicketEvent[];
}

/** Also of a single contact, so that the second one moves nothing. Undefined where there is none. */
export function presentTrail(
  { page, events, shown }: TrailRequest,
  { locale, dates, now, nameOf }: EventWords & TrailWords,
): TrailView | undefined {
  const contacts = events.flatMap((event) => {
    const sign = contactOf(event);
    return sign === undefined ? [] : [{ event, sign }];
  });
  if (contacts.length === 0) return undefined;
  const there = new Set(shown.map(({ name }) => name));
  const before = contacts.length - mostInTrail;
  return {
    earlier:
      before <= 0
        ? undefined
        : { href: `${page}?whole=1`, text: locale.text('ticket.earlier', { count: before }) },
    items: contacts.slice(-mostInTrail).map(({ event, sign }) => {
      const { actor, mail, time } = event;
      const who = actor.kind === 'agent' ? nameOf(actor.login) : addressName(mail.from);
      return {
        href: `${there.has(event.name) ? '' : `${page}?whole=1`}#${messageId(event)}`,
        sign: icons[sign],
        way: wayOf(sign),
        time: dates.isSameDay(time, now) ? dates.time(time) : dates.short(time),
        timeIso: formatInstant(time),
        text: locale.facts([
          locale.text(texts[sign]),
          ...(who === undefined ? [] : [who]),
          dates.full(time),
        ]),
      };
    }),
  };
}

type TrailWords = { readonly now: TicketEvent['time'] };
