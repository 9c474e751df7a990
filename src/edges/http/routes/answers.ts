/**
 * The text modules of the desk: found, read, written, moved, set aside.
 *
 * Promises: whoever may not change a module sees it and what it becomes; what is refused comes back as it was typed.
 * Leaves to others: who may change what, and the files (services/answers/module-files.ts).
 */
import type Router from '@koa/router';
import { day, formatDay, toInstant } from '../../../base/clock.ts';
import { isModuleId } from '../../../config/text-modules.ts';
import { ticketRulesOf } from '../../../config/ticket-rules.ts';
import { isLanguageTag } from '../../../config/values.ts';
import { isShownTo } from '../../../core/answers/find-modules.ts';
import { defaultCursor, type TextModule } from '../../../core/answers/text-module.ts';
import { formatTicketNumber, parseTicketNumber } from '../../../core/ticket/number.ts';
import { fieldKey } from '../../../core/ticket/ticket-rules.ts';
import type { FillRequest } from '../../../services/answers/fill.ts';
import type { ModuleRefusal, OpenModule } from '../../../services/answers/module-files.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { httpAnswers, PageRefusal, refusalText } from '../errors.ts';
import type { Form } from '../middleware/form.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { moduleHref, presentAnswerList } from '../presenters/answer-list.ts';
import {
  emptyFields,
  fieldsOf,
  type ModuleForm,
  presentModule,
  presentPreview,
  readModuleForm,
} from '../presenters/answer-module.ts';
import type { Visit } from '../visit.ts';
import { goTo, textOf } from './login.ts';

export interface AnswerRouteDeps
  extends Pick<
    ViewerDeps,
    'answers' | 'moduleFiles' | 'filling' | 'reader' | 'sight' | 'config' | 'clock'
  > {
  readonly visitor: Visitor;
  readonly pages: Pages;
}

interface Shown {
  readonly form: ModuleForm;
  readonly open: OpenModule | undefined;
  readonly refusal?: ModuleRefusal;
}

