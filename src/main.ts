#!/usr/bin/env node
/**
 * Process entry: arguments, environment and signals in, exit code out.
 *
 * The only file that touches `process`. Everything else is given what it needs.
 */
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { type App, createApp, type Started } from './app.ts';
import { systemClock } from './base/clock.ts';
import { errorText, Fault, isFault } from './base/fault.ts';
import { jsonLog, type LogLevel, silentLog } from './base/log.ts';
import { systemRandom } from './base/random.ts';
import type { ConfigProblem } from './config/config.ts';
import { describeSettings } from './config/describe.ts';
import { findUnknownLetters, letterNames } from './config/letter-texts.ts';
import { loadConfig, readDataDirectory } from './config/load.ts';
import { startDemo } from './demo/demo.ts';
import { announcePath, type Desk, openDesk, type Parts, programDirectory } from './desk.ts';
import { createDeskSavedViews } from './desk-search.ts';
import { runCli } from './edges/cli/cli.ts';
import type { CliDesk, CliHost, CliIo, DeskKind } from './edges/cli/desk.ts';
import { createAccounts } from './services/accounts/directory.ts';
import { createAnswerBook } from './services/answers/answer-book.ts';
import { createCustomerBook } from './services/customers.ts';
import { createRuleBook } from './services/rule-book.ts';
import { nodeFiles, toFault } from './storage/files.ts';

const { env, argv } = process;
const isServing = argv[2] === 'start' || argv[2] === 'demo';
const version = readVersion();
const account = userInfo();
const indexWaitMs = 10 * 60_000;

const log = jsonLog(logLevel());

const parts: Parts = {
  clock: systemClock,
  random: systemRandom,
  files: nodeFiles,
  log,
  hostName: hostname(),
  processId: process.pid,
  timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  accountOf: (owner) =>
    owner === account.uid ? account.username : owner === 0 ? 'root' : `uid${owner}`,
  version,
  processFigures: () => ({
    residentBytes: process.memoryUsage.rss(),
    heapUsedBytes: process.memoryUsage().heapUsed,
    uptimeSeconds: process.uptime(),
  }),
  text: isServing ? 'worker' : 'here',
};

const directory = readDataDirectory(env);

const host: CliHost = {
  version,
  nodeVersion: process.versions.node,
  directory,
  files: nodeFiles,
  clock: systemClock,
  log: parts.log,
  async readConfig() {
    const { files, clock, random, log, hostName } = parts;
    const loaded = await loadConfig({ files, directory, environment: env, hostName });
    const accounts = createAccounts({ files, directory, clock, random, log });
    await accounts.load();
    const queues = loaded.ok ? loaded.value.queues.map(({ name }) => name) : undefined;
    const agents = accounts.list().map(({ login }) => login);
    const slas = loaded.ok ? loaded.value.slas?.map(({ name }) => name) : undefined;
    const rules = createRuleBook({
      files,
      directory,
      facts: () => ({ queues, agents, slas }),
      log: silentLog,
    });
    await rules.load();
    const customers = createCustomerBook({ files, directory, random, log: silentLog });
    await customers.load();
    const answers = createAnswerBook({ files, directory, log: silentLog });
    await answers.load();
    const problems = [
      ...(loaded.ok ? [] : loaded.refusal),
      ...accounts.problems(),
      ...rules.problems(),
      ...customers.problems(),
      ...answers.problems(),
      ...(await viewProblems(loaded)),
      ...findUnknownLetters(
        letterNames(loaded.ok ? loaded.value.queues : [], accounts.list()),
        answers.letters(),
      ),
    ];
    return { problems, settings: loaded.ok ? describeSettings(loaded.value) : [] };
  },
  open: openForCommand,
  start: () => runDesk(directory),
  demo: runDemo,
  wakeDesk(processId) {
    try {
      return isDesk(processId) && process.kill(processId, 'SIGHUP');
    } catch {
      // No such process: the desk that wrote the number has ended.
      return false;
    }
  },
};

const io: CliIo = {
  stdin: process.stdin,
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  writeBytes: (bytes) =>
    new Promise((resolve, reject) => {
      process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
    }),
  async writeFile(path, pieces) {
    const file = await open(path, 'wx', 0o640);
    try {
      for await (const piece of pieces) await file.writeFile(piece);
      await file.sync();
    } catch (error) {
      throw isFault(error) ? error : toFault('write file', path, error);
    } finally {
      await file.close();
    }
  },
  isTerminal: process.stdout.isTTY === true,
  account: account.username,
  ...(process.stdin.isTTY === true ? { readSecret } : {}),
  interrupt,
};

process.exitCode = await runCli(argv.slice(2), io, host);

async function openOrFail(at: string, text = parts.text): Promise<Desk> {
  const opened = await openDesk({ directory: at, environment: env }, { ...parts, text });
  if (opened.ok) return opened.value;
  const lines = opened.refusal.map(
    ({ file, line, reason }) => `${file}${line === undefined ? '' : `:${line}`}: ${reason}`,
  );
  throw new Fault('config-invalid', {
    retry: 'never',
    detail: `The configuration is not right: ${lines.join('; ')}`,
  });
}

