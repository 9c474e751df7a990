/**
 * Reads a ticket with everything its page shows, and makes the view model.
 *
 * Promises: only the bodies that are shown are decoded; a long conversation begins with its newest part.
 */

import { formatDay } from '../../base/clock.ts';
import { ticketRulesOf } from '../../config/ticket-rules.ts';
import { stepsDone } from '../../core/escalation/steps-done.ts';
import { toDayText } from '../../core/team/absence.ts';
import type { TicketEvent } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import type { Right } from '../../core/ticket/rights.ts';
import { subjectOf } from '../../services/escalation/due-book.ts';
import type { TicketFolder } from '../../storage/ticket-store.ts';
import type { Body } from './bodies.ts';
import { createBodies } from './bodies.ts';
import type { ContactFiles } from './contact-files.ts';
import type { ViewerDeps } from './deps.ts';
import type { InnerMail, InnerMails } from './inner-mails.ts';
import { mayOn } from './may-on.ts';
import type { MessagePages } from './message-pages.ts';
import { ownNamesOf } from './own-names.ts';
import type { DraftWords } from './presenters/drafts.ts';
import { type DueSide, presentDueSide } from './presenters/due-side.ts';
import { nextStepWords } from './presenters/escalation-words.ts';
import { withContacts } from './presenters/flow-contacts.ts';
import { withPages } from './presenters/flow-pages.ts';
import { imageTrustOf } from './presenters/held-images.ts';
import { markHits } from './presenters/hits.ts';
import { presentInnerMails, withInnerMails } from './presenters/inner-mails.ts';
import type { InnerMailView } from './presenters/inner-view.ts';
import { type KeepingView, withKeeping } from './presenters/keeping.ts';
import { type MessageWords, sideOf } from './presenters/message.ts';
import type { MessageChoice } from './presenters/message-frame.ts';
import { inOrder } from './presenters/order.ts';
import { namesOf } from './presenters/people.ts';
import { foldPictures } from './presenters/pictures.ts';
import { type PresenceView, presentPresence } from './presenters/presence.ts';
import { awayText, presentTeam, type TeamView, type TeamWords } from './presenters/team.ts';
import { presentTicket } from './presenters/ticket.ts';
import { presentTidy, type TidyView } from './presenters/tidy.ts';
import { presentWaiting } from './presenters/waiting.ts';
import type { Visit } from './visit.ts';

/** Which message the reader wants to see in which way. */
export interface ViewChoice {
  /** Names of messages. */
  readonly text: readonly string[];
  readonly html: readonly string[];
  readonly images: readonly string[];
  readonly whole: boolean;
  /** What was searched for, to be marked. */
  readonly find?: string;
}

export const noChoice: ViewChoice = { text: [], html: [], images: [], whole: false };

export type TicketView = ReturnType<typeof presentTicket> & { readonly tidy: TidyView } & {
  /** The newest message stands at the top of the conversation. */
  readonly isNewestFirst: boolean;
  readonly team: TeamView;
  readonly presence: PresenceView;
  /** Undefined for a ticket as it was. */
  readonly due: DueSide;
  /** What comes next when nothing happens. */
  readonly nextStep: string | undefined;
  readonly waiting: KeepingView;
};

export interface TicketViews {
  present(folder: TicketFolder, visit: Visit, choice: ViewChoice): Promise<TicketView>;
  /** The newest messages, for the pane beside the list; undefined when there is no such ticket. */
  readPreview(number: TicketNumber, visit: Visit, find?: string): Promise<TicketView | undefined>;
  /** Text of one message, for quoting. */
  readText(folder: TicketFolder, event: TicketEvent): Promise<string | undefined>;
  /** Texts of all that was said. */
  readBodies(folder: TicketFolder): Promise<ReadonlyMap<string, Body>>;
  words(visit: Visit): MessageWords;
  draftWords(visit: Visit): DraftWords;
  teamWords(visit: Visit): TeamWords;
  /** What can be taken back in it, and the like. */
  tidy(folder: TicketFolder, visit: Visit): TidyView;
}

type Deps = Pick<
  ViewerDeps,
  | 'reader'
  | 'accounts'
  | 'config'
  | 'renderer'
  | 'presence'
  | 'due'
  | 'steps'
  | 'snoozes'
  | 'holds'
  | 'imageSenders'
  | 'clock'
> & {
  readonly messagePages: MessagePages;
  readonly innerMails: InnerMails;
  readonly contactFiles: ContactFiles;
};

const mostShown = 40;
const mostPreviewed = 3;

