/** The customer's clock on the cards of a conversation. Promises: pure. */
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import { type CalendarWords, customerTime } from './appointment.ts';
import type { FlowItem } from './ticket.ts';

/** `zone`: where the customer lives, as far as it is known. */
export function withCustomerTime<T extends FlowItem>(
  flow: readonly T[],
  folder: TicketFolder,
  zone: string | undefined,
  words: CalendarWords,
): readonly T[] {
  if (zone === undefined) return flow;
  return flow.map((item) => {
    if (item.kind !== 'message') return item;
    const { calendar } = item.message;
    if (calendar?.card === undefined) return item;
    const there = customerTime(folder, calendar.card.uid, zone, words);
    const message = {
      ...item.message,
      calendar: { ...calendar, card: { ...calendar.card, there } },
    };
    return { ...item, message };
  });
}
