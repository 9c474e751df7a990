/**
 * The agents in memory, and their files on disk.
 *
 * Owns: config/agents/*.yaml. Promises: a broken file is a problem and keeps only its own agent out;
 * a written change is durable and in memory when the promise resolves. Two processes that change the
 * same agent at the same instant leave the change of the later one.
 */

import { errorText, isFault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Random } from '../../base/random.ts';
import { createKeyedSerial } from '../../base/serial.ts';
import {
  type AgentEdit,
  type AgentFile,
  editAgentFile,
  formatAgentFile,
  isLogin,
  type NewAgent,
  parseAgentFile,
} from '../../config/agents.ts';
import type { ConfigProblem } from '../../config/config.ts';
import { makeFile, readIfThere, replaceFile } from '../../config/desk-files.ts';
import { addressKey } from '../../core/message/address.ts';
import type { FileOps } from '../../storage/files.ts';

export interface AgentFiles {
  /** By login. */
  list(): readonly AgentFile[];
  find(login: string): AgentFile | undefined;
  findByEmail(email: string): AgentFile | undefined;
  findByToken(digest: string): AgentFile | undefined;
  problems(): readonly ConfigProblem[];
  /** Whether any file is there, also a broken one. */
  isEmpty(): boolean;
  load(): Promise<void>;
  /** Reads the one file again, for another process may have changed it. */
  refresh(login: string): Promise<AgentFile | undefined>;
  /** False when there is a file of that login already. */
  create(agent: NewAgent): Promise<boolean>;
  /** Undefined when there is no such agent. */
  edit(login: string, edit: AgentEdit): Promise<AgentFile | undefined>;
}

export interface AgentFilesDeps {
  readonly files: FileOps;
  readonly directory: string;
  readonly random: Random;
  readonly log: Log;
}

interface Entry {
  readonly agent: AgentFile | undefined;
  readonly problems: readonly ConfigProblem[];
}

export function createAgentFiles({ files, directory, random, log }: AgentFilesDeps): AgentFiles {
  const folder = `${directory}/config/agents`;
  const serial = createKeyedSerial();
  let entries: ReadonlyMap<string, Entry> = new Map();
  let misnamed: readonly ConfigProblem[] = [];

  const pathOf = (login: string) => `${folder}/${login}.yaml`;
  const all = () =>
    [...entries.values()]
      .flatMap(({ agent }) => agent ?? [])
      .toSorted((one, other) => (one.login < other.login ? -1 : 1));

  async function readEntry(login: string): Promise<Entry | undefined> {
    try {
      const text = await readIfThere(files, pathOf(login));
      return text === undefined ? undefined : parseAgentFile(login, text);
    } catch (error) {
      if (!isFault(error)) throw error;
      const file = `agents/${login}.yaml`;
      return { agent: undefined, problems: [{ file, line: undefined, reason: errorText(error) }] };
    }
  }

  async function load(): Promise<void> {
    const names = ((await files.list(folder)) ?? [])
      .filter((name) => name.endsWith('.yaml') && !name.startsWith('.'))
      .map((name) => name.slice(0, -'.yaml'.length))
      .toSorted();
    const read = new Map<string, Entry>();
    for (const login of names.filter(isLogin)) {
      const entry = await readEntry(login);
      if (entry !== undefined) read.set(login, entry);
    }
    const before = JSON.stringify(problems());
    entries = read;
    misnamed = names.filter((name) => !isLogin(name)).map(misnamedProblem);
    const found = problems();
    if (found.length > 0 && JSON.stringify(found) !== before)
      log.warn('accounts.files-broken', { problems: found });
  }

  async function readAgain(login: string): Promise<AgentFile | undefined> {
    const entry = await readEntry(login);
    const next = new Map(entries);
    if (entry === undefined) next.delete(login);
    else next.set(login, entry);
    entries = next;
    return entry?.agent;
  }

  // One reading at a time, else an older one that ends later would hide what was just written.
  const refresh = (login: string) => serial.run('read', () => readAgain(login));

  function problems(): readonly ConfigProblem[] {
    return [
      ...misnamed,
      ...[...entries.values()].flatMap((entry) => entry.problems),
      ...findSharedEmails(all()),
    ];
  }

  return {
    list: all,
    find: (login) => entries.get(login)?.agent,
    findByEmail: (email) => all().find((agent) => addressKey(agent.email) === addressKey(email)),
    findByToken: (digest) =>
      all().find(({ tokens }) => tokens.some((token) => token.digest === digest)),
    problems,
    isEmpty: () => entries.size === 0 && misnamed.length === 0,
    load: () => serial.run('read', load),
    refresh,

    async create(agent) {
      const text = formatAgentFile(agent);
      const path = pathOf(agent.login);
      const isMade = await makeFile({ files, random }, { path, text, mode: 0o600 });
      await refresh(agent.login);
      return isMade;
    },

    edit: (login, edit) =>
      serial.run(`edit ${login}`, async () => {
        const text = await readIfThere(files, pathOf(login));
        if (text === undefined) return undefined;
        const changed = editAgentFile(text, edit);
        await replaceFile({ files, random }, { path: pathOf(login), text: changed, mode: 0o600 });
        return refresh(login);
      }),
  };
}

function misnamedProblem(name: string): ConfigProblem {
  const reason =
    'The file should be called LOGIN.yaml, the login of letters a-z, digits, ".", "-" and "_"';
  return { file: `agents/${name}.yaml`, line: undefined, reason };
}

/** Who logs in by a shared address is the first of them. */
function findSharedEmails(agents: readonly AgentFile[]): readonly ConfigProblem[] {
  const owners = new Map<string, string>();
  return agents.flatMap(({ login, email }) => {
    const owner = owners.get(addressKey(email));
    owners.set(addressKey(email), owner ?? login);
    if (owner === undefined) return [];
    const reason = `The address ${email} belongs to the agent "${owner}" already`;
    return [{ file: `agents/${login}.yaml`, line: undefined, reason }];
  });
}
