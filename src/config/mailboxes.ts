/**
 * Mailbox files: config/mailboxes/*.yaml, one mailbox at a provider a file, fetched by IMAP.
 *
 * Promises: pure and total; every thing wrong is a problem with its line, and no problem quotes a password.
 * Leaves to others: whether the queue exists and two files name one folder (parse.ts), fetching (services/intake/imap.ts).
 */
import { minute, second } from '../base/clock.ts';
import type { ConfigProblem, MailboxConfig } from './config.ts';
import { createTableReader, readFileName, type TableReader } from './table-reader.ts';
import { duration, host, oneOf, textOf, wholeNumber } from './values.ts';
import { scalarText, scalarTexts } from './yaml.ts';

export interface MailboxFile {
  readonly file: string;
  /** Undefined when the file is not right. */
  readonly mailbox: MailboxConfig | undefined;
  readonly queueLine: number | undefined;
  readonly problems: readonly ConfigProblem[];
}

const keys = [
  'host',
  'port',
  'tls',
  'user',
  'password',
  'passwordFile',
  'tokenCommand',
  'folder',
  'after',
  'queue',
  'pollEvery',
] as const;

type Key = (typeof keys)[number];

const secretKeys = ['password', 'passwordFile', 'tokenCommand'] as const;
const line = textOf({ most: 1000 });
const port = wholeNumber({ least: 1, most: 65_535 });
const tls = oneOf(['implicit', 'starttls', 'none'] as const);
const pollEvery = duration({ least: second, most: 60 * minute });

type Source = TableReader<Key>;

export function parseMailboxFile(text: string, file: string): MailboxFile {
  const source = createTableReader(text, { file, what: 'mailbox', keys });
  const mailbox = source.isTable
    ? readMailbox(readFileName(file, source, 'mailbox'), source)
    : undefined;
  return {
    file,
    mailbox: source.problems.length > 0 ? undefined : mailbox,
    queueLine: source.entry('queue')?.line,
    problems: source.problems,
  };
}

function readMailbox(name: string, source: Source): MailboxConfig | undefined {
  const security = source.value('tls', tls) ?? 'implicit';
  const server = source.needed('host', host);
  const user = source.needed('user', line);
  const secret = readSecret(source);
  const after = readAfter(source);
  if (security === 'none' && server !== undefined && !isLoopback(server)) {
    const reason =
      '"tls" may be "none" only for a server on this machine: the password would be readable on the way';
    source.report(source.entry('tls')?.line, reason);
  }
  const mailbox = {
    port: source.value('port', port) ?? (security === 'implicit' ? 993 : 143),
    tls: security,
    folder: source.value('folder', line) ?? 'INBOX',
    queue: source.value('queue', line),
    pollEveryMs: source.value('pollEvery', pollEvery) ?? 2 * minute,
  };
  if (after?.kind === 'move' && after.folder === mailbox.folder)
    source.report(source.entry('after')?.line, '"after" moves mail into the folder it comes from');
  if (server === undefined || user === undefined || secret === undefined || after === undefined)
    return undefined;
  return { name, host: server, user, secret, after, ...mailbox };
}

function readSecret(source: Source): MailboxConfig['secret'] | undefined {
  const { entry, report } = source;
  const given = secretKeys.filter((key) => entry(key) !== undefined);
  const [key, other] = given;
  if (key === undefined || other !== undefined) {
    const at = other === undefined ? undefined : entry(other)?.line;
    report(at, `The mailbox needs one of ${secretKeys.map((each) => `"${each}"`).join(', ')}`);
    return undefined;
  }
  if (key === 'tokenCommand') return readCommand(source);
  const text = source.value(key, line);
  if (text === undefined) return undefined;
  return key === 'password' ? { kind: 'password', password: text } : { kind: 'file', path: text };
}

/** A list is a program and its arguments; a text is a line for the shell. */
function readCommand({ entry, report }: Source): MailboxConfig['secret'] | undefined {
  const found = entry('tokenCommand');
  const words = scalarTexts(found?.value);
  const [first] = words ?? [];
  if (words === undefined || first === undefined || first === '') {
    report(
      found?.line,
      'The mailbox\'s "tokenCommand" should be a list of a program and its arguments, or a line for the shell',
    );
    return undefined;
  }
  const isList = Array.isArray(found?.value);
  return { kind: 'token', command: isList ? words : ['/bin/sh', '-c', first] };
}

function readAfter({ entry, report }: Source): MailboxConfig['after'] | undefined {
  const found = entry('after');
  if (found === undefined) return { kind: 'seen' };
  const text = scalarText(found.value) ?? '';
  if (text === 'seen' || text === 'delete') return { kind: text };
  const folder = /^move +(\S.{0,998})$/u.exec(text)?.[1];
  if (folder !== undefined) return { kind: 'move', folder };
  report(found.line, 'The mailbox\'s "after" should be "seen", "move FOLDER" or "delete"');
  return undefined;
}

export function isLoopback(name: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(name);
}
