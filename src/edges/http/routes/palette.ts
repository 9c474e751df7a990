/**
 * All actions in one place: a page, and what the palette's script asks while somebody types.
 *
 * Promises: only what the asker may see; the first words of a number lead to that ticket.
 * Leaves to others: the actions themselves, which are the buttons and links of the ticket's page.
 */
import type Router from '@koa/router';
import { isShownTo } from '../../../core/answers/find-modules.ts';
import {
  beginningWith,
  type OfferedModule,
  offeredModules,
} from '../../../core/answers/offered-modules.ts';
import { parseTicketNumber } from '../../../core/ticket/number.ts';
import type { TicketRecord } from '../../../services/index/index.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import type { FreshLists } from '../fresh-lists.ts';
import { mayOn } from '../may-on.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import { presentPalette } from '../presenters/palette.ts';
import { noChoice, type TicketViews } from '../ticket-views.ts';
import type { Visit } from '../visit.ts';
import { textOf } from './login.ts';

export interface PaletteDeps
  extends Pick<
    ViewerDeps,
    'reader' | 'answers' | 'suggestions' | 'index' | 'sight' | 'renderer' | 'config'
  > {
  readonly visitor: Visitor;
  readonly pages: Pages;
  readonly views: TicketViews;
  readonly lists: FreshLists;
}

const mostModules = 6;
const mostTickets = 6;
const mostWords = 200;

export function addPaletteRoutes(router: Router, deps: PaletteDeps): void {
  const { reader, answers, suggestions, index, sight, renderer, config, lists } = deps;
  const { visitor, pages, views } = deps;

  router.get(
    '/palette',
    visitor.member(async (ctx, visit) => {
      const words = textOf(ctx.query.do).slice(0, mostWords).trim();
      const folder = await readNamed(ctx, visit);
      const [modules, tickets] = await Promise.all([
        findModules(folder, visit, words),
        findTickets(visit, words),
      ]);
      const ticket = folder?.number;
      const groups = presentPalette({ ticket, modules, tickets }, visit.locale);
      const palette = { number: ticket, words, groups };
      if (ctx.query.bare !== undefined) {
        ctx.type = 'text/html; charset=utf-8';
        ctx.body = renderer.page('palette-found', visit.locale, {
          palette,
          frame: { csrf: visit.csrf },
        });
        return;
      }
      await pages.show(ctx, visit, {
        template: 'palette',
        title: visit.locale.text('palette.title'),
        view: {
          palette,
          ticket: folder === undefined ? undefined : await views.present(folder, visit, noChoice),
        },
      });
    }),
  );

  /** The ticket whose page it was opened on. */
  async function readNamed(ctx: PageContext, { agent }: Visit): Promise<TicketFolder | undefined> {
    const number = parseTicketNumber(textOf(ctx.query.ticket));
    if (number === undefined || !(await sight.mayRead(agent, number))) return undefined;
    return reader.read(number);
  }

  /** In the customer's language where there is such a variant, else in the agent's. */
  async function findModules(
    folder: TicketFolder | undefined,
    visit: Visit,
    words: string,
  ): Promise<readonly OfferedModule[]> {
    const { agent, locale } = visit;
    if (folder === undefined) return findByName(visit, words);
    const { queue, language } = folder.ticket;
    if (!mayOn(agent, folder.ticket, config.current().queues)('answer')) return [];
    const offered = offeredModules(answers.modules(), { queue, language, own: locale.code });
    const found = await suggestions.search(words.replace(/^::/, ''), { queue, language });
    return found
      .flatMap(({ id }) => offered.find(({ module }) => module.id === id) ?? [])
      .slice(0, mostModules);
  }

  /** Away from a ticket, by what they are called, each once. */
  function findByName({ locale, may }: Visit, words: string): readonly OfferedModule[] {
    if (words === '') return [];
    const seen = answers
      .modules()
      .filter((module) => isShownTo(module, (queue) => may('see', queue)))
      .toSorted(
        (one, other) =>
          Number(other.language === locale.code) - Number(one.language === locale.code),
      );
    const once = seen.filter(({ id }, place) => seen.findIndex((each) => each.id === id) === place);
    const offered = once.map((module) => ({ module, isOtherLanguage: false }));
    return beginningWith(offered, words.replace(/^::/, '')).slice(0, mostModules);
  }

  async function findTickets({ agent }: Visit, words: string): Promise<readonly TicketRecord[]> {
    if (words === '') return [];
    const number = parseTicketNumber(words);
    const named =
      number === undefined || !(await sight.mayRead(agent, number))
        ? undefined
        : await index.find(number);
    if (named !== undefined) return [named];
    return (await lists.read(words, mostTickets, agent))?.records ?? [];
  }
}
