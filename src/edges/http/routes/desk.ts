/** Pages about the desk: what waits to be sent, the account of mails, what is wrong with the configuration. */
import type Router from '@koa/router';
import type { Agent } from '../../../services/accounts/accounts.ts';
import type { WaitingMail } from '../../../services/outbound/outbox.ts';
import type { ViewerDeps } from '../deps.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { presentFindings, presentOutbox, presentProblems } from '../presenters/desk.ts';
import { presentMails } from '../presenters/mails.ts';
import type { Visit } from '../visit.ts';
import { goTo } from './login.ts';

export interface DeskDeps
  extends Pick<ViewerDeps, 'outbox' | 'sight' | 'config' | 'ledger' | 'doctor' | 'clock'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
}

export function addDeskRoutes(
  router: Router,
  { outbox, sight, config, ledger, doctor, clock, visitor, pages }: DeskDeps,
): void {
  router.get(
    '/outbox',
    visitor.member(async (ctx, visit) => {
      const { locale } = visit;
      const { desk } = config.current();
      const [all, count] = await Promise.all([outbox.waiting(), outbox.count()]);
      const waiting = await onlyReadable(all, visit);
      const words = { locale, dates: locale.dates(visit.timeZone), now: clock.now() };
      const view = presentOutbox(
        { waiting, count, hasSmarthost: desk.smarthost !== undefined },
        words,
      );
      await pages.show(ctx, visit, {
        template: 'outbox',
        title: locale.text('outbox.title'),
        view: { outbox: view },
      });
    }),
  );

  async function onlyReadable(
    mails: readonly WaitingMail[],
    { agent }: Visit,
  ): Promise<readonly WaitingMail[]> {
    const readable = await Promise.all(
      mails.map(({ ticket }) => ticket === undefined || sight.mayRead(agent, ticket)),
    );
    return mails.filter((_, at) => readable[at]);
  }

  router.get(
    '/mails',
    visitor.member(async (ctx, visit) => {
      const { locale, agent } = visit;
      const words = {
        locale,
        dates: locale.dates(visit.timeZone),
        now: clock.now(),
      };
      await pages.show(ctx, visit, {
        template: 'mails',
        title: locale.text('mails.title'),
        view: { mails: presentMails(ledger.report(), isAdmin(agent), words) },
      });
    }),
  );

  router.post(
    '/mails/acknowledge',
    visitor.memberForm(async (ctx, { agent }) => {
      if (isAdmin(agent)) await ledger.acknowledge(agent.login);
      goTo(ctx, '/mails');
    }),
  );

  router.get(
    '/problems',
    visitor.member(async (ctx, visit) => {
      const problems = presentProblems(config.problems(), visit.locale);
      const findings = isAdmin(visit.agent) ? presentFindings(await doctor.examine()) : [];
      await pages.show(ctx, visit, {
        template: 'problems',
        title: visit.locale.text('problems.title'),
        view: { problems, findings },
      });
    }),
  );
}

function isAdmin({ roles }: Agent): boolean {
  return roles.includes('admin');
}
