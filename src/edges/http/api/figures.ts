/** The figures of the overview through the API. */

import { figuresJson } from '../../../services/present/figures-json.ts';
import {
  type FiguresQuery,
  figuresKeys,
  readFigures,
} from '../../../services/present/figures-request.ts';
import { unknownKey } from './body.ts';
import type { AgentRoute, ApiDeps } from './calls.ts';
import { refusalOf } from './problems.ts';

export function createFiguresReading({
  figures,
  config,
  clock,
}: Pick<ApiDeps, 'figures' | 'config' | 'clock'>): { readonly readFigures: AgentRoute } {
  return {
    async readFigures(ctx, viewer) {
      const parameters = new URLSearchParams(ctx.querystring);
      const known: readonly string[] = figuresKeys;
      for (const key of parameters.keys()) if (!known.includes(key)) throw unknownKey(key, known);
      const query: FiguresQuery = Object.fromEntries(parameters);
      const asked = readFigures(query, clock.now(), config.current().desk.timeZone);
      if (!asked.ok) throw refusalOf(asked.refusal);
      const { filter, days, by } = asked.value;
      const answer = await figures.read({ viewer, filter, days, by });
      if (!answer.ok) throw refusalOf(answer.refusal);
      ctx.body = figuresJson(answer.value, filter);
    },
  };
}
