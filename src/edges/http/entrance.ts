/**
 * Letting somebody in who proved who he is: at once, or after the second step.
 *
 * Promises: between the two steps nothing but a sealed cookie is held, for ten minutes; it is worth nothing
 * without the code, and nothing after a change of the password. Every outcome is noted in the log of log-ins.
 */
import { minute } from '../../base/clock.ts';
import type { AccountRefusal, Agent, WayIn } from '../../services/accounts/accounts.ts';
import { waysIn } from '../../services/accounts/accounts.ts';
import type { PageContext, ViewerDeps } from './deps.ts';
import type { Cookies } from './middleware/cookies.ts';
import { keptBack, type Visitor } from './middleware/visitor.ts';

export interface Entrance {
  enter(ctx: PageContext, agent: Agent, how: { way: WayIn; back: string }): Promise<void>;
  /** Who is between the two steps; undefined when nobody is. */
  waiting(ctx: PageContext): Waiting | undefined;
  /** After the right code. */
  pass(ctx: PageContext, agent: Agent, waiting: Waiting): Promise<void>;
  noteRefused(
    ctx: PageContext,
    refused: {
      readonly agent: string | undefined;
      readonly way: string;
      readonly code: AccountRefusal['code'];
    },
  ): void;
}

export interface Waiting {
  readonly login: string;
  readonly way: WayIn;
  readonly back: string;
}

export interface EntranceDeps extends Pick<ViewerDeps, 'access' | 'accounts' | 'audit' | 'log'> {
  readonly visitor: Visitor;
  readonly cookies: Cookies;
}

const purpose = 'second-step';
const lasts = 10 * minute;

export function createEntrance(deps: EntranceDeps): Entrance {
  const { access, accounts, audit, log, visitor, cookies } = deps;

  async function open(ctx: PageContext, agent: Agent, { way, back }: Waiting, proof: string) {
    await visitor.openSession(ctx, agent, way);
    log.info('http.logged-in', { agent: agent.login });
    audit.note({ event: 'log-in', agent: agent.login, way: proof, ...visitor.originOf(ctx) });
    ctx.status = 303;
    ctx.redirect(back);
  }

  return {
    async enter(ctx, agent, { way, back }) {
      const { login, passwordMark } = agent;
      if (agent.hasTotp !== true) return open(ctx, agent, { login, way, back }, way);
      const sealed = access.seal.close(purpose, [login, passwordMark, way, keptBack(back)], lasts);
      cookies.write(ctx, 'step', sealed, lasts);
      ctx.status = 303;
      ctx.redirect('/second-step');
    },

    waiting(ctx) {
      const fields = access.seal.open(purpose, cookies.read(ctx, 'step') ?? '') ?? [];
      const [login = '', mark = '', wayText = '', back = '/'] = fields;
      const way = waysIn.find((known) => known === wayText);
      const agent = accounts.find(login);
      const isGood = agent !== undefined && agent.passwordMark === mark && !agent.isDisabled;
      return isGood && way !== undefined ? { login, way, back } : undefined;
    },

    async pass(ctx, agent, waiting) {
      cookies.clear(ctx, 'step');
      await open(ctx, agent, waiting, `${waiting.way}, code`);
    },

    noteRefused(ctx, { agent, way, code }) {
      const known = agent === undefined ? undefined : accounts.find(agent)?.login;
      const event = 'log-in-refused' as const;
      audit.note({ event, agent: known, way, detail: code, ...visitor.originOf(ctx) });
    },
  };
}
