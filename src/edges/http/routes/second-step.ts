/** The second step: asked at log-in, set up and switched off on the account page. */
import type Router from '@koa/router';
import type { AccountRefusal } from '../../../services/accounts/accounts.ts';
import type { TotpOffer } from '../../../services/accounts/second-step.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import type { Entrance } from '../entrance.ts';
import { httpAnswers, refusalText } from '../errors.ts';
import { totpPath, type Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import type { GuestVisit, Visit } from '../visit.ts';
import { goTo } from './login.ts';

export interface SecondStepDeps extends Pick<ViewerDeps, 'access' | 'audit' | 'config'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
  readonly entrance: Entrance;
}

export function addSecondStepRoutes(
  router: Router,
  { access, audit, config, visitor, pages, entrance }: SecondStepDeps,
): void {
  const { secondStep } = access;

  router.get(
    '/second-step',
    visitor.guest(async (ctx, visit, agent) => {
      if (agent !== undefined || entrance.waiting(ctx) === undefined) return goTo(ctx, '/login');
      askCode(ctx, visit, undefined);
    }),
  );

  router.post(
    '/second-step',
    visitor.guestForm(async (ctx, visit, form) => {
      const waiting = entrance.waiting(ctx);
      if (waiting === undefined) return goTo(ctx, '/login');
      const outcome = await secondStep.verify(waiting.login, form.get('code'), ctx.ip);
      if (outcome.ok) return entrance.pass(ctx, outcome.value, waiting);
      const { refusal } = outcome;
      entrance.noteRefused(ctx, { agent: waiting.login, way: 'code', code: refusal.code });
      setStatus(ctx, refusal);
      askCode(ctx, visit, refusalText(refusal, visit.locale));
    }),
  );

  router.get(
    totpPath,
    visitor.member(async (ctx, visit) => {
      const { agent } = visit;
      const offer = agent.hasTotp ? undefined : secondStep.offer(agent, deskName());
      await showTotp(ctx, visit, { offer });
    }),
  );

  router.post(
    totpPath,
    visitor.memberForm(async (ctx, visit, form) => {
      const { agent, locale } = visit;
      const secret = form.get('secret');
      const outcome = await secondStep.enable(agent.login, secret, form.get('code'));
      if (outcome.ok) {
        audit.note({ event: 'totp-on', agent: agent.login, ...visitor.originOf(ctx) });
        return showTotp(ctx, visit, { codes: outcome.value });
      }
      setStatus(ctx, outcome.refusal);
      const offer =
        secondStep.draw(agent, deskName(), secret) ?? secondStep.offer(agent, deskName());
      await showTotp(ctx, visit, { offer, refused: refusalText(outcome.refusal, locale) });
    }),
  );

  router.post(
    '/account/totp/codes',
    visitor.memberForm(async (ctx, visit, form) => {
      const { agent, locale } = visit;
      const outcome = await secondStep.renew(agent.login, form.get('proof'), ctx.ip);
      if (outcome.ok) {
        audit.note({ event: 'recovery-codes', agent: agent.login, ...visitor.originOf(ctx) });
        return showTotp(ctx, visit, { codes: outcome.value });
      }
      setStatus(ctx, outcome.refusal);
      await showTotp(ctx, visit, { refused: refusalText(outcome.refusal, locale) });
    }),
  );

  router.post(
    '/account/totp/off',
    visitor.memberForm(async (ctx, visit, form) => {
      const { agent, locale } = visit;
      const outcome = await secondStep.disable(agent.login, form.get('proof'), ctx.ip);
      if (!outcome.ok) {
        setStatus(ctx, outcome.refusal);
        return showTotp(ctx, visit, { refused: refusalText(outcome.refusal, locale) });
      }
      audit.note({ event: 'totp-off', agent: agent.login, ...visitor.originOf(ctx) });
      visitor.say(ctx, 'toast.totp-off');
      goTo(ctx, '/account');
    }),
  );

  /** Shown in the agent's app beside the code. */
  function deskName(): string {
    const { desk } = config.current();
    return `${desk.name} (${desk.addresses[0] ?? 'Maildesk'})`;
  }

  function askCode(ctx: PageContext, visit: GuestVisit, refused: string | undefined): void {
    pages.showGate(ctx, visit, {
      template: 'second-step',
      title: visit.locale.text('totp.ask-title'),
      view: { refused },
    });
  }

  async function showTotp(
    ctx: PageContext,
    visit: Visit,
    shown: { offer?: TotpOffer | undefined; codes?: readonly string[]; refused?: string },
  ): Promise<void> {
    const { agent, locale } = visit;
    const { offer, codes, refused } = shown;
    const count = secondStep.left(agent.login);
    await pages.show(ctx, visit, {
      template: 'totp',
      title: locale.text('totp.title'),
      view: {
        refused,
        codes,
        offer: offer && { ...offer, groups: offer.secret.match(/.{1,4}/g)?.join(' ') ?? '' },
        left: count === undefined ? undefined : locale.text('totp.left', { count }),
        isRequired: offer !== undefined && access.needsTotp(agent),
        hasPassword: agent.hasPassword,
      },
    });
  }
}

function setStatus(ctx: PageContext, refusal: AccountRefusal): void {
  ctx.status = httpAnswers[refusal.code].status;
  if (refusal.code === 'too-many-attempts')
    ctx.set('Retry-After', String(Math.ceil(refusal.retryAfterMs / 1000)));
}
