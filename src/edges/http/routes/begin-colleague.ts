/** First steps: the first colleague, with a link by mail where mail can be sent, else to be passed on. */
import type Router from '@koa/router';
import type { ColleagueTyped, Invited } from '../../../services/first-steps/colleague-step.ts';
import type { BeginDeps, BeginPage, Refused } from '../begin-page.ts';
import type { PageContext } from '../deps.ts';
import type { Form } from '../middleware/form.ts';
import { type FieldWish, failureText, presentField } from '../presenters/first-steps.ts';
import type { Visit } from '../visit.ts';

/** What became of an invitation. */
interface Invitation {
  readonly name: string;
  readonly address: string;
  readonly login: string;
  readonly isSent: boolean;
  /** To be passed on by hand. */
  readonly link: string;
  readonly failed: string;
  readonly said: string;
}

const nothingTyped: ColleagueTyped = { name: '', email: '', login: '', isAdmin: false };

export function addBeginColleagueRoutes(router: Router, page: BeginPage, deps: BeginDeps): void {
  const { firstSteps, trial, accounts, audit, config, renderer, visitor } = deps;

  router.get(
    '/begin/colleague',
    page.admin(async (ctx, visit) => show(ctx, visit, nothingTyped, {})),
  );

  router.post(
    '/begin/colleague',
    page.adminForm(async (ctx, visit, form) => {
      const typed = readTyped(form);
      const invited = await firstSteps.colleague.invite(typed);
      if (!invited.ok) {
        const refused = page.refuse(ctx, visit, invited.refusal);
        return show(ctx, visit, typed, { refused });
      }
      const { agent } = invited.value;
      const detail = agent.roles.join(', ');
      const by = visit.agent.login;
      audit.note({
        event: 'agent-added',
        agent: agent.login,
        by,
        detail,
        ...visitor.originOf(ctx),
      });
      await firstSteps.mark('colleague', 'done');
      await show(ctx, visit, nothingTyped, {
        invitation: await send(ctx, visit, invited.value),
      });
    }),
  );

  async function send(
    ctx: PageContext,
    visit: Visit,
    { agent, token }: Invited,
  ): Promise<Invitation> {
    const { desk } = config.current();
    const link = `${baseOf(ctx)}/login/${token}`;
    const { name, email: address, login } = agent;
    const shown = { name, address, login, isSent: false, link, failed: '', said: '' };
    if (desk.smarthost === undefined) return shown;
    // The colleague's language is not known yet; the admin's may not be his.
    const locale = renderer.locales.find(desk.language) ?? visit.locale;
    const values = { name: desk.name, who: visit.agent.name, link, login };
    const outcome = await trial.send(desk.smarthost, {
      to: { name, address },
      subject: locale.text('begin.mail.invitation-subject', { name: desk.name }),
      text: `${locale.text('begin.mail.invitation-text', values)}\n`,
    });
    if (outcome.kind === 'sent') return { ...shown, isSent: true };
    const about = {
      server: `${desk.smarthost.host}:${desk.smarthost.port}`,
      sender: desk.addresses[0] ?? '',
    };
    const failed = failureText(outcome.failure, about, visit.locale);
    return { ...shown, failed, said: outcome.said };
  }

  function baseOf(ctx: PageContext): string {
    return config.current().desk.publicUrl ?? `${ctx.protocol}://${ctx.host}`;
  }

  async function show(
    ctx: PageContext,
    visit: Visit,
    typed: ColleagueTyped,
    { refused, invitation }: { readonly refused?: Refused; readonly invitation?: Invitation },
  ): Promise<void> {
    const { locale } = visit;
    const { desk } = config.current();
    const field = (wish: FieldWish) => presentField(wish, refused?.bad ?? [], locale);
    const base = baseOf(ctx);
    await page.show(ctx, visit, 'colleague', {
      news: refused?.news,
      invitation,
      hasSmarthost: desk.smarthost !== undefined,
      // A link to this machine leads nobody else anywhere.
      localBase: /^https?:\/\/(?:localhost|127\.|\[::1\])/.test(base) ? base : undefined,
      colleagues: accounts
        .list()
        .filter(({ login }) => login !== visit.agent.login)
        .map(({ name, login }) => ({ name, href: `/agents/${login}` })),
      fields: [
        field({
          name: 'name',
          kind: 'text',
          label: 'account.name',
          value: typed.name,
          isNeeded: true,
        }),
        field({
          name: 'email',
          kind: 'email',
          label: 'begin.colleague.address',
          value: typed.email,
          isCode: true,
          isNeeded: true,
        }),
        field({
          name: 'login',
          kind: 'text',
          label: 'account.login',
          hint: locale.text('begin.colleague.login-hint'),
          value: typed.login,
          isCode: true,
          width: 'short',
          placeholder: locale.text('begin.server.by-itself'),
        }),
        field({
          name: 'role',
          kind: 'radio',
          label: 'begin.colleague.role',
          value: typed.isAdmin ? 'admin' : 'agent',
          options: [
            {
              value: 'agent',
              text: locale.text('begin.colleague.agent'),
              hint: locale.text('begin.colleague.agent-hint'),
            },
            {
              value: 'admin',
              text: locale.text('begin.colleague.admin'),
              hint: locale.text('begin.colleague.admin-hint'),
            },
          ],
        }),
      ],
    });
  }
}

function readTyped(form: Form): ColleagueTyped {
  return {
    name: form.get('name'),
    email: form.get('email'),
    login: form.get('login'),
    isAdmin: form.get('role') === 'admin',
  };
}
