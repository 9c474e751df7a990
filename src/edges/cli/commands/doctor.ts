/** `maildesk doctor`: whether the desk can work, and what needs a human. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { hour, minute } from '../../../base/clock.ts';
import { errorText } from '../../../base/fault.ts';
import type { Finding } from '../../../services/doctor/doctor.ts';
import { checkNode } from '../../../services/doctor/machine.ts';
import { readMailboxStatus } from '../../../services/intake/imap-progress.ts';
import { createLedgerFile } from '../../../services/ledger/ledger-file.ts';
import type { DkimFinding } from '../../../services/outbound/dkim-record.ts';
import type { CliDesk, CliHost } from '../desk.ts';
import { exits } from '../exit-codes.ts';
import { checkFileSystem } from '../file-system-checks.ts';
import { checkScanners } from '../scanner-checks.ts';
import { type CliSession, withDesk } from '../session.ts';
import { formatJson, formatTable, toLine } from '../text.ts';

export function addDoctorCommand(program: Command, session: CliSession): void {
  program
    .command('doctor')
    .description('find what is wrong with the desk and its machine, each with its cure')
    .option('--json', 'print JSON')
    .action(async ({ json }: { readonly json?: true }) => {
      const { host, io } = session;
      const checks = [
        checkNode(host.nodeVersion),
        ...(await checkDirectories(host)),
        await checkConfig(host),
        await checkTrouble(host),
        await checkMails(host),
        ...(await checkDesk(session)),
      ];
      io.stdout(json ? formatJson({ checks }) : toReport(checks, io.isTerminal));
      if (checks.some(({ level }) => level === 'fail')) session.endWith(exits.unavailable);
    });
}

/** The cure stands below what it cures. */
function toReport(findings: readonly Finding[], isTerminal: boolean): string {
  const rows = findings.map(({ level, check, detail }) => [level, check, detail]);
  const lines = formatTable(rows, { isTerminal }).split('\n');
  return findings
    .map(({ cure }, at) => `${lines[at]}\n${cure === undefined ? '' : `      ${toLine(cure)}\n`}`)
    .join('');
}

const directories = [
  'config',
  'tickets',
  'inbox/tmp',
  'inbox/new',
  'outbox/tmp',
  'outbox/new',
  'trouble/new',
  'agents',
  'index',
];

/** A directory is good when a file can be made in it and removed again. */
async function checkDirectories({ files, directory, clock }: CliHost): Promise<readonly Finding[]> {
  const checkOne = async (name: string): Promise<Finding | undefined> => {
    const path = join(directory, name);
    const probe = join(path, `.doctor-${clock.now()}`);
    const check = `directory ${name}`;
    if ((await files.stat(path)) === undefined) {
      const detail = `"${path}" is missing; "maildesk start" creates it`;
      return { check, level: 'fail', detail, cure: 'Run "maildesk start"' };
    }
    try {
      await files.createFile(probe, Buffer.alloc(0));
      await files.unlink(probe);
      return undefined;
    } catch (error) {
      const cure = `Let the account of the desk write into "${path}"`;
      return { check, level: 'fail', detail: errorText(error), cure };
    }
  };
  const failed = (await Promise.all(directories.map(checkOne))).filter(
    (check) => check !== undefined,
  );
  if (failed.length > 0) return failed;
  return [{ check: 'directories', level: 'ok', detail: `all below "${directory}" can be written` }];
}

async function checkConfig({ readConfig }: CliHost): Promise<Finding> {
  const { problems } = await readConfig();
  const [first] = problems;
  if (first === undefined) return { check: 'configuration', level: 'ok', detail: 'no problems' };
  const detail = `${problems.length} problems, the first in ${first.file}: ${first.reason}; see "maildesk config check"`;
  const cure = 'Correct the files; until then the last good configuration is in force';
  return { check: 'configuration', level: 'fail', detail, cure };
}

async function checkTrouble({ files, directory }: CliHost): Promise<Finding> {
  const folders = await Promise.all(
    ['new', 'cur'].map((part) => files.list(join(directory, 'trouble', part))),
  );
  const count = folders.reduce((sum, names) => sum + (names?.length ?? 0), 0);
  if (count === 0) return { check: 'trouble', level: 'ok', detail: 'empty' };
  const detail = `${count} messages in trouble/ need a human`;
  const cure = 'Look at them with "maildesk trouble list", or on the page /trouble';
  return { check: 'trouble', level: 'warn', detail, cure };
}

/** As the running desk saw it last. */
async function checkMails({ files, directory }: CliHost): Promise<Finding> {
  const check = 'account of mails';
  const saved = await createLedgerFile(files, join(directory, 'index')).load();
  if (saved === undefined) return { check, level: 'ok', detail: 'no desk has run yet' };
  const { unaccounted, missing } = saved;
  if (unaccounted === 0) return { check, level: 'ok', detail: 'balances' };
  const [first] = missing;
  const named =
    first === undefined ? '' : `; missing is ${first.message} of ticket ${first.ticket}`;
  const detail = `${unaccounted} mails are unaccounted for${named}; see the page /mails`;
  const cure =
    'Look whether the mail lies elsewhere, restore it from the backup, then acknowledge it on /mails';
  return { check, level: 'fail', detail, cure };
}

