/**
 * The command line: `maildesk VERB …`.
 *
 * Owns: commander, what is printed when something goes wrong, and the exit code. Promises: a failure is one
 * line on standard error that begins with `maildesk:`; results go to standard output, nothing else does.
 * Leaves to others: the verbs (commands/), the process (main.ts).
 */
import { Command, CommanderError } from 'commander';
import { errorText, isFault } from '../../base/fault.ts';
import { addAgentCommands } from './commands/agent.ts';
import { addAnswerCommands } from './commands/answers.ts';
import { addAnswersUsageCommand } from './commands/answers-usage.ts';
import { addAppointmentCommand } from './commands/appointment.ts';
import { addAuditCommand } from './commands/audit.ts';
import { addBulkCommand } from './commands/bulk.ts';
import { addComposeCommands } from './commands/compose.ts';
import { addConfigCommands } from './commands/config.ts';
import { addCustomerCommands } from './commands/customer.ts';
import { addDeliverCommand } from './commands/deliver.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addDueCommand } from './commands/due.ts';
import { addEraseCommand } from './commands/erase.ts';
import { addEscalationsCommand } from './commands/escalations.ts';
import { addExportCommand } from './commands/export.ts';
import { addFiguresCommand } from './commands/figures.ts';
import { addHookCommands } from './commands/hook.ts';
import { addImportCommand } from './commands/import.ts';
import { addKeepingCommands } from './commands/keeping.ts';
import { addListCommands } from './commands/list.ts';
import { addNoteCommand } from './commands/note.ts';
import { addRedactCommand } from './commands/redact.ts';
import { addRegroupCommands } from './commands/regroup.ts';
import { addReindexCommand } from './commands/reindex.ts';
import { addRemoveCommands } from './commands/remove.ts';
import { addReplyCommand } from './commands/reply.ts';
import { addRulesCommands } from './commands/rules.ts';
import { addSetCommand } from './commands/set.ts';
import { addShowCommand } from './commands/show.ts';
import { addStartCommands } from './commands/start.ts';
import { addSweepCommand } from './commands/sweep.ts';
import { addTeamCommands } from './commands/team.ts';
import { addTroubleCommands } from './commands/trouble.ts';
import { addUndoCommand } from './commands/undo.ts';
import { addVerifyCommand } from './commands/verify.ts';
import type { CliHost, CliIo } from './desk.ts';
import { type ExitCode, exitCodes, exits } from './exit-codes.ts';
import { CliFailure } from './failure.ts';
import type { CliSession } from './session.ts';
import { toLine } from './text.ts';

/** `argv` holds the arguments alone, without program and script. */
export async function runCli(argv: readonly string[], io: CliIo, host: CliHost): Promise<ExitCode> {
  let exitCode: ExitCode = exits.ok;
  const program = createProgram(io, host);
  const session: CliSession = {
    io,
    host,
    actingAs: () => readLogin(program.opts()),
    endWith(code) {
      exitCode = code;
    },
  };
  for (const addCommand of verbs) addCommand(program, session);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportFailure(error, io, host);
  }
}

const verbs: readonly ((program: Command, session: CliSession) => void)[] = [
  addStartCommands,
  addDeliverCommand,
  addListCommands,
  addShowCommand,
  addSetCommand,
  addDueCommand,
  addNoteCommand,
  addReplyCommand,
  addSweepCommand,
  addReindexCommand,
  addVerifyCommand,
  addAnswerCommands,
  addDoctorCommand,
  addTroubleCommands,
  addAgentCommands,
  addConfigCommands,
  addRulesCommands,
  addRegroupCommands,
  addComposeCommands,
  addRemoveCommands,
  addUndoCommand,
  addBulkCommand,
  addTeamCommands,
  addCustomerCommands,
  addAuditCommand,
  addEscalationsCommand,
  addFiguresCommand,
  addAppointmentCommand,
  addAnswersUsageCommand,
  addHookCommands,
  addKeepingCommands,
  addImportCommand,
  addExportCommand,
  addRedactCommand,
  addEraseCommand,
];

function createProgram(io: CliIo, host: CliHost): Command {
  return new Command('maildesk')
    .description('A ticket system in which every ticket is a folder of e-mail messages')
    .version(host.version)
    .option('--as <login>', 'act as this agent (otherwise as the account that runs the command)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout(text),
      writeErr: (text) => io.stderr(text),
      outputError: (text, write) => write(`maildesk: ${toLine(text.replace(/^error: /, ''))}\n`),
      getOutHasColors: () => io.isTerminal,
    });
}

function readLogin(options: Readonly<Record<string, unknown>>): string | undefined {
  return typeof options.as === 'string' ? options.as : undefined;
}

function reportFailure(error: unknown, io: CliIo, host: CliHost): ExitCode {
  // Commander has printed its own sentence, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exits.ok : exits.usage;
  if (error instanceof CliFailure || isFault(error)) {
    io.stderr(`maildesk: ${toLine(error.message)}\n`);
    return error instanceof CliFailure ? error.exitCode : exitCodes[error.code];
  }
  const stack = error instanceof Error ? error.stack : undefined;
  host.log.error('cli.failed', { reason: errorText(error), stack });
  io.stderr('maildesk: Something is wrong with maildesk itself; the log has the cause\n');
  return exits.bug;
}
