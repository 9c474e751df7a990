/**
 * An attached mail on a page of its own: what is too long for the ticket's page, and what somebody wants to see alone.
 *
 * Promises: rights are those of the ticket; a message with a virus has no such page.
 */
import type Router from '@koa/router';
import { displayName } from '../../../core/message/address.ts';
import { parsePartPath } from '../../../core/message/attached.ts';
import type { ViewerDeps } from '../deps.ts';
import { PageRefusal } from '../errors.ts';
import type { InnerMails } from '../inner-mails.ts';
import { mayOn } from '../may-on.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { presentInnerMail } from '../presenters/inner-mails.ts';
import { messageId } from '../presenters/message-frame.ts';
import type { TicketViews } from '../ticket-views.ts';
import { textOf } from './login.ts';
import { messageOf } from './message.ts';

export interface InnerMailDeps extends Pick<ViewerDeps, 'reader' | 'config'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
  readonly views: TicketViews;
  readonly innerMails: InnerMails;
}

export function addInnerMailRoutes(
  router: Router,
  { reader, config, visitor, pages, views, innerMails }: InnerMailDeps,
): void {
  router.get(
    '/tickets/:number/messages/:name/mails/:path',
    visitor.member(async (ctx, visit) => {
      const { number, name } = messageOf(ctx);
      const path = parsePartPath(ctx.params.path ?? '');
      const folder = await reader.read(number);
      const event = folder?.messages.find((message) => message.event.name === name)?.event;
      const found =
        event === undefined || path === undefined
          ? undefined
          : await innerMails.find(number, event, path);
      if (folder === undefined || event === undefined || found === undefined)
        throw new PageRefusal('unknown-message');
      const { ticket } = folder;
      const view = textOf(ctx.query.view);
      const showImages = textOf(ctx.query.images) === '1';
      const inner = presentInnerMail(
        found,
        {
          ticket,
          event,
          may: mayOn(visit.agent, ticket, config.current().queues),
          isWhole: true,
          choice: { showImages, view: viewOf(view, showImages) },
        },
        views.words(visit),
      );
      const { from } = event.mail;
      await pages.show(ctx, visit, {
        template: 'inner-mail',
        title: inner.subject,
        view: {
          mail: {
            number,
            back: `/tickets/${number}#${messageId(event)}`,
            around: from === undefined ? undefined : displayName(from),
            inner,
          },
        },
      });
    }),
  );
}

function viewOf(asked: string, showImages: boolean): 'text' | 'html' | undefined {
  if (asked === 'text') return 'text';
  return asked === 'html' || showImages ? 'html' : undefined;
}
