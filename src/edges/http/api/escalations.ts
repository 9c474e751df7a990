/** The route that says what is late and what falls due next. */
import { toEscalationsJson } from '../../../services/present/escalations-json.ts';
import { mostListed, parseLimit } from '../../../services/present/list-request.ts';
import { unknownKey } from './body.ts';
import type { AgentRoute, ApiDeps } from './calls.ts';
import { ApiRefusal } from './problems.ts';

export function createEscalationReading({ board, sight }: Pick<ApiDeps, 'board' | 'sight'>): {
  readonly listEscalations: AgentRoute;
} {
  return {
    async listEscalations(ctx, agent) {
      const parameters = new Map(new URLSearchParams(ctx.querystring));
      for (const key of parameters.keys()) if (key !== 'limit') throw unknownKey(key, ['limit']);
      const text = parameters.get('limit') ?? '50';
      const limit = parseLimit(text);
      if (limit === undefined)
        throw new ApiRefusal({
          code: 'bad-value',
          detail: `Bad value "${text.slice(0, 100)}" for limit; expected a whole number from 1 to ${mostListed}`,
        });
      ctx.body = toEscalationsJson(await board.read(sight.readerOf(agent)), limit);
    },
  };
}
