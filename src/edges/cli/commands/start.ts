/** `maildesk start` and `maildesk demo`: the desk itself. */
import type { Command } from 'commander';
import type { CliSession } from '../session.ts';

export function addStartCommands(program: Command, { host }: CliSession): void {
  program
    .command('start')
    .description('run the desk until it is told to stop')
    .action(() => host.start());
  program
    .command('demo')
    .description('run a desk with sample tickets and simulated customers; it never sends mail out')
    .action(() => host.demo());
}
