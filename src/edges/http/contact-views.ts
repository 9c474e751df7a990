/** Tickets as they are shown, with the cards of people that came with their messages; a past state is shown without. */
import type { TicketFolder } from '../../storage/ticket-store.ts';
import type { ContactFiles } from './contact-files.ts';
import type { ViewerDeps } from './deps.ts';
import { mayOn } from './may-on.ts';
import { withContacts } from './presenters/flow-contacts.ts';
import type { TicketView, TicketViews } from './ticket-views.ts';
import type { Visit } from './visit.ts';

type Deps = Pick<ViewerDeps, 'reader' | 'config'> & { readonly contactFiles: ContactFiles };

export function withContactCards(
  views: TicketViews,
  { reader, config, contactFiles }: Deps,
): TicketViews {
  async function addCards(
    view: TicketView,
    folder: TicketFolder,
    visit: Visit,
  ): Promise<TicketView> {
    const shown = new Set(
      view.flow.flatMap((item) => (item.kind === 'message' ? [item.message.name] : [])),
    );
    const events = folder.messages
      .map(({ event }) => event)
      .filter((event) => shown.has(event.name));
    const contacts = await contactFiles.findAll(folder.number, events);
    const may =
      visit.isReadOnly === true
        ? () => false
        : mayOn(visit.agent, folder.ticket, config.current().queues);
    return {
      ...view,
      flow: withContacts(view.flow, contacts, { folder, may, locale: visit.locale }),
    };
  }

  return {
    ...views,
    async present(folder, visit, choice) {
      return addCards(await views.present(folder, visit, choice), folder, visit);
    },
    async readPreview(number, visit, find) {
      const view = await views.readPreview(number, visit, find);
      const hasFiles = view?.flow.some(
        (item) => item.kind === 'message' && item.message.files.length > 0,
      );
      const folder = hasFiles === true ? await reader.read(number) : undefined;
      return view === undefined || folder === undefined ? view : addCards(view, folder, visit);
    },
  };
}
