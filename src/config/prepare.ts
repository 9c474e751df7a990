/**
 * Makes a working desk of an empty directory.
 *
 * Promises: idempotent, durable, and safe when several processes do it at once; what is there is never
 * changed. The first configuration appears as a whole or not at all, so a file that somebody removes
 * later stays removed.
 * Leaves to others: reading the configuration (load.ts), the admin's account (services/accounts).
 */
import { Fault, isFault } from '../base/fault.ts';
import { type Random, randomText } from '../base/random.ts';
import { fillPlaceholders } from '../core/answers/placeholders.ts';
import { type DeskFiles, makeDirectories, makeFile, readIfThere } from './desk-files.ts';
import type { Environment } from './reader.ts';
import { settings } from './settings.ts';

export interface PrepareRequest {
  readonly files: DeskFiles;
  readonly random: Random;
  /** The desk: what MAILDESK_DATA names. */
  readonly directory: string;
  /** Folder with README.txt and config/ as a new desk gets them. */
  readonly templates: string;
  /** MAILDESK_ADDRESS of the first start goes into desk.yaml. */
  readonly environment: Environment;
  /** Of the machine, for desk.yaml. */
  readonly timeZone: string;
}

export interface PreparedDesk {
  /** Whether the configuration was made by this call. */
  readonly isNew: boolean;
  /** Key of signed Message-IDs and of cookies. */
  readonly secret: Buffer;
}

const maildirs = ['inbox', 'outbox', 'trouble'];
const folders = ['drop', 'tickets', 'archive', 'agents', 'index', 'views'];
const configFolders = [
  'queues',
  'agents',
  'auto-replies',
  'rules',
  'mailboxes',
  'calendars',
  'answers',
  'gateways',
];

export async function prepareDesk(request: PrepareRequest): Promise<PreparedDesk> {
  const { files, directory } = request;
  await makeDirectories(files, directory);
  const isNew = await layConfiguration(request);
  const wanted = [
    ...maildirs.flatMap((name) => ['tmp', 'new', 'cur'].map((part) => `${name}/${part}`)),
    ...folders,
    ...configFolders.map((name) => `config/${name}`),
  ];
  for (const path of wanted) await makeDirectories(files, `${directory}/${path}`);
  // A folder that was there may be the work of a process that ended before its own sync.
  for (const path of [...maildirs, 'config', '.'])
    await files.syncDirectory(`${directory}/${path}`);
  return { isNew, secret: await ensureSecret(request) };
}

async function layConfiguration(request: PrepareRequest): Promise<boolean> {
  const { files, random, directory } = request;
  if (((await files.list(`${directory}/config`)) ?? []).length > 0) return false;

  const temporary = `${directory}/.config-${randomText(random, 16)}`;
  const values = templateValues(request);
  await layReadme(request);
  try {
    await copyTree(files, { from: `${request.templates}/config`, to: temporary, values });
    // Renaming onto a folder that holds something fails: of several processes one lays its own.
    await files.rename(temporary, `${directory}/config`);
  } catch (error) {
    await files.removeTree(temporary).catch(() => {});
    if (isFault(error, 'exists')) return false;
    throw error;
  }
  await files.syncDirectory(directory);
  return true;
}

async function layReadme({ files, random, directory, templates }: PrepareRequest): Promise<void> {
  const text = await readIfThere(files, `${templates}/README.txt`);
  if (text === undefined) return;
  await makeFile({ files, random }, { path: `${directory}/README.txt`, text, mode: 0o640 });
}

/** What stands for `{{name}}` in the templates, as YAML text. */
function templateValues({
  environment,
  timeZone,
}: PrepareRequest): Readonly<Record<string, string>> {
  const { kind, initial, environment: name } = settings.addresses;
  const addresses = kind.parse(environment[name] ?? '')?.value ?? initial;
  const zone = settings.timeZone.kind.parse(timeZone)?.value ?? settings.timeZone.initial;
  const list = addresses.map((address) => JSON.stringify(address)).join(', ');
  return { addresses: `[${list}]`, timeZone: JSON.stringify(zone) };
}

interface Copy {
  readonly from: string;
  readonly to: string;
  readonly values: Readonly<Record<string, string>>;
}

async function copyTree(files: DeskFiles, { from, to, values }: Copy): Promise<void> {
  await files.makeDirectory(to);
  for (const name of (await files.list(from)) ?? []) {
    const [source, target] = [`${from}/${name}`, `${to}/${name}`];
    if ((await files.stat(source))?.isDirectory) {
      await copyTree(files, { from: source, to: target, values });
      continue;
    }
    const bytes = await files.readFile(source);
    // Other files have placeholders of their own, which are filled when a mail is written.
    const isFilled = name.endsWith('.yaml');
    const text = isFilled ? fillPlaceholders(bytes.toString('utf8'), values).text : undefined;
    await files.createFile(target, text === undefined ? bytes : Buffer.from(text));
  }
  await files.syncDirectory(to);
}

async function ensureSecret(request: PrepareRequest): Promise<Buffer> {
  const { files, random, directory } = request;
  const path = `${directory}/config/secret`;
  if ((await files.stat(path)) === undefined) {
    const text = `${random.bytes(32).toString('hex')}\n`;
    await makeFile({ files, random }, { path, text, mode: 0o600 });
  }
  return readSecret({ files, directory });
}

/** Fails with `config-invalid` when the file does not hold at least 32 bytes in hexadecimal digits. */
export async function readSecret(request: {
  readonly files: Pick<DeskFiles, 'readFile'>;
  readonly directory: string;
}): Promise<Buffer> {
  const path = `${request.directory}/config/secret`;
  const text = (await request.files.readFile(path)).toString('latin1').trim();
  if (/^(?:[0-9a-f]{2}){32,512}$/i.test(text)) return Buffer.from(text, 'hex');
  throw new Fault('config-invalid', {
    retry: 'never',
    detail: `Cannot use "${path}": it should hold at least 64 hexadecimal digits`,
  });
}
