/**
 * What was done a moment ago, read again from the ticket, so that the page says it in its own words.
 *
 * Promises: what the browser remembers is only which event it was; words and the way back come from the desk.
 */
import { ticketRulesOf } from '../../config/ticket-rules.ts';
import { parseTicketNumber } from '../../core/ticket/number.ts';
import type { ViewerDeps } from './deps.ts';
import { conversationLines, historyLines } from './presenters/event-lines.ts';
import { namesOf } from './presenters/people.ts';
import {
  presentBatchToast,
  presentEventToast,
  presentToast,
  type ToastView,
} from './presenters/toast.ts';
import type { Said, Visit } from './visit.ts';

export interface Toasts {
  present(said: Said | undefined, visit: Visit): Promise<ToastView | undefined>;
}

type Deps = Pick<ViewerDeps, 'reader' | 'accounts' | 'config'>;

export function createToasts({ reader, accounts, config }: Deps): Toasts {
  return {
    async present(said, { locale, may, timeZone }) {
      if (said === undefined) return undefined;
      const { toast, about } = said;
      if (about === undefined) return presentToast(toast, locale);
      if (about.kind === 'batch') return presentBatchToast(about.batch, about.count, locale);
      const number = parseTicketNumber(about.ticket);
      const folder = number === undefined ? undefined : await reader.read(number);
      const event = folder?.messages.find((each) => each.event.name === about.event)?.event;
      if (folder === undefined || event === undefined || !may('see', folder.ticket.queue))
        return presentToast(toast, locale);
      const dates = locale.dates(timeZone);
      const rules = ticketRulesOf(config.current());
      const words = { locale, dates, nameOf: namesOf(accounts.list()), rules };
      const told = conversationLines(event, words);
      const lines = told.length > 0 ? told : historyLines(event, words);
      const undo = { action: `/tickets/${folder.number}/undo`, event: event.name };
      return presentEventToast(toast, lines, undo, locale);
    },
  };
}
