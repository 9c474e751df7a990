/**
 * Mailbox files: config/mailboxes/*.yaml, one mailbox at a provider a file, fetched by IMAP.
 *
 * Promises: pure and total; every thing wrong is a problem with its line, and no problem quotes a password.
 * Leaves to others: whether the queue exists and two files name one folder (parse.ts), fetching (services/intake/imap.ts).
 */
import { minute, second } from '../base/clock.ts';
import type { ConfigProblem, MailboxConfig } from './config.ts';
import { duration, host, oneOf, textOf, type ValueKind, wholeNumber } from './values.ts';
import { readYamlTable, scalarText, scalarTexts, unknownKey, type YamlEntry } from './yaml.ts';

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

interface Source {
  readonly entry: (key: Key) => YamlEntry | undefined;
  readonly report: (line: number | undefined, reason: string) => void;
}

export function parseMailboxFile(text: string, file: string): MailboxFile {
  const table = readYamlTable(text, file);
  const problems: ConfigProblem[] = [...table.problems];
  const report = (at: number | undefined, reason: string) =>
    void problems.push({ file, line: at, reason });
  for (const each of table.entries) {
    if (!keys.some((key) => key === each.key))
      report(each.line, unknownKey('mailbox setting', each.key, keys));
  }
  const source: Source = {
    entry(key) {
      const found = table.entries.find((each) => each.key === key);
      return found?.value === null ? undefined : found;
    },
    report,
  };
  const mailbox = table.problems.length > 0 ? undefined : readMailbox(nameOf(file), source);
  return {
    file,
    mailbox: problems.length > 0 ? undefined : mailbox,
    queueLine: source.entry('queue')?.line,
    problems,
  };
}

function readMailbox(name: string, source: Source): MailboxConfig | undefined {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    const rule = 'letters, digits, ".", "-" and "_", at most 64 of them';
    source.report(undefined, `The file's name is that of the mailbox and should be ${rule}`);
  }
  const security = readValue(source, 'tls', tls) ?? 'implicit';
  const server = readNeeded(source, 'host', host);
  const user = readNeeded(source, 'user', line);
  const secret = readSecret(source);
  const after = readAfter(source);
  if (security === 'none' && server !== undefined && !isLoopback(server)) {
    const reason =
      '"tls" may be "none" only for a server on this machine: the password would be readable on the way';
    source.report(source.entry('tls')?.line, reason);
  }
  const mailbox = {
    port: readValue(source, 'port', port) ?? (security === 'implicit' ? 993 : 143),
    tls: security,
    folder: readValue(source, 'folder', line) ?? 'INBOX',
    queue: readValue(source, 'queue', line),
    pollEveryMs: readValue(source, 'pollEvery', pollEvery) ?? 2 * minute,
  };
  if (after?.kind === 'move' && after.folder === mailbox.folder)
    source.report(source.entry('after')?.line, '"after" moves mail into the folder it comes from');
  if (server === undefined || user === undefined || secret === undefined || after === undefined)
    return undefined;
  return { name, host: server, user, secret, after, ...mailbox };
}

function readValue<T>({ entry, report }: Source, key: Key, kind: ValueKind<T>): T | undefined {
  const found = entry(key);
  if (found === undefined) return undefined;
  const parsed = kind.parse(scalarText(found.value) ?? '');
  if (parsed === undefined) report(found.line, `The mailbox's "${key}" should be ${kind.expected}`);
  return parsed?.value;
}

function readNeeded<T>(source: Source, key: Key, kind: ValueKind<T>): T | undefined {
  if (source.entry(key) === undefined) source.report(undefined, `The mailbox needs a "${key}"`);
  return readValue(source, key, kind);
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
  const text = readValue(source, key, line);
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

/** `mailboxes/support.yaml` is the mailbox `support`. */
function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '');
}

export function isLoopback(name: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(name);
}
