/**
 * The page of mails that need a human: what lies in the trouble folder, and letting it out.
 *
 * Promises: everybody sees what lies there; the mails themselves are for admins, to save and never to be shown
 * by a browser; only an admin lets one out.
 */
import type Router from '@koa/router';
import type { TroubleEntry } from '../../../services/trouble.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { PageRefusal } from '../errors.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { presentTrouble } from '../presenters/trouble.ts';
import type { Visit } from '../visit.ts';
import { contentDisposition } from './disposition.ts';
import { goTo } from './login.ts';

export interface TroubleDeps extends Pick<ViewerDeps, 'trouble' | 'release' | 'clock'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
}

const filePolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";

export function addTroubleRoutes(
  router: Router,
  { trouble, release, clock, visitor, pages }: TroubleDeps,
): void {
  router.get(
    '/trouble',
    visitor.member(async (ctx, visit) => {
      await showEntries(ctx, visit, await trouble.list());
    }),
  );

  router.get(
    '/trouble/:name/raw',
    visitor.member(async (ctx, visit) => {
      requireAdmin(visit);
      const found = await trouble.read(ctx.params.name ?? '');
      if (found === undefined) throw new PageRefusal('unknown-entry');
      ctx.set('Content-Security-Policy', filePolicy);
      ctx.set('Content-Disposition', contentDisposition('attachment', `${found.entry.name}.eml`));
      ctx.set('Content-Type', 'application/octet-stream');
      ctx.body = found.mail;
    }),
  );

  router.post(
    '/trouble/:name/release',
    visitor.memberForm(async (ctx, visit) => {
      requireAdmin(visit);
      const outcome = await release(ctx.params.name ?? '');
      if (!outcome.ok) throw new PageRefusal(outcome.refusal.code);
      const isFiled = outcome.value.outcome === 'filed';
      visitor.say(ctx, isFiled ? 'toast.released' : 'toast.not-released');
      goTo(ctx, isFiled ? `/tickets/${outcome.value.ticket}` : '/trouble');
    }),
  );

  async function showEntries(
    ctx: PageContext,
    visit: Visit,
    entries: readonly TroubleEntry[],
  ): Promise<void> {
    const { locale } = visit;
    const dates = locale.dates(visit.timeZone);
    const view = presentTrouble(
      { entries, isAdmin: isAdmin(visit) },
      { locale, dates, now: clock.now() },
    );
    await pages.show(ctx, visit, {
      template: 'trouble',
      title: locale.text('trouble.title'),
      view: { trouble: view },
    });
  }
}

function isAdmin({ agent }: Visit): boolean {
  return agent.roles.includes('admin');
}

function requireAdmin(visit: Visit): void {
  if (!isAdmin(visit)) throw new PageRefusal('admin-only');
}