async function checkDesk(session: CliSession): Promise<readonly Finding[]> {
  try {
    return await withDesk(session, 'indexed', async (desk) => [
      checkIndex(desk),
      ...(await checkFileSystem(session.host, desk.config.current().desk.infoSeparator)),
      await checkOutbox(session.host, desk),
      ...(await desk.findDkimRecords()).map(checkDkim),
      ...(await checkScanning(session.host, desk)),
      ...(await checkMailboxes(session.host, desk)),
      ...(await desk.doctor.examine()),
    ]);
  } catch (error) {
    const detail = `Cannot open the desk: ${errorText(error)}`;
    return [{ check: 'desk', level: 'fail', detail, cure: 'Cure what stands above first' }];
  }
}

function checkIndex({ index }: CliDesk): Finding {
  if (index.isReady()) return { check: 'index', level: 'ok', detail: 'has seen every ticket' };
  return {
    check: 'index',
    level: 'fail',
    detail: 'has not seen every ticket; "maildesk reindex" rebuilds it',
    cure: 'Run "maildesk reindex"',
  };
}

/** Mail goes out all the same, but receivers cannot tell that it is the desk's. */
function checkDkim({ name, state, record, reason }: DkimFinding): Finding {
  const check = 'dkim';
  const cure = `Give the DNS this record at "${name}"`;
  switch (state) {
    case 'right':
      return { check, level: 'ok', detail: `"${name}" has the key` };
    case 'missing':
      return { check, level: 'warn', detail: `"${name}" should be a TXT record: ${record}`, cure };
    case 'other':
      return {
        check,
        level: 'warn',
        detail: `"${name}" has another key; it should be: ${record}`,
        cure,
      };
    case 'unknown':
      return { check, level: 'warn', detail: `${reason}; "${name}" should be: ${record}`, cure };
  }
}

async function checkScanning({ clock }: CliHost, { config }: CliDesk): Promise<readonly Finding[]> {
  const states = await checkScanners(config.current().desk, clock);
  return states.map(({ program, problem }) => ({
    check: `scanner ${program}`,
    level: problem === undefined ? 'ok' : 'warn',
    detail: problem ?? 'answers',
    ...(problem === undefined ? {} : { cure: `Start ${program}, or switch it off in desk.yaml` }),
  }));
}

const stuckAfterMs = hour;

async function checkOutbox({ clock }: CliHost, { outbox, config }: CliDesk): Promise<Finding> {
  const waiting = await outbox.waiting();
  const [oldest] = waiting;
  if (oldest === undefined) return { check: 'outbox', level: 'ok', detail: 'empty' };
  if (config.current().desk.smarthost === undefined) {
    return {
      check: 'outbox',
      level: 'warn',
      detail: `${waiting.length} mails wait; no smarthost is configured`,
      cure: 'Set smarthost in desk.yaml',
    };
  }
  const age = clock.now() - oldest.since;
  if (age < stuckAfterMs)
    return { check: 'outbox', level: 'ok', detail: `${waiting.length} mails wait` };
  const reply = oldest.reply === undefined ? '' : `; last reply: ${oldest.reply}`;
  const detail = `${waiting.length} mails wait, the oldest for ${Math.floor(age / hour)} h after ${oldest.attempts} attempts${reply}`;
  const cure = 'Look at the reply and the log for "sender"; the page /outbox names each mail';
  return { check: 'outbox', level: 'warn', detail, cure };
}

const behindAfterMs = hour;

/** What the running desk wrote down about each mailbox; without a running desk that grows old. */
async function checkMailboxes(
  { clock, files, directory }: CliHost,
  { config }: CliDesk,
): Promise<readonly Finding[]> {
  return Promise.all(
    config.current().mailboxes.map(async ({ name }): Promise<Finding> => {
      const check = `mailbox ${name}`;
      const status = await readMailboxStatus(files, directory, name);
      if (status === undefined)
        return { check, level: 'warn', detail: 'not looked at yet', cure: 'Start the desk' };
      const { problem, looked } = status;
      const ago = looked === undefined ? undefined : clock.now() - looked;
      const last =
        ago === undefined ? 'never looked through' : `looked through ${describeAgo(ago)} ago`;
      const cure = `Look at mailboxes/${name}.yaml, and whether the desk runs`;
      if (problem !== undefined)
        return { check, level: 'warn', detail: `${problem}; ${last}`, cure };
      return (ago ?? hour) < behindAfterMs
        ? { check, level: 'ok', detail: last }
        : { check, level: 'warn', detail: last, cure };
    }),
  );
}

function describeAgo(ago: number): string {
  return ago < hour ? `${Math.floor(ago / minute)} min` : `${Math.floor(ago / hour)} h`;
}
