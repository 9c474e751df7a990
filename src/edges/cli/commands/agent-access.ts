/** `maildesk agent …`: roles, second step, sessions, tokens, letting in and keeping out. */
import { type Command, Option } from 'commander';
import { formatInstant, type Instant, parseInstant } from '../../../base/clock.ts';
import { type TokenScope, tokenScopes } from '../../../config/agent-tokens.ts';
import type { AuditEvent } from '../../../services/audit/entry.ts';
import { browserWords } from '../../../services/present/browser-words.ts';
import type { CliDesk } from '../desk.ts';
import { accountFailure } from '../failure.ts';
import { type CliSession, withDesk } from '../session.ts';
import { formatTable } from '../text.ts';

interface TokenOptions {
  readonly scope?: readonly TokenScope[];
  readonly name?: string;
  readonly expires?: string;
}

interface SessionOptions {
  readonly end?: string;
  readonly endAll?: boolean;
}

export function addAgentAccessCommands(agent: Command, session: CliSession): void {
  addRoleCommands(agent, session);
  addTokenCommands(agent, session);

  agent
    .command('totp')
    .description('switch the second step of an agent off, who then logs in without')
    .argument('<login>')
    .requiredOption('--off', 'switch it off')
    .action((login: string) =>
      withDesk(session, 'store', async (desk) => {
        const outcome = await desk.access.secondStep.reset(login);
        if (!outcome.ok) throw accountFailure(outcome.refusal);
        note(session, desk, 'totp-off', login);
      }),
    );

  agent
    .command('sessions')
    .description('the sessions of an agent; ends one, or all')
    .argument('<login>')
    .option('--end <id>', 'end this one')
    .option('--end-all', 'end all of them')
    .action((login: string, options: SessionOptions) =>
      withDesk(session, 'store', (desk) => showOrEnd(session, desk, login, options)),
    );
}

function addRoleCommands(agent: Command, session: CliSession): void {
  agent
    .command('role')
    .description('give roles (+billing) and take them (-agent); prints what the agent has then')
    .argument('<login>')
    .argument('<change...>')
    // A role that is taken looks like an option.
    .allowUnknownOption()
    .action((login: string, changes: readonly string[]) =>
      withDesk(session, 'store', async (desk) => {
        const outcome = await desk.access.staff.changeRoles(login, changes);
        if (!outcome.ok) throw accountFailure(outcome.refusal);
        note(session, desk, 'roles-changed', login, changes.join(' '));
        session.io.stdout(`${outcome.value.roles.join(' ')}\n`);
      }),
    );

  agent
    .command('disable')
    .description('keep an agent out, with all sessions and tokens; the name stays on tickets')
    .argument('<login>')
    .action((login: string) =>
      withDesk(session, 'store', async (desk) => {
        const outcome = await desk.access.staff.disable(login);
        if (!outcome.ok) throw accountFailure(outcome.refusal);
        note(session, desk, 'disabled', login);
      }),
    );

  agent
    .command('enable')
    .description('let an agent in again')
    .argument('<login>')
    .action((login: string) =>
      withDesk(session, 'store', async (desk) => {
        const outcome = await desk.access.staff.enable(login);
        if (!outcome.ok) throw accountFailure(outcome.refusal);
        note(session, desk, 'enabled', login);
      }),
    );

  agent
    .command('list')
    .description('all agents: login, roles, second step, sessions, name, address')
    .action(() =>
      withDesk(session, 'store', async ({ accounts, access }) => {
        const rows = [];
        for (const { login, roles, hasTotp, isDisabled, name, email } of accounts.list()) {
          const sessions = await access.sessions.list(login);
          const state = isDisabled ? 'disabled' : roles.join(',') || '-';
          rows.push([login, state, hasTotp ? 'totp' : '-', String(sessions.length), name, email]);
        }
        session.io.stdout(formatTable(rows, { isTerminal: session.io.isTerminal }));
      }),
    );
}

