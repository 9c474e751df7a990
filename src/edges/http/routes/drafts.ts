/**
 * What the form's script asks while somebody writes, and the buttons of drafts in the ticket: keep, files, call back, another
 * time, send now, throw away.
 *
 * Promises: a draft and its files are handed to its writer alone. A file is served so that nothing of it runs.
 * Leaves to others: the form itself (routes/write.ts).
 */
import type Router from '@koa/router';
import type { Result } from '../../../base/result.ts';
import type { Refusal } from '../../../core/ticket/decide.ts';
import { type DraftId, parseDraftId, type SendTime } from '../../../core/ticket/draft.ts';
import type { OpenDraft } from '../../../services/drafts/drafts.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { httpAnswers, PageRefusal, refusalText } from '../errors.ts';
import type { Insertions } from '../insertions.ts';
import type { Form } from '../middleware/form.ts';
import type { Visitor } from '../middleware/visitor.ts';
import { isShownImage } from '../presenters/attachments.ts';
import { readSendTime } from '../presenters/send-times.ts';
import { readWriteForm, toFields } from '../presenters/write-form.ts';
import type { TicketViews } from '../ticket-views.ts';
import type { Visit } from '../visit.ts';
import { contentDisposition } from './disposition.ts';
import { goTo } from './login.ts';
import { readTicket, type TicketPage } from './ticket.ts';

export interface DraftRouteDeps extends Pick<ViewerDeps, 'drafts' | 'reader' | 'clock'> {
  readonly visitor: Visitor;
  readonly views: TicketViews;
  readonly insertions: Insertions;
}

const filePolicy = "default-src 'none'; img-src 'self'; frame-ancestors 'none'; sandbox";

export function addDraftRoutes(
  router: Router,
  page: TicketPage,
  { drafts, reader, clock, visitor, views, insertions }: DraftRouteDeps,
): void {
  router.post(
    '/tickets/:number/draft',
    visitor.memberForm((ctx, visit, form) => save(ctx, visit, form)),
  );
  router.post(
    '/tickets/:number/draft/files',
    visitor.memberForm((ctx, visit, form) => save(ctx, visit, form)),
  );

  async function save(ctx: PageContext, visit: Visit, form: Form): Promise<void> {
    const folder = await readTicket(ctx, reader);
    const typed = readWriteForm(form, form.get('writing') === 'note' ? 'note' : 'answer');
    const taken = await Promise.all(
      form
        .all('take')
        .map(async (key) => (await insertions.read({ folder, visit }, key))?.files() ?? []),
    );
    const add = [...form.files('files').filter(({ bytes }) => bytes.length > 0), ...taken.flat()];
    const saved = await drafts.save(folder.number, {
      login: visit.agent.login,
      id: typed.id,
      revision: form.get('over') === 'yes' ? undefined : typed.revision,
      fields: toFields(typed),
      add,
      remove: form.all('remove'),
    });
    answer(ctx, visit, saved, add.length);
  }

  function answer(
    ctx: PageContext,
    visit: Visit,
    saved: Result<OpenDraft, Refusal>,
    added: number,
  ): void {
    const { locale } = visit;
    if (!saved.ok) {
      ctx.status = httpAnswers[saved.refusal.code].status;
      ctx.body = { code: saved.refusal.code, says: refusalText(saved.refusal, locale) };
      return;
    }
    const { draft, files } = saved.value;
    const { dates, now } = views.words(visit);
    ctx.body = {
      draft: draft.id,
      revision: draft.revision,
      bytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0),
      says: locale.text('write.kept-at', { time: dates.moment(draft.time, now) }),
      added: files
        .slice(files.length - added)
        .map((file) => ({ key: file.key, name: file.name, isImage: isShownImage(file) })),
    };
  }

  router.get(
    '/tickets/:number/draft/:id/files/:key',
    visitor.member(async (ctx, visit) => {
      const folder = await readTicket(ctx, reader);
      const id = parseDraftId(ctx.params.id ?? '');
      const draft = id === undefined ? undefined : await drafts.open(folder, visit.agent.login, id);
      const file = draft?.files.find(({ key }) => key === ctx.params.key);
      if (file === undefined) throw new PageRefusal('unknown-draft');
      const isShown = isShownImage(file);
      ctx.set('Content-Security-Policy', filePolicy);
      ctx.set(
        'Content-Disposition',
        contentDisposition(isShown ? 'inline' : 'attachment', file.name),
      );
      ctx.set('Content-Type', isShown ? file.type : 'application/octet-stream');
      ctx.set('Cache-Control', 'private, max-age=3600');
      ctx.body = file.bytes;
    }),
  );

  /** A button at a draft: what it does, and where it leads. */
  function addButton(
    path: string,
    press: (
      number: OpenTicket,
      id: DraftId,
      form: Form,
      visit: Visit,
    ) => Promise<Result<unknown, Refusal>>,
    target: (number: string, id: DraftId) => string,
  ): void {
    router.post(
      `/tickets/:number/draft/${path}`,
      visitor.memberForm(async (ctx, visit, form) => {
        const folder = await readTicket(ctx, reader);
        const id = parseDraftId(form.get('draft'));
        if (id === undefined) throw new PageRefusal('unknown-draft');
        const outcome = await press(folder.number, id, form, visit);
        if (outcome.ok) return goTo(ctx, target(folder.number, id));
        ctx.status = httpAnswers[outcome.refusal.code].status;
        await page.show(ctx, visit, folder, {
          refused: refusalText(outcome.refusal, visit.locale),
        });
      }),
    );
  }

  const toTicket = (number: string) => `/tickets/${number}`;
  const toForm = (number: string, id: DraftId) => `/tickets/${number}/answer?draft=${id}`;
  const reschedule = (number: OpenTicket, id: DraftId, visit: Visit, send: SendTime | undefined) =>
    drafts.schedule(number, visit.agent.login, id, send);

  addButton('recall', (number, id, _, visit) => reschedule(number, id, visit, undefined), toForm);
  addButton(
    'now',
    (number, id, _, visit) => reschedule(number, id, visit, { at: clock.now(), way: 'send' }),
    toTicket,
  );
  addButton(
    'later',
    async (number, id, form, visit) => {
      const value = form.get('later') || form.get('at');
      const zone = { now: clock.now(), timeZone: visit.timeZone };
      const at = readSendTime(value, zone);
      if (at === undefined) return { ok: false, refusal: { code: 'bad-time', value } };
      return reschedule(number, id, visit, { at, way: 'later' });
    },
    toTicket,
  );
  addButton(
    'discard',
    (number, id, _, visit) => drafts.discard(number, visit.agent.login, id),
    toTicket,
  );
}

type OpenTicket = Parameters<ViewerDeps['drafts']['schedule']>[0];
