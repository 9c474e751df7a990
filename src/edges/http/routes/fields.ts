/** Forms beside the conversation: waiting, closing with a reason, removing, fields, tags, links, people. */
import type Router from '@koa/router';
import { formatInstant } from '../../../base/clock.ts';
import { calendarOf } from '../../../config/calendars.ts';
import { ticketRulesOf } from '../../../config/ticket-rules.ts';
import { isQuickTime, parseWallTime, quickInstant } from '../../../core/escalation/times.ts';
import type { Refusal, TicketCommand } from '../../../core/ticket/decide.ts';
import type { Change } from '../../../core/ticket/event.ts';
import type { Ticket } from '../../../core/ticket/fold.ts';
import { holdField } from '../../../core/ticket/hold.ts';
import { parseTicketNumber } from '../../../core/ticket/number.ts';
import { fieldKey } from '../../../core/ticket/ticket-rules.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { httpAnswers, refusalText } from '../errors.ts';
import type { Form } from '../middleware/form.ts';
import { safeBack, type Visitor } from '../middleware/visitor.ts';
import { withFieldName } from '../presenters/field-words.ts';
import type { ToastKey, Visit } from '../visit.ts';
import { goTo } from './login.ts';
import { aboutReceipt, readTicket, type TicketExtras, type TicketPage } from './ticket.ts';

export interface FieldsDeps extends Pick<ViewerDeps, 'tickets' | 'reader' | 'config' | 'clock'> {
  readonly visitor: Visitor;
}

/** What a form asks for; a refusal when it cannot be a command. */
type Asked = { readonly command: TicketCommand } | { readonly refusal: Refusal };

export function addFieldRoutes(
  router: Router,
  page: TicketPage,
  { tickets, reader, config, clock, visitor }: FieldsDeps,
): void {
  const route = (
    path: string,
    ask: (form: Form, ticket: Ticket, timeZone: string) => Asked,
    toast: ToastKey,
  ) =>
    router.post(
      `/tickets/:number/${path}`,
      visitor.memberForm(async (ctx, visit, form) => {
        const folder = await readTicket(ctx, reader);
        const asked = ask(form, folder.ticket, visit.timeZone);
        if ('refusal' in asked) return refuse(ctx, visit, folder, { refusal: asked.refusal, form });
        const actor = { kind: 'agent', login: visit.agent.login } as const;
        const done = await tickets.run(folder.number, asked.command, actor);
        if (!done.ok && done.refusal.code !== 'nothing-to-change')
          return refuse(ctx, visit, folder, { refusal: done.refusal, form });
        // What was typed beside the conversation has its way back in the line that tells of it.
        visitor.say(ctx, toast, path === 'fields' ? undefined : aboutReceipt(done));
        goTo(ctx, form.has('back') ? safeBack(form.get('back')) : `/tickets/${folder.number}`);
      }),
    );

  route('wait', askWait, 'toast.changed');
  route('close', (form) => askClose(form), 'toast.changed');
  route('remove', () => ({ command: { kind: 'remove' } }), 'toast.removed');
  route('restore', () => ({ command: { kind: 'restore' } }), 'toast.restored');
  route('fields', (form, ticket) => askFields(form, ticket), 'toast.changed');

  async function refuse(
    ctx: PageContext,
    visit: Visit,
    folder: TicketFolder,
    { refusal, form }: { readonly refusal: Refusal; readonly form: Form },
  ): Promise<void> {
    ctx.status = httpAnswers[refusal.code].status;
    await page.show(ctx, visit, folder, {
      refused: refusalText(
        withFieldName(refusal, visit.locale, ticketRulesOf(config.current())),
        visit.locale,
      ),
      ...typedIn(form),
    });
  }

  function typedIn(form: Form): Pick<TicketExtras, 'typed'> {
    const keys = settableFields().filter((key) => form.has(`set.${key}`));
    if (keys.length === 0) return {};
    return { typed: Object.fromEntries(keys.map((key) => [key, form.get(`set.${key}`)])) };
  }

  function settableFields(): readonly string[] {
    const declared = ticketRulesOf(config.current()).fields.map(({ name }) => fieldKey(name));
    return ['responsible', 'lock', 'sla', holdField, ...declared];
  }

  function askWait(form: Form, ticket: Ticket, timeZone: string): Asked {
    const calendar = calendarOf(config.current(), ticket.queue);
    const quick = form.get('quick');
    const [date, time] = [form.get('date').trim(), form.get('time').trim()];
    const until = isQuickTime(quick)
      ? quickInstant(quick, calendar, clock.now())
      : parseWallTime({ date, time }, calendar, timeZone);
    if (until === undefined || until <= clock.now()) {
      const expected = 'a date and a time to come, such as 2026-11-25 and 09:00';
      const value = `${date} ${time}`.trim();
      return { refusal: { code: 'bad-value', field: 'pending-until', value, expected } };
    }
    return update([
      set('state', form.get('state') || 'pending-reminder'),
      set('pending-until', formatInstant(until)),
    ]);
  }

  function askClose(form: Form): Asked {
    const reason = form.get('reason').trim() || form.get('other').trim();
    return update([
      set('state', form.get('state') || 'closed'),
      ...(reason === '' ? [] : [set('close-reason', reason)]),
    ]);
  }

  function askFields(form: Form, ticket: Ticket): Asked {
    const known = [...new Set([...settableFields(), ...ticket.extra.keys()])];
    const settings = known
      .filter((field) => form.has(`set.${field}`))
      .map((field) => set(field, form.get(`set.${field}`).trim()))
      // A value that was there before its field was declared is not looked at again.
      .filter(({ field, value }) => value !== currentOf(ticket, field));
    return update([...settings, ...membersIn(form)]);
  }
}

function currentOf({ responsible = '', extra }: Ticket, field: string): string {
  return field === 'responsible' ? responsible : (extra.get(field) ?? '');
}

const setNames = ['tag', 'watcher', 'participant', 'link'] as const;

function membersIn(form: Form): readonly Change[] {
  return setNames.flatMap((name): readonly Change[] => {
    const added = form.get(`add.${name}`).trim();
    const removed = form.get(`remove.${name}`).trim();
    return [
      ...(added === ''
        ? []
        : [{ kind: 'add', set: name, value: toMember(name, added, form) } as const]),
      ...(removed === '' ? [] : [{ kind: 'remove', set: name, value: removed } as const]),
    ];
  });
}

/** A link is typed as a number, with or without the signs around it. */
function toMember(name: string, text: string, form: Form): string {
  if (name !== 'link') return text;
  const number = text.replace(/^\[?#?/, '').replace(/\]$/, '');
  return `${form.get('kind') || 'related'}:${parseTicketNumber(number) ?? number}`;
}

function update(changes: readonly Change[]): Asked {
  return { command: { kind: 'update', changes } };
}

function set(field: string, value: string): Extract<Change, { kind: 'set' }> {
  return { kind: 'set', field, value };
}
