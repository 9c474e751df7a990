/** `maildesk doctor`: whether the desk can work, and what needs a human. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { hour, minute } from '../../../base/clock.ts';
import { errorText } from '../../../base/fault.ts';
import { checkSearch } from '../../../services/index/text-health-file.ts';
import { readMailboxStatus } from '../../../services/intake/imap-progress.ts';
import { createLedgerFile } from '../../../services/ledger/ledger-file.ts';
import type { DkimFinding } from '../../../services/outbound/dkim-record.ts';
import type { CliDesk, CliHost } from '../desk.ts';
import { exits } from '../exit-codes.ts';
import { checkScanners } from '../scanner-checks.ts';
import { type CliSession, withDesk } from '../session.ts';
import { formatJson, formatTable } from '../text.ts';

interface Check {
  readonly check: string;
  /** `warn`: it works, but somebody should look. */
  readonly level: 'ok' | 'warn' | 'fail';
  readonly detail: string;
}

export function addDoctorCommand(program: Command, session: CliSession): void {
  program
    .command('doctor')
    .description(
      'check directories, configuration, outbox, trouble, index, DKIM record and Node.js',
    )
    .option('--json', 'print JSON')
    .action(async ({ json }: { readonly json?: true }) => {
      const { host, io } = session;
      const checks = [
        checkNode(host.nodeVersion),
        ...(await checkDirectories(host)),
        await checkConfig(host),
        await checkTrouble(host),
        await checkMails(host),
        await checkTexts(host),
        ...(await checkDesk(session)),
      ];
      if (json) io.stdout(formatJson({ checks }));
      else
        io.stdout(
          formatTable(
            checks.map(({ level, check, detail }) => [level, check, detail]),
            io,
          ),
        );
      if (checks.some(({ level }) => level === 'fail')) session.endWith(exits.unavailable);
    });
}

function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const isEnough = major > 20 || (major === 20 && minor >= 19);
  const detail = isEnough ? version : `Node.js is ${version}; expected 20.19 or newer`;
  return { check: 'node', level: isEnough ? 'ok' : 'fail', detail };
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
async function checkDirectories({ files, directory, clock }: CliHost): Promise<readonly Check[]> {
  const checkOne = async (name: string): Promise<Check | undefined> => {
    const path = join(directory, name);
    const probe = join(path, `.doctor-${clock.now()}`);
    const check = `directory ${name}`;
    if ((await files.stat(path)) === undefined) {
      return { check, level: 'fail', detail: `"${path}" is missing; "maildesk start" creates it` };
    }
    try {
      await files.createFile(probe, Buffer.alloc(0));
      await files.unlink(probe);
      return undefined;
    } catch (error) {
      return { check, level: 'fail', detail: errorText(error) };
    }
  };
  const failed = (await Promise.all(directories.map(checkOne))).filter(
    (check) => check !== undefined,
  );
  if (failed.length > 0) return failed;
  return [{ check: 'directories', level: 'ok', detail: `all below "${directory}" can be written` }];
}

async function checkConfig({ readConfig }: CliHost): Promise<Check> {
  const { problems } = await readConfig();
  const [first] = problems;
  if (first === undefined) return { check: 'configuration', level: 'ok', detail: 'no problems' };
  const detail = `${problems.length} problems, the first in ${first.file}: ${first.reason}; see "maildesk config check"`;
  return { check: 'configuration', level: 'fail', detail };
}

async function checkTrouble({ files, directory }: CliHost): Promise<Check> {
  const folders = await Promise.all(
    ['new', 'cur'].map((part) => files.list(join(directory, 'trouble', part))),
  );
  const count = folders.reduce((sum, names) => sum + (names?.length ?? 0), 0);
  if (count === 0) return { check: 'trouble', level: 'ok', detail: 'empty' };
  return { check: 'trouble', level: 'warn', detail: `${count} messages in trouble/ need a human` };
}

/** As the running desk saw it last. */
async function checkMails({ files, directory }: CliHost): Promise<Check> {
  const check = 'account of mails';
  const saved = await createLedgerFile(files, join(directory, 'index')).load();
  if (saved === undefined) return { check, level: 'ok', detail: 'no desk has run yet' };
  const { unaccounted, missing } = saved;
  if (unaccounted === 0) return { check, level: 'ok', detail: 'balances' };
  const [first] = missing;
  const named =
    first === undefined ? '' : `; missing is ${first.message} of ticket ${first.ticket}`;
  const detail = `${unaccounted} mails are unaccounted for${named}; see the page /mails`;
  return { check, level: 'fail', detail };
}