function interrupt(): AbortSignal {
  const controller = new AbortController();
  // A second one ends the process as always.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => controller.abort());
  return controller.signal;
}

async function viewProblems(
  loaded: Awaited<ReturnType<typeof loadConfig>>,
): Promise<readonly ConfigProblem[]> {
  // Without queues and states nobody can tell what is wrong with a search.
  if (!loaded.ok) return [];
  const { files, random } = parts;
  const config = () => loaded.value;
  const views = createDeskSavedViews({ files, directory, config, random, log: silentLog });
  await views.load();
  return views.problems();
}

async function openForCommand(kind: DeskKind): Promise<CliDesk> {
  const desk = await openOrFail(directory, kind === 'textless' ? 'none' : parts.text);
  desk.ways.always('cli');
  if (kind !== 'store') await desk.index.ready(indexWaitMs);
  return {
    ...desk,
    async announce(number) {
      try {
        await nodeFiles.createFile(join(announcePath(directory), number), Buffer.alloc(0));
      } catch (error) {
        // Announced already, and not yet seen.
        if (!isFault(error, 'exists')) throw error;
      }
    },
    async close() {
      await desk.autoReplies.settled();
      await desk.learning.settled();
      await handInAccount(desk);
      await desk.close();
    },
  };
}

/** The mail is filed: failing now would make the mail server send it twice. */
async function handInAccount(desk: Desk): Promise<void> {
  try {
    await desk.ledger.handIn(desk.names.next(0));
  } catch (error) {
    log.warn('ledger.hand-in-failed', { cause: errorText(error) });
  }
}

async function runDesk(at: string): Promise<void> {
  const desk = await openOrFail(at);
  if (env.MAILDESK_LOG_LEVEL === undefined) log.setLevel(desk.config.current().desk.logLevel);
  const app = createApp(desk);
  const ended = endOfDesk(app);
  const { http, smtp, lmtp, firstLogin } = await startOrStop(app);
  const base = desk.config.current().desk.publicUrl ?? `http://${hostText(http.host)}:${http.port}`;
  const lines = [
    `Maildesk ${version} serves ${base}`,
    ...(smtp === undefined ? [] : [`SMTP on ${smtp.host}:${smtp.port}`]),
    ...(lmtp === undefined ? [] : [`LMTP on ${lmtp.host}:${lmtp.port}`]),
    ...(firstLogin === undefined
      ? []
      : [`Log in as ${firstLogin.login}, once, within a day: ${base}${firstLogin.path}`]),
    ...(firstLogin === undefined || !desk.firstSteps.isOffered()
      ? []
      : ['The link leads through the first steps: address, mail server, queue, colleague']),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  await ended;
  await app.stop();
}

/** A desk that cannot start, say because its port is taken, must not linger half open. */
async function startOrStop(app: App): Promise<Started> {
  try {
    return await app.start();
  } catch (error) {
    await app.stop();
    throw error;
  }
}

async function runDemo(): Promise<void> {
  const at =
    env.MAILDESK_DATA === undefined || env.MAILDESK_DATA === ''
      ? join(programDirectory, 'demo')
      : directory;
  const demo = await startDemo(at, env, parts, { isLive: true });
  const ended = endOfDesk(demo.app);
  const { http, smtp } = demo.started;
  const base = `http://${hostText(http.host)}:${http.port}`;
  process.stdout.write(
    [
      `The demo desk serves ${base}`,
      `Log in as Anna Adler, once, within a day: ${base}${demo.loginPath}`,
      `SMTP on ${smtp?.host}:${smtp?.port}; simulated customers write every half minute`,
      '',
    ].join('\n'),
  );
  await ended;
  await demo.stop();
}

/** Resolves at SIGINT or SIGTERM; SIGHUP sweeps. */
function endOfDesk(app: App): Promise<void> {
  process.on('SIGHUP', () => {
    app
      .sweep()
      .catch((error: unknown) => parts.log.error('sweep.failed', { cause: String(error) }));
  });
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

/** The number may be left over and belong to another program by now, which the signal would end. */
function isDesk(processId: number): boolean {
  try {
    return /\bmain\.js\0(start|demo)\0|\bmaildesk\0(start|demo)\0/.test(
      readFileSync(`/proc/${processId}/cmdline`, 'latin1'),
    );
  } catch {
    // No /proc here, or no such process; without a look at its command line it is left alone.
    return false;
  }
}

function hostText(name: string): string {
  return name.includes(':') ? `[${name}]` : name;
}

async function readSecret(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  const mute = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: mute, terminal: true });
  try {
    return await reader.question('');
  } finally {
    reader.close();
    process.stderr.write('\n');
  }
}

function readVersion(): string {
  const text = readFileSync(join(programDirectory, 'package.json'), 'utf8');
  return /"version":\s*"([^"]+)"/.exec(text)?.[1] ?? '0';
}

function logLevel(): LogLevel {
  const wanted = env.MAILDESK_LOG_LEVEL ?? '';
  const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];
  return levels.find((level) => level === wanted) ?? (isServing ? 'info' : 'warn');
}