function addTokenCommands(agent: Command, session: CliSession): void {
  agent
    .command('token')
    .description('make a token for the API and print it; it is not shown again')
    .argument('<login>')
    .addOption(
      new Option('--scope <scope...>', 'what it may do; everything when absent').choices(
        tokenScopes,
      ),
    )
    .option('--name <name>', 'what it is for')
    .option('--expires <time>', 'until when it is valid, such as 2027-01-31')
    .action((login: string, { scope, name = '', expires }: TokenOptions) =>
      withDesk(session, 'store', async (desk) => {
        const until = expires === undefined ? undefined : readTime(expires, 'expires');
        const token = await desk.accounts.createApiToken(login, {
          name,
          ...(scope === undefined ? {} : { scopes: scope }),
          ...(until === undefined ? {} : { expires: until }),
        });
        if (!token.ok) throw accountFailure(token.refusal);
        note(session, desk, 'token-made', login, name);
        session.io.stdout(`${token.value}\n`);
      }),
    );

  agent
    .command('tokens')
    .description('the tokens of an agent: id, scopes, last use, end, name; takes one back')
    .argument('<login>')
    .option('--revoke <id>', 'take this one back')
    .action((login: string, { revoke }: { readonly revoke?: string }) =>
      withDesk(session, 'store', async (desk) => {
        requireKnown(desk, login);
        if (revoke !== undefined) {
          const outcome = await desk.access.apiTokens.revoke(login, revoke);
          if (!outcome.ok) throw accountFailure(outcome.refusal);
          return note(session, desk, 'token-revoked', login, outcome.value.name);
        }
        const tokens = await desk.access.apiTokens.list(login);
        const rows = tokens.map(({ id, scopes, used, expires, name }) => [
          id,
          scopes?.join(',') ?? 'all',
          timeOf(used),
          timeOf(expires),
          name,
        ]);
        session.io.stdout(formatTable(rows, { isTerminal: session.io.isTerminal }));
      }),
    );
}

async function showOrEnd(
  session: CliSession,
  desk: CliDesk,
  login: string,
  { end, endAll }: SessionOptions,
): Promise<void> {
  requireKnown(desk, login);
  const { sessions } = desk.access;
  if (endAll === true) {
    const count = await sessions.endAll(login);
    if (count > 0) note(session, desk, 'session-ended', login);
    return;
  }
  if (end !== undefined) {
    if (!(await sessions.end(login, end)))
      throw accountFailure({ code: 'unknown-session', value: end.slice(0, 100) });
    return note(session, desk, 'session-ended', login);
  }
  const rows = (await sessions.list(login)).map(({ id, opened, used, way, address, browser }) => {
    const words = browserWords(browser);
    const device = `${words.browser} ${words.system}`.trim() || '-';
    return [id, formatInstant(opened), formatInstant(used), way, address, device];
  });
  session.io.stdout(formatTable(rows, { isTerminal: session.io.isTerminal }));
}

function note(
  session: CliSession,
  { audit }: CliDesk,
  event: AuditEvent,
  login: string,
  detail = '',
): void {
  // An account of the system may be called like an agent.
  const by = session.actingAs() ?? `user ${session.io.account}`;
  audit.note({ event, agent: login, by, detail });
}

function requireKnown({ accounts }: CliDesk, login: string): void {
  if (accounts.find(login) !== undefined) return;
  const known = accounts.list().map((agent) => agent.login);
  throw accountFailure({ code: 'unknown-agent', value: login, known });
}

function timeOf(instant: Instant | undefined): string {
  return instant === undefined ? '-' : formatInstant(instant);
}

export function readTime(text: string, field: string): Instant {
  const instant = parseInstant(text);
  if (instant !== undefined) return instant;
  const expected = 'a time such as 2027-01-31 or 2027-01-31T18:00:00Z';
  throw accountFailure({ code: 'bad-value', field, value: text.slice(0, 100), expected });
}