/** As the running desk measured it. */
async function checkTexts({ files, directory }: CliHost): Promise<Check> {
  const { cure, ...finding } = await checkSearch(files, join(directory, 'index'));
  return cure === undefined ? finding : { ...finding, detail: `${finding.detail}. ${cure}` };
}

async function checkDesk(session: CliSession): Promise<readonly Check[]> {
  try {
    return await withDesk(session, 'indexed', async (desk) => [
      checkIndex(desk),
      await checkOutbox(session.host, desk),
      ...(await desk.findDkimRecords()).map(checkDkim),
      ...(await checkScanning(session.host, desk)),
      ...(await checkMailboxes(session.host, desk)),
    ]);
  } catch (error) {
    return [{ check: 'desk', level: 'fail', detail: `Cannot open the desk: ${errorText(error)}` }];
  }
}

function checkIndex({ index }: CliDesk): Check {
  if (index.isReady()) return { check: 'index', level: 'ok', detail: 'has seen every ticket' };
  return {
    check: 'index',
    level: 'fail',
    detail: 'has not seen every ticket; "maildesk reindex" rebuilds it',
  };
}

/** Mail goes out all the same, but receivers cannot tell that it is the desk's. */
function checkDkim({ name, state, record, reason }: DkimFinding): Check {
  const check = 'dkim';
  switch (state) {
    case 'right':
      return { check, level: 'ok', detail: `"${name}" has the key` };
    case 'missing':
      return { check, level: 'warn', detail: `"${name}" should be a TXT record: ${record}` };
    case 'other':
      return { check, level: 'warn', detail: `"${name}" has another key; it should be: ${record}` };
    case 'unknown':
      return { check, level: 'warn', detail: `${reason}; "${name}" should be: ${record}` };
  }
}

async function checkScanning({ clock }: CliHost, { config }: CliDesk): Promise<readonly Check[]> {
  const states = await checkScanners(config.current().desk, clock);
  return states.map(({ program, problem }) => ({
    check: `scanner ${program}`,
    level: problem === undefined ? 'ok' : 'warn',
    detail: problem ?? 'answers',
  }));
}

const stuckAfterMs = hour;

async function checkOutbox({ clock }: CliHost, { outbox, config }: CliDesk): Promise<Check> {
  const waiting = await outbox.waiting();
  const [oldest] = waiting;
  if (oldest === undefined) return { check: 'outbox', level: 'ok', detail: 'empty' };
  if (config.current().desk.smarthost === undefined) {
    return {
      check: 'outbox',
      level: 'warn',
      detail: `${waiting.length} mails wait; no smarthost is configured`,
    };
  }
  const age = clock.now() - oldest.since;
  if (age < stuckAfterMs)
    return { check: 'outbox', level: 'ok', detail: `${waiting.length} mails wait` };
  const reply = oldest.reply === undefined ? '' : `; last reply: ${oldest.reply}`;
  const detail = `${waiting.length} mails wait, the oldest for ${Math.floor(age / hour)} h after ${oldest.attempts} attempts${reply}`;
  return { check: 'outbox', level: 'warn', detail };
}

const behindAfterMs = hour;

/** What the running desk wrote down about each mailbox; without a running desk that grows old. */
async function checkMailboxes(
  { clock, files, directory }: CliHost,
  { config }: CliDesk,
): Promise<readonly Check[]> {
  return Promise.all(
    config.current().mailboxes.map(async ({ name }): Promise<Check> => {
      const check = `mailbox ${name}`;
      const status = await readMailboxStatus(files, directory, name);
      if (status === undefined) return { check, level: 'warn', detail: 'not looked at yet' };
      const { problem, looked } = status;
      const ago = looked === undefined ? undefined : clock.now() - looked;
      const last =
        ago === undefined ? 'never looked through' : `looked through ${describeAgo(ago)} ago`;
      if (problem !== undefined) return { check, level: 'warn', detail: `${problem}; ${last}` };
      return { check, level: (ago ?? hour) < behindAfterMs ? 'ok' : 'warn', detail: last };
    }),
  );
}

function describeAgo(ago: number): string {
  return ago < hour ? `${Math.floor(ago / minute)} min` : `${Math.floor(ago / hour)} h`;
}
