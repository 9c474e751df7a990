/**
 * Collects the texts that make the configuration: files below `config/`, environment, flags.
 *
 * Promises: a file that cannot be read is a problem like any other, never an exception.
 * Leaves to others: what the texts mean (parse.ts), agents (agents.ts).
 */
import { errorText, isFault } from '../base/fault.ts';
import { type Result, refuse } from '../base/result.ts';
import { checkAutoReply } from './auto-replies.ts';
import type { Config, ConfigProblem } from './config.ts';
import { type DeskFiles, readIfThere } from './desk-files.ts';
import { parseDkimKey } from './dkim-key.ts';
import { parseConfig } from './parse.ts';
import { autoReplyTexts } from './queues.ts';
import type { Environment, SourceFile } from './reader.ts';
import { directorySetting } from './settings.ts';

export interface LoadRequest {
  readonly files: Pick<DeskFiles, 'readFile' | 'list' | 'stat'>;
  /** The desk: what MAILDESK_DATA names. */
  readonly directory: string;
  readonly environment: Environment;
  /** By key of desk.yaml; they beat everything else. */
  readonly flags?: Environment;
  /** Name of the machine. */
  readonly hostName: string;
}

export async function loadConfig(
  request: LoadRequest,
): Promise<Result<Config, readonly ConfigProblem[]>> {
  const { directory, environment, flags = {}, hostName } = request;
  const desk = await readSource(request, 'desk.yaml');
  const queues = await readFolder(request, 'queues', /\.ya?ml$/);
  const mailboxes = await readFolder(request, 'mailboxes', /\.ya?ml$/);
  const calendars = await readFolder(request, 'calendars', /\.ya?ml$/);
  const holidays = await readFolder(request, 'calendars', /\.ics$/i);
  const slas = await readFolder(request, 'slas', /\.ya?ml$/);
  const hooks = await readFolder(request, 'hooks', /\.ya?ml$/);
  const gateways = await readFolder(request, 'gateways', /\.ya?ml$/);
  const autoReplies = await readFolder(request, 'auto-replies', /\.md$/);

  const parsed = parseConfig({
    desk: desk.sources[0],
    queues: queues.sources,
    mailboxes: mailboxes.sources,
    calendars: calendars.sources,
    holidays: holidays.sources,
    slas: slas.sources,
    hooks: hooks.sources,
    gateways: gateways.sources,
    environment,
    flags,
    hostName,
    directory,
  });
  const problems = [
    ...desk.problems,
    ...queues.problems,
    ...mailboxes.problems,
    ...calendars.problems,
    ...holidays.problems,
    ...slas.problems,
    ...hooks.problems,
    ...gateways.problems,
    ...autoReplies.problems,
    ...autoReplies.sources.flatMap(({ file, text }) => checkAutoReply(text, file)),
    ...(parsed.ok ? await findMissingFiles(request, parsed.value) : parsed.refusal),
    ...(parsed.ok ? findMissingTexts(parsed.value, autoReplies.sources) : []),
  ];
  return problems.length > 0 ? refuse(problems.toSorted(compareProblems)) : parsed;
}

/** Where the desk lies, by flag, environment or default; needed before anything can be loaded. */
export function readDataDirectory(environment: Environment, flag?: string): string {
  const { initial, environment: name } = directorySetting;
  return [flag, environment[name]].find((text) => text !== undefined && text !== '') ?? initial;
}

interface ReadSources {
  readonly sources: readonly SourceFile[];
  readonly problems: readonly ConfigProblem[];
}

async function readSource({ files, directory }: LoadRequest, file: string): Promise<ReadSources> {
  return reportFaults(file, async () => {
    const text = await readIfThere(files, `${directory}/config/${file}`);
    return text === undefined ? [] : [{ file, text }];
  });
}

/** Names that begin with a dot are unfinished or an editor's own. */
async function readFolder(
  request: LoadRequest,
  folder: string,
  name: RegExp,
): Promise<ReadSources> {
  const { files, directory } = request;
  const sources: SourceFile[] = [];
  const listed = await reportFaults(folder, async () => {
    const found = (await files.list(`${directory}/config/${folder}`)) ?? [];
    return found
      .filter((each) => !each.startsWith('.') && name.test(each))
      .toSorted()
      .map((each) => ({ file: `${folder}/${each}`, text: '' }));
  });
  const problems = [...listed.problems];
  for (const { file } of listed.sources) {
    const read = await readSource(request, file);
    sources.push(...read.sources);
    problems.push(...read.problems);
  }
  return { sources, problems };
}

async function reportFaults(
  file: string,
  read: () => Promise<readonly SourceFile[]>,
): Promise<ReadSources> {
  try {
    return { sources: await read(), problems: [] };
  } catch (error) {
    if (!isFault(error)) throw error;
    return { sources: [], problems: [{ file, line: undefined, reason: errorText(error) }] };
  }
}

async function findMissingFiles(
  { files }: LoadRequest,
  { desk }: Config,
): Promise<readonly ConfigProblem[]> {
  const problems: ConfigProblem[] = [];
  const named = { tlsKey: desk.tlsKeyFile, tlsCertificate: desk.tlsCertificateFile };
  for (const [key, path] of Object.entries(named)) {
    if (path === undefined || (await files.stat(path)) !== undefined) continue;
    const reason = `"${key}" names "${path}", but there is no such file`;
    problems.push({ file: 'desk.yaml', line: undefined, reason });
  }
  return [...problems, ...(await checkDkimKey(files, desk.dkimKeyFile))];
}

async function checkDkimKey(
  files: LoadRequest['files'],
  path: string | undefined,
): Promise<readonly ConfigProblem[]> {
  if (path === undefined) return [];
  const problem = (what: string) => [
    { file: 'desk.yaml', line: undefined, reason: `"dkimKey" names "${path}", ${what}` },
  ];
  try {
    const key = parseDkimKey((await files.readFile(path)).toString('latin1'));
    return key.ok ? [] : problem(`which ${key.refusal}`);
  } catch (error) {
    if (!isFault(error)) throw error;
    const reason = isFault(error, 'not-found') ? 'there is no such file' : errorText(error);
    return problem(`but ${reason}`);
  }
}

/** A queue that names a text nobody wrote would answer with another without a word. */
function findMissingTexts(
  { queues }: Config,
  texts: readonly SourceFile[],
): readonly ConfigProblem[] {
  const names = new Set(texts.map(({ file }) => file.replace(/^.*\//, '').split('.')[0]));
  return queues.flatMap(({ name: queue, autoReplies = {} }) =>
    Object.values(autoReplies)
      .filter((name) => name !== false && !names.has(name) && !isBuiltInText(name))
      .map((name) => ({
        file: 'queues',
        line: undefined,
        reason: `The queue "${queue}" answers with "${name}", but there is no auto-replies/${name}.LANGUAGE.md`,
      })),
  );
}

function isBuiltInText(name: string): boolean {
  return Object.values<string>(autoReplyTexts).includes(name);
}

function compareProblems(one: ConfigProblem, other: ConfigProblem): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return (one.line ?? 0) - (other.line ?? 0);
}
