/**
 * SpamAssassin, rspamd and ClamAV as real programs, each with a configuration of its own in a temporary
 * directory, on loopback and Unix sockets, without the network.
 *
 * Promises: started programs answer; `stop` ends exactly the process that was started and waits for it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { vi } from 'vitest';
import { findProgram } from './programs.ts';

export interface RunningProgram {
  /** Ports of its listeners by name. */
  readonly port: number;
  readonly socket: string;
  /** What it wrote so far. */
  output(): string;
  stop(): Promise<void>;
}

/** The harmless mail text that every filter takes for spam. */
export const gtube = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X';

/** The harmless file that every scanner takes for a virus, put together here so that this file is none. */
export const eicar = [
  'X5O!P%@AP[4\\PZX54(P^)7CC)7}$',
  'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*',
].join('');

/** With rules of its own package, Bayes that learns only when told, and no network. */
export async function startSpamd(directory: string): Promise<RunningProgram> {
  const program = await findProgram('spamd', 'spamd');
  await findProgram('spamassassin');
  const rules = join(directory, 'rules');
  const home = join(directory, 'home');
  await mkdir(rules);
  await mkdir(home);
  // Started as root it works as nobody.
  await chmod(directory, 0o755);
  await chmod(home, 0o777);
  for (const name of await readdir('/etc/spamassassin')) {
    if (name.endsWith('.pre')) await copyFile(join('/etc/spamassassin', name), join(rules, name));
  }
  await writeFile(
    join(rules, 'local.cf'),
    [
      'use_bayes 1',
      'bayes_auto_learn 0',
      'bayes_min_ham_num 1',
      'bayes_min_spam_num 1',
      `bayes_path ${home}/bayes`,
      'bayes_file_mode 0777',
      '',
    ].join('\n'),
  );
  const port = await freePort();
  const socket = join(home, 'spamd.sock');
  const running = start(program, [
    '--local',
    '--nouser-config',
    '--allow-tell',
    `--siteconfigpath=${rules}`,
    `--helper-home-dir=${home}`,
    '--max-children=2',
    '--min-children=1',
    `--listen=127.0.0.1:${port}`,
    `--socketpath=${socket}`,
    '--socketmode=0666',
    `--pidfile=${join(home, 'spamd.pid')}`,
    '--syslog=stderr',
  ]);
  await untilListening(running, [{ port }, { path: socket }]);
  return { ...running, port, socket };
}

export interface RunningRspamd extends RunningProgram {
  readonly controllerPort: number;
  readonly password: string;
}

/** Its own rules by regular expressions, and Bayes in a redis of its own. */
export async function startRspamd(directory: string): Promise<RunningRspamd> {
  const program = await findProgram('rspamd');
  const redisProgram = await findProgram('redis-server');
  const redisSocket = join(directory, 'redis.sock');
  await chmod(directory, 0o777);
  const redis = start(redisProgram, [
    ...['--port', '0'],
    ...['--unixsocket', redisSocket],
    ...['--unixsocketperm', '777'],
    ...['--save', ''],
    ...['--appendonly', 'no'],
    ...['--dir', directory],
  ]);
  await untilListening(redis, [{ path: redisSocket }]);
  const [port, controllerPort] = [await freePort(), await freePort()];
  const socket = join(directory, 'rspamd.sock');
  const password = 'only & for = tests';
  const configuration = join(directory, 'rspamd.conf');
  await writeFile(
    configuration,
    `lua = "$RULESDIR/rspamd.lua";
.include "$CONFDIR/metrics.conf"
.include "$CONFDIR/actions.conf"
.include "$CONFDIR/groups.conf"
options {
  pidfile = "${directory}/rspamd.pid";
  filters = "regexp";
  tempdir = "${directory}";
  cache_file = "${directory}/symbols.cache";
  control_socket = "${directory}/control.sock mode=0600";
  dns { nameserver = ["127.0.0.1"]; timeout = 0.1s; retransmits = 1; }
}
logging { type = "console"; level = "notice"; }
classifier "bayes" {
  tokenizer { name = "osb"; }
  cache { }
  new_schema = true;
  backend = "redis";
  servers = "${redisSocket}";
  min_tokens = 2;
  min_learns = 1;
  min_token_hits = 1;
  statfile { symbol = "BAYES_HAM"; spam = false; }
  statfile { symbol = "BAYES_SPAM"; spam = true; }
}
worker "normal" {
  bind_socket = "127.0.0.1:${port}";
  bind_socket = "${socket} mode=0666";
  count = 1;
}
worker "controller" {
  bind_socket = "127.0.0.1:${controllerPort}";
  count = 1;
  password = "${password}";
  secure_ip = [];
}
`,
  );
  const running = start(program, [
    ...['-c', configuration],
    `--var=LOCAL_CONFDIR=${directory}/local`,
    `--var=DBDIR=${directory}`,
    ...['-f', '-i'],
  ]);
  await untilListening(running, [{ port }, { port: controllerPort }, { path: socket }]);
  return {
    ...running,
    port,
    socket,
    controllerPort,
    password,
    async stop() {
      await running.stop();
      await redis.stop();
    },
  };
}

/** Knows one signature, that of the test file. */
export async function startClamd(directory: string): Promise<RunningProgram> {
  const program = await findProgram('clamd', 'clamav-daemon');
  const database = join(directory, 'signatures');
  await mkdir(database);
  const signature = Buffer.from(eicar, 'latin1').toString('hex');
  await writeFile(join(database, 'test.ndb'), `Test.Eicar:0:*:${signature}\n`);
  const port = await freePort();
  const socket = join(directory, 'clamd.sock');
  const configuration = join(directory, 'clamd.conf');
  const lines = [
    'Foreground yes',
    `DatabaseDirectory ${database}`,
    `LocalSocket ${socket}`,
    'LocalSocketMode 666',
    `TCPSocket ${port}`,
    'TCPAddr 127.0.0.1',
    'StreamMaxLength 1M',
    'MaxThreads 4',
    ...(process.getuid?.() === 0 ? ['User root'] : []),
  ];
  await writeFile(configuration, `${lines.join('\n')}\n`);
  const running = start(program, ['-c', configuration]);
  await untilListening(running, [{ port }, { path: socket }]);
  return { ...running, port, socket };
}

type Started = Pick<RunningProgram, 'output' | 'stop'> & { readonly child: ChildProcess };

const mostOutput = 200_000;

function start(program: string, args: readonly string[]): Started {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-mostOutput);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  return {
    child,
    output: () => output,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(force);
    },
  };
}

type Place = { readonly port: number } | { readonly path: string };

async function untilListening(running: Started, places: readonly Place[]): Promise<void> {
  for (const place of places) {
    await vi.waitFor(
      async () => {
        if (running.child.exitCode !== null)
          throw new Error(`The program ended:\n${running.output()}`);
        await tryConnecting(place);
      },
      { timeout: 60_000, interval: 100 },
    );
  }
}

function tryConnecting(place: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket =
      'path' in place
        ? connect({ path: place.path })
        : connect({ host: '127.0.0.1', port: place.port });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

/** One that the system had free a moment ago: these programs cannot take one of its choice and tell. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        resolve(typeof address === 'object' && address !== null ? address.port : 0),
      );
    });
  });
}
