/**
 * The ticket as it was: `/tickets/NUMBER?at=TIME`, and `?step=N` for a slider without script.
 *
 * Promises: nothing on the page changes anything; a moment before the ticket's first is its first.
 */
import { formatInstant, type Instant, toInstant } from '../../../base/clock.ts';
import { createPastReader } from '../../../services/past.ts';
import { parseMoment } from '../../../services/present/moment.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { PageRefusal } from '../errors.ts';
import type { Pages } from '../pages.ts';
import { freeze, presentPast, stepsOf } from '../presenters/past.ts';
import { noChoice, type TicketViews } from '../ticket-views.ts';
import type { Visit } from '../visit.ts';
import { goTo, textOf } from './login.ts';

export interface PastDeps extends Pick<ViewerDeps, 'reader'> {
  readonly pages: Pages;
  /** Finds also what has left the ticket since. */
  readonly pastViews: TicketViews;
}

export interface PastPage {
  /** Whether the address asks for another moment than now. */
  isAsked(ctx: PageContext): boolean;
  show(ctx: PageContext, visit: Visit, folder: TicketFolder): Promise<void>;
}

export function createPastPage({ reader, pages, pastViews }: PastDeps): PastPage {
  return {
    isAsked: (ctx) => ctx.query.at !== undefined || ctx.query.step !== undefined,
    async show(ctx, visit, folder) {
      const page = `/tickets/${folder.number}`;
      const steps = stepsOf(folder);
      if (ctx.query.step !== undefined) {
        const step = Math.trunc(Number(textOf(ctx.query.step))) || steps.length;
        const wanted = steps[Math.min(Math.max(1, step), steps.length) - 1];
        const query =
          wanted === undefined ? '' : `?at=${encodeURIComponent(formatInstant(wanted))}`;
        return goTo(ctx, page + query);
      }
      const asked = parseMoment(textOf(ctx.query.at), visit.timeZone);
      if (asked === undefined) throw new PageRefusal('no-page');
      const at: Instant = toInstant(Math.max(asked, steps[0] ?? asked));
      const past = await createPastReader(reader, at).read(folder.number);
      if (past === undefined) throw new PageRefusal('no-page');
      const words = pastViews.words(visit);
      const view = await pastViews.present(past, readOnly(visit), { ...noChoice, whole: true });
      const frozen = freeze(view, past, words);
      await pages.show(ctx, visit, {
        template: 'ticket',
        title: `${visit.locale.text('past.label')} · ${frozen.subject}`,
        view: { ticket: frozen, past: presentPast({ folder, at }, words) },
      });
    },
  };
}

/** What may not be done is not offered. */
function readOnly(visit: Visit): Visit {
  return {
    ...visit,
    isReadOnly: true,
    may: (right, queue) => right === 'see' && visit.may(right, queue),
  };
}
