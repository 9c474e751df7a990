/**
 * The desk as a browser keeps it: what it is installed by, the page for when it is away, and its pulse.
 *
 * Promises: none of it holds anything of a ticket, so a browser may keep it. The pulse answers at once, to guests too: who
 * is logged in, with which token forms act, and which files pages load now.
 */
import type Router from '@koa/router';
import type { ViewerDeps } from '../deps.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { presentManifest } from '../presenters/manifest.ts';
import { textOf } from './login.ts';

export interface ShellDeps extends Pick<ViewerDeps, 'renderer'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
}

export function addShellRoutes(router: Router, { renderer, visitor, pages }: ShellDeps): void {
  const { assets, locales } = renderer;
  const files = [assets.address('maildesk.css'), assets.address('maildesk.js')];

  // Browsers ask for it without cookies, so the address says the language.
  router.get('/manifest.webmanifest', (ctx) => {
    const locale =
      locales.find(textOf(ctx.query.lang)) ?? locales.choose(ctx.get('Accept-Language'), 'en');
    ctx.set('Cache-Control', 'public, max-age=3600');
    ctx.set('Vary', 'Accept-Language');
    ctx.type = 'application/manifest+json; charset=utf-8';
    ctx.body = JSON.stringify(presentManifest(locale, assets.address));
  });

  router.get(
    '/away',
    visitor.guest(async (ctx, visit) => {
      pages.showGate(ctx, visit, {
        template: 'away',
        title: visit.locale.text('away.title'),
        view: {},
      });
    }),
  );

  router.get(
    '/pulse',
    visitor.guest(async (ctx, { csrf }, agent) => {
      ctx.body = { agent: agent?.login ?? '', csrf, files };
    }),
  );
}
