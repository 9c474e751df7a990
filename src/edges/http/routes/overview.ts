/** The overview: figures of a queue, a team or a person over a time, and each of its tables as a file. */
import type Router from '@koa/router';
import type { ReportWish } from '../../../config/agent-report.ts';
import { formatDate } from '../../../core/escalation/calendar.ts';
import type { Figures } from '../../../core/figures/figures.ts';
import { daysBefore } from '../../../core/figures/period.ts';
import { byteOrderMark, formatCsv } from '../../../services/present/figures-csv.ts';
import {
  type FiguresQuery,
  figuresKeys,
  type ReadFigures,
  readFigures,
} from '../../../services/present/figures-request.ts';
import { isTableId, tableOf } from '../../../services/present/figures-tables.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { type AnyRefusal, httpAnswers, PageRefusal, refusalText } from '../errors.ts';
import type { Form } from '../middleware/form.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { presentOverview } from '../presenters/overview.ts';
import { namesOf } from '../presenters/people.ts';
import type { Visit } from '../visit.ts';
import { goTo, textOf } from './login.ts';
import { visibleQueues } from './notifications.ts';

export interface OverviewDeps
  extends Pick<ViewerDeps, 'figures' | 'accounts' | 'config' | 'clock'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
}

interface Shown {
  readonly asked: ReadFigures;
  readonly figures: Figures;
  readonly refusal: AnyRefusal | undefined;
}

export function addOverviewRoutes(
  router: Router,
  { figures, accounts, config, clock, visitor, pages }: OverviewDeps,
): void {
  router.get(
    '/overview',
    visitor.member(async (ctx, visit) => {
      const { locale, agent: viewer } = visit;
      const { asked, figures: shown, refusal } = await readAsked(ctx, visit);
      if (refusal !== undefined) ctx.status = httpAnswers[refusal.code].status;
      const { filter, preset, by } = asked;
      const { period } = shown;
      const before = await figures.read({
        viewer,
        filter,
        days: daysBefore(period),
        by: period.by,
      });
      const every = await figures.read({
        viewer,
        filter: { ...filter, language: undefined },
        days: period,
        by,
      });
      await pages.show(ctx, visit, {
        template: 'overview',
        title: locale.text('overview.title'),
        view: {
          overview: presentOverview(
            shown,
            before.ok ? before.value : shown,
            {
              filter,
              preset,
              by,
              choices: await figures.choices(viewer),
              languages: every.ok ? every.value.languages.map(({ language }) => language) : [],
              refused: refusal === undefined ? undefined : refusalText(refusal, locale),
            },
            {
              locale,
              dates: locale.dates(period.timeZone),
              by: period.by,
              now: clock.now(),
              nameOf: namesOf(accounts.list()),
            },
          ),
        },
      });
    }),
  );

  router.get(
    '/overview.csv',
    visitor.member(async (ctx, visit) => {
      const table = textOf(ctx.query.table);
      if (!isTableId(table)) throw new PageRefusal('no-page');
      const { figures: shown, refusal } = await readAsked(ctx, visit);
      if (refusal !== undefined) throw new PageRefusal('no-page');
      const { locale } = visit;
      const { first, last } = shown.period;
      const name = `${table}-${formatDate(first)}-${formatDate(last)}.csv`;
      ctx.type = 'text/csv; charset=utf-8';
      ctx.set('Content-Disposition', `attachment; filename="${name}"`);
      ctx.body =
        byteOrderMark +
        formatCsv(tableOf(table, shown), ({ key, kind }) =>
          kind === 'duration'
            ? locale.text('figures.in-minutes', { name: locale.text(key) })
            : locale.text(key),
        );
    }),
  );

  router.post(
    '/account/report',
    visitor.memberForm(async (ctx, visit, form) => {
      await accounts.setReport(visit.agent.login, readWish(form, visit));
      visitor.say(ctx, 'toast.notify-saved');
      goTo(ctx, '/account#report');
    }),
  );

  /** Nothing chosen is taken for all. */
  function readWish(form: Form, { may, agent }: Visit): ReportWish | undefined {
    if (!form.has('want')) return undefined;
    const visible = visibleQueues(config.current().queues, may);
    const chosen = visible.filter((queue) => form.has(`queue ${queue}`));
    // Queues that he may not see at the moment stay as he chose them.
    const hidden = (agent.report?.queues ?? []).filter((queue) => !visible.includes(queue));
    const queues = form.has('every-queue') ? [] : [...chosen, ...hidden];
    return { queues: queues.length === 0 ? undefined : queues };
  }

  /** What cannot be shown is said, and the usual figures shown instead. */
  async function readAsked(ctx: PageContext, { agent: viewer }: Visit): Promise<Shown> {
    const query = queryOf(ctx);
    const { timeZone } = config.current().desk;
    const read = (asked: ReadFigures) =>
      figures.read({ viewer, filter: asked.filter, days: asked.days, by: asked.by });
    const asked = readFigures(query, clock.now(), timeZone);
    const answer = asked.ok ? await read(asked.value) : asked;
    if (asked.ok && answer.ok)
      return { asked: asked.value, figures: answer.value, refusal: undefined };
    const usual = readFigures({}, clock.now(), timeZone);
    const shown = usual.ok ? await read(usual.value) : usual;
    if (!usual.ok || !shown.ok) throw new PageRefusal('no-page');
    return {
      asked: usual.value,
      figures: shown.value,
      refusal: answer.ok ? undefined : answer.refusal,
    };
  }
}

/** An empty field of the form asks for nothing, and days of the reader's own beat a preset. */
function queryOf(ctx: PageContext): FiguresQuery {
  const given = figuresKeys.flatMap((key): readonly [string, string][] => {
    const value = textOf(ctx.query[key]).trim().slice(0, 200);
    return value === '' ? [] : [[key, value]];
  });
  return Object.fromEntries(given);
}
