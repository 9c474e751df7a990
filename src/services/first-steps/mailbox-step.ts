/**
 * The third step: a mailbox at a provider that the desk fetches from, where no mail server hands mail on.
 *
 * Writes `mailboxes/NAME.yaml`, readable to the desk's own account alone. Promises: a mailbox that cannot be opened is not written.
 * Leaves to others: fetching (services/intake/imap.ts).
 */
import { posix } from 'node:path';
import { errorText, isFault } from '../../base/fault.ts';
import { ok, type Result, refuse } from '../../base/result.ts';
import type { Config, MailboxConfig } from '../../config/config.ts';
import { host, wholeNumber } from '../../config/values.ts';
import { formatYamlEntry } from '../../config/yaml-edits.ts';
import { isLoopback, workOutServer } from '../../core/first-steps/providers.ts';
import { localPartOf } from '../../core/message/address.ts';
import type { ConfigWriter } from './config-writer.ts';
import type { BadField, StepRefusal } from './step-refusal.ts';

/** As people type it; what is empty is worked out. */
export interface MailboxTyped {
  readonly host: string;
  readonly port: string;
  /** `tls`, `starttls` or, for a server on this machine, `none`. */
  readonly security: string;
  readonly user: string;
  readonly password: string;
  readonly folder: string;
}

export type MailboxRefusal =
  | StepRefusal
  /** What the server, or the system below it, said. */
  | { readonly code: 'mailbox-closed'; readonly said: string };

export interface MailboxStep {
  workOut(typed: MailboxTyped): MailboxTyped;
  /** Opens the mailbox, and writes the file when that went well. Answers with its name. */
  save(typed: MailboxTyped): Promise<Result<string, MailboxRefusal>>;
}

export interface MailboxStepDeps {
  readonly writer: ConfigWriter;
  readonly config: () => Config;
  /** Logs in and opens the folder; fails with a `Fault` whose sentence can be shown. */
  readonly open: (mailbox: MailboxConfig, password: string) => Promise<void>;
}

export const emptyMailbox: MailboxTyped = {
  host: '',
  port: '',
  security: '',
  user: '',
  password: '',
  folder: '',
};

const portKind = wholeNumber({ least: 1, most: 65_535 });
const pollEveryMs = 120_000;

export function createMailboxStep({ writer, config, open }: MailboxStepDeps): MailboxStep {
  function workOut(typed: MailboxTyped): MailboxTyped {
    const address = config().desk.addresses[0] ?? '';
    const isPlain = typed.security === 'none';
    const found = workOutServer('imap', {
      ...typed,
      security: isPlain ? '' : typed.security,
      address,
    });
    return {
      ...typed,
      host: found.host,
      port: isPlain && typed.port.trim() === '' ? '143' : found.port,
      security: isPlain ? 'none' : found.security,
      user: found.user === '' && found.host !== '' ? address : found.user,
      folder: typed.folder.trim() === '' ? 'INBOX' : typed.folder.trim(),
    };
  }

  function toMailbox(typed: MailboxTyped): Result<MailboxConfig, StepRefusal> {
    const whole = workOut(typed);
    const bad: BadField[] = [];
    const server = host.parse(whole.host);
    if (server === undefined) bad.push({ field: 'host', value: typed.host, expected: 'host' });
    const port = portKind.parse(whole.port);
    if (port === undefined) bad.push({ field: 'port', value: whole.port, expected: 'port' });
    const tls = tlsOf(whole);
    if (tls === undefined)
      bad.push({ field: 'security', value: whole.security, expected: 'security' });
    if (whole.user === '' || /\p{Cc}/u.test(whole.user))
      bad.push({ field: 'user', value: whole.user, expected: 'user-needed' });
    if (whole.password === '' || /\p{Cc}/u.test(whole.password))
      bad.push({ field: 'password', value: '', expected: 'password-needed' });
    if (/\p{Cc}/u.test(whole.folder))
      bad.push({ field: 'folder', value: whole.folder, expected: 'line' });
    if (bad.length > 0 || server === undefined || port === undefined || tls === undefined)
      return refuse({ code: 'bad-fields', fields: bad });
    return ok({
      name: nameOf(whole),
      host: server.value,
      port: port.value,
      tls,
      user: whole.user,
      secret: { kind: 'password', password: whole.password },
      folder: whole.folder,
      after: { kind: 'seen' },
      queue: undefined,
      pollEveryMs,
    });
  }

  async function freeFile(name: string): Promise<string> {
    const taken = new Set(
      (await writer.readFolder('mailboxes')).map(({ file }) => posix.parse(file).name),
    );
    let free = name;
    for (let number = 2; taken.has(free); number += 1) free = `${name}-${number}`;
    return `mailboxes/${free}.yaml`;
  }

  return {
    workOut,
    async save(typed) {
      const mailbox = toMailbox(typed);
      if (!mailbox.ok) return mailbox;
      try {
        await open(mailbox.value, typed.password);
      } catch (error) {
        if (!isFault(error)) throw error;
        return refuse({ code: 'mailbox-closed', said: errorText(error) });
      }
      const file = await freeFile(mailbox.value.name);
      const text = formatMailbox(mailbox.value, typed.password);
      const written = await writer.write([{ file, digest: '', text, isSecret: true }]);
      return written.ok ? ok(posix.parse(file).name) : written;
    },
  };
}

function tlsOf({ security, host: name }: MailboxTyped): MailboxConfig['tls'] | undefined {
  if (security === 'tls') return 'implicit';
  if (security === 'starttls') return 'starttls';
  return security === 'none' && isLoopback(name) ? 'none' : undefined;
}

/** After the mailbox's own name, as it may stand in a file name. */
function nameOf({ user }: MailboxTyped): string {
  const plain = localPartOf(user)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 50);
  return plain === '' ? 'mailbox' : plain;
}

function formatMailbox(
  { host: name, port, tls, user, folder }: MailboxConfig,
  password: string,
): string {
  return [
    '# A mailbox that mail is fetched from. What was taken is marked as read there.',
    formatYamlEntry('host', name),
    formatYamlEntry('port', port),
    formatYamlEntry('tls', tls),
    formatYamlEntry('user', user),
    formatYamlEntry('password', password),
    ...(folder === 'INBOX' ? [] : [formatYamlEntry('folder', folder)]),
    '',
  ].join('\n');
}
