/** `maildesk config …`: the configuration as it stands in files and environment. */
import type { Command } from 'commander';
import type { ConfigProblem } from '../../../config/config.ts';
import type { SettingRow } from '../../../config/describe.ts';
import { exits } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import type { CliSession } from '../session.ts';
import { formatJson, formatTable, toLine } from '../text.ts';

interface ConfigOptions {
  readonly json?: true;
}

export function addConfigCommands(program: Command, session: CliSession): void {
  const { host, io } = session;
  const config = program.command('config').description('the configuration');

  config
    .command('check')
    .description('print what is wrong with the configuration')
    .option('--json', 'print JSON')
    .action(async ({ json }: ConfigOptions) => {
      const { problems } = await host.readConfig();
      if (json) io.stdout(formatJson({ problems }));
      else
        io.stdout(problems.length === 0 ? 'No problems\n' : problems.map(toProblemLine).join(''));
      if (problems.length > 0) session.endWith(exits.config);
    });

  config
    .command('list')
    .description('print every setting with its value')
    .option('--json', 'print JSON')
    .action(async ({ json }: ConfigOptions) => {
      const { problems, settings } = await host.readConfig();
      if (problems.length > 0) {
        const reason = `The configuration has ${problems.length} problems; "maildesk config check" names them`;
        throw new CliFailure(exits.config, reason);
      }
      io.stdout(json ? formatJson({ settings }) : toSettingsTable(settings, io.isTerminal));
    });
}

function toSettingsTable(settings: readonly SettingRow[], isTerminal: boolean): string {
  const header = ['SETTING', 'ENVIRONMENT', 'VALUE', 'DEFAULT', 'MEANING'];
  const rows = settings.map((row) => [
    row.key,
    row.environment,
    row.value,
    row.default,
    row.unit === undefined ? row.sentence : `${row.sentence} (${row.unit})`,
  ]);
  return formatTable(rows, { header, isTerminal });
}

function toProblemLine({ file, line, reason }: ConfigProblem): string {
  return `${toLine(`${file}:${line === undefined ? '' : `${line}:`} ${reason}`)}\n`;
}
