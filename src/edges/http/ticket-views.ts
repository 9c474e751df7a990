/**
 * Reads a ticket with everything its page shows, and makes the view model.
 *
 * Promises: only the bodies that are shown are decoded; a long conversation begins with its newest part.
 */
import type { TicketEvent } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { ListPage } from '../../services/index/index.ts';
import type { TicketFolder } from '../../storage/ticket-store.ts';
import type { Body } from './bodies.ts';
import { createBodies } from './bodies.ts';
import type { ViewerDeps } from './deps.ts';
import type { FreshLists } from './fresh-lists.ts';
import { quoteValue } from './presenters/frame.ts';
import { type MessageWords, sideOf } from './presenters/message.ts';
import type { MessageChoice } from './presenters/message-frame.ts';
import { namesOf } from './presenters/people.ts';
import { presentTicket } from './presenters/ticket.ts';
import type { Visit } from './visit.ts';

/** Which message the reader wants to see in which way. */
export interface ViewChoice {
  /** Names of messages. */
  readonly text: readonly string[];
  readonly html: readonly string[];
  readonly images: readonly string[];
  readonly whole: boolean;
}

export const noChoice: ViewChoice = { text: [], html: [], images: [], whole: false };

export type TicketView = ReturnType<typeof presentTicket>;

export interface TicketViews {
  present(folder: TicketFolder, visit: Visit, choice: ViewChoice): Promise<TicketView>;
  /** The newest messages, for the pane beside the list; undefined when there is no such ticket. */
  readPreview(number: TicketNumber, visit: Visit): Promise<TicketView | undefined>;
  /** Text of one message, for quoting. */
  readText(folder: TicketFolder, event: TicketEvent): Promise<string | undefined>;
  words(visit: Visit): MessageWords;
}

interface Deps extends Pick<ViewerDeps, 'reader' | 'accounts' | 'config' | 'renderer' | 'clock'> {
  readonly lists: FreshLists;
}

const mostShown = 40;
const mostPreviewed = 3;
const othersListed = 6;

export function createTicketViews({
  reader,
  lists,
  accounts,
  config,
  renderer,
  clock,
}: Deps): TicketViews {
  const bodies = createBodies({ reader, renderer });

  function words({ locale, agent }: Visit): MessageWords {
    const { desk } = config.current();
    return {
      locale,
      dates: locale.dates(desk.timeZone),
      now: clock.now(),
      login: agent.login,
      nameOf: namesOf(accounts.list()),
      hasSmarthost: desk.smarthost !== undefined,
    };
  }

  async function present(
    folder: TicketFolder,
    visit: Visit,
    choice: ViewChoice,
    most = mostShown,
  ): Promise<TicketView> {
    // What was done to a merged ticket stands in its own history.
    const events = folder.messages
      .filter(({ event, home }) => home === undefined || isSaid(event))
      .map(({ event }) => event);
    const said = events.filter((event) => sideOf(event) !== undefined);
    const first = choice.whole ? undefined : said.at(-most);
    const shown = first === undefined ? events : events.slice(events.indexOf(first));
    const [texts, others] = await Promise.all([
      bodies.read(folder.number, shown.filter(isSaid)),
      readOthers(folder),
    ]);
    return presentTicket(
      {
        folder,
        bodies: texts,
        shown,
        earlier: first === undefined ? 0 : said.indexOf(first),
        choiceOf: (event) => choiceOf(event, choice),
        others,
        agents: accounts.list().filter(({ isDisabled }) => !isDisabled),
        config: config.current(),
      },
      words(visit),
    );
  }

  /** Other tickets of the customer; undefined when there is none. */
  async function readOthers({ ticket }: TicketFolder): Promise<ListPage | undefined> {
    const { customer } = ticket;
    return customer === undefined
      ? undefined
      : lists.read(`from:${quoteValue(customer.address)}`, othersListed);
  }

  return {
    present: (folder, visit, choice) => present(folder, visit, choice),
    async readPreview(number, visit) {
      const folder = await reader.read(number);
      return folder === undefined ? undefined : present(folder, visit, noChoice, mostPreviewed);
    },
    async readText(folder, event) {
      const texts: ReadonlyMap<string, Body> = await bodies.read(folder.number, [event]);
      return texts.get(event.name)?.plain;
    },
    words,
  };
}

function isSaid(event: TicketEvent): boolean {
  return sideOf(event) !== undefined;
}

function choiceOf({ name }: TicketEvent, { text, html, images }: ViewChoice): MessageChoice {
  const showImages = images.includes(name);
  if (text.includes(name)) return { view: 'text', showImages };
  return { view: html.includes(name) || showImages ? 'html' : undefined, showImages };
}
