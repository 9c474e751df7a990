/** A ticket's page, its history, and the changes made from its line of facts. */
import type Router from '@koa/router';
import { errorText } from '../../../base/fault.ts';
import type { Result } from '../../../base/result.ts';
import { ticketRulesOf } from '../../../config/ticket-rules.ts';
import type { Refusal } from '../../../core/ticket/decide.ts';
import type { Change } from '../../../core/ticket/event.ts';
import { headsOf } from '../../../core/ticket/news.ts';
import { parseTicketNumber } from '../../../core/ticket/number.ts';
import type { Receipt } from '../../../services/tickets.ts';
import type { TicketFolder, TicketReader } from '../../../storage/ticket-store.ts';
import type { CustomerViews } from '../customer-views.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { httpAnswers, PageRefusal, refusalText } from '../errors.ts';
import { safeBack, type Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { withCustomerTime } from '../presenters/appointment-there.ts';
import { presentCame } from '../presenters/came.ts';
import { presentDrafts } from '../presenters/drafts.ts';
import { withFieldName } from '../presenters/field-words.ts';
import { hasMail, type OfferView, presentOfferPlace } from '../presenters/offers.ts';
import { inOrder } from '../presenters/order.ts';
import { presentSlider } from '../presenters/past.ts';
import { presentNews, withNews } from '../presenters/since.ts';
import type { TicketView, TicketViews, ViewChoice } from '../ticket-views.ts';
import type { SaidAbout, Visit } from '../visit.ts';
import { goTo, textOf } from './login.ts';
import type { PastPage } from './past.ts';
import { noteView } from './presence.ts';

export interface TicketDeps
  extends Pick<
    ViewerDeps,
    'tickets' | 'reader' | 'config' | 'readMarks' | 'presence' | 'clock' | 'log'
  > {
  readonly visitor: Visitor;
  readonly pages: Pages;
  readonly views: TicketViews;
  readonly customerViews: CustomerViews;
  readonly pastPage: PastPage;
}

/** What is shown with the ticket beside its conversation. */
export interface TicketExtras {
  readonly write?: { readonly kind: string };
  /** A form of what colleagues do among themselves. */
  readonly teamForm?: { readonly title: string };
  /** A form that sends a message on, or notes a call. */
  readonly compose?: { readonly title: string };
  /** Why a change was not made. */
  readonly refused?: string;
  /** The message that is answered, while an answer is written. */
  readonly answering?: string;
  /** Answers that fit; absent when nobody asked for them yet. */
  readonly offers?: readonly OfferView[];
  /** Heads of the history that the writer has seen; what came since is said above the form. */
  readonly seen?: string;
  /** The draft that is open in the form. */
  readonly draft?: string | undefined;
  /** What was typed into the form of the fields, by their keys: it comes back with the refusal. */
  readonly typed?: Readonly<Record<string, string>>;
}

export interface TicketPage {
  show(ctx: PageContext, visit: Visit, folder: TicketFolder, extras?: TicketExtras): Promise<void>;
}

export function createTicketPage({
  readMarks,
  presence,
  clock,
  log,
  pages,
  views,
  customerViews,
}: Omit<TicketDeps, 'tickets' | 'config' | 'visitor' | 'pastPage'>): TicketPage {
  return {
    async show(ctx, visit, folder, extras = {}) {
      const { write, teamForm, compose, refused, draft, typed, offers } = extras;
      noteView(presence, ctx, { agent: visit.agent.login, ticket: folder.number });
      const [shown, customer] = await Promise.all([
        views.present(folder, visit, viewChoice(ctx)),
        customerViews.present(folder, visit),
      ]);
      const refresh = ctx.get('X-Refresh');
      // Whoever has the page before him sees what comes; a tab in the background fetches what nobody looks at.
      const isWatched = refresh !== '' && refresh !== 'hidden';
      const seen = isWatched ? undefined : readMarks.lastSeen(visit.agent.login, folder.number);
      const events = folder.messages.map(({ event }) => event);
      const news = presentNews(events, seen, views.words(visit));
      const ticket = {
        ...shown,
        flow: inOrder(
          visit.agent,
          withNews(
            withCustomerTime(
              customerViews.withStandings(shown.flow, visit, folder),
              folder,
              customer?.time?.zone.replaceAll(' ', '_'),
              views.words(visit),
            ),
            news,
            seen,
          ),
        ),
        news: news?.sentence,
      };
      if (refresh !== 'hidden') await markSeen(visit, folder);
      await pages.show(ctx, visit, {
        template: 'ticket',
        title: titleOf(ticket.subject, extras, visit),
        live: { kind: 'ticket', number: folder.number },
        view: {
          ticket,
          customer,
          slider: presentSlider(folder),
          write,
          offers,
          offerPlace: offerPlaceOf(folder, extras, shown),
          refused,
          teamForm,
          compose,
          typed,
          drafts: presentDrafts(folder, views.draftWords(visit), draft),
          came: presentCame(folder, extras.seen ?? textOf(ctx.query.seen), views.draftWords(visit)),
        },
      });
    },
  };

  /** Without the mark the ticket is shown as unread once more, so a failure here fails nothing. */
  async function markSeen({ agent }: Visit, { number }: TicketFolder): Promise<void> {
    try {
      await readMarks.mark(agent.login, number, clock.now());
    } catch (error) {
      log.warn('http.read-mark-lost', { ticket: number, cause: errorText(error) });
    }
  }
}

/** What is written comes first, so that open pages of one ticket can be told apart. */
function titleOf(
  subject: string,
  { write, teamForm, compose }: TicketExtras,
  { locale }: Visit,
): string {
  if (compose !== undefined) return `${compose.title} · ${subject}`;
  if (teamForm !== undefined) return `${teamForm.title} · ${subject}`;
  if (write === undefined) return subject;
  const writing = locale.text(write.kind === 'note' ? 'write.note-label' : 'write.answer-label');
  return `${writing} · ${subject}`;
}

/** Above the box of an answer, or the bar from which one begins. */
function offerPlaceOf(
  folder: TicketFolder,
  { write, teamForm, compose, answering }: TicketExtras,
  { begin, facts }: TicketView,
) {
  const isOpen = write !== undefined && answering !== undefined;
  const isBegun = write !== undefined || teamForm !== undefined || compose !== undefined;
  const canBegin = begin.answerHref !== undefined && facts.canChange;
  if (!isOpen && (isBegun || !canBegin)) return undefined;
  const seen = headsOf(folder.messages.map(({ event }) => event));
  return hasMail(folder)
    ? presentOfferPlace(folder, { message: answering ?? '', isOpen, seen })
    : undefined;
}

export function addTicketRoutes(
  router: Router,
  page: TicketPage,
  { tickets, reader, config, visitor, pastPage }: TicketDeps,
): void {
  router.get(
    '/tickets/:number',
    visitor.member(async (ctx, visit) => {
      const folder = await readTicket(ctx, reader);
      await (pastPage.isAsked(ctx) ? pastPage : page).show(ctx, visit, folder);
    }),
  );

  router.post(
    '/tickets/:number/update',
    visitor.memberForm(async (ctx, visit, form) => {
      const folder = await readTicket(ctx, reader);
      const changes = changeable
        .filter((field) => form.has(field))
        .map((field): Change => ({ kind: 'set', field, value: form.get(field).trim() }));
      const outcome = await tickets.run(
        folder.number,
        { kind: 'update', changes },
        { kind: 'agent', login: visit.agent.login },
      );
      if (!outcome.ok && outcome.refusal.code !== 'nothing-to-change') {
        ctx.status = httpAnswers[outcome.refusal.code].status;
        return page.show(ctx, visit, folder, {
          refused: refusalText(
            withFieldName(outcome.refusal, visit.locale, ticketRulesOf(config.current())),
            visit.locale,
          ),
        });
      }
      visitor.say(ctx, 'toast.changed', aboutReceipt(outcome));
      goTo(ctx, form.has('back') ? safeBack(form.get('back')) : `/tickets/${folder.number}`);
    }),
  );
}

/** What the page says of it afterwards; nothing where nothing changed. */
export function aboutReceipt(outcome: Result<Receipt, Refusal>): SaidAbout | undefined {
  if (!outcome.ok) return undefined;
  return { kind: 'event', ticket: outcome.value.ticket, event: outcome.value.message };
}

const changeable = ['state', 'owner', 'queue', 'priority', 'lock', 'customer'] as const;

/** The ticket that the address names; ends the request when there is none. */
export async function readTicket(ctx: PageContext, reader: TicketReader): Promise<TicketFolder> {
  const number = parseTicketNumber(ctx.params.number ?? '');
  const folder = number === undefined ? undefined : await reader.read(number);
  if (folder === undefined) throw new PageRefusal('unknown-ticket');
  return folder;
}

function viewChoice(ctx: PageContext): ViewChoice {
  return {
    text: namesIn(ctx.query.text),
    html: namesIn(ctx.query.html),
    images: namesIn(ctx.query.images),
    whole: ctx.query.whole !== undefined,
    find: textOf(ctx.query.find),
  };
}

function namesIn(value: string | string[] | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat();
}
