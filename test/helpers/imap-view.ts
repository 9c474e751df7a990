/**
 * Dovecot with the configuration that docs/examples/dovecot.conf recommends, over a desk of the test.
 *
 * Promises: the file is taken as it stands; only paths, account and ports are those of the test. Needs root, since
 * Dovecot gives its parts to accounts of their own.
 */
import { chmod, chown, lchown, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ImapFlow } from 'imapflow';
import { type FileOps, nodeFiles } from '../../src/storage/files.ts';
import { certificate } from './certificate.ts';
import { answersAt, freePort, startForeign, until } from './foreign.ts';
import { findProgram } from './programs.ts';
import { makeTemporaryDirectory } from './temp.ts';

/** Debian's nobody and nogroup. */
const account = 65_534;

const examples = fileURLToPath(new URL('../../docs/examples/', import.meta.url));

/** What the desk makes belongs to the account under which Dovecot works. */
export const sharedFiles: FileOps = {
  ...nodeFiles,
  async makeDirectory(path) {
    await nodeFiles.makeDirectory(path);
    await chown(path, account, account);
  },
  async createFile(path, bytes, mode) {
    await nodeFiles.createFile(path, bytes, mode);
    await chown(path, account, account);
  },
};

/** An empty directory for such a desk. */
export async function makeSharedDirectory(): Promise<string> {
  const directory = await makeTemporaryDirectory();
  await chmod(directory, 0o755);
  await chown(directory, account, account);
  return directory;
}

export async function giveAway(path: string): Promise<void> {
  await lchown(path, account, account);
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true }))
    await lchown(join(entry.parentPath, entry.name), account, account);
}

export interface ImapView {
  /** A client that is logged in. */
  client(user?: string): Promise<ImapFlow>;
  /** A connection on which a test speaks IMAP itself, as a mail program would. */
  talk(user?: string): Promise<ImapTalk>;
  stop(): Promise<void>;
}

export interface ImapTalk {
  /** All that the server says up to the end of the command. */
  say(command: string): Promise<string>;
  close(): void;
}

const password = 'secret words';

export async function startImapView(
  desk: string,
  { rights }: { readonly rights?: string } = {},
): Promise<ImapView> {
  const program = await findProgram('dovecot', 'dovecot-imapd');
  if (process.getuid?.() !== 0)
    throw new Error('Dovecot is started by root; run these tests as root');
  const home = await makeSharedDirectory();
  const port = await freePort();
  const etc = join(home, 'etc');
  const own = join(home, 'own');
  await mkdir(etc);
  await mkdir(own);
  await chown(own, account, account);
  await writeFile(join(etc, 'maildesk.pem'), certificate.cert);
  await writeFile(join(etc, 'maildesk.key'), certificate.key, { mode: 0o600 });
  await writeFile(
    join(etc, 'maildesk.users'),
    ['anna', 'ben'].map((user) => `${user}:{PLAIN}${password}\n`).join(''),
  );
  const acl = await readFile(join(examples, 'dovecot.acl'), 'utf8');
  await writeFile(
    join(etc, 'maildesk.acl'),
    rights === undefined ? acl : acl.replaceAll('lrwsi', rights),
  );
  const example = (await readFile(join(examples, 'dovecot.conf'), 'utf8'))
    .replaceAll('/etc/dovecot/', `${etc}/`)
    .replaceAll('/var/lib/maildesk-imap', own)
    .replaceAll('/var/lib/maildesk/', `${desk}/`)
    .replace(/\b((?:mail_)?[ug]id ?= ?)maildesk\b/g, `$1${account}`);
  await writeFile(join(etc, 'dovecot.conf'), example + ofTest(home, port));
  const server = startForeign(program, ['-F', '-c', join(etc, 'dovecot.conf')]);
  await until(
    () => `Dovecot answers; it says: ${server.output()}`,
    async () => {
      if (server.process.exitCode !== null) throw new Error(`Dovecot ended: ${server.output()}`);
      return answersAt(port);
    },
  );
  const clients = new Set<ImapFlow>();
  return {
    async client(user = 'anna') {
      const client = new ImapFlow({
        host: '127.0.0.1',
        port,
        secure: false,
        tls: { rejectUnauthorized: false },
        auth: { user, pass: password },
        logger: false,
        disableAutoIdle: true,
      });
      client.on('error', () => {});
      clients.add(client);
      await client.connect().catch((error: unknown) => {
        throw new Error(`${String(error)}; Dovecot says: ${server.output()}`);
      });
      return client;
    },
    talk: (user = 'anna') => openTalk(port, user),
    async stop() {
      for (const client of clients) client.close();
      await server.stop();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function ofTest(home: string, port: number): string {
  return `
base_dir = ${home}/run
state_dir = ${home}/state
log_path = /dev/stderr
listen = 127.0.0.1
first_valid_uid = 1
auth_failure_delay = 0
mail_max_userip_connections = 100
# Programs on the loopback of a test need no TLS.
ssl = yes
disable_plaintext_auth = no
service imap-login {
  chroot =
  inet_listener imap {
    address = 127.0.0.1
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service stats {
  chroot =
}
`;
}

async function openTalk(port: number, user: string): Promise<ImapTalk> {
  const socket: Socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString('utf8');
  });
  socket.on('error', () => {});
  let count = 0;
  const talk: ImapTalk = {
    async say(command) {
      count += 1;
      const tag = `t${count}`;
      heard = '';
      socket.write(`${tag} ${command}\r\n`);
      const end = new RegExp(`^${tag} (?:OK|NO|BAD).*\r\n`, 'm');
      await until(
        () => `an end to "${command}"; heard: ${heard}`,
        () => end.test(heard),
      );
      return heard;
    },
    close: () => socket.destroy(),
  };
  await until('a greeting', () => heard.includes('* OK'));
  await talk.say(`LOGIN ${user} "${password}"`);
  return talk;
}
