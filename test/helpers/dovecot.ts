/**
 * A Dovecot of its own in a temporary directory, with users in a file and Maildirs, on a free port of the loopback interface.
 *
 * Needs root, since Dovecot gives its parts to accounts of their own. Leaves to others: removing the directory.
 */
import { chmod, chown, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { certificate } from './certificate.ts';
import { answersAt, type Foreign, freePort, startForeign, until } from './foreign.ts';
import { findProgram } from './programs.ts';

export interface Dovecot {
  readonly port: number;
  /** TLS from the first byte; the plain port offers STARTTLS. */
  readonly tlsPort: number;
  readonly directory: string;
  /** A client that is logged in; closed with the server at the latest. */
  client(user?: string): Promise<ImapFlow>;
  /** Puts a mail into a folder. */
  append(raw: string | Buffer, options?: AppendOptions): Promise<void>;
  /** Mails of a folder with their flags, by UID. */
  list(
    folder?: string,
    user?: string,
  ): Promise<readonly { uid: number; flags: string[]; messageId: string }[]>;
  /** As a provider that lost its index: other UIDs, another UIDVALIDITY, the same mails. */
  renumber(user?: string): Promise<void>;
  stop(): Promise<void>;
}

export interface AppendOptions {
  readonly folder?: string;
  readonly flags?: string[];
  readonly user?: string;
  /** INTERNALDATE; now when absent. */
  readonly arrived?: Date;
}

export const password = 'secret words';

export interface DovecotOptions {
  readonly users?: readonly string[];
  /** Of an OAuth2 server: the token is appended, JSON with `email` comes back. */
  readonly tokenUrl?: string;
  /** What the server says that it can; its own answer when absent. */
  readonly capability?: string;
}

/** Debian's nobody and nogroup. */
const owner = 65_534;

export async function startDovecot({
  users = ['support'],
  tokenUrl,
  capability,
}: DovecotOptions = {}): Promise<Dovecot> {
  const program = await findProgram('dovecot', 'dovecot-imapd');
  if (process.getuid?.() !== 0)
    throw new Error('Dovecot is started by root; run these tests as root');
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'maildesk-dovecot-')));
  await chmod(directory, 0o755);
  await mkdir(join(directory, 'mail'));
  await chown(join(directory, 'mail'), owner, owner);
  const port = await freePort();
  const tlsPort = await freePort();
  await writeFile(join(directory, 'key.pem'), certificate.key, { mode: 0o600 });
  await writeFile(join(directory, 'cert.pem'), certificate.cert);
  await writeFile(
    join(directory, 'users'),
    users.map((user) => `${user}:{PLAIN}${password}\n`).join(''),
    { mode: 0o644 },
  );
  if (tokenUrl !== undefined)
    await writeFile(
      join(directory, 'oauth2.conf'),
      `tokeninfo_url = ${tokenUrl}\nusername_attribute = email\n`,
      { mode: 0o644 },
    );
  await writeFile(
    join(directory, 'dovecot.conf'),
    configuration({ directory, port, tlsPort, hasTokens: tokenUrl !== undefined, capability }),
  );
  const begin = async (): Promise<Foreign> => {
    const begun = startForeign(program, ['-F', '-c', join(directory, 'dovecot.conf')]);
    await until(
      () => `Dovecot answers; it says: ${begun.output()}`,
      async () => {
        if (begun.process.exitCode !== null) throw new Error(`Dovecot ended: ${begun.output()}`);
        return answersAt(port);
      },
    );
    return begun;
  };
  const server = await begin();
  const clients = new Set<ImapFlow>();

  async function client(user = users[0] ?? ''): Promise<ImapFlow> {
    const made = new ImapFlow({
      host: '127.0.0.1',
      port,
      secure: false,
      doSTARTTLS: false,
      auth: { user, pass: password },
      logger: false,
      disableAutoIdle: true,
    });
    made.on('error', () => {});
    clients.add(made);
    await made.connect();
    return made;
  }

  async function withClient<T>(
    user: string | undefined,
    work: (made: ImapFlow) => Promise<T>,
  ): Promise<T> {
    const made = await client(user);
    try {
      return await work(made);
    } finally {
      await made.logout();
      clients.delete(made);
    }
  }

  return {
    port,
    tlsPort,
    directory,
    client,
    append: (raw, { folder = 'INBOX', flags = [], user, arrived } = {}) =>
      withClient(user, async (made) => {
        const stored = await made.append(folder, Buffer.from(raw), flags, arrived);
        if (stored === false) throw new Error('Dovecot refuses the mail');
      }),
    list: (folder = 'INBOX', user) =>
      withClient(user, async (made) => {
        const opened = await made.mailboxOpen(folder, { readOnly: true });
        if (opened.exists === 0) return [];
        const mails = await made.fetchAll('1:*', { uid: true, flags: true, envelope: true });
        return mails.map(({ uid, flags, envelope }) => ({
          uid,
          flags: [...(flags ?? [])].filter((flag) => flag !== '\\Recent').sort(),
          messageId: envelope?.messageId ?? '',
        }));
      }),
    async renumber(user = users[0] ?? '') {
      const maildir = join(directory, 'mail', user);
      for (const name of [
        'dovecot-uidlist',
        'dovecot-uidvalidity',
        'dovecot.index',
        'dovecot.index.log',
        'dovecot.index.cache',
      ])
        await rm(join(maildir, name), { force: true });
    },
    async stop() {
      for (const each of clients) each.close();
      await server.stop();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function configuration({
  directory,
  port,
  tlsPort,
  hasTokens,
  capability,
}: {
  readonly directory: string;
  readonly port: number;
  readonly tlsPort: number;
  readonly hasTokens: boolean;
  readonly capability: string | undefined;
}): string {
  const tokens = `passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${directory}/oauth2.conf
}
`;
  return `base_dir = ${directory}/run
state_dir = ${directory}/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <${directory}/cert.pem
ssl_key = <${directory}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login${hasTokens ? ' xoauth2 oauthbearer' : ''}
auth_failure_delay = 0
first_valid_uid = 1
mail_location = maildir:${directory}/mail/%u
mail_max_userip_connections = 100
${capability === undefined ? '' : `imap_capability = ${capability}\n`}${hasTokens ? tokens : ''}passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u ${directory}/users
}
userdb {
  driver = static
  args = uid=${owner} gid=${owner} home=${directory}/mail/%u
}
service imap-login {
  chroot =
  inet_listener imap {
    address = 127.0.0.1
    port = ${port}
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = ${tlsPort}
    ssl = yes
  }
}
service stats {
  chroot =
}
`;
}
