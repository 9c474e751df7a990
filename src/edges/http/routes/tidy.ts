/** Taking changes back, spam, and the pages on which a ticket is merged or a message leaves it. */
import type Router from '@koa/router';
import type { Result } from '../../../base/result.ts';
import type { Refusal } from '../../../core/ticket/decide.ts';
import { type Actor, parseMessageName } from '../../../core/ticket/event.ts';
import { parseTicketNumber, type TicketNumber } from '../../../core/ticket/number.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { httpAnswers, PageRefusal } from '../errors.ts';
import type { FreshLists } from '../fresh-lists.ts';
import type { Form } from '../middleware/form.ts';
import { safeBack, type Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { quoteValue } from '../presenters/frame.ts';
import { presentRegroupPage } from '../presenters/regroup-page.ts';
import { reasonText } from '../presenters/tidy.ts';
import type { TicketViews } from '../ticket-views.ts';
import type { Visit } from '../visit.ts';
import { goTo, textOf } from './login.ts';
import { messageOf } from './regroup.ts';
import { readTicket, type TicketPage } from './ticket.ts';

export interface TidyDeps
  extends Pick<ViewerDeps, 'tickets' | 'regroup' | 'undo' | 'reader' | 'index' | 'config'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
  readonly views: TicketViews;
  readonly lists: FreshLists;
}

/** Where the reader goes on, and the event that the toast is about. */
interface Done {
  readonly ticket: TicketNumber;
  readonly event: { readonly ticket: TicketNumber; readonly name: string } | undefined;
}

type Act = (folder: TicketFolder, form: Form, actor: Actor) => Promise<Result<Done, Refusal>>;

const mostTargets = 8;

export function addTidyRoutes(
  router: Router,
  page: TicketPage,
  { tickets, regroup, undo, reader, index, config, visitor, pages, views, lists }: TidyDeps,
): void {
  const route = (path: string, act: Act) =>
    router.post(
      `/tickets/:number/${path}`,
      visitor.memberForm((ctx, visit, form) => change(ctx, visit, form, act)),
    );

  route('undo', ({ number }, form, actor) => {
    const text = form.get('event');
    const event = parseMessageName(text);
    if (text !== '' && event === undefined) throw new PageRefusal('unknown-message');
    return undo.undo(number, event, actor);
  });
  route('spam', (folder, _, actor) => mark(folder, 'spam', actor));
  route('not-spam', (folder, _, actor) => mark(folder, 'not-spam', actor));
  route('merge', ({ number }, form, actor) => regroup.merge(number, targetOf(form), actor));
  route('move', ({ number }, form, actor) =>
    regroup.move(number, messageOf(form), targetOf(form), actor),
  );

  router.get(
    '/tickets/:number/merge',
    visitor.member(async (ctx, visit) => showRegroup(ctx, visit, undefined)),
  );
  router.get(
    '/tickets/:number/regroup',
    visitor.member(async (ctx, visit) => {
      const message = parseMessageName(textOf(ctx.query.message));
      if (message === undefined) throw new PageRefusal('unknown-message');
      await showRegroup(ctx, visit, message);
    }),
  );

  async function mark(
    { number }: TicketFolder,
    kind: 'spam' | 'not-spam',
    actor: Actor,
  ): Promise<Result<Done, Refusal>> {
    const done = await tickets.run(number, { kind }, actor);
    if (!done.ok) return done;
    const event = { ticket: number, name: done.value.message };
    return { ok: true, value: { ticket: number, event } };
  }

  async function change(ctx: PageContext, visit: Visit, form: Form, act: Act): Promise<void> {
    const folder = await readTicket(ctx, reader);
    const done = await act(folder, form, { kind: 'agent', login: visit.agent.login });
    if (!done.ok) {
      const { refusal } = done;
      ctx.status = httpAnswers[refusal.code].status;
      const reason = { code: refusal.code, values: { ...refusal }, text: '' };
      return page.show(ctx, visit, folder, { refused: reasonText(reason, views.words(visit)) });
    }
    const { ticket, event } = done.value;
    visitor.say(
      ctx,
      'toast.changed',
      event === undefined ? undefined : { kind: 'event', ticket: event.ticket, event: event.name },
    );
    goTo(ctx, form.has('back') ? safeBack(form.get('back')) : `/tickets/${ticket}`);
  }

  async function showRegroup(
    ctx: PageContext,
    visit: Visit,
    message: string | undefined,
  ): Promise<void> {
    const folder = await readTicket(ctx, reader);
    const stored = folder.messages.find(({ event }) => event.name === message)?.event;
    if (message !== undefined && stored === undefined) throw new PageRefusal('unknown-message');
    const query = textOf(ctx.query.q).trim();
    const found = (await findTargets(folder, query, visit)).filter(
      (record) => record.number !== folder.number && visit.may('move', record.queue),
    );
    const queues = config.current().queues.map(({ name }) => name);
    const view = presentRegroupPage(
      { folder, message: stored, query, found: found.slice(0, mostTargets), queues },
      views.words(visit),
    );
    await pages.show(ctx, visit, {
      template: 'regroup',
      title: view.title,
      view: { regroup: view },
    });
  }

  /** By number or words; without a search the other tickets of the customer. */
  async function findTargets({ ticket }: TicketFolder, query: string, { agent }: Visit) {
    const number = parseTicketNumber(query.replace(/^#/, ''));
    if (number !== undefined) {
      const record = await index.find(number);
      return record === undefined ? [] : [record];
    }
    const { customer } = ticket;
    if (query === '' && customer === undefined) return [];
    const text = query === '' ? `with:${quoteValue(customer?.address ?? '')}` : query;
    return (await lists.read(text, 3 * mostTargets, agent))?.records ?? [];
  }
}

function targetOf(form: Form): TicketNumber {
  const number = parseTicketNumber(form.get('into').trim().replace(/^#/, ''));
  if (number === undefined) throw new PageRefusal('unknown-ticket');
  return number;
}
