/** Whose images from elsewhere an agent always wants to see: remembered at a mail, forgotten there or on the account page. */
import type Router from '@koa/router';
import type { ViewerDeps } from '../deps.ts';
import { httpAnswers, PageRefusal } from '../errors.ts';
import type { Visitor } from '../middleware/visitor.ts';
import { imageTrustOf } from '../presenters/held-images.ts';
import { messageId } from '../presenters/message-frame.ts';
import { goTo } from './login.ts';
import { messageOf } from './message.ts';
import { readTicket, type TicketPage } from './ticket.ts';

export interface ImageDeps extends Pick<ViewerDeps, 'reader' | 'imageSenders'> {
  readonly visitor: Visitor;
}

export function addImageRoutes(
  router: Router,
  page: TicketPage,
  { reader, imageSenders, visitor }: ImageDeps,
): void {
  router.post(
    '/tickets/:number/messages/:name/images',
    visitor.memberForm(async (ctx, visit, form) => {
      const { name } = messageOf(ctx);
      const folder = await readTicket(ctx, reader);
      const event = folder.messages.find((message) => message.event.name === name)?.event;
      const trust = event === undefined ? undefined : imageTrustOf(event, []);
      if (event === undefined || trust === undefined) throw new PageRefusal('unknown-message');
      const { address, proof } = trust;
      if (form.get('always') === 'no') await imageSenders.hide(visit.agent.login, address);
      else if (proof === 'proven') await imageSenders.show(visit.agent.login, address);
      else {
        ctx.status = httpAnswers['bad-value'].status;
        const refused = visit.locale.text('held.doubtful', { address });
        return page.show(ctx, visit, folder, { refused });
      }
      goTo(ctx, `/tickets/${folder.number}#${messageId(event)}`);
    }),
  );

  router.post(
    '/account/images',
    visitor.memberForm(async (ctx, { agent }, form) => {
      await imageSenders.hide(agent.login, form.get('address'));
      goTo(ctx, '/account#images');
    }),
  );
}
