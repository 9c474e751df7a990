/** Handing over, asking for advice, the second level and back: the forms, and what becomes of them. */
import type Router from '@koa/router';
import type { Result } from '../../../base/result.ts';
import type { Refusal } from '../../../core/ticket/decide.ts';
import { isEscalated, type TeamCommand } from '../../../core/ticket/team.ts';
import type { Receipt } from '../../../services/tickets.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { httpAnswers, refusalText } from '../errors.ts';
import { mayOn } from '../may-on.ts';
import type { Form } from '../middleware/form.ts';
import { safeBack, type Visitor } from '../middleware/visitor.ts';
import { listHref, queryQueue } from '../presenters/frame.ts';
import { initialsOf } from '../presenters/people.ts';
import { awayText } from '../presenters/team.ts';
import {
  emptyTeamDraft,
  presentTeamForm,
  type TeamDraft,
  type TeamFormKind,
} from '../presenters/team-form.ts';
import type { TicketViews } from '../ticket-views.ts';
import type { Visit } from '../visit.ts';
import { goTo } from './login.ts';
import { readTicket, type TicketPage } from './ticket.ts';

export interface TeamRouteDeps
  extends Pick<ViewerDeps, 'tickets' | 'reader' | 'accounts' | 'config'> {
  readonly visitor: Visitor;
  readonly views: TicketViews;
}

const kinds: readonly TeamFormKind[] = ['hand-over', 'advice', 'level'];

export function addTeamRoutes(
  router: Router,
  page: TicketPage,
  { tickets, reader, accounts, config, visitor, views }: TeamRouteDeps,
): void {
  for (const kind of kinds) {
    router.get(
      `/tickets/:number/${kind}`,
      visitor.member(async (ctx, visit) => {
        const folder = await readTicket(ctx, reader);
        await show(ctx, visit, folder, { kind, draft: emptyTeamDraft });
      }),
    );
    router.post(
      `/tickets/:number/${kind}`,
      visitor.memberForm(async (ctx, visit, form) => {
        const folder = await readTicket(ctx, reader);
        const draft = readDraft(form);
        const done = await run(visit, folder, toCommand(kind, folder, draft));
        if (done.ok) return leadOn(ctx, visit, done.value.folder, folder);
        ctx.status = httpAnswers[done.refusal.code].status;
        const refused = refusalText(done.refusal, visit.locale);
        await show(ctx, visit, folder, { kind, draft, refused });
      }),
    );
  }

  // The advice is given, or the mention seen: by whoever is named in the form, or taken back by a colleague.
  router.post(
    '/tickets/:number/advice-done',
    visitor.memberForm(async (ctx, visit, form) => {
      const folder = await readTicket(ctx, reader);
      const agent = form.get('agent');
      const done = await run(visit, folder, { kind: 'end-advice', agent });
      if (!done.ok && done.refusal.code !== 'not-asked') {
        ctx.status = httpAnswers[done.refusal.code].status;
        return page.show(ctx, visit, folder, { refused: refusalText(done.refusal, visit.locale) });
      }
      await leadOn(ctx, visit, done.ok ? done.value.folder : folder, folder, form);
    }),
  );

  // Whom a mention may mean, for the list that opens while somebody types.
  router.get(
    '/people',
    visitor.member(async (ctx, visit) => {
      const words = views.teamWords(visit);
      ctx.set('Cache-Control', 'private, max-age=60');
      ctx.body = {
        label: visit.locale.text('team.mention-list'),
        found: visit.locale.plurals('team.mention-found'),
        people: accounts
          .list()
          .filter(({ login }) => login !== visit.agent.login)
          .map(({ login, name }) => ({
            login,
            name,
            initials: initialsOf(name),
            away: awayText(login, words) ?? '',
          })),
      };
    }),
  );

  function run(
    { agent }: Visit,
    { number }: TicketFolder,
    command: TeamCommand,
  ): Promise<Result<Receipt, Refusal>> {
    return tickets.run(number, command, { kind: 'agent', login: agent.login });
  }

  async function show(
    ctx: PageContext,
    visit: Visit,
    folder: TicketFolder,
    { kind, draft, refused }: { kind: TeamFormKind; draft: TeamDraft; refused?: string },
  ): Promise<void> {
    const request = { kind, ticket: folder.ticket, draft, refused };
    const teamForm = presentTeamForm(request, views.teamWords(visit));
    await page.show(ctx, visit, folder, { teamForm });
  }

  /** Back to the ticket, or to the list of its former queue for somebody who may not see it any more. */
  async function leadOn(
    ctx: PageContext,
    visit: Visit,
    after: TicketFolder,
    before: TicketFolder,
    form?: Form,
  ): Promise<void> {
    visitor.say(ctx, 'toast.changed');
    if (!mayOn(visit.agent, after.ticket, config.current().queues)('see'))
      return goTo(ctx, listHref(queryQueue(before.ticket.queue)));
    goTo(ctx, form?.has('back') ? safeBack(form.get('back')) : `/tickets/${after.number}`);
  }
}

function readDraft(form: Form): TeamDraft {
  // Browsers send line breaks as CR LF.
  return { to: form.get('to'), text: form.get('text').replace(/\r\n?/g, '\n') };
}

function toCommand(kind: TeamFormKind, folder: TicketFolder, { to, text }: TeamDraft): TeamCommand {
  const [, what = '', name = ''] = /^(agent|queue):(.*)$/s.exec(to) ?? [];
  switch (kind) {
    case 'hand-over':
      return what === 'queue'
        ? { kind: 'hand-over', queue: name, text }
        : { kind: 'hand-over', owner: name, text };
    case 'advice':
      return { kind: 'ask-advice', agent: name, text };
    case 'level':
      return { kind: isEscalated(folder.ticket) ? 'bring-back' : 'escalate', text };
  }
}
