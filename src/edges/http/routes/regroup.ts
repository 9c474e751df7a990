/** Taking a merge back, taking a message out and putting it back, and the answers to questions about other tickets. */
import type Router from '@koa/router';
import type { Result } from '../../../base/result.ts';
import type { Refusal } from '../../../core/ticket/decide.ts';
import { type Actor, type MessageName, parseMessageName } from '../../../core/ticket/event.ts';
import { parseTicketNumber, type TicketNumber } from '../../../core/ticket/number.ts';
import type { SplitChoice } from '../../../services/regroup-facts.ts';
import type { Regrouped } from '../../../services/regroup-parts.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { httpAnswers, PageRefusal, refusalText } from '../errors.ts';
import type { Form } from '../middleware/form.ts';
import { safeBack, type Visitor } from '../middleware/visitor.ts';
import type { Visit } from '../visit.ts';
import { goTo } from './login.ts';
import { readTicket, type TicketPage } from './ticket.ts';

export interface RegroupRouteDeps extends Pick<ViewerDeps, 'tickets' | 'regroup' | 'reader'> {
  readonly visitor: Visitor;
}

/** Says where the reader goes on. */
type Act = (folder: TicketFolder, form: Form, actor: Actor) => Promise<Result<Done, Refusal>>;

interface Done {
  readonly ticket: TicketNumber;
  /** Of a merge or a move, the decisive event. */
  readonly event?: Regrouped['event'];
}

export function addRegroupRoutes(
  router: Router,
  page: TicketPage,
  { tickets, regroup, reader, visitor }: RegroupRouteDeps,
): void {
  const route = (path: string, act: Act) =>
    router.post(
      `/tickets/:number/${path}`,
      visitor.memberForm((ctx, visit, form) => change(ctx, visit, form, act)),
    );

  route('unmerge', ({ number }, _, actor) => regroup.unmerge(number, actor));
  route('split', ({ number }, form, actor) =>
    regroup.split(number, messageOf(form), actor, choiceOf(form)),
  );
  route('put-back', ({ number }, form, actor) => regroup.putBack(number, messageOf(form), actor));
  route('suggestion', ({ number, ticket }, form, actor) => {
    const other = parseTicketNumber(form.get('other'));
    if (other === undefined) throw new PageRefusal('unknown-ticket');
    if (form.get('decision') === 'put') return regroup.merge(number, other, actor);
    const asked = [...ticket.links].filter(
      (link) => link === `suggested:${other}` || link === `connected:${other}`,
    );
    const changes = [
      ...asked.map((value) => ({ kind: 'remove', set: 'link', value }) as const),
      { kind: 'add', set: 'link', value: `apart:${other}` } as const,
    ];
    return tickets.run(number, { kind: 'update', changes }, actor);
  });

  async function change(ctx: PageContext, visit: Visit, form: Form, act: Act): Promise<void> {
    const folder = await readTicket(ctx, reader);
    const done = await act(folder, form, { kind: 'agent', login: visit.agent.login });
    if (!done.ok) {
      ctx.status = httpAnswers[done.refusal.code].status;
      return page.show(ctx, visit, folder, { refused: refusalText(done.refusal, visit.locale) });
    }
    const { event } = done.value;
    visitor.say(
      ctx,
      'toast.changed',
      event === undefined ? undefined : { kind: 'event', ticket: event.ticket, event: event.name },
    );
    const isUnmerge = form.get('decision') === 'unmerge';
    goTo(ctx, isUnmerge ? safeBack(form.get('back')) : `/tickets/${done.value.ticket}`);
  }
}

function choiceOf(form: Form): SplitChoice {
  const [subject, queue] = [form.get('subject').trim(), form.get('queue')];
  return { ...(subject === '' ? {} : { subject }), ...(queue === '' ? {} : { queue }) };
}

export function messageOf(form: Form): MessageName {
  const name = parseMessageName(form.get('message'));
  if (name === undefined) throw new PageRefusal('unknown-message');
  return name;
}
