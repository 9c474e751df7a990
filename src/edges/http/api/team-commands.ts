/** The routes for what colleagues do among themselves: handing over, advice, the second level. */
import type { TeamCommand } from '../../../core/ticket/team.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import { readJson } from './body.ts';
import { type AgentRoute, type ApiContext, type ApiDeps, numberOf } from './calls.ts';
import { refusalOf } from './problems.ts';
import type { AgentOperation } from './routes.ts';

type TeamOperation = Extract<
  AgentOperation,
  'handOverTicket' | 'askAdvice' | 'endAdvice' | 'escalateTicket' | 'bringBackTicket'
>;

export function createTeamCommands({
  tickets,
}: Pick<ApiDeps, 'tickets'>): Record<TeamOperation, AgentRoute> {
  async function run(ctx: ApiContext, agent: Agent, command: TeamCommand): Promise<void> {
    const result = await tickets.run(numberOf(ctx), command, { kind: 'agent', login: agent.login });
    if (!result.ok) throw refusalOf(result.refusal);
    ctx.body = { ticket: result.value.ticket, message: result.value.message };
  }

  return {
    async handOverTicket(ctx, agent) {
      const body = await readJson(ctx, ['owner', 'queue', 'text']);
      const [owner, queue] = [body.optionalText('owner'), body.optionalText('queue')];
      if (owner !== undefined && queue !== undefined)
        throw refusalOf({
          code: 'bad-value',
          field: 'queue',
          value: queue,
          expected: 'nothing beside "owner"',
        });
      await run(ctx, agent, {
        kind: 'hand-over',
        text: body.text('text'),
        ...(owner === undefined ? {} : { owner }),
        ...(queue === undefined ? {} : { queue }),
      });
    },

    async askAdvice(ctx, agent) {
      const body = await readJson(ctx, ['agent', 'text']);
      await run(ctx, agent, {
        kind: 'ask-advice',
        agent: body.text('agent'),
        text: body.text('text'),
      });
    },

    async endAdvice(ctx, agent) {
      const body = await readJson(ctx, ['agent', 'text']);
      const text = body.optionalText('text');
      await run(ctx, agent, {
        kind: 'end-advice',
        agent: body.optionalText('agent') ?? agent.login,
        ...(text === undefined ? {} : { text }),
      });
    },

    async escalateTicket(ctx, agent) {
      const body = await readJson(ctx, ['text']);
      await run(ctx, agent, { kind: 'escalate', text: body.text('text') });
    },

    async bringBackTicket(ctx, agent) {
      const body = await readJson(ctx, ['text']);
      await run(ctx, agent, { kind: 'bring-back', text: body.text('text') });
    },
  };
}
