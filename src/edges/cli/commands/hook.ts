/**
 * `maildesk hook …`: webhooks and programs that are told of what happens (config/hooks/*.yaml).
 *
 * Promises: no secret is printed; `test` ends with 69 when the hook did not take it.
 */
import type { Command } from 'commander';
import { formatInstant } from '../../../base/clock.ts';
import type { Result } from '../../../base/result.ts';
import type { HookState, UnknownHook } from '../../../services/hooks/hook-care.ts';
import { exitCodes, exits } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { type CliSession, withDesk } from '../session.ts';
import { formatJson, formatLocal, formatTable } from '../text.ts';

export function addHookCommands(program: Command, session: CliSession): void {
  const hook = program
    .command('hook')
    .description('webhooks and programs that are told of what happens');

  hook
    .command('list')
    .description('what they are told, what waits and what was given up')
    .option('--json', 'print JSON')
    .action(({ json }: { readonly json?: true }) =>
      withDesk(session, 'store', async ({ hooks, config }) => {
        const { isTerminal } = session.io;
        const { timeZone } = config.current().desk;
        const states = await hooks.care.list();
        session.io.stdout(
          json === true
            ? formatJson({ hooks: states.map(toJson) })
            : formatTable(
                states.map((state) => toRow(state, timeZone)),
                { header, isTerminal },
              ),
        );
      }),
    );

  hook
    .command('test')
    .description('tell one that it is tried, and say what it answered')
    .argument('<name>', 'name of its file in config/hooks, without the ending')
    .action((name: string) =>
      withDesk(session, 'store', async ({ hooks }) => {
        const outcome = accept(await hooks.care.tryOut(name));
        if (outcome.kind !== 'done')
          throw new CliFailure(
            exits.unavailable,
            `The hook "${name}" was not told: ${outcome.reason}`,
          );
        session.io.stdout(`The hook "${name}" was told: ${outcome.reason}\n`);
      }),
    );

  hook
    .command('retry')
    .description('tell them again what was given up')
    .argument('[name]', 'one hook; without it, all of them')
    .action((name: string | undefined) =>
      withDesk(session, 'store', async ({ hooks }) => {
        session.io.stdout(`${accept(await hooks.care.retry(name))} put back\n`);
      }),
    );
}

function accept<T>(result: Result<T, UnknownHook>): T {
  if (result.ok) return result.value;
  const { code, name, known } = result.refusal;
  const there = known.length === 0 ? 'there is none' : `there are ${known.join(', ')}`;
  throw new CliFailure(exitCodes[code], `There is no hook "${name}" in config/hooks; ${there}`);
}

const header = ['HOOK', 'TELLS', 'OF', 'WAITING', 'OLDEST', 'GIVEN UP'];

function toRow({ hook, waiting, failed, oldest }: HookState, timeZone: string): readonly string[] {
  return [
    hook.name,
    placeOf(hook.target),
    [...hook.on].join(','),
    String(waiting),
    oldest === undefined ? '-' : formatLocal(oldest, timeZone),
    String(failed),
  ];
}

/** What stands behind the host of an address is often the key to it. */
function placeOf(target: HookState['hook']['target']): string {
  return target.kind === 'url' ? new URL(target.url).origin : (target.command[0] ?? '');
}

function toJson({ hook, waiting, failed, oldest }: HookState) {
  return {
    name: hook.name,
    tells: placeOf(hook.target),
    on: [...hook.on],
    queues: hook.queues ?? null,
    text: hook.text,
    waiting,
    failed,
    oldest: oldest === undefined ? null : formatInstant(oldest),
  };
}