export function createTicketViews({
  reader,
  accounts,
  config,
  renderer,
  presence,
  due,
  steps,
  snoozes,
  holds,
  imageSenders,
  clock,
  messagePages,
  innerMails,
  contactFiles,
}: Deps): TicketViews {
  const bodies = createBodies({ reader, renderer });

  function words({ locale, agent, timeZone }: Visit): MessageWords {
    const { desk } = config.current();
    return {
      locale,
      dates: locale.dates(timeZone),
      now: clock.now(),
      login: agent.login,
      nameOf: namesOf(accounts.list()),
      people: accounts.list(),
      own: ownNamesOf(config.current(), accounts.list()),
      hasSmarthost: desk.smarthost !== undefined,
      zone: timeZone,
      rules: ticketRulesOf(config.current()),
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
    const [texts, pages, mails, remembered, contacts] = await Promise.all([
      bodies.read(folder.number, shown.filter(isSaid)),
      messagePages.findAll(folder.number, shown.filter(isSaid)),
      innerMails.findAll(folder.number, shown.filter(isSaid)),
      imageSenders.list(visit.agent.login),
      contactFiles.findAll(folder.number, shown.filter(isSaid)),
    ]);
    const spoken = words(visit);
    const may = rightsOn(folder, visit);
    const view = presentTicket(
      {
        folder,
        bodies: texts,
        shown,
        earlier: first === undefined ? 0 : said.indexOf(first),
        choiceOf: (event) => ({
          ...choiceOf(event, choice),
          trust: imageTrustOf(event, remembered),
        }),
        agents: accounts.list().filter(({ isDisabled }) => !isDisabled),
        may,
        awayOf: (login) => awayText(login, teamWords(visit)),
        config: config.current(),
      },
      spoken,
    );
    const { locale } = visit;
    const paged = withPages(markHits(view.flow, choice.find), pages, {
      number: folder.number,
      locale,
    });
    return {
      ...view,
      flow: foldPictures(
        withContacts(
          withInnerMails(paged, mails, (name, found) =>
            presentInner(folder, { name, found, may }, spoken),
          ),
          contacts,
          { folder, may, locale },
        ),
        texts,
        locale,
      ),
      isNewestFirst: visit.agent.isNewestFirst === true,
      tidy: tidy(folder, visit),
      team: presentTeam(folder, teamWords(visit)),
      presence: presentPresence(presence.at(folder.number), spoken),
      due: visit.isReadOnly === true ? undefined : presentDue(folder, visit, spoken),
      nextStep: visit.isReadOnly === true ? undefined : nextStepOf(folder, spoken),
      waiting: presentWaits(folder, visit, spoken),
    };
  }

  function rightsOn({ ticket }: TicketFolder, visit: Visit): (right: Right) => boolean {
    if (visit.isReadOnly === true) return (right) => right === 'see';
    return mayOn(visit.agent, ticket, config.current().queues);
  }

  function presentWaits(folder: TicketFolder, visit: Visit, spoken: MessageWords): KeepingView {
    const may =
      visit.isReadOnly === true
        ? () => false
        : mayOn(visit.agent, folder.ticket, config.current().queues);
    const snooze = snoozes.find(visit.agent.login, folder.number);
    const waiting = presentWaiting({ folder, config: config.current(), may, snooze }, spoken);
    return withKeeping(waiting, { folder, may, hold: holds.holdOf(folder) }, spoken);
  }

  function nextStepOf(folder: TicketFolder, words: MessageWords): string | undefined {
    const escalations = stepsDone(folder.messages.map(({ event }) => event));
    const [next] = steps.ahead({ ...subjectOf(folder), escalations });
    return next === undefined ? undefined : nextStepWords(next, words);
  }

  function presentDue(folder: TicketFolder, visit: Visit, spoken: MessageWords): DueSide {
    const { ticket } = folder;
    const canChange = ticket.mergedInto === undefined && ticket.state !== 'removed';
    const may = mayOn(visit.agent, ticket, config.current().queues);
    return presentDueSide(
      { subject: subjectOf(folder), due, canChange: canChange && may('note') },
      spoken,
    );
  }

  function teamWords(visit: Visit): TeamWords {
    const { desk, queues } = config.current();
    return {
      ...words(visit),
      agents: accounts.list(),
      agent: visit.agent,
      queues,
      today: toDayText(formatDay(clock.now(), desk.timeZone)),
    };
  }

  function tidy(folder: TicketFolder, visit: Visit): TidyView {
    return presentTidy(folder, visit, config.current().desk.junkQueue);
  }

  return {
    present: (folder, visit, choice) => present(folder, visit, choice),
    async readPreview(number, visit, find = '') {
      const folder = await reader.read(number);
      const { queues } = config.current();
      const isShown = folder !== undefined && mayOn(visit.agent, folder.ticket, queues)('see');
      if (!isShown) return undefined;
      const view = await present(folder, visit, { ...noChoice, find }, mostPreviewed);
      return { ...view, flow: inOrder(visit.agent, view.flow) };
    },
    async readText(folder, event) {
      const texts: ReadonlyMap<string, Body> = await bodies.read(folder.number, [event]);
      return texts.get(event.name)?.plain;
    },
    readBodies: ({ number, messages }) =>
      bodies.read(number, messages.map(({ event }) => event).filter(isSaid)),
    words,
    draftWords: (visit) => ({ ...words(visit), timeZone: visit.timeZone }),
    teamWords,
    tidy,
  };
}

function presentInner(
  { ticket, messages }: TicketFolder,
  {
    name,
    found,
    may,
  }: {
    readonly name: string;
    readonly found: readonly InnerMail[];
    readonly may: (right: Right) => boolean;
  },
  spoken: MessageWords,
): readonly InnerMailView[] {
  const event = messages.find((message) => message.event.name === name)?.event;
  if (event === undefined) return [];
  return presentInnerMails(found, { ticket, event, may }, spoken);
}

function isSaid(event: TicketEvent): boolean {
  return sideOf(event) !== undefined;
}

function choiceOf({ name }: TicketEvent, { text, html, images }: ViewChoice): MessageChoice {
  const showImages = images.includes(name);
  if (text.includes(name)) return { view: 'text', showImages };
  return { view: html.includes(name) || showImages ? 'html' : undefined, showImages };
}
