/** The routes about standard answers: which there are, and what one becomes for a ticket. */
import { browseModules } from '../../../core/answers/find-modules.ts';
import type { TextModule } from '../../../core/answers/text-module.ts';
import { rightsIn } from '../../../core/ticket/rights.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import { fillAnswerJson, toAnswerJson } from '../../../services/present/answer-json.ts';
import { type AgentRoute, type ApiContext, type ApiDeps, numberOf } from './calls.ts';
import { ApiRefusal, refusalOf } from './problems.ts';
import type { AgentOperation } from './routes.ts';

type AnswerOperation = Extract<AgentOperation, 'listAnswers' | 'readAnswer' | 'fillAnswer'>;

export function createAnswerRoutes({
  answers,
  filling,
  reader,
  config,
}: Pick<ApiDeps, 'answers' | 'filling' | 'reader' | 'config'>): Record<
  AnswerOperation,
  AgentRoute
> {
  const seesOf = (agent: Agent) => (queue: string) =>
    rightsIn(queue, agent.roles, config.current().queues).has('see');

  /** All languages of the answer in the path. */
  function variantsOf(ctx: ApiContext, agent: Agent): readonly TextModule[] {
    const id = ctx.params.id ?? '';
    const seen = browseModules(answers.modules(), { sees: seesOf(agent) }).flat();
    const variants = seen.filter((each) => each.id === id);
    if (variants.length > 0) return variants;
    throw new ApiRefusal({ code: 'no-such-resource', detail: `There is no answer "${id}"` });
  }

  return {
    async listAnswers(ctx, agent) {
      const wanted = new URLSearchParams(ctx.querystring);
      const found = browseModules(answers.modules(), {
        words: wanted.get('q') ?? '',
        queue: wanted.get('queue') ?? '',
        language: wanted.get('language') ?? '',
        sees: seesOf(agent),
      });
      ctx.body = { answers: found.flat().map(toAnswerJson) };
    },
    async readAnswer(ctx, agent) {
      ctx.body = { answers: variantsOf(ctx, agent).map(toAnswerJson) };
    },
    async fillAnswer(ctx, agent) {
      const number = numberOf(ctx);
      const folder = await reader.read(number);
      if (folder === undefined) throw refusalOf({ code: 'unknown-ticket', number });
      const wanted = new URLSearchParams(ctx.querystring).get('language') ?? undefined;
      const languages = [wanted, folder.ticket.language, config.current().desk.language];
      const variants = variantsOf(ctx, agent);
      ctx.body = fillAnswerJson(filling, { variants, languages, folder, agent });
    },
  };
}
