/** The parts around the directory of agents, made once for a desk. */
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Random } from '../../base/random.ts';
import type { DeskConfig } from '../../config/config.ts';
import { adminRole } from '../../core/ticket/rights.ts';
import type { FileOps } from '../../storage/files.ts';
import type { Agent, Sessions } from './accounts.ts';
import { type ApiTokens, createApiTokens } from './api-tokens.ts';
import type { AgentDirectory } from './directory.ts';
import { createOpenidLogIn, type OpenidLogIn } from './openid.ts';
import { createOpenidAgents, type OpenidAgents } from './openid-agents.ts';
import { createSeal, type Seal } from './seal.ts';
import { createSecondStep, type SecondStep } from './second-step.ts';
import { createSessions } from './sessions.ts';
import { createStaff, type Staff } from './staff.ts';

export interface AccountServices {
  readonly sessions: Sessions;
  readonly secondStep: SecondStep;
  readonly apiTokens: ApiTokens;
  readonly staff: Staff;
  readonly openid: OpenidLogIn;
  readonly openidAgents: OpenidAgents;
  readonly seal: Seal;
  /** Whether the agent must set up a second step before he works in the viewer. */
  needsTotp(agent: Agent): boolean;
}

export interface AccountServicesDeps {
  readonly accounts: AgentDirectory;
  readonly settings: () => DeskConfig;
  readonly files: FileOps;
  readonly directory: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly secret: Buffer;
}

export function createAccountServices(deps: AccountServicesDeps): AccountServices {
  const { accounts, settings } = deps;
  const within = { ...deps, agents: accounts.files };
  const sessions = createSessions(deps, { sessionHours: () => settings().sessionHours });
  return {
    sessions,
    secondStep: createSecondStep(within),
    apiTokens: createApiTokens(within),
    staff: createStaff({ ...within, sessions }),
    openid: createOpenidLogIn(deps),
    openidAgents: createOpenidAgents(within),
    seal: createSeal(deps.secret, deps.clock),
    needsTotp({ roles, hasTotp }) {
      const { requireTotp } = settings();
      if (hasTotp === true || requireTotp === 'never') return false;
      return requireTotp === 'all' || roles.includes(adminRole);
    },
  };
}
