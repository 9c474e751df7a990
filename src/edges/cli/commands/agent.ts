/** `maildesk agent …`: who may log in. */
import { type Command, Option } from 'commander';
import type { Role } from '../../../services/accounts/accounts.ts';
import type { CliDesk } from '../desk.ts';
import { exits } from '../exit-codes.ts';
import { accountFailure, CliFailure } from '../failure.ts';
import { type CliSession, readInput, withDesk } from '../session.ts';
import { addAbsenceCommand } from './absence.ts';
import { addAgentAccessCommands } from './agent-access.ts';

interface NewAgent {
  readonly name: string;
  readonly email: string;
  readonly role: readonly Role[];
}

export function addAgentCommands(program: Command, session: CliSession): void {
  const agent = program.command('agent').description('agents: who may log in');

  agent
    .command('add')
    .description('add an agent; give a password or a log-in link next')
    .argument('<login>')
    .requiredOption('--name <name>', 'name that customers see')
    .requiredOption('--email <address>', 'address of the agent')
    .addOption(
      new Option('--role <role...>', 'what the agent may do')
        .choices(['agent', 'admin'])
        .default(['agent']),
    )
    .action((login: string, { name, email, role }: NewAgent) =>
      withDesk(session, 'store', async ({ accounts }) => {
        // Who runs the desk also answers.
        const roles: readonly Role[] = role.includes('admin') ? ['agent', 'admin'] : ['agent'];
        const added = await accounts.add({ login, name, email, roles });
        if (!added.ok) throw accountFailure(added.refusal);
        session.io.stdout(`${added.value.login}\n`);
      }),
    );

  agent
    .command('passwd')
    .description('set a password: asked twice on a terminal, else the first line of standard input')
    .argument('<login>')
    .action((login: string) =>
      withDesk(session, 'store', async (desk) => {
        requireAgent(desk, login);
        const changed = await desk.accounts.setPassword(login, await readPassword(session));
        if (!changed.ok) throw accountFailure(changed.refusal);
        await desk.access.sessions.endAll(login);
      }),
    );

  addAbsenceCommand(agent, session);

  agent
    .command('link')
    .description('print a link with which the agent logs in once, within 24 hours')
    .argument('<login>')
    .action((login: string) =>
      withDesk(session, 'store', async (desk) => {
        requireAgent(desk, login);
        const token = await desk.accounts.createLoginToken(login);
        session.io.stdout(`${viewerUrl(desk)}/login/${token}\n`);
      }),
    );

  addAgentAccessCommands(agent, session);
}

function requireAgent({ accounts }: CliDesk, login: string): void {
  if (accounts.find(login) !== undefined) return;
  throw accountFailure({
    code: 'unknown-agent',
    value: login,
    known: accounts.list().map((agent) => agent.login),
  });
}

const mostPasswordBytes = 4096;

async function readPassword(session: CliSession): Promise<string> {
  const { readSecret } = session.io;
  if (readSecret === undefined) {
    const [line = ''] = (await readInput(session, mostPasswordBytes))
      .toString('utf8')
      .split(/\r?\n/);
    return line;
  }
  const password = await readSecret('New password: ');
  if (password === (await readSecret('The same again: '))) return password;
  throw new CliFailure(exits.data, 'The two passwords differ; expected the same one twice');
}

function viewerUrl({ config }: CliDesk): string {
  const { publicUrl, http } = config.current().desk;
  return (
    publicUrl ?? `http://${http.host.includes(':') ? `[${http.host}]` : http.host}:${http.port}`
  );
}
