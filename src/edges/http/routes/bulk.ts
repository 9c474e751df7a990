/**
 * Bulk actions from the list: asked for, looked through, run, watched and taken back.
 *
 * Promises: a batch is run with the rights of whoever planned it, so nobody else can start it or see what it names.
 */
import type Router from '@koa/router';
import { errorText } from '../../../base/fault.ts';
import type { Result } from '../../../base/result.ts';
import type { Actor, Change } from '../../../core/ticket/event.ts';
import { formatActor } from '../../../core/ticket/event.ts';
import { parseTicketNumber } from '../../../core/ticket/number.ts';
import type { BatchPlan } from '../../../services/batch-files.ts';
import type { Batch } from '../../../services/bulk.ts';
import type { BulkAction } from '../../../services/bulk-action.ts';
import type { Selection } from '../../../services/bulk-plan.ts';
import type { TicketRecord } from '../../../services/index/index.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { type HttpCode, isHttpCode, PageRefusal } from '../errors.ts';
import type { Form } from '../middleware/form.ts';
import { safeBack, type Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { mostNamed, presentBatch, presentBulkForm } from '../presenters/bulk.ts';
import type { TicketViews } from '../ticket-views.ts';
import type { Visit } from '../visit.ts';
import { goTo, textOf } from './login.ts';

export interface BulkRouteDeps
  extends Pick<ViewerDeps, 'bulk' | 'index' | 'accounts' | 'config' | 'log'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
  readonly views: TicketViews;
}

/** What may change without being looked through first. */
const mostAtOnce = 50;

export function addBulkRoutes(
  router: Router,
  { bulk, index, accounts, config, log, visitor, pages, views }: BulkRouteDeps,
): void {
  router.post(
    '/bulk',
    visitor.memberForm(async (ctx, visit, form) => {
      const selection = selectionOf(form);
      const action = actionOf(form, visit.agent.login);
      if (action === undefined) return showForm(ctx, visit, form);
      const plan = required(await bulk.plan({ selection, action, actor: actorOf(visit) }));
      const isLarge = plan.tickets.length > mostAtOnce || selection.kind === 'query';
      if (isLarge || form.has('preview') || plan.tickets.length === 0)
        return goTo(ctx, pageOf(plan.id, form.get('back')));
      await runAndSay(ctx, plan, { back: safeBack(form.get('back')), list: form.get('back') });
    }),
  );

  router.get(
    '/bulk/:id',
    visitor.member(async (ctx, visit) => {
      const batch = await readOwn(ctx, visit);
      const given = textOf(ctx.query.back);
      const back = given === '' ? undefined : safeBack(given);
      const records = await recordsOf(batch);
      const view = presentBatch({ batch, records, back }, views.words(visit));
      await pages.show(ctx, visit, {
        template: 'batch',
        title: visit.locale.text('bulk.title'),
        view: { batch: view },
      });
    }),
  );

  router.post(
    '/bulk/:id/run',
    visitor.memberForm(async (ctx, visit, form) => {
      const { id } = await readOwn(ctx, visit);
      runInBackground(id);
      goTo(ctx, pageOf(id, form.get('back')));
    }),
  );

  router.post(
    '/bulk/:id/undo',
    visitor.memberForm(async (ctx, visit, form) => {
      const { id } = await readOwn(ctx, visit);
      const plan = required(await bulk.planUndo(id, actorOf(visit)));
      const list = form.has('list') ? form.get('list') : form.get('back');
      const page = pageOf(plan.id, list);
      if (plan.tickets.length === 0) return goTo(ctx, page);
      if (plan.tickets.length <= mostAtOnce && plan.skipped.length === 0)
        return runAndSay(ctx, plan, {
          back: form.has('back') ? safeBack(form.get('back')) : page,
          list,
        });
      runInBackground(plan.id);
      goTo(ctx, page);
    }),
  );

  /** What was refused meanwhile is shown; else the reader goes on where he was. */
  async function runAndSay(
    ctx: PageContext,
    plan: BatchPlan,
    { back, list }: { readonly back: string; readonly list: string },
  ): Promise<void> {
    const batch = required(await bulk.run(plan.id));
    if (batch.state !== 'ended' || batch.refused.length > 0)
      return goTo(ctx, pageOf(plan.id, list));
    visitor.say(ctx, 'toast.bulk', { kind: 'batch', batch: plan.id, count: batch.done.length });
    goTo(ctx, back);
  }

  function runInBackground(id: string): void {
    bulk.run(id).catch((error: unknown) => {
      log.error('batch.failed', { batch: id, cause: errorText(error) });
    });
  }

  async function readOwn(ctx: PageContext, visit: Visit): Promise<Batch> {
    const batch = await bulk.read(ctx.params.id ?? '');
    if (batch === undefined || formatActor(batch.actor) !== formatActor(actorOf(visit)))
      throw new PageRefusal('unknown-batch');
    return batch;
  }

  async function recordsOf(batch: Batch): Promise<ReadonlyMap<string, TicketRecord>> {
    const skipped = [...batch.refused, ...batch.skipped].map(({ number }) => number);
    const named = [...(batch.started ? batch.done : batch.tickets).slice(0, mostNamed), ...skipped];
    const records = await Promise.all(
      named.slice(0, 5 * mostNamed).map((each) => index.find(each)),
    );
    return new Map(
      records.flatMap((record) => (record === undefined ? [] : [[record.number, record] as const])),
    );
  }

  async function showForm(ctx: PageContext, visit: Visit, form: Form): Promise<void> {
    const selection = selectionOf(form);
    const numbers = selection.kind === 'tickets' ? selection.numbers : [];
    if (selection.kind === 'tickets' && numbers.length === 0)
      throw new PageRefusal('nothing-chosen');
    const isAsked = form.get('do') === 'apply';
    if (isAsked) ctx.status = 422;
    await pages.show(ctx, visit, {
      template: 'bulk',
      title: visit.locale.text('bulk.form-title'),
      view: {
        bulk: {
          ...presentBulkForm({ config: config.current(), agents: accounts.list() }, visit.locale),
          numbers,
          isSearch: selection.kind === 'query',
          query: selection.kind === 'query' ? selection.text : undefined,
          heading:
            selection.kind === 'query'
              ? visit.locale.text('bulk.form-search', { query: selection.text })
              : visit.locale.text('bulk.form-chosen', { count: numbers.length }),
          back: safeBack(form.get('back')),
          isAsked,
        },
      },
    });
  }
}

