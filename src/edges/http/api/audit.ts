/** The log of log-ins and readings through the API: what of it is written, and reading it as an admin. */
import { formatInstant, parseInstant } from '../../../base/clock.ts';
import { adminRole } from '../../../core/ticket/rights.ts';
import type { ApiAccess } from '../../../services/accounts/accounts.ts';
import type { AuditEntry } from '../../../services/audit/entry.ts';
import { unknownKey } from './body.ts';
import type { AgentRoute, ApiContext, ApiDeps } from './calls.ts';
import { ApiRefusal } from './problems.ts';
import type { AgentOperation } from './routes.ts';

const readings: Readonly<Partial<Record<AgentOperation, string>>> = {
  readTicket: 'ticket',
  readRawMessage: 'raw',
  readAttachment: 'attachment',
  exportTicket: 'export',
  readMessageFiles: 'attachment',
  readTicketFiles: 'attachment',
};

/** Notes what was read, when it was. */
export function noteApiReading(
  audit: ApiDeps['audit'],
  ctx: ApiContext,
  { operation, access }: { readonly operation: AgentOperation; readonly access: ApiAccess },
): void {
  const what = readings[operation];
  const { number, id, attachment } = ctx.params;
  if (what === undefined || number === undefined || ctx.method !== 'GET') return;
  const detail = [id, attachment].filter((part) => part !== undefined).join(' ');
  const { agent } = access;
  audit.note({
    event: 'read',
    agent: agent.login,
    ticket: number,
    what,
    way: 'api',
    detail,
    address: ctx.ip,
  });
}

const keys = ['kind', 'agent', 'ticket', 'since', 'limit'];
const mostListed = 1000;

export function createAuditReading({ audit }: Pick<ApiDeps, 'audit'>): {
  readonly listAudit: AgentRoute;
} {
  return {
    async listAudit(ctx, agent) {
      if (!agent.roles.includes(adminRole))
        throw new ApiRefusal({
          code: 'not-allowed',
          detail: `Not allowed: this needs the role "${adminRole}"`,
        });
      const parameters = new Map(new URLSearchParams(ctx.querystring));
      for (const key of parameters.keys()) if (!keys.includes(key)) throw unknownKey(key, keys);
      const kind = parameters.get('kind') ?? 'logins';
      if (kind !== 'logins' && kind !== 'reads')
        throw bad('kind', kind, 'expected logins or reads');
      const since = parameters.get('since');
      const from = since === undefined ? undefined : parseInstant(since);
      if (since !== undefined && from === undefined)
        throw bad('since', since, 'expected a time such as 2026-11-23T10:00:00Z');
      const limit = parameters.get('limit') ?? '100';
      const most = Number(limit);
      if (!/^\d{1,4}$/.test(limit) || most < 1 || most > mostListed)
        throw bad('limit', limit, `expected a whole number from 1 to ${mostListed}`);
      const [about, ticket] = [parameters.get('agent'), parameters.get('ticket')];
      const page = await audit.list({
        kind,
        most,
        ...(about === undefined ? {} : { agent: about }),
        ...(ticket === undefined ? {} : { ticket }),
        ...(from === undefined ? {} : { from }),
      });
      ctx.body = { entries: page.entries.map(toJson), complete: page.isAll };
    },
  };
}

function toJson({
  time,
  event,
  agent,
  by,
  way,
  detail,
  ticket,
  what,
  address,
  browser,
}: AuditEntry) {
  return {
    time: formatInstant(time),
    event,
    agent: agent ?? null,
    by: by ?? null,
    way: way ?? null,
    detail: detail ?? null,
    ticket: ticket ?? null,
    what: what ?? null,
    address: address ?? null,
    browser: browser ?? null,
  };
}

function bad(name: string, value: string, expectation: string): ApiRefusal {
  const detail = `Bad value "${value.slice(0, 100)}" for ${name}; ${expectation}`;
  return new ApiRefusal({ code: 'bad-value', detail });
}
