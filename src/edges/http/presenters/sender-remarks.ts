/** What is to be known of who wrote a mail, as lines over its text. Promises: pure; no line where all is as it seems. */
import { type Address, formatAddress } from '../../../core/message/address.ts';
import { doubtName, type OwnNames } from '../../../core/message/look-alike.ts';
import { remarkSender, type SenderRemark } from '../../../core/message/sender-remarks.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { Body } from '../bodies.ts';

export interface SenderLine {
  readonly text: string;
  readonly isWarning: boolean;
}

type Words = Pick<Locale, 'text' | 'list'>;

export function presentSenderRemarks(
  event: Pick<TicketEvent, 'kind' | 'mail'>,
  body: Pick<Body, 'sender' | 'list'> | undefined,
  { locale, own }: { readonly locale: Words; readonly own?: OwnNames | undefined },
): readonly SenderLine[] {
  if (event.kind !== 'mail-in') return [];
  return remarkSender(event.mail, { sender: body?.sender, list: body?.list, own }).map((remark) =>
    toLine(remark, locale),
  );
}

const doubtKeys = {
  address: 'person.name-address',
  own: 'person.name-own',
  signs: 'person.name-signs',
} as const;

/** What is wrong with a name; undefined for one that is as it seems. */
export function doubtText(
  person: Address,
  { locale, own }: { readonly locale: Words; readonly own?: OwnNames | undefined },
): string | undefined {
  const doubt = doubtName(person, own);
  return doubt && locale.text(doubtKeys[doubt], { address: person.address });
}

function toLine(remark: SenderRemark, locale: Words): SenderLine {
  switch (remark.kind) {
    case 'name':
      return {
        text: locale.text(doubtKeys[remark.doubt], { address: remark.address }),
        isWarning: true,
      };
    case 'envelope':
      return { text: locale.text('person.envelope'), isWarning: false };
    case 'several':
      return {
        text: locale.text('person.several', { people: names(remark.people, locale) }),
        isWarning: false,
      };
    case 'sent-by':
      return {
        text: locale.text('person.sent-by', { people: names(remark.people, locale) }),
        isWarning: false,
      };
    case 'answers':
      return {
        text: answersText(remark, locale),
        isWarning: remark.isElsewhere,
      };
  }
}

export function answersText(
  {
    people,
    isElsewhere,
  }: Pick<Extract<SenderRemark, { kind: 'answers' }>, 'people' | 'isElsewhere'>,
  locale: Words,
): string {
  const shown = names(people, locale);
  return isElsewhere
    ? locale.text('person.answers-elsewhere', { people: shown })
    : locale.text('person.answers', { people: shown });
}

const mostNamed = 5;

/** Always with their addresses. */
function names(people: readonly Address[], locale: Words): string {
  return locale.list(people.slice(0, mostNamed).map(formatAddress));
}
