/** Appointments of a ticket: the form to make or change one, and calling one off. */
import type Router from '@koa/router';
import type { Result } from '../../../base/result.ts';
import { readAnswer } from '../../../core/appointment/appointment.ts';
import { type Appointment, appointmentsOf } from '../../../core/appointment/appointments.ts';
import type { Refusal } from '../../../core/ticket/decide.ts';
import type { Actor } from '../../../core/ticket/event.ts';
import { whenText } from '../../../services/appointment-words.ts';
import type { Receipt } from '../../../services/tickets.ts';
import type { TicketFolder } from '../../../storage/ticket-store.ts';
import type { PageContext, ViewerDeps } from '../deps.ts';
import { httpAnswers, PageRefusal, refusalText } from '../errors.ts';
import { mayOn } from '../may-on.ts';
import type { Form } from '../middleware/form.ts';
import type { Visitor } from '../middleware/visitor.ts';
import type { Pages } from '../pages.ts';
import {
  type AppointmentDraft,
  draftOf,
  factsOf,
  newDraft,
  presentAppointmentForm,
} from '../presenters/appointment-form.ts';
import type { Visit } from '../visit.ts';
import { goTo } from './login.ts';
import { readTicket } from './ticket.ts';

export interface AppointmentRouteDeps
  extends Pick<ViewerDeps, 'appointments' | 'reader' | 'accounts' | 'config' | 'clock'> {
  readonly visitor: Visitor;
  readonly pages: Pages;
}

export function addAppointmentRoutes(
  router: Router,
  { appointments, reader, accounts, config, clock, visitor, pages }: AppointmentRouteDeps,
): void {
  const zones = Intl.supportedValuesOf('timeZone');

  router.get(
    '/tickets/:number/appointment',
    visitor.member(async (ctx, visit) => {
      const folder = await readTicket(ctx, reader);
      const uid = oneOf(ctx.query.uid);
      if (uid === '') return showForm(ctx, visit, folder, { draft: draftFor(folder, visit) });
      const known = findAppointment(folder, uid);
      if (ctx.query.cancel !== undefined)
        return showCancel(ctx, visit, folder, { known, text: '' });
      const proposed = proposalIn(folder, oneOf(ctx.query.counter), uid);
      await showForm(ctx, visit, folder, {
        draft: draftOf(known, proposed),
        proposal:
          proposed === undefined
            ? undefined
            : whenText(proposed, visit.timeZone, visit.locale).whole,
      });
    }),
  );

  router.post(
    '/tickets/:number/appointment',
    visitor.memberForm(async (ctx, visit, form) => {
      const folder = await readTicket(ctx, reader);
      const draft = readDraft(form);
      const done = await save(folder, draft, actorOf(visit));
      if (done.ok) return leadOn(ctx, done.value);
      ctx.status = httpAnswers[done.refusal.code].status;
      await showForm(ctx, visit, folder, { draft, refused: wordsOf(done.refusal, visit) });
    }),
  );

  router.post(
    '/tickets/:number/appointment/cancel',
    visitor.memberForm(async (ctx, visit, form) => {
      const folder = await readTicket(ctx, reader);
      const [uid, text] = [form.get('uid'), textIn(form)];
      const base = Number(form.get('base'));
      const done = await appointments.cancel(folder.number, { uid, base, text }, actorOf(visit));
      if (done.ok) return leadOn(ctx, done.value);
      ctx.status = httpAnswers[done.refusal.code].status;
      const known = findAppointment(folder, uid);
      await showCancel(ctx, visit, folder, { known, text, refused: wordsOf(done.refusal, visit) });
    }),
  );

  async function save(
    { number }: TicketFolder,
    draft: AppointmentDraft,
    actor: Actor,
  ): Promise<Result<Receipt, Refusal>> {
    const facts = factsOf(draft);
    if (!facts.ok) return facts;
    if (draft.uid === '') return appointments.make(number, facts.value, actor);
    const change = { uid: draft.uid, base: Number(draft.base), facts: facts.value };
    return appointments.change(number, change, actor);
  }

  function draftFor({ ticket }: TicketFolder, { agent, timeZone }: Visit): AppointmentDraft {
    return newDraft(ticket, { login: agent.login, zone: timeZone, now: clock.now() });
  }

  async function showForm(
    ctx: PageContext,
    visit: Visit,
    { ticket }: TicketFolder,
    shown: { draft: AppointmentDraft; refused?: string; proposal?: string | undefined },
  ): Promise<void> {
    const appointment = presentAppointmentForm(
      {
        ticket,
        draft: shown.draft,
        agents: accounts.list().filter(({ isDisabled }) => !isDisabled),
        zones,
        refused: shown.refused,
        proposal: shown.proposal,
        mayInvite: mayOn(visit.agent, ticket, config.current().queues)('answer'),
      },
      visit.locale,
    );
    await pages.show(ctx, visit, {
      template: 'appointment',
      title: appointment.title,
      view: { appointment },
    });
  }

  async function showCancel(
    ctx: PageContext,
    visit: Visit,
    { ticket }: TicketFolder,
    { known, text, refused }: { known: Appointment; text: string; refused?: string },
  ): Promise<void> {
    const { locale } = visit;
    await pages.show(ctx, visit, {
      template: 'appointment-cancel',
      title: locale.text('appointment.cancel'),
      view: {
        cancel: {
          uid: known.uid,
          base: known.sequence,
          action: `/tickets/${ticket.number}/appointment/cancel`,
          back: `/tickets/${ticket.number}`,
          number: ticket.number,
          summary: known.summary,
          when: whenText(known.time, visit.timeZone, locale).whole,
          people: locale.list(known.guests.map(({ name, address }) => name || address)),
          text,
          refused,
        },
      },
    });
  }

  function leadOn(ctx: PageContext, { ticket }: Receipt): void {
    visitor.say(ctx, 'toast.appointment');
    goTo(ctx, `/tickets/${ticket}`);
  }
}

