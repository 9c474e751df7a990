/** The addresses of an agent's and his teams' calendars and news on the account page, and new ones in their place. */
import type Router from '@koa/router';
import type { FeedName } from '../../../services/appointments/feeds.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { PageRefusal } from '../errors.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Visit } from '../visit.ts';
import { goTo } from './login.ts';

export interface FeedView {
  readonly name: string;
  /** For the form that renews it. */
  readonly value: string;
  readonly isOwn: boolean;
  readonly href: string;
  /** Opens the calendar program. */
  readonly subscribeHref: string;
  readonly mayRenew: boolean;
  /** Of its tickets, as an Atom feed. */
  readonly newsHref: string;
}

type FeedDeps = Pick<ViewerDeps, 'feeds' | 'news' | 'config'>;

export async function presentFeeds(
  { feeds, news, config }: FeedDeps,
  ctx: PageContext,
  visit: Visit,
): Promise<readonly FeedView[]> {
  const { desk, queues } = config.current();
  const base = (desk.publicUrl ?? `${ctx.protocol}://${ctx.host}`).replace(/\/$/, '');
  const own: FeedName = { kind: 'agent', login: visit.agent.login };
  const teams = queues
    .filter(({ name }) => visit.may('see', name))
    .map(({ name }): FeedName => ({ kind: 'queue', queue: name }));
  return Promise.all(
    [own, ...teams].map(async (name) => {
      const href = `${base}${await feeds.pathOf(name)}`;
      return {
        name: name.kind === 'agent' ? visit.agent.name : name.queue,
        value: name.kind === 'agent' ? '' : name.queue,
        isOwn: name.kind === 'agent',
        href,
        subscribeHref: href.replace(/^https?:/, 'webcal:'),
        newsHref: `${base}${await news.pathOf(visit.agent.login, name.kind === 'agent' ? 'owner:me' : `queue:"${name.queue}"`)}`,
        mayRenew: name.kind === 'agent' || visit.may('administer', name.queue),
      };
    }),
  );
}

export function addFeedRoutes(
  router: Router,
  { feeds, config, visitor }: FeedDeps & { readonly visitor: Visitor },
): void {
  router.post(
    '/account/feeds/renew',
    visitor.memberForm(async (ctx, visit, form) => {
      await feeds.renew(nameIn(form.get('queue'), visit));
      visitor.say(ctx, 'toast.feed-renewed');
      goTo(ctx, '/account#feeds');
    }),
  );

  /** Whoever has a team's address has it for all: a new one is made by who looks after the queue. */
  function nameIn(queue: string, visit: Visit): FeedName {
    if (queue === '') return { kind: 'agent', login: visit.agent.login };
    const isKnown = config.current().queues.some(({ name }) => name === queue);
    if (!isKnown || !visit.may('administer', queue)) throw new PageRefusal('not-allowed');
    return { kind: 'queue', queue };
  }
}
