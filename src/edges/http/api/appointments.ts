/** The routes for the appointments of a ticket. */
import type { AppointmentFacts, AppointmentTime } from '../../../core/appointment/appointment.ts';
import type { Appointment } from '../../../core/appointment/appointments.ts';
import { readTimeRequest } from '../../../core/appointment/request.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import { toAppointmentJson } from '../../../services/present/appointment-json.ts';
import { type BodyReader, readJson } from './body.ts';
import { type AgentRoute, type ApiContext, type ApiDeps, numberOf } from './calls.ts';
import { refusalOf } from './problems.ts';
import type { AgentOperation } from './routes.ts';

type AppointmentOperation = Extract<
  AgentOperation,
  'listAppointments' | 'makeAppointment' | 'changeAppointment' | 'cancelAppointment'
>;

const keys = ['summary', 'start', 'end', 'zone', 'place', 'text', 'people', 'agents'];

export function createAppointmentRoutes({
  appointments,
  config,
}: Pick<ApiDeps, 'appointments' | 'config'>): Record<AppointmentOperation, AgentRoute> {
  function timeOf(body: BodyReader, before: AppointmentTime | undefined): AppointmentTime {
    const [start, end] = [body.optionalText('start'), body.optionalText('end')];
    if (start === undefined && end === undefined && before !== undefined) return before;
    const zone = body.optionalText('zone') ?? before?.zone ?? config.current().desk.timeZone;
    const time = readTimeRequest({ start: start ?? '', end: end ?? '', zone });
    if (!time.ok) throw refusalOf(time.refusal);
    return time.value;
  }

  function factsOf(body: BodyReader, before: Appointment | undefined): AppointmentFacts {
    return {
      time: timeOf(body, before?.time),
      summary: body.optionalText('summary') ?? before?.summary ?? '',
      place: body.clearableText('place') ?? before?.place ?? '',
      text: body.clearableText('text') ?? before?.text ?? '',
      guests: body.addresses('people') ?? before?.guests ?? [],
      agents:
        before === undefined || body.texts('agents').length > 0
          ? body.texts('agents')
          : before.agents,
    };
  }

  async function known(ctx: ApiContext): Promise<Appointment> {
    const uid = ctx.params.uid ?? '';
    const found = (await appointments.list(numberOf(ctx)))?.find(
      (each) => each.uid === uid && each.origin === 'ours',
    );
    if (found === undefined) throw refusalOf({ code: 'unknown-appointment', uid });
    return found;
  }

  const actor = ({ login }: Agent) => ({ kind: 'agent', login }) as const;

  return {
    async listAppointments(ctx) {
      const number = numberOf(ctx);
      const all = await appointments.list(number);
      if (all === undefined) throw refusalOf({ code: 'unknown-ticket', number });
      ctx.body = { appointments: all.map(toAppointmentJson) };
    },

    async makeAppointment(ctx, agent) {
      const body = await readJson(ctx, keys);
      const facts = factsOf(body, undefined);
      const done = await appointments.make(numberOf(ctx), facts, actor(agent));
      if (!done.ok) throw refusalOf(done.refusal);
      ctx.status = 201;
      ctx.body = { ticket: done.value.ticket, message: done.value.message };
    },

    async changeAppointment(ctx, agent) {
      const body = await readJson(ctx, keys);
      const before = await known(ctx);
      const change = { uid: before.uid, base: before.sequence, facts: factsOf(body, before) };
      const done = await appointments.change(numberOf(ctx), change, actor(agent));
      if (!done.ok) throw refusalOf(done.refusal);
      ctx.body = { ticket: done.value.ticket, message: done.value.message };
    },

    async cancelAppointment(ctx, agent) {
      const body = await readJson(ctx, ['text']);
      const cancelled = { uid: ctx.params.uid ?? '', text: body.optionalText('text') ?? '' };
      const done = await appointments.cancel(numberOf(ctx), cancelled, actor(agent));
      if (!done.ok) throw refusalOf(done.refusal);
      ctx.body = { ticket: done.value.ticket, message: done.value.message };
    },
  };
}
