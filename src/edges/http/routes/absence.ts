/** When an agent is away and who stands in: set on the account page. */
import type Router from '@koa/router';
import type { Absence } from '../../../core/team/absence.ts';
import type { ViewerDeps } from '../deps.ts';
import { httpAnswers, refusalText } from '../errors.ts';
import type { Form } from '../middleware/form.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { presentAbsence } from '../presenters/absence.ts';
import type { TicketViews } from '../ticket-views.ts';
import { goTo } from './login.ts';

export interface AbsenceDeps extends Pick<ViewerDeps, 'accounts'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
  readonly views: TicketViews;
}

export function addAbsenceRoutes(
  router: Router,
  { accounts, visitor, pages, views }: AbsenceDeps,
): void {
  router.get(
    '/account/absence',
    visitor.member(async (ctx, visit) => {
      await pages.show(ctx, visit, {
        template: 'absence',
        title: visit.locale.text('absence.title'),
        view: { absence: presentAbsence(undefined, undefined, views.teamWords(visit)) },
      });
    }),
  );

  router.post(
    '/account/absence',
    visitor.memberForm(async (ctx, visit, form) => {
      const wanted = form.get('end') === '' ? readAbsence(form) : undefined;
      const outcome = await accounts.setAbsence(visit.agent.login, wanted);
      if (outcome.ok) return goTo(ctx, '/account/absence');
      ctx.status = httpAnswers[outcome.refusal.code].status;
      const refused = refusalText(outcome.refusal, visit.locale);
      await pages.show(ctx, visit, {
        template: 'absence',
        title: visit.locale.text('absence.title'),
        view: { absence: presentAbsence(wanted, refused, views.teamWords(visit)) },
      });
    }),
  );
}

function readAbsence(form: Form): Absence {
  const standIn = form.get('stand-in');
  return {
    from: form.get('from').trim(),
    until: form.get('until').trim(),
    standIn: standIn === '' ? undefined : standIn,
    text: form.get('text').trim(),
    handOver: form.get('hand-over') === 'yes',
  };
}