/** The page of a batch, from which the way leads back to the list that it began in. */
function pageOf(id: string, list: string): string {
  return list === '' ? `/bulk/${id}` : `/bulk/${id}?back=${encodeURIComponent(safeBack(list))}`;
}

function actorOf({ agent }: Visit): Actor {
  return { kind: 'agent', login: agent.login };
}

function required<T>(result: Result<T, { readonly code: string }>): T {
  if (result.ok) return result.value;
  const { code } = result.refusal;
  const shown: HttpCode = isHttpCode(code) ? code : 'bad-value';
  throw new PageRefusal(shown);
}

function selectionOf(form: Form): Selection {
  if (form.get('scope') === 'search') return { kind: 'query', text: form.get('q') };
  return {
    kind: 'tickets',
    numbers: form.all('ticket').flatMap((text) => parseTicketNumber(text) ?? []),
  };
}

/** Undefined when the form names nothing to do yet. */
function actionOf(form: Form, login: string): BulkAction | undefined {
  switch (form.get('do')) {
    case 'close':
      return { kind: 'change', changes: [{ kind: 'set', field: 'state', value: 'closed' }] };
    case 'take':
      return { kind: 'change', changes: [{ kind: 'set', field: 'owner', value: login }] };
    case 'merge':
      return { kind: 'merge' };
    case 'spam':
      return { kind: 'spam' };
    case 'not-spam':
      return { kind: 'not-spam' };
    case 'apply':
      return changesOf(form, login);
    default:
      return undefined;
  }
}

function changesOf(form: Form, login: string): BulkAction | undefined {
  const value = (name: string) => form.get(name).trim();
  const set = (field: string): readonly Change[] =>
    value(field) === ''
      ? []
      : // A dash stands for nobody: an empty choice means to leave it as it is.
        [{ kind: 'set', field, value: value(field) === '-' ? '' : value(field) }];
  const tag = (kind: 'add' | 'remove', name: string): readonly Change[] =>
    value(name)
      .split(/[\s,]+/u)
      .filter((each) => each !== '')
      .map((each) => ({ kind, set: 'tag', value: each }));
  const changes: readonly Change[] = [
    ...set('state'),
    ...set('owner'),
    ...set('queue'),
    ...set('priority'),
    ...tag('add', 'add-tag'),
    ...tag('remove', 'remove-tag'),
    ...(form.has('watch') ? [{ kind: 'add', set: 'watcher', value: login } as const] : []),
  ];
  const reason = value('reason');
  if (changes.length === 0) return undefined;
  return { kind: 'change', changes, ...(reason === '' ? {} : { reason }) };
}
