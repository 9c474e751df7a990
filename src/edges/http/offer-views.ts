/**
 * What fits the mail that is answered, as the page offers it.
 *
 * Promises: at most three; of tickets that the reader may not see nothing. A search that fails offers nothing: an answer can be
 * written all the same.
 */
import { errorText } from '../../base/fault.ts';
import type { TicketEvent } from '../../core/ticket/event.ts';
import type { Suggestion } from '../../services/answers/suggestions.ts';
import type { TicketFolder } from '../../storage/ticket-store.ts';
import type { ViewerDeps } from './deps.ts';
import { type OfferView, presentOffers } from './presenters/offers.ts';
import type { TicketViews } from './ticket-views.ts';
import type { Visit } from './visit.ts';

export interface OfferViews {
  /** `message` names the one that is answered; the newest of a customer when it names none. */
  read(
    place: { readonly folder: TicketFolder; readonly visit: Visit },
    message: string,
  ): Promise<readonly OfferView[]>;
}

export interface OfferViewsDeps extends Pick<ViewerDeps, 'suggestions' | 'log'> {
  readonly views: TicketViews;
}

const most = 3;
/** What a mail is about stands in its beginning. */
const mostCharacters = 20_000;

export function createOfferViews({ suggestions, log, views }: OfferViewsDeps): OfferViews {
  async function suggest(
    folder: TicketFolder,
    visit: Visit,
    message: string,
  ): Promise<readonly Suggestion[]> {
    const answered = findAnswered(folder, message);
    if (answered === undefined) return [];
    const { ticket } = folder;
    const text = (await views.readText(folder, answered)) ?? '';
    return suggestions.suggest({
      ticket: folder.number,
      subject: answered.mail.subject ?? ticket.subject,
      text: text.slice(0, mostCharacters),
      language: ticket.language,
      queue: ticket.queue,
      sees: (queue) => visit.may('see', queue),
    });
  }

  return {
    async read({ folder, visit }, message) {
      try {
        const found = await suggest(folder, visit, message);
        return presentOffers(found.slice(0, most), views.words(visit));
      } catch (error) {
        log.warn('http.offers-failed', { ticket: folder.number, cause: errorText(error) });
        return [];
      }
    },
  };
}

/** The named message, else the newest of a customer. */
export function findAnswered({ messages }: TicketFolder, name: string): TicketEvent | undefined {
  const events = messages.map(({ event }) => event);
  return (
    events.find((event) => event.name === name) ?? events.findLast(({ kind }) => kind === 'mail-in')
  );
}
