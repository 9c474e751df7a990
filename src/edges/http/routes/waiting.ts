/** Putting a ticket aside for oneself, bringing it back, and whether it may be closed by itself. */
import type Router from '@koa/router';
import { calendarOf } from '../../../config/calendars.ts';
import { autoCloseField } from '../../../core/escalation/auto-close.ts';
import { isQuickTime, parseWallTime, quickInstant } from '../../../core/escalation/times.ts';
import type { Refusal } from '../../../core/ticket/decide.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { httpAnswers, refusalText } from '../errors.ts';
import type { Form } from '../middleware/form.ts';
import { safeBack, type Visitor } from '../middleware/visitor.ts';
import type { Visit } from '../visit.ts';
import { goTo } from './login.ts';
import { readTicket, type TicketPage } from './ticket.ts';

export interface WaitingDeps
  extends Pick<ViewerDeps, 'tickets' | 'reader' | 'config' | 'snoozes' | 'clock'> {
  readonly visitor: Visitor;
}

export function addWaitingRoutes(
  router: Router,
  page: TicketPage,
  { tickets, reader, config, snoozes, clock, visitor }: WaitingDeps,
): void {
  router.post(
    '/tickets/:number/snooze',
    visitor.memberForm(async (ctx, visit, form) => {
      const folder = await readTicket(ctx, reader);
      const until = readUntil(form, folder, visit.timeZone);
      if (until === undefined || until <= clock.now()) {
        const time = `${form.get('date')} ${form.get('time')}`.trim();
        ctx.status = httpAnswers['bad-value'].status;
        return page.show(ctx, visit, folder, {
          refused: visit.locale.text('snooze.past', { time }),
        });
      }
      const since = folder.ticket.latest;
      await snoozes.snooze(visit.agent.login, folder.number, { until, since });
      visitor.say(ctx, 'toast.snoozed');
      goTo(ctx, form.has('back') ? safeBack(form.get('back')) : `/tickets/${folder.number}`);
    }),
  );

  router.post(
    '/tickets/:number/wake',
    visitor.memberForm(async (ctx, { agent }, form) => {
      const { number } = await readTicket(ctx, reader);
      await snoozes.wake(agent.login, number);
      visitor.say(ctx, 'toast.woken');
      goTo(ctx, form.has('back') ? safeBack(form.get('back')) : `/tickets/${number}`);
    }),
  );

  router.post(
    '/tickets/:number/closing',
    visitor.memberForm(async (ctx, visit, form) => {
      const folder = await readTicket(ctx, reader);
      const value = form.get(autoCloseField);
      const done = await tickets.run(
        folder.number,
        { kind: 'update', changes: [{ kind: 'set', field: autoCloseField, value }] },
        { kind: 'agent', login: visit.agent.login },
      );
      if (!done.ok && done.refusal.code !== 'nothing-to-change')
        return refuse(ctx, visit, folder, done.refusal);
      visitor.say(ctx, 'toast.changed');
      goTo(ctx, `/tickets/${folder.number}`);
    }),
  );

  function readUntil(form: Form, { ticket }: TicketFolder, timeZone: string) {
    const calendar = calendarOf(config.current(), ticket.queue);
    const quick = form.get('quick');
    if (isQuickTime(quick)) return quickInstant(quick, calendar, clock.now());
    const typed = { date: form.get('date').trim(), time: form.get('time').trim() };
    return parseWallTime(typed, calendar, timeZone);
  }

  async function refuse(
    ctx: PageContext,
    visit: Visit,
    folder: TicketFolder,
    refusal: Refusal,
  ): Promise<void> {
    ctx.status = httpAnswers[refusal.code].status;
    await page.show(ctx, visit, folder, { refused: refusalText(refusal, visit.locale) });
  }
}
