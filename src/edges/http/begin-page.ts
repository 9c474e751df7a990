/**
 * What the pages of first steps have in common: who may see them, where one stands, why something was not written.
 *
 * Promises: nobody but an admin sees or does any of it. Leaves to others: each step (routes/begin-*.ts).
 */
import { nextStep, type Step, type StepName } from '../../core/first-steps/steps.ts';
import type { MailboxRefusal } from '../../services/first-steps/mailbox-step.ts';
import type { BadField } from '../../services/first-steps/step-refusal.ts';
import type { Locale } from '../../services/render/locale.ts';
import type { PageContext, ViewerDeps } from './deps.ts';
import { httpAnswers, PageRefusal, refusalText } from './errors.ts';
import type { FreshLists } from './fresh-lists.ts';
import type { Form } from './middleware/form.ts';
import type { Handler, Visitor } from './middleware/visitor.ts';
import type { Pages } from './pages.ts';
import { presentProgress, type StepPlace, stepHref, stepKeys } from './presenters/first-steps.ts';
import type { Visit } from './visit.ts';

export interface BeginDeps
  extends Pick<
    ViewerDeps,
    'firstSteps' | 'trial' | 'accounts' | 'access' | 'audit' | 'config' | 'renderer' | 'clock'
  > {
  readonly lists: FreshLists;
  readonly visitor: Visitor;
  readonly pages: Pages;
}

/** Something above the form: why it was not taken, or what happened. */
export interface BeginNews {
  readonly kind: 'bad' | 'good';
  readonly text: string;
  /** What a server said, word for word. */
  readonly said?: string | undefined;
  /** What is wrong with files, with their names. */
  readonly problems?: readonly string[];
}

export interface Refused {
  /** The file is not what the writer saw. */
  readonly isStale?: boolean;
  readonly bad: readonly BadField[];
  readonly news: BeginNews;
}

export interface BeginPage {
  admin(show: (ctx: PageContext, visit: Visit) => Promise<void>): Handler;
  adminForm(act: (ctx: PageContext, visit: Visit, form: Form) => Promise<void>): Handler;
  show(ctx: PageContext, visit: Visit, place: StepPlace, view: object): Promise<void>;
  steps(visit: Visit): Promise<readonly Step[]>;
  /** Sets the status of the answer, and says what is wrong. */
  refuse(ctx: PageContext, visit: Visit, refusal: MailboxRefusal): Refused;
  /** To the next step that is open, after this one was settled. */
  goOn(ctx: PageContext, visit: Visit, after: StepName, state: 'done' | 'later'): Promise<void>;
}

export function createBeginPage({ firstSteps, lists, visitor, pages }: BeginDeps): BeginPage {
  async function steps({ agent }: Visit): Promise<readonly Step[]> {
    return firstSteps.steps({ hasMail: await hasMail(lists, agent) });
  }

  return {
    steps,
    admin: (show) =>
      visitor.member(async (ctx, visit) => {
        requireAdmin(visit);
        await show(ctx, visit);
      }),
    adminForm: (act) =>
      visitor.memberForm(async (ctx, visit, form) => {
        requireAdmin(visit);
        await act(ctx, visit, form);
      }),

    async show(ctx, visit, place, view) {
      const { locale } = visit;
      const all = await steps(visit);
      const isOffered = firstSteps.isOffered();
      await pages.show(ctx, visit, {
        template: 'begin',
        title: locale.text(place === 'ready' ? 'begin.ready.title' : stepKeys[place].title),
        // A new password ends sessions, and with them the streams of pages: only what waits for mail has one.
        ...(place === 'receiving' ? { live: { kind: 'list' as const } } : {}),
        here: stepHref(place),
        view: {
          place,
          nextHref: hrefAfter(all, place),
          progress: presentProgress(all, place, { isOffered, locale }),
          fields: [],
          news: undefined,
          ...view,
        },
      });
    },

    refuse(ctx, { locale }, refusal) {
      ctx.status = statusOf(refusal);
      const bad = refusal.code === 'bad-fields' ? refusal.fields : [];
      const isStale = refusal.code === 'file-changed';
      return { isStale, bad, news: { kind: 'bad', ...explain(refusal, locale) } };
    },

    async goOn(ctx, visit, after, state) {
      await firstSteps.mark(after, state);
      const all = await steps(visit);
      if (state === 'done') visitor.say(ctx, 'toast.begin-saved');
      ctx.status = 303;
      ctx.redirect(hrefAfter(all, after));
    },
  };
}

/** Whether any mail or ticket is there. */
export async function hasMail(lists: FreshLists, agent: Visit['agent']): Promise<boolean> {
  return ((await lists.read('', 1, agent))?.total ?? 0) > 0;
}

function hrefAfter(steps: readonly Step[], place: StepPlace): string {
  return stepHref(nextStep(steps, place === 'ready' ? undefined : place) ?? 'ready');
}

function requireAdmin({ agent }: Visit): void {
  if (!agent.roles.includes('admin')) throw new PageRefusal('admin-only');
}

function statusOf(refusal: MailboxRefusal): number {
  switch (refusal.code) {
    case 'bad-fields':
    case 'bad-config':
    case 'mailbox-closed':
      return 422;
    case 'file-changed':
    case 'fixed-elsewhere':
      return 409;
    default:
      return httpAnswers[refusal.code].status;
  }
}

function explain(refusal: MailboxRefusal, locale: Locale): Omit<BeginNews, 'kind'> {
  switch (refusal.code) {
    case 'bad-fields':
      return { text: locale.text('begin.refused.fields', { count: refusal.fields.length }) };
    case 'file-changed':
      return { text: locale.text('begin.refused.changed', { file: refusal.file }) };
    case 'bad-config':
      return {
        text: locale.text('begin.refused.config'),
        problems: refusal.problems.map(({ file, line, reason }) =>
          line === undefined ? `${file}: ${reason}` : `${file}:${line}: ${reason}`,
        ),
      };
    case 'fixed-elsewhere':
      return { text: locale.text('begin.fixed', { by: refusal.by }) };
    case 'mailbox-closed':
      return { text: locale.text('begin.refused.mailbox'), said: refusal.said };
    default:
      return { text: refusalText(refusal, locale) };
  }
}
