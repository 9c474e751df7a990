/**
 * Logging in with an OpenID provider: away to it, and back with its answer.
 *
 * Promises: what the answer is checked against lies in a sealed cookie of this browser, used once. Leaves to
 * others: the protocol (services/accounts/openid.ts), which agent it is (openid-agents.ts).
 */
import type Router from '@koa/router';
import { minute } from '../../../base/clock.ts';
import { type Result, refuse } from '../../../base/result.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import type { OpenidRefusal } from '../../../services/accounts/openid.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import type { Entrance } from '../entrance.ts';
import type { Cookies } from '../middleware/cookies.ts';
import { keptBack, safeBack, type Visitor } from '../middleware/visitor.ts';
import type { GuestVisit } from '../visit.ts';
import { goTo, type LoginPage, textOf } from './login.ts';

export interface OpenidDeps extends Pick<ViewerDeps, 'access' | 'config'> {
  readonly visitor: Visitor;
  readonly cookies: Cookies;
  readonly entrance: Entrance;
  readonly loginPage: LoginPage;
}

const purpose = 'openid';
const lasts = 15 * minute;
const callbackPath = '/openid/callback';

export function addOpenidRoutes(
  router: Router,
  { access, config, visitor, cookies, entrance, loginPage }: OpenidDeps,
): void {
  router.get(
    '/openid',
    visitor.guest(async (ctx, visit, agent) => {
      const back = safeBack(textOf(ctx.query.back));
      if (agent !== undefined) return goTo(ctx, back);
      const begun = await access.openid.begin(`${baseOf(ctx)}${callbackPath}`);
      if (!begun.ok) return refuseWith(ctx, visit, back, begun.refusal);
      const { address, state, nonce, verifier } = begun.value;
      const kept = access.seal.close(purpose, [state, nonce, verifier, keptBack(back)], lasts);
      cookies.write(ctx, 'openid', kept, lasts);
      goTo(ctx, address);
    }),
  );

  router.get(
    callbackPath,
    visitor.guest(async (ctx, visit) => {
      const fields = access.seal.open(purpose, cookies.read(ctx, 'openid') ?? '');
      cookies.clear(ctx, 'openid');
      const [state = '', nonce = '', verifier = '', back = '/'] = fields ?? [];
      const found =
        fields === undefined || ctx.query.state !== state
          ? refuse({ code: 'openid-expired' as const })
          : await findAgent(ctx, { state, nonce, verifier });
      if (found.ok) return entrance.enter(ctx, found.value, { way: 'openid', back });
      refuseWith(ctx, visit, back, found.refusal);
    }),
  );

  async function findAgent(
    ctx: PageContext,
    kept: { state: string; nonce: string; verifier: string },
  ): Promise<Result<Agent, OpenidRefusal>> {
    const person = await access.openid.finish(`${baseOf(ctx)}${ctx.url}`, kept);
    return person.ok ? access.openidAgents.find(person.value) : person;
  }

  function refuseWith(
    ctx: PageContext,
    visit: GuestVisit,
    back: string,
    refusal: OpenidRefusal,
  ): void {
    entrance.noteRefused(ctx, { agent: undefined, way: 'openid', code: refusal.code });
    loginPage.refuse(ctx, visit, { back, login: '', refusal });
  }

  /** Where the provider sends the browser back to; it must know that address. */
  function baseOf(ctx: PageContext): string {
    return config.current().desk.publicUrl ?? `${ctx.protocol}://${ctx.host}`;
  }
}