export function addAnswerRoutes(router: Router, deps: AnswerRouteDeps): void {
  const { answers, moduleFiles, config, visitor, pages } = deps;
  const queueNames = () => config.current().queues.map(({ name }) => name);

  router.get(
    '/answers',
    visitor.member(async (ctx, visit) => {
      const sees = (queue: string) => visit.may('see', queue);
      const list = presentAnswerList(
        {
          modules: answers.modules(),
          words: textOf(ctx.query.q).slice(0, 200),
          queue: textOf(ctx.query.queue),
          language: textOf(ctx.query.language),
          queues: queueNames().filter(sees),
          sees,
          mayEdit: (queues) => moduleFiles.mayEdit(visit.agent, queues),
        },
        visit.locale,
      );
      const broken = answers.problems().filter(({ file }) => file.startsWith('answers/'));
      const view = { list, broken };
      const title = visit.locale.text('answers.title');
      await pages.show(ctx, visit, { template: 'answers', title, view });
    }),
  );

  router.get(
    '/answers/new',
    visitor.member((ctx, visit) => show(ctx, visit, { form: begin(ctx, visit), open: undefined })),
  );

  router.get(
    '/answers/edit',
    visitor.member(async (ctx, visit) => {
      const open = await openSeen(visit, textOf(ctx.query.id), textOf(ctx.query.language));
      if (open === undefined) throw new PageRefusal('unknown-module');
      const fields = open.module === undefined ? emptyFields : fieldsOf(open.module);
      const { id, language, digest } = open;
      const sample = textOf(ctx.query.ticket);
      await show(ctx, visit, { form: { id, language, digest, fields, sample }, open });
    }),
  );

  router.post(
    '/answers/edit',
    visitor.memberForm(async (ctx, visit, form) => {
      const typed = readModuleForm(form);
      const [wish = '', ...rest] = form.get('do').split(':');
      if (wish === 'remove') return remove(ctx, visit, typed);
      if (wish === 'move') return move(ctx, visit, typed, form.get('to').trim());
      if (wish === 'preview') {
        const open = await openSeen(visit, typed.id, typed.language);
        return show(ctx, visit, { form: typed, open: typed.digest === '' ? undefined : open });
      }
      const without = wish === 'detach' ? rest.join(':') : undefined;
      await save(ctx, visit, form, withoutFile(typed, without));
    }),
  );

  /** A module that the agent may not see is not there. */
  async function openSeen(
    visit: Visit,
    id: string,
    language: string,
  ): Promise<OpenModule | undefined> {
    if (!isModuleId(id) || !isLanguageTag(language)) return undefined;
    const open = await moduleFiles.open({ id, language });
    const isShown =
      open?.module === undefined
        ? moduleFiles.mayEdit(visit.agent, [])
        : isShownTo(open.module, (queue) => visit.may('see', queue));
    return isShown ? open : undefined;
  }

  /** Empty, or what another language has. */
  function begin(ctx: PageContext, visit: Visit): ModuleForm {
    const [from, of] = [textOf(ctx.query.from), textOf(ctx.query.of)];
    const source = answers
      .modules()
      .find(
        (each) =>
          each.id === from &&
          each.language === of &&
          isShownTo(each, (queue) => visit.may('see', queue)),
      );
    const language = textOf(ctx.query.language);
    return {
      id: source?.id ?? textOf(ctx.query.id),
      language: language === '' ? config.current().desk.language : language,
      digest: '',
      sample: '',
      fields: source === undefined ? emptyFields : fieldsOf(source),
    };
  }

  async function save(
    ctx: PageContext,
    visit: Visit,
    form: Form,
    typed: ModuleForm,
  ): Promise<void> {
    const { id, language, digest, fields } = typed;
    const saved = await moduleFiles.save(visit.agent, {
      id,
      language,
      fields,
      digest: digest === '' ? undefined : digest,
      attach: form.files('files').filter(({ name }) => name !== ''),
    });
    if (!saved.ok) return refuse(ctx, visit, typed, saved.refusal);
    visitor.say(ctx, 'toast.module-saved');
    const sample = parseTicketNumber(typed.sample);
    goTo(ctx, `${moduleHref(saved.value)}${sample === undefined ? '' : `&ticket=${sample}`}`);
  }

  async function remove(ctx: PageContext, visit: Visit, typed: ModuleForm): Promise<void> {
    const removed = await moduleFiles.remove(visit.agent, typed);
    if (!removed.ok) return refuse(ctx, visit, typed, removed.refusal);
    visitor.say(ctx, 'toast.module-removed');
    goTo(ctx, '/answers');
  }

  async function move(
    ctx: PageContext,
    visit: Visit,
    typed: ModuleForm,
    to: string,
  ): Promise<void> {
    const moved = await moduleFiles.move(visit.agent, typed.id, to);
    if (!moved.ok) return refuse(ctx, visit, typed, moved.refusal);
    visitor.say(ctx, 'toast.module-saved');
    goTo(ctx, moduleHref({ id: to, language: typed.language }));
  }

  async function refuse(
    ctx: PageContext,
    visit: Visit,
    form: ModuleForm,
    refusal: ModuleRefusal,
  ): Promise<void> {
    ctx.status = httpAnswers[refusal.code].status;
    if (refusal.code === 'unknown-module') throw new PageRefusal(refusal.code);
    const open = form.digest === '' ? undefined : await openSeen(visit, form.id, form.language);
    await show(ctx, visit, { form, open, refusal });
  }

  async function show(ctx: PageContext, visit: Visit, shown: Shown): Promise<void> {
    const { form, open, refusal } = shown;
    const { agent, locale } = visit;
    const all = answers.modules();
    const owned = open === undefined ? undefined : (open.module?.queues ?? []);
    const view = presentModule(
      {
        form,
        open,
        mayEdit: owned === undefined || moduleFiles.mayEdit(agent, owned),
        queues: queueNames().filter((queue) => moduleFiles.mayEdit(agent, [queue])),
        mayBeEverywhere: moduleFiles.mayEdit(agent, []),
        variants: open === undefined ? [] : all.filter(({ id }) => id === form.id),
        languages: [
          ...new Set([...all.map(({ language }) => language), config.current().desk.language]),
        ].toSorted(),
        refused: refusal === undefined ? undefined : refusalText(refusal, locale),
        reasons: refusal?.code === 'bad-module' ? refusal.reasons : (open?.reasons ?? []),
        preview: await preview(visit, form),
      },
      locale,
    );
    const title = locale.text('answers.module-title', { name: view.heading });
    await pages.show(ctx, visit, { template: 'answer-module', title, view: { module: view } });
  }

  async function preview(visit: Visit, form: ModuleForm) {
    const number = parseTicketNumber(form.sample);
    const mayRead = number !== undefined && (await deps.sight.mayRead(visit.agent, number));
    const folder = mayRead ? await deps.reader.read(number) : undefined;
    const module = toModule(form);
    const request: FillRequest =
      folder === undefined
        ? { agent: visit.agent, ...madeUp(module, visit) }
        : { agent: visit.agent, folder };
    return presentPreview(
      {
        filled: deps.filling.fill(module, request),
        frame: deps.filling.frame(request),
        ticket: folder?.number,
        isUnknown: form.sample !== '' && folder === undefined,
      },
      visit.locale,
    );
  }

  /** A customer with everything that a text can ask for. */
  function madeUp({ queues, language }: TextModule, { locale }: Visit) {
    const current = config.current();
    const now = deps.clock.now();
    const { fields } = ticketRulesOf(current);
    const values = fields.map((field): [string, string] => [
      fieldKey(field.name),
      field.choices[0]?.key ?? '42',
    ]);
    const address = 'kim.lee@example.org';
    return {
      ticket: {
        number: formatTicketNumber(formatDay(now, current.desk.timeZone), 4711),
        subject: locale.text('answers.sample-subject'),
        queue: queues[0] ?? current.desk.defaultQueue,
        state: 'open' as const,
        priority: 'normal' as const,
        language,
        customer: { name: 'Kim Lee', address },
        created: toInstant(now - 2 * day),
        wrote: toInstant(now - day),
        extra: new Map(values),
      },
      person: {
        id: 'sample',
        name: 'Kim Lee',
        addresses: [address],
        language,
        timeZone: undefined,
        company: 'Example GmbH',
        notes: '',
        blocked: undefined,
        muted: undefined,
      },
    };
  }
}

function withoutFile(form: ModuleForm, name: string | undefined): ModuleForm {
  const attachments = form.fields.attachments.filter((each) => each !== name);
  return { ...form, fields: { ...form.fields, attachments } };
}

/** What the form holds, as if it were a file already. */
function toModule({ id, language, fields }: ModuleForm): TextModule {
  return {
    ...fields,
    id,
    language: isLanguageTag(language) ? language : 'en',
    file: `answers/${id}.${language}.md`,
    cursor: defaultCursor,
  };
}
