/** Renders a page within the frame of the viewer. */
import type { Context } from 'koa';
import type { Locale } from '../../services/render/locale.ts';
import type { Bell } from './bell.ts';
import type { ViewerDeps } from './deps.ts';
import type { Failure } from './middleware/failures.ts';
import type { Visitor } from './middleware/visitor.ts';
import { presentFailure } from './presenters/failure.ts';
import {
  type FrameRequest,
  presentFrame,
  presentLanguages,
  presentPage,
} from './presenters/frame.ts';
import type { StatusBoard } from './status.ts';
import type { Toasts } from './toasts.ts';
import type { GuestVisit, Visit } from './visit.ts';

export interface MemberPage {
  readonly template: string;
  readonly title: string;
  readonly query?: string;
  readonly live?: FrameRequest['live'];
  /** Where the page is found again, for one that answers a form. */
  readonly here?: string;
  readonly view: object;
}

export interface Pages {
  show(ctx: Context, visit: Visit, page: MemberPage): Promise<void>;
  /** A page without the tree, for guests. */
  showGate(
    ctx: Context,
    visit: GuestVisit,
    page: { readonly template: string; readonly title: string; readonly view: object },
  ): void;
  showFailure(ctx: Context, failure: Failure): void;
}

export interface PagesDeps extends Pick<ViewerDeps, 'renderer' | 'config'> {
  readonly status: StatusBoard;
  readonly visitor: Visitor;
  readonly toasts: Toasts;
  readonly dataNote: string | undefined;
  readonly bell: Bell;
}

export function createPages({
  renderer,
  config,
  status,
  visitor,
  toasts,
  dataNote,
  bell,
}: PagesDeps): Pages {
  function send(ctx: Context, template: string, locale: Locale, view: object): void {
    ctx.type = 'text/html; charset=utf-8';
    ctx.set('Content-Language', locale.code);
    ctx.body = renderer.page(template, locale, {
      ...view,
      languages: presentLanguages(renderer.locales.all, locale),
    });
  }

  function showGate(
    ctx: Context,
    visit: GuestVisit,
    { template, title, view }: { template: string; title: string; view: object },
  ): void {
    const here = ctx.method === 'GET' ? ctx.url : '/';
    send(ctx, template, visit.locale, {
      frame: {
        ...presentPage(visit, here, title),
        address: config.current().desk.addresses[0] ?? '',
        dataNote,
      },
      ...view,
    });
  }

  return {
    async show(ctx, visit, { template, title, query, live, here, view }) {
      const unread = (await bell.read(visit)).filter(({ isUnread }) => isUnread);
      const frame = presentFrame({
        visit,
        status: await status.read(visit.agent),
        here: ctx.method === 'GET' ? ctx.url : (here ?? '/'),
        title,
        ...(query === undefined ? {} : { query }),
        ...(live === undefined ? {} : { live }),
        toast: await toasts.present(visitor.takeToast(ctx), visit),
        dataNote,
        unread: unread.length,
        unreadTickets: [...new Set(unread.map(({ notification }) => notification.ticket))],
      });
      send(ctx, template, visit.locale, { frame, ...view });
    },
    showGate,
    showFailure(ctx, { code, logId }) {
      const visit = visitor.guestVisit(ctx);
      const again = ctx.method === 'GET' ? ctx.url : undefined;
      const failure = presentFailure({ code, logId, again, locale: visit.locale });
      showGate(ctx, visit, { template: 'error', title: failure.heading, view: { failure } });
    },
  };
}
