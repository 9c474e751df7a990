/**
 * The pages on which something is taken out of a message, or a person is erased: first what would go, then the deed.
 *
 * Promises: a page that only shows writes nothing to tickets; the second step says once more that there is no way back.
 * Taking out needs the right to administer the queue; only an admin erases.
 */
import type Router from '@koa/router';
import { parseMessageName } from '../../../core/ticket/event.ts';
import type { EraseRefusal, EraseRequest } from '../../../services/erase/erase.ts';
import type { RedactItem, RedactRequest, RedactTarget } from '../../../services/redact/redact.ts';
import type { StoredMessage, TicketFolder } from '../../../storage/ticket-store.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { httpAnswers, PageRefusal, refusalText } from '../errors.ts';
import { mayOn } from '../may-on.ts';
import type { Form } from '../middleware/form.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { presentErase, presentRedact, type RedactTyped } from '../presenters/privacy.ts';
import type { Visit } from '../visit.ts';
import { goTo, textOf } from './login.ts';
import { readTicket } from './ticket.ts';

export interface PrivacyDeps extends Pick<ViewerDeps, 'redact' | 'erase' | 'reader' | 'config'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
}

export function addPrivacyRoutes(
  router: Router,
  { redact, erase, reader, config, visitor, pages }: PrivacyDeps,
): void {
  const place = '/tickets/:number/messages/:name/redact';
  router.get(
    place,
    visitor.member(async (ctx, visit) => {
      const found = await find(ctx, visit);
      await showRedact(ctx, visit, found, { typed: nothingTyped });
    }),
  );
  router.post(
    place,
    visitor.memberForm(async (ctx, visit, form) => {
      const found = await find(ctx, visit);
      const typed = readTyped(form);
      const request = requestOf(found, typed);
      const actor = { kind: 'agent', login: visit.agent.login } as const;
      const isGo = form.get('step') === 'go';
      const done = isGo
        ? await redact.run(request, { reason: typed.reason, actor })
        : await redact.foresee(request, actor);
      if (!done.ok) {
        ctx.status = httpAnswers[done.refusal.code].status;
        const refused = refusalText(done.refusal, visit.locale);
        return showRedact(ctx, visit, found, { typed, refused });
      }
      if (!isGo) return showRedact(ctx, visit, found, { typed, items: done.value });
      visitor.say(ctx, 'toast.changed');
      goTo(ctx, `/tickets/${found.folder.number}`);
    }),
  );

  async function find(ctx: PageContext, visit: Visit) {
    const folder = await readTicket(ctx, reader);
    const name = parseMessageName(ctx.params.name ?? '');
    const stored = folder.messages.find(({ event }) => event.name === name);
    if (stored === undefined) throw new PageRefusal('unknown-message');
    if (!mayOn(visit.agent, folder.ticket, config.current().queues)('administer'))
      throw new PageRefusal('not-allowed');
    return { folder, stored };
  }

  async function showRedact(
    ctx: PageContext,
    visit: Visit,
    { folder, stored }: { readonly folder: TicketFolder; readonly stored: StoredMessage },
    shown: {
      readonly typed: RedactTyped;
      readonly items?: readonly RedactItem[];
      readonly refused?: string;
    },
  ): Promise<void> {
    await pages.show(ctx, visit, {
      template: 'redact',
      title: visit.locale.text('redact.title'),
      here: `/tickets/${folder.number}/messages/${encodeURIComponent(stored.event.name)}/redact`,
      view: { redact: presentRedact({ number: folder.number, ...stored, ...shown }, visit.locale) },
    });
  }

  router.get(
    '/erase',
    visitor.member(async (ctx, visit) => {
      requireAdmin(visit);
      await showErase(ctx, visit, { who: textOf(ctx.query.who), phones: '', way: 'empty' });
    }),
  );
  router.post(
    '/erase',
    visitor.memberForm(async (ctx, visit, form) => {
      requireAdmin(visit);
      const way: EraseRequest['way'] = form.get('way') === 'remove' ? 'remove' : 'empty';
      const typed = { who: form.get('who'), phones: form.get('phones'), way };
      const actor = { kind: 'agent', login: visit.agent.login } as const;
      const id = form.get('plan');
      if (id !== '') {
        const done = await erase.run(id, actor);
        if (!done.ok) return refuseErase(ctx, visit, typed, done.refusal);
        return showErase(ctx, visit, typed, { report: done.value });
      }
      const phones = typed.phones.split(/[\n,;]+/).map((phone) => phone.trim());
      const wanted = { who: typed.who, way, phones: phones.filter((phone) => phone !== '') };
      const made = await erase.plan(wanted, actor);
      if (!made.ok) return refuseErase(ctx, visit, typed, made.refusal);
      await showErase(ctx, visit, typed, { plan: made.value });
    }),
  );

  function refuseErase(
    ctx: PageContext,
    visit: Visit,
    typed: Parameters<typeof presentErase>[0]['typed'],
    refusal: EraseRefusal,
  ): Promise<void> {
    const { locale } = visit;
    const isOwn = refusal.code === 'unknown-person' || refusal.code === 'unknown-plan';
    ctx.status = isOwn ? 404 : httpAnswers[refusal.code].status;
    const refused = isOwn ? locale.text('erase.unknown') : refusalText(refusal, locale);
    return showErase(ctx, visit, typed, { refused });
  }

  async function showErase(
    ctx: PageContext,
    visit: Visit,
    typed: Parameters<typeof presentErase>[0]['typed'],
    shown: Omit<Parameters<typeof presentErase>[0], 'typed'> = {},
  ): Promise<void> {
    await pages.show(ctx, visit, {
      template: 'erase',
      title: visit.locale.text('erase.title'),
      here: '/erase',
      view: { erase: presentErase({ typed, ...shown }, visit.locale) },
    });
  }
}

const nothingTyped: RedactTyped = { what: '', passage: '', reason: '', copies: false };

function requireAdmin({ agent }: Visit): void {
  if (!agent.roles.includes('admin')) throw new PageRefusal('admin-only');
}

function readTyped(form: Form): RedactTyped {
  return {
    what: form.get('what'),
    passage: form.get('passage').replace(/\r\n?/g, '\n'),
    reason: form.get('reason'),
    copies: form.has('copies'),
  };
}

function requestOf(
  { folder, stored }: { readonly folder: TicketFolder; readonly stored: StoredMessage },
  { what, passage, copies }: RedactTyped,
): RedactRequest {
  const id = /^attachment-([0-9]{1,6})$/.exec(what)?.[1];
  const target: RedactTarget =
    id !== undefined
      ? { kind: 'attachment', id: Number(id) }
      : what === 'all'
        ? { kind: 'all' }
        : { kind: 'text', passage };
  return { ticket: folder.number, message: stored.event.name, target, copies };
}
