/**
 * A Postfix of its own in a temporary directory: own queue, own configuration, SMTP on a free port of the loopback interface.
 *
 * Needs root, as Postfix itself does. The system's own Postfix, if there is one, is not touched.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { answersAt, type Foreign, freePort, startForeign, until } from './foreign.ts';
import { findProgram } from './programs.ts';

const run = promisify(execFile);

export interface Postfix {
  readonly port: number;
  readonly directory: string;
  /** What it logged so far. */
  log(): string;
  /** Message-IDs or queue ids are no matter: how many mails it holds. */
  queued(): Promise<number>;
  /** Tries at once what waits. */
  flush(): Promise<void>;
  /** Rewrites `transport` and reads it again. */
  route(lines: Readonly<Record<string, string>>): Promise<void>;
  stop(): Promise<void>;
}

export interface PostfixOptions {
  /** Destination by domain or address: `smtp:[127.0.0.1]:2525`. */
  readonly routes: Readonly<Record<string, string>>;
  /** Further lines of main.cf. */
  readonly main?: Readonly<Record<string, string>>;
  /** Further text of master.cf. */
  readonly master?: string;
}

export async function startPostfix({
  routes,
  main = {},
  master = '',
}: PostfixOptions): Promise<Postfix> {
  const program = await findProgram('postfix', 'postfix');
  if (process.getuid?.() !== 0)
    throw new Error('Postfix is started by root; run these tests as root');
  const { uid } = await accountOf('postfix');
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'maildesk-postfix-')));
  await chmod(directory, 0o755);
  const config = join(directory, 'config');
  for (const name of ['config', 'queue', 'data', 'log']) await mkdir(join(directory, name));
  await chown(join(directory, 'data'), uid, 0);
  const port = await freePort();
  await writeRoutes(config, routes);
  await writeFile(join(config, 'main.cf'), mainFile(directory, routes, main));
  await writeFile(join(config, 'master.cf'), `${masterFile(port)}${master}`);
  const log = () => {
    try {
      return readFileSync(join(directory, 'log/mail'), 'utf8');
    } catch {
      // It has not logged anything yet.
      return '';
    }
  };
  const server: Foreign = startForeign(program, ['-c', config, 'start-fg']);
  await until(
    () => `Postfix answers; it says: ${server.output()}${log()}`,
    () => {
      if (server.process.exitCode !== null)
        throw new Error(`Postfix ended: ${server.output()}${log()}`);
      return answersAt(port);
    },
  );
  const ask = async (...args: readonly string[]) =>
    (await run(args[0] ?? '', ['-c', config, ...args.slice(1)])).stdout;

  return {
    port,
    directory,
    log,
    async queued() {
      const listed = await ask('postqueue', '-j');
      return listed.split('\n').filter((line) => line !== '').length;
    },
    flush: async () => void (await ask('postqueue', '-f')),
    async route(lines) {
      await writeRoutes(config, lines);
      await ask('postfix', 'reload');
    },
    async stop() {
      // The master alone would leave its children to themselves.
      await ask('postfix', 'stop').catch(() => undefined);
      await server.stop();
      await rm(directory, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

async function accountOf(name: string): Promise<{ uid: number }> {
  return { uid: Number((await run('id', ['-u', name])).stdout.trim()) };
}

async function writeRoutes(config: string, routes: PostfixOptions['routes']): Promise<void> {
  const lines = Object.entries(routes).map(([key, way]) => `${key} ${way}\n`);
  await writeFile(join(config, 'transport'), lines.join(''));
}

function mainFile(
  directory: string,
  routes: PostfixOptions['routes'],
  more: Readonly<Record<string, string>>,
): string {
  const domains = Object.keys(routes).map((key) => key.slice(key.indexOf('@') + 1));
  const settings = {
    compatibility_level: '3.6',
    queue_directory: `${directory}/queue`,
    data_directory: `${directory}/data`,
    maillog_file: `${directory}/log/mail`,
    maillog_file_prefixes: directory,
    myhostname: 'relay.example',
    mydestination: '',
    local_recipient_maps: '',
    relay_domains: [...new Set(domains)].join(', '),
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    mynetworks: '127.0.0.0/8',
    smtpd_relay_restrictions: 'permit_mynetworks, reject',
    transport_maps: `texthash:${directory}/config/transport`,
    alias_maps: '',
    alias_database: '',
    smtp_host_lookup: 'native',
    smtpd_peername_lookup: 'no',
    minimal_backoff_time: '1s',
    maximal_backoff_time: '2s',
    queue_run_delay: '1s',
    recipient_delimiter: '+',
    smtputf8_enable: 'no',
    ...more,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('');
}

/** Nothing runs in a chroot: the directory has none of the system's files. */
function masterFile(port: number): string {
  const rows = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'pickup unix n - n 60 1 pickup',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'verify unix - - n - 1 verify',
    'flush unix n - n 1000? 0 flush',
    'proxymap unix - - n - - proxymap',
    'smtp unix - - n - - smtp',
    'relay unix - - n - - smtp',
    'showq unix n - n - - showq',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'discard unix - - n - - discard',
    'lmtp unix - - n - - lmtp',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    'postlog unix-dgram n - n - 1 postlogd',
  ];
  return `${rows.join('\n')}\n`;
}
