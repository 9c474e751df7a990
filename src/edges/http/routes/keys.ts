/** The page where an agent turns single keys off, and gives his own keys to actions. */
import type Router from '@koa/router';
import { changesOf, parseKey, usualKeys } from '../../../core/keys/agent-keys.ts';
import { type KeyAction, keyTable } from '../../../core/keys/key-table.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import type { Form } from '../middleware/form.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { type KeyProblems, presentKeyProblems, presentKeySettings } from '../presenters/keys.ts';
import type { Visit } from '../visit.ts';
import { goTo } from './login.ts';

export interface KeysDeps extends Pick<ViewerDeps, 'accounts'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
}

const page = '/account/keys';

export function addKeyRoutes(router: Router, { accounts, visitor, pages }: KeysDeps): void {
  router.get(
    page,
    visitor.member((ctx, visit) => show(ctx, visit)),
  );

  router.post(
    page,
    visitor.memberForm(async (ctx, visit, form) => {
      const typed = readTyped(form);
      const problems = problemsOf(typed, visit);
      if (problems.size > 0) {
        ctx.status = 422;
        return show(ctx, visit, { typed, problems });
      }
      const wished = new Map([...typed].map(([id, text]) => [id, parseKey(text) ?? text] as const));
      await save(ctx, visit, { changed: changesOf(wished) });
    }),
  );

  router.post(
    `${page}/single`,
    visitor.memberForm((ctx, visit, form) =>
      save(ctx, visit, { isOff: form.get('single') === 'off' }),
    ),
  );

  router.post(
    `${page}/usual`,
    visitor.memberForm((ctx, visit) => save(ctx, visit, { changed: new Map() })),
  );

  async function save(
    ctx: PageContext,
    { agent }: Visit,
    part: Partial<typeof usualKeys>,
  ): Promise<void> {
    await accounts.setKeys(agent.login, { ...(agent.keys ?? usualKeys), ...part });
    visitor.say(ctx, 'toast.keys-saved');
    goTo(ctx, page);
  }

  async function show(
    ctx: PageContext,
    visit: Visit,
    refused?: Parameters<typeof presentKeySettings>[2],
  ): Promise<void> {
    await pages.show(ctx, visit, {
      template: 'keys',
      title: visit.locale.text('keys.title'),
      view: {
        settings: presentKeySettings(visit.agent.keys ?? usualKeys, visit.locale, refused),
      },
    });
  }
}

/** An action that the form says nothing of keeps its usual key. */
function readTyped(form: Form): ReadonlyMap<KeyAction, string> {
  return new Map(
    keyTable.flatMap(({ id }) => (form.has(id) ? [[id, form.get(id).slice(0, 20)] as const] : [])),
  );
}

function problemsOf(typed: ReadonlyMap<KeyAction, string>, { locale }: Visit): KeyProblems {
  const unread = [...typed].filter(([, text]) => parseKey(text) === undefined);
  if (unread.length > 0) return new Map(unread.map(([id]) => [id, locale.text('keys.no-key')]));
  return presentKeyProblems(
    new Map([...typed].map(([id, text]) => [id, parseKey(text) ?? ''] as const)),
    locale,
  );
}
