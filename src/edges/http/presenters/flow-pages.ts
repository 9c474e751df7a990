/** A conversation with the pages of its faxes and scans. */
import type { TicketNumber } from '../../../core/ticket/number.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { FoundPages } from '../message-pages.ts';
import { presentThumbs } from './message-pages.ts';
import type { FlowItem } from './ticket.ts';

/** The messages of the conversation with their pages; those that are pictures do not stand there twice. */
export function withPages(
  flow: readonly FlowItem[],
  pages: ReadonlyMap<string, readonly FoundPages[]>,
  { number, locale }: { readonly number: TicketNumber; readonly locale: Locale },
): readonly FlowItem[] {
  if (pages.size === 0) return flow;
  return flow.map((item) => {
    if (item.kind !== 'message') return item;
    const { message } = item;
    const files = pages.get(message.name);
    if (files === undefined) return item;
    const shown = new Set(files.map(({ attachment }) => attachment.id));
    const images = message.images.filter(({ id }) => !shown.has(id));
    const thumbs = presentThumbs(number, message, files, { locale });
    return { ...item, message: { ...message, images, pages: thumbs } };
  });
}
