/** First steps: the first queue. */
import type Router from '@koa/router';
import type { OpenQueue, QueueTyped } from '../../../services/first-steps/queue-step.ts';
import type { BeginDeps, BeginPage, Refused } from '../begin-page.ts';
import type { PageContext } from '../deps.ts';
import type { Form } from '../middleware/form.ts';
import { type FieldWish, presentField } from '../presenters/first-steps.ts';
import type { Visit } from '../visit.ts';
import { textOf } from './login.ts';

export function addBeginQueueRoutes(router: Router, page: BeginPage, deps: BeginDeps): void {
  const { firstSteps, config } = deps;

  router.get(
    '/begin/queue',
    page.admin(async (ctx, visit) => {
      const isNew = ctx.query.new !== undefined;
      const wanted = textOf(ctx.query.queue) || config.current().desk.defaultQueue;
      await show(ctx, visit, await firstSteps.queue.read(isNew ? '' : wanted), undefined);
    }),
  );

  router.post(
    '/begin/queue',
    page.adminForm(async (ctx, visit, form) => {
      const typed = readTyped(form);
      const digest = form.get('digest');
      const saved = await firstSteps.queue.save(typed, digest);
      if (saved.ok) return page.goOn(ctx, visit, 'queue', 'done');
      const refused = page.refuse(ctx, visit, saved.refusal);
      const now = await firstSteps.queue.read(typed.queue);
      const fresh = refused.isStale === true ? now.digest : digest;
      await show(ctx, visit, { ...now, typed, digest: fresh }, refused);
    }),
  );

  async function show(
    ctx: PageContext,
    visit: Visit,
    { typed, digest, signatureFile }: OpenQueue,
    refused: Refused | undefined,
  ): Promise<void> {
    const { locale } = visit;
    const { desk, queues } = config.current();
    const field = (wish: FieldWish) => presentField(wish, refused?.bad ?? [], locale);
    await page.show(ctx, visit, 'queue', {
      digest,
      news: refused?.news,
      queue: typed.queue,
      queues: queues.map(({ name }) => ({
        name,
        href: `/begin/queue?queue=${encodeURIComponent(name)}`,
        isCurrent: name === typed.queue,
      })),
      isDefault: typed.queue !== '' && typed.queue === desk.defaultQueue,
      wantsDefault: typed.isDefault,
      canBeDefault: firstSteps.fixed.by('defaultQueue') === undefined,
      deskName: desk.name,
      deskAddress: desk.addresses[0] ?? '',
      fields: [
        ...(typed.queue === ''
          ? [
              field({
                name: 'name',
                kind: 'text',
                label: 'begin.queue.name',
                hint: locale.text('begin.queue.name-hint'),
                value: typed.name,
                isNeeded: true,
              }),
            ]
          : []),
        field({
          name: 'addresses',
          kind: 'text',
          label: 'begin.queue.addresses',
          hint: locale.text('begin.queue.addresses-hint'),
          value: typed.addresses,
          isCode: true,
        }),
        ...(signatureFile === undefined
          ? [
              field({
                name: 'signature',
                kind: 'area',
                label: 'begin.queue.signature',
                hint: locale.text('begin.queue.signature-hint'),
                value: typed.signature,
              }),
            ]
          : []),
      ],
    });
  }
}

function readTyped(form: Form): QueueTyped {
  return {
    queue: form.get('queue'),
    name: form.get('name'),
    addresses: form.get('addresses'),
    signature: form.get('signature'),
    isDefault: form.has('default'),
  };
}
