/**
 * The JSON API, `/healthz` and `/metrics` as one router.
 *
 * Owns: which function serves which route, tokens, and how refusals and failures are answered.
 * Promises: every answer below `/api` that is not a success is a problem document; nothing it answers is
 * stored by a proxy or run by a browser. It reads no cookies, so it needs no CSRF token: it is mounted
 * before the middleware that asks for one.
 */
import Router from '@koa/router';
import type { Clock } from '../../../base/clock.ts';
import { errorText } from '../../../base/fault.ts';
import { parseTicketNumber } from '../../../core/ticket/number.ts';
import type { Accounts, ApiAccess } from '../../../services/accounts/accounts.ts';
import { createAnswerRoutes } from './answers.ts';
import { createAppointmentRoutes } from './appointments.ts';
import { createAuditReading, noteApiReading } from './audit.ts';
import type { AgentRoute, ApiContext, ApiDeps, PublicRoute } from './calls.ts';
import { createTicketCommands } from './commands.ts';
import { createComposing } from './composing.ts';
import { createCustomerRoutes } from './customers.ts';
import { createDeskReading } from './desk-reading.ts';
import { createDraftRoutes } from './drafts.ts';
import { createEscalationReading } from './escalations.ts';
import { createExportRoute } from './exporting.ts';
import { createFiguresReading } from './figures.ts';
import { createFilesReading } from './files.ts';
import { createHealthReport } from './health.ts';
import { createMetricsReport, type ProcessFigures } from './metrics.ts';
import { openApiDescription } from './openapi.ts';
import { createPersonalRoutes } from './personal.ts';
import { ApiRefusal, refusalOf, toProblem } from './problems.ts';
import { createTicketReading } from './reading.ts';
import { createRedacting } from './redacting.ts';
import { type AgentOperation, type ApiRoute, apiRoutes, type PublicOperation } from './routes.ts';
import { requireScope } from './scopes.ts';
import { createTeamCommands } from './team-commands.ts';
import { createTidying } from './tidying.ts';

export interface ApiOptions {
  /** Version of the product, for the description. */
  readonly version: string;
  /** Figures of the process, taken at each reading of `/metrics`. */
  readonly processFigures: () => ProcessFigures;
}

export function createApiRouter(deps: ApiDeps, options: ApiOptions): Router {
  const router = new Router();
  const nextLogId = createLogIds(deps.clock);
  const description = openApiDescription(options.version);

  const agentRoutes: Readonly<Record<AgentOperation, AgentRoute>> = {
    ...createTicketReading(deps),
    ...createTicketCommands(deps),
    ...createComposing(deps),
    ...createTidying(deps),
    ...createTeamCommands(deps),
    ...createCustomerRoutes(deps),
    ...createAuditReading(deps),
    ...createEscalationReading(deps),
    ...createFiguresReading(deps),
    ...createAppointmentRoutes(deps),
    ...createAnswerRoutes(deps),
    ...createDeskReading(deps),
    ...createPersonalRoutes(deps),
    ...createDraftRoutes(deps),
    ...createExportRoute(deps),
    ...createRedacting(deps),
    ...createFilesReading(deps),
  };
  const publicRoutes: Readonly<Record<PublicOperation, PublicRoute>> = {
    readHealth: createHealthReport(deps),
    readMetrics: createMetricsReport(deps, options.processFigures),
    readDescription: async (ctx) => {
      ctx.body = description;
    },
  };

  async function serve(ctx: ApiContext, route: ApiRoute): Promise<void> {
    if (route.access === 'public') return publicRoutes[route.id](ctx);
    const access = authenticate(ctx, deps.accounts);
    requireScope(access, route.id);
    await deps.apiTokens.noteUse(access.agent.login, access.tokenId);
    const number = parseTicketNumber(ctx.params.number ?? '');
    // That there is such a ticket is nothing to tell somebody who may not see it.
    if (number !== undefined && !(await deps.sight.mayRead(access.agent, number)))
      throw refusalOf({ code: 'unknown-ticket', number });
    await agentRoutes[route.id](ctx, access.agent);
    noteApiReading(deps.audit, ctx, { operation: route.id, access });
  }

  /** Runs the work and turns whatever it throws into a problem document. */
  async function answer(ctx: ApiContext, work: () => Promise<void>): Promise<void> {
    ctx.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
    try {
      await work();
    } catch (error) {
      const logId = nextLogId();
      const { status, headers, body } = toProblem(error, logId);
      if (!(error instanceof ApiRefusal)) {
        const stack = error instanceof Error ? error.stack : undefined;
        deps.log.error('api.failed', {
          logId,
          method: ctx.method,
          status,
          reason: errorText(error),
          stack,
        });
      }
      ctx.status = status;
      ctx.set({ ...headers });
      ctx.body = JSON.stringify(body);
      ctx.type = 'application/problem+json';
    }
  }

  for (const route of apiRoutes) {
    router.register(toKoaPath(route.path), [route.method], (ctx: ApiContext) =>
      answer(ctx, async () => serve(ctx, route)),
    );
  }
  for (const path of new Set(apiRoutes.map((route) => route.path))) {
    const allowed = methodsAt(path);
    router.all(toKoaPath(path), (ctx: ApiContext) =>
      answer(ctx, async () => refuseMethod(ctx, allowed)),
    );
  }
  router.all('/api{/*rest}', (ctx: ApiContext) => answer(ctx, async () => refusePath(ctx)));
  return router;
}

function toKoaPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

function methodsAt(path: string): string {
  const methods = apiRoutes
    .filter((route) => route.path === path)
    .map(({ method }) => method.toUpperCase());
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
}

function refuseMethod(ctx: ApiContext, allowed: string): void {
  if (ctx.method !== 'OPTIONS') {
    throw new ApiRefusal({
      code: 'method-not-allowed',
      detail: `The method ${ctx.method} does nothing here; expected ${allowed}`,
      headers: { Allow: allowed },
    });
  }
  ctx.status = 204;
  ctx.set('Allow', allowed);
}

function refusePath(ctx: ApiContext): never {
  throw new ApiRefusal({
    code: 'no-such-resource',
    detail: `There is nothing at "${ctx.path}"; /api/v1/openapi.json describes what there is`,
  });
}

/** RFC 6750: the token in the Authorization field, nowhere else. */
function authenticate(ctx: ApiContext, accounts: Pick<Accounts, 'findByApiToken'>): ApiAccess {
  const given = ctx.get('Authorization');
  const token = /^Bearer +([A-Za-z0-9._~+/=-]{1,500})$/i.exec(given.trim())?.[1];
  const access = token === undefined ? undefined : accounts.findByApiToken(token);
  if (access !== undefined) return access;
  const reason =
    given === '' ? 'The request carries no token' : 'The token in "Authorization" is not valid';
  throw new ApiRefusal({
    code: 'unauthorized',
    detail: `${reason}; expected "Authorization: Bearer TOKEN" with a token of an agent`,
    headers: {
      'WWW-Authenticate': `Bearer realm="maildesk"${given === '' ? '' : ', error="invalid_token"'}`,
    },
  });
}

/** Names under which a failure is found in the log: unlikely to repeat over restarts. */
function createLogIds(clock: Clock): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `${clock.now().toString(36)}-${count.toString(36)}`;
  };
}
