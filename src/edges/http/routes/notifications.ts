/** The bell: what an agent was told, and what he wants to be told of. */
import type Router from '@koa/router';
import {
  type NotifyKind,
  type NotifyPreferences,
  type NotifyWay,
  notifyKinds,
} from '../../../core/notify/reasons.ts';
import type { Bell } from '../bell.ts';
import type { ViewerDeps } from '../deps.ts';
import type { Form } from '../middleware/form.ts';
import { safeBack, type Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { presentNotifications } from '../presenters/notifications.ts';
import { readPauses } from '../presenters/notify-pauses.ts';
import { namesOf } from '../presenters/people.ts';
import type { Visit } from '../visit.ts';
import { goTo } from './login.ts';

export interface NotificationRoutesDeps
  extends Pick<ViewerDeps, 'accounts' | 'config' | 'told' | 'clock'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
  readonly bell: Bell;
}

export function addNotificationRoutes(
  router: Router,
  { accounts, config, told, clock, visitor, pages, bell }: NotificationRoutesDeps,
): void {
  router.get(
    '/notifications',
    visitor.member(async (ctx, visit) => {
      const { locale } = visit;
      const words = {
        locale,
        dates: locale.dates(visit.timeZone),
        now: clock.now(),
        nameOf: namesOf(accounts.list()),
      };
      await pages.show(ctx, visit, {
        template: 'notifications',
        title: locale.text('notify.title'),
        view: { notifications: presentNotifications(await bell.read(visit), words) },
      });
    }),
  );

  router.post(
    '/notifications/read',
    visitor.memberForm(async (ctx, { agent }, form) => {
      await told.markRead(agent.login, clock.now());
      goTo(ctx, safeBack(form.get('back')));
    }),
  );

  router.post(
    '/account/notify',
    visitor.memberForm(async (ctx, visit, form) => {
      await accounts.setNotify(visit.agent.login, readPreferences(form, visit));
      visitor.say(ctx, 'toast.notify-saved');
      goTo(ctx, '/account#notify');
    }),
  );

  function readPreferences(form: Form, { may, agent }: Visit): NotifyPreferences {
    const chosen = (way: NotifyWay): ReadonlySet<NotifyKind> =>
      new Set(notifyKinds.filter((kind) => form.has(`${way}-${kind}`)));
    const visible = visibleQueues(config.current().queues, may);
    // Queues that he may not see at the moment stay as he chose them.
    const hidden = (agent.notify.queues ?? []).filter((queue) => !visible.includes(queue));
    return {
      page: chosen('page'),
      mail: chosen('mail'),
      queues: form.has('every-queue')
        ? undefined
        : [...visible.filter((queue) => form.has(`queue ${queue}`)), ...hidden],
      ...readPauses(form, agent.notify),
    };
  }
}

export function visibleQueues(
  queues: readonly { readonly name: string }[],
  may: Visit['may'],
): readonly string[] {
  return queues.map(({ name }) => name).filter((name) => may('see', name));
}
