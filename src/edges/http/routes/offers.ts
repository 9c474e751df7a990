/**
 * What the answer box asks beside its form: answers that fit, text modules by their shortcut, a text with its placeholders filled.
 *
 * Promises: nothing is changed here. Leaves to others: putting a text in and sending it (routes/write.ts).
 */
import type Router from '@koa/router';
import { beginningWith } from '../../../core/answers/offered-modules.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { PageRefusal } from '../errors.ts';
import type { Insertions } from '../insertions.ts';
import { mayOn } from '../may-on.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { OfferViews } from '../offer-views.ts';
import { pageKeys } from '../presenters/keys.ts';
import { presentChoices, presentPrepared } from '../presenters/prepared.ts';
import type { Visit } from '../visit.ts';
import { textOf } from './login.ts';
import { readTicket } from './ticket.ts';

export interface OfferRouteDeps extends Pick<ViewerDeps, 'reader' | 'renderer' | 'config'> {
  readonly visitor: Visitor;
  readonly offers: OfferViews;
  readonly insertions: Insertions;
}

const mostListed = 8;

export function addOfferRoutes(
  router: Router,
  { reader, renderer, config, visitor, offers, insertions }: OfferRouteDeps,
): void {
  /** The ticket, for somebody who may answer in it. */
  async function readOwn(ctx: PageContext, { agent }: Visit) {
    const folder = await readTicket(ctx, reader);
    if (!mayOn(agent, folder.ticket, config.current().queues)('answer'))
      throw new PageRefusal('unknown-ticket');
    return folder;
  }

  router.get(
    '/tickets/:number/offers',
    visitor.member(async (ctx, visit) => {
      const folder = await readOwn(ctx, visit);
      const found = await offers.read({ folder, visit }, textOf(ctx.query.to));
      ctx.type = 'text/html; charset=utf-8';
      ctx.body = renderer.page('offers', visit.locale, {
        offers: found,
        isOpen: ctx.query.open !== undefined,
        frame: { keys: pageKeys(visit) },
      });
    }),
  );

  router.get(
    '/tickets/:number/modules',
    visitor.member(async (ctx, visit) => {
      const folder = await readOwn(ctx, visit);
      const letters = textOf(ctx.query.begins).slice(0, 60);
      const found = beginningWith(insertions.offered({ folder, visit }), letters);
      ctx.body = presentChoices(found.slice(0, mostListed), visit.locale);
    }),
  );

  router.get(
    '/tickets/:number/prepared',
    visitor.member(async (ctx, visit) => {
      const folder = await readOwn(ctx, visit);
      const text = await insertions.read({ folder, visit }, textOf(ctx.query.key));
      if (text === undefined) throw new PageRefusal('module-not-offered');
      ctx.body = presentPrepared(text, visit.locale);
    }),
  );
}
