/** What the history says of the text modules that an answer was made with. Promises: pure. */
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { Locale } from '../../../services/render/locale.ts';

/** The sentence about an answer with modules; undefined for any other event. */
export function madeWithKey({
  kind,
  fields,
}: TicketEvent): { readonly key: string; readonly sign: string } | undefined {
  return kind === 'mail-out' && fields.has('module')
    ? { key: 'offers.event-answered', sign: 'reply' }
    : undefined;
}

export function madeWith({ fields }: TicketEvent, locale: Pick<Locale, 'list'>): string {
  return locale.list(fields.get('module') ?? []);
}
