/** The routes of what is the agent's own: who the token is, what he was told, what he has put aside. */
import { formatInstant, parseInstant } from '../../../base/clock.ts';
import { formatActor } from '../../../core/ticket/event.ts';
import { readJson } from './body.ts';
import { type AgentRoute, type ApiDeps, numberOf } from './calls.ts';
import { refusalOf } from './problems.ts';
import type { AgentOperation } from './routes.ts';

type PersonalOperation = Extract<
  AgentOperation,
  'readAgent' | 'listNotifications' | 'readNotifications' | 'snoozeTicket' | 'wakeTicket'
>;

const mostNotifications = 100;

export function createPersonalRoutes(
  deps: Pick<ApiDeps, 'told' | 'sight' | 'reader' | 'snoozes' | 'config' | 'clock'>,
): Record<PersonalOperation, AgentRoute> {
  const { told, sight, reader, snoozes, config, clock } = deps;

  return {
    async readAgent(ctx, { login, name, email, language, timeZone, roles }) {
      const { desk } = config.current();
      ctx.body = {
        login,
        name,
        email,
        language: language ?? desk.language,
        timeZone: timeZone ?? desk.timeZone,
        roles: [...roles],
      };
    },

    async listNotifications(ctx, agent) {
      const { told: all, readUpTo } = await told.read(agent.login);
      const newest = all.filter(({ inPage }) => inPage).slice(-mostNotifications);
      const readable = await Promise.all(newest.map(({ ticket }) => sight.mayRead(agent, ticket)));
      ctx.body = {
        notifications: newest
          .filter((_, at) => readable[at])
          .toReversed()
          .map(({ time, ticket, message, reasons, by }) => ({
            time: formatInstant(time),
            ticket,
            message,
            reasons: [...reasons],
            by: formatActor(by),
            unread: time > readUpTo,
          })),
      };
    },

    async readNotifications(ctx, { login }) {
      await readJson(ctx, []);
      const now = clock.now();
      await told.markRead(login, now);
      ctx.body = { readUpTo: formatInstant(now) };
    },

    async snoozeTicket(ctx, { login }) {
      const value = (await readJson(ctx, ['until'])).text('until');
      const until = parseInstant(value);
      const number = numberOf(ctx);
      const folder = await reader.read(number);
      if (folder === undefined) throw refusalOf({ code: 'unknown-ticket', number });
      if (until === undefined || until <= clock.now()) throw refusalOf({ code: 'bad-time', value });
      await snoozes.snooze(login, number, { until, since: folder.ticket.latest });
      ctx.body = { ticket: number, until: formatInstant(until) };
    },

    async wakeTicket(ctx, { login }) {
      await readJson(ctx, []);
      const number = numberOf(ctx);
      await snoozes.wake(login, number);
      ctx.body = { ticket: number, until: null };
    },
  };
}
