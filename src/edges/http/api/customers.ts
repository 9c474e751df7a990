/** The routes about customers: what is known of one, and saying more. */
import { addressKey, isAddress } from '../../../core/message/address.ts';
import { rightsIn } from '../../../core/ticket/rights.ts';
import type { Agent } from '../../../services/accounts/accounts.ts';
import type { CustomerCommand } from '../../../services/customer-care.ts';
import { readCustomerJson } from '../../../services/present/customer-json.ts';
import { type BodyReader, readJson } from './body.ts';
import type { AgentRoute, ApiContext, ApiDeps } from './calls.ts';
import { ApiRefusal, refusalOf } from './problems.ts';
import type { AgentOperation } from './routes.ts';

type CustomerOperation = Extract<AgentOperation, 'readCustomer' | 'changeCustomer'>;

const facts = ['name', 'language', 'timeZone', 'company', 'notes'] as const;
const changeKeys = [...facts, 'join', 'unjoin', 'muted', 'blocked'];

export function createCustomerRoutes({
  customers,
  customerCare,
  customerTickets,
  config,
}: Pick<ApiDeps, 'customers' | 'customerCare' | 'customerTickets' | 'config'>): Record<
  CustomerOperation,
  AgentRoute
> {
  async function show(ctx: ApiContext, agent: Agent, address: string): Promise<void> {
    const isSeen = (queue: string) =>
      rightsIn(queue, agent.roles, config.current().queues).has('see');
    ctx.body = await readCustomerJson(customers, customerTickets, isSeen, address);
  }

  return {
    readCustomer: (ctx, agent) => show(ctx, agent, addressOf(ctx)),
    async changeCustomer(ctx, agent) {
      const address = addressOf(ctx);
      const commands = readCommands(address, await readJson(ctx, changeKeys));
      if (commands.length === 0) throw refusalOf({ code: 'nothing-to-change' });
      for (const command of commands) {
        const done = await customerCare.run(command, { kind: 'agent', login: agent.login });
        if (!done.ok) throw refusalOf(done.refusal);
      }
      await show(ctx, agent, address);
    },
  };
}

function readCommands(whom: string, body: BodyReader): readonly CustomerCommand[] {
  const said = facts.flatMap((key) => {
    const value = body.clearableText(key);
    return value === undefined ? [] : [[key, value] as const];
  });
  const joins = (['join', 'unjoin'] as const).flatMap((kind): readonly CustomerCommand[] =>
    body.texts(kind).map((other) => ({ kind, whom, other })),
  );
  const restrictions = (['muted', 'blocked'] as const).flatMap(
    (what): readonly CustomerCommand[] => {
      const isOn = readSwitch(body.optionalText(what), what);
      return isOn === undefined ? [] : [{ kind: 'restrict', whom, what, isOn }];
    },
  );
  return [
    ...(said.length === 0
      ? []
      : [{ kind: 'describe', whom, facts: Object.fromEntries(said) } as const]),
    ...joins,
    ...restrictions,
  ];
}

function readSwitch(text: string | undefined, key: string): boolean | undefined {
  if (text === undefined) return undefined;
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw new ApiRefusal({
    code: 'bad-value',
    detail: `Bad value "${text}" for ${key}; expected yes or no`,
  });
}

function addressOf(ctx: ApiContext): string {
  const given = ctx.params.address ?? '';
  if (isAddress(given)) return addressKey(given);
  throw new ApiRefusal({
    code: 'no-such-resource',
    detail: `"${given}" is no address; expected one such as name@example.org`,
  });
}