function actorOf({ agent }: Visit): Actor {
  return { kind: 'agent', login: agent.login };
}

function wordsOf(refusal: Refusal, { locale }: Visit): string {
  if (refusal.code !== 'bad-value') return refusalText(refusal, locale);
  const key = badKeys[refusal.field];
  return key === undefined ? refusalText(refusal, locale) : locale.text(key);
}

const badKeys: Readonly<Record<string, string>> = {
  summary: 'appointment.bad.summary',
  start: 'appointment.bad.start',
  end: 'appointment.bad.end',
  zone: 'appointment.bad.zone',
};

function findAppointment({ messages }: TicketFolder, uid: string): Appointment {
  const all = appointmentsOf(messages.map(({ event }) => event));
  const known = all.find((each) => each.uid === uid && each.origin === 'ours');
  if (known === undefined) throw new PageRefusal('unknown-appointment');
  return known;
}

/** The time that somebody proposed in that mail. */
function proposalIn({ messages }: TicketFolder, name: string, uid: string) {
  const event = messages.find((message) => message.event.name === name)?.event;
  const answer = event === undefined ? undefined : readAnswer(event);
  return answer?.word === 'counter' && answer.uid === uid ? answer.time : undefined;
}

function readDraft(form: Form): AppointmentDraft {
  const box = (name: string) => form.get(name).trim();
  return {
    uid: box('uid'),
    base: box('base'),
    summary: box('summary'),
    isAllDay: form.has('all-day'),
    startDate: box('start-date'),
    startTime: box('start-time'),
    endDate: box('end-date'),
    endTime: box('end-time'),
    zone: box('zone'),
    place: box('place'),
    text: textIn(form),
    people: box('people'),
    agents: form.all('agent'),
  };
}

/** Browsers send line breaks as CR LF. */
function textIn(form: Form): string {
  return form.get('text').replace(/\r\n?/g, '\n').trim();
}

function oneOf(value: string | string[] | undefined): string {
  return [value].flat()[0] ?? '';
}
