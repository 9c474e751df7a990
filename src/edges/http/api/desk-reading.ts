/** The routes about the desk itself: queues, colleagues, what waits to be sent, mails that need a human, hooks. */
import { formatInstant } from '../../../base/clock.ts';
import { adminRole } from '../../../core/ticket/rights.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import { readJson } from './body.ts';
import type { AgentRoute, ApiDeps } from './calls.ts';
import { ApiRefusal } from './problems.ts';
import type { AgentOperation } from './routes.ts';

type DeskOperation = Extract<
  AgentOperation,
  | 'listQueues'
  | 'listAgents'
  | 'listOutbox'
  | 'listTrouble'
  | 'readTroubleMail'
  | 'releaseTrouble'
  | 'listHooks'
>;

export function createDeskReading(
  deps: Pick<
    ApiDeps,
    | 'index'
    | 'accounts'
    | 'rightsOf'
    | 'outbox'
    | 'sight'
    | 'trouble'
    | 'release'
    | 'hooks'
    | 'config'
  >,
): Record<DeskOperation, AgentRoute> {
  const { index, accounts, rightsOf, outbox, sight, trouble, release, hooks, config } = deps;

  return {
    async listQueues(ctx, { login }) {
      const counts = new Map((await index.counts()).map((each) => [each.queue, each]));
      ctx.body = {
        queues: config.current().queues.flatMap(({ name, addresses }) => {
          const rights = rightsOf(login, name);
          if (!rights.has('see')) return [];
          const { open = 0, fresh = 0 } = counts.get(name) ?? {};
          return { name, addresses: [...addresses], open, new: fresh, rights: [...rights].sort() };
        }),
      };
    },

    async listAgents(ctx) {
      const known = accounts.list().filter(({ isDisabled }) => isDisabled !== true);
      ctx.body = {
        agents: known.map(({ login, name, email, roles }) => ({
          login,
          name,
          email,
          roles: [...roles],
        })),
      };
    },

    async listOutbox(ctx, agent) {
      const mails = await outbox.waiting();
      const readable = await Promise.all(
        mails.map(({ ticket }) => ticket === undefined || sight.mayRead(agent, ticket)),
      );
      ctx.body = {
        mails: mails
          .filter((_, at) => readable[at])
          .map((mail) => ({
            message: mail.name,
            ticket: mail.ticket ?? null,
            recipients: [...mail.recipients],
            subject: mail.subject,
            since: formatInstant(mail.since),
            attempts: mail.attempts,
            nextAttempt: mail.nextAttempt === undefined ? null : formatInstant(mail.nextAttempt),
            reply: mail.reply ?? null,
          })),
      };
    },

    async listTrouble(ctx) {
      ctx.body = {
        entries: (await trouble.list()).map(({ since, sender, recipients, ...entry }) => ({
          ...entry,
          since: formatInstant(since),
          sender: sender ?? null,
          recipients: [...recipients],
        })),
      };
    },

    async readTroubleMail(ctx, agent) {
      requireAdmin(agent);
      const name = ctx.params.entry ?? '';
      const found = await trouble.read(name);
      if (found === undefined) throw unknownEntry(name);
      ctx.body = found.mail;
      ctx.type = 'message/rfc822';
    },

    async releaseTrouble(ctx, agent) {
      requireAdmin(agent);
      await readJson(ctx, []);
      const name = ctx.params.entry ?? '';
      const outcome = await release(name);
      if (!outcome.ok) throw unknownEntry(name);
      const { value } = outcome;
      ctx.body = {
        outcome: value.outcome,
        ticket: value.outcome === 'filed' ? value.ticket : null,
      };
    },

    async listHooks(ctx, agent) {
      requireAdmin(agent);
      ctx.body = {
        hooks: (await hooks.care.list()).map(({ hook, waiting, failed, oldest }) => ({
          name: hook.name,
          kind: hook.target.kind,
          on: [...hook.on],
          queues: hook.queues === undefined ? null : [...hook.queues],
          waiting,
          failed,
          oldest: oldest === undefined ? null : formatInstant(oldest),
        })),
      };
    },
  };
}

function requireAdmin({ roles }: Agent): void {
  if (roles.includes(adminRole)) return;
  const detail = `Not allowed: this needs the role "${adminRole}"`;
  throw new ApiRefusal({ code: 'not-allowed', detail });
}

function unknownEntry(name: string): ApiRefusal {
  return new ApiRefusal({
    code: 'no-such-resource',
    detail: `There is no mail "${name}" in trouble that came in; /api/v1/trouble lists what there is`,
  });
}
