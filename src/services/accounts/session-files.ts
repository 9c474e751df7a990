/**
 * The sessions of an agent as files: `agents/LOGIN/sessions/ID`, one JSON line, written once; it is alive as long
 * as its file is there.
 *
 * Promises: ending one is durable, and holds for every process at its next look. When it was used last stands in
 * `ID.used` beside it, so that noting a use can never bring back one that was ended at the same moment.
 */
import { join } from 'node:path';
import { type Clock, formatInstant, type Instant, minute, parseInstant } from '../../base/clock.ts';
import { type Random, randomText } from '../../base/random.ts';
import { createRecent } from '../../base/recent.ts';
import { makeDirectories, readIfThere, replaceFile } from '../../config/desk-files.ts';
import type { FileOps } from '../../storage/files.ts';
import { type SessionEntry, waysIn } from './accounts.ts';

export interface SessionFiles {
  newId(): string;
  write(login: string, entry: SessionEntry): Promise<void>;
  /** Undefined when it was ended. */
  read(login: string, id: string): Promise<SessionEntry | undefined>;
  /** At most once in five minutes for each. */
  noteUse(login: string, id: string): Promise<void>;
  /** Removes what is over on the way. */
  list(login: string): Promise<readonly SessionEntry[]>;
  end(login: string, id: string): Promise<boolean>;
}

export interface SessionFilesDeps {
  readonly files: FileOps;
  /** The desk's. */
  readonly directory: string;
  readonly clock: Clock;
  readonly random: Random;
}

const noteEvery = 5 * minute;
const rememberedUses = 10_000;
const idLength = 16;

export function isSessionId(text: string): boolean {
  return /^[a-z2-7]{16}$/.test(text);
}

export function createSessionFiles(deps: SessionFilesDeps): SessionFiles {
  const { files, directory, clock, random } = deps;
  const uses = createRecent<string, Instant>(rememberedUses);
  const folderOf = (login: string) => join(directory, 'agents', login, 'sessions');
  const pathOf = (login: string, id: string) => join(folderOf(login), id);

  async function read(login: string, id: string): Promise<SessionEntry | undefined> {
    if (!isSessionId(id)) return undefined;
    const text = await readIfThere(files, pathOf(login, id));
    return text === undefined ? undefined : parseEntry(id, text);
  }

  async function readUse(login: string, id: string): Promise<Instant | undefined> {
    return parseInstant((await readIfThere(files, `${pathOf(login, id)}.used`)) ?? '');
  }

  async function end(login: string, id: string): Promise<boolean> {
    if (!isSessionId(id) || !(await files.unlink(pathOf(login, id)))) return false;
    await files.syncDirectory(folderOf(login));
    await files.unlink(`${pathOf(login, id)}.used`);
    return true;
  }

  return {
    newId: () => randomText(random, idLength),
    read,
    end,

    async write(login, entry) {
      await makeDirectories(files, folderOf(login));
      await files.createFile(pathOf(login, entry.id), Buffer.from(formatEntry(entry)), 0o600);
    },

    async noteUse(login, id) {
      const now = clock.now();
      if ((uses.get(id) ?? 0) > now - noteEvery) return;
      uses.set(id, now);
      const path = `${pathOf(login, id)}.used`;
      await replaceFile({ files, random }, { path, text: `${formatInstant(now)}\n`, mode: 0o600 });
    },

    async list(login) {
      const found: SessionEntry[] = [];
      const names = (await files.list(folderOf(login))) ?? [];
      const left = names.filter(
        (name) => name.endsWith('.used') && !names.includes(name.slice(0, -5)),
      );
      for (const name of left) await files.unlink(pathOf(login, name));
      for (const name of names.filter(isSessionId)) {
        const entry = await read(login, name);
        if (entry === undefined || entry.expires <= clock.now()) await end(login, name);
        else found.push({ ...entry, used: (await readUse(login, name)) ?? entry.used });
      }
      return found.toSorted((one, other) => other.used - one.used);
    },
  };
}

function formatEntry({ opened, expires, address, browser, way }: SessionEntry): string {
  const times = { opened: formatInstant(opened), expires: formatInstant(expires) };
  return `${JSON.stringify({ ...times, way, address, browser })}\n`;
}

function parseEntry(id: string, text: string): SessionEntry | undefined {
  const fields = fieldsOf(text);
  const textOf = (key: string) => {
    const value = fields.get(key);
    return typeof value === 'string' ? value : '';
  };
  const opened = parseInstant(textOf('opened'));
  const expires = parseInstant(textOf('expires'));
  const way = waysIn.find((known) => known === textOf('way'));
  if (opened === undefined || expires === undefined || way === undefined) return undefined;
  const from = { address: textOf('address'), browser: textOf('browser') };
  return { id, opened, expires, used: opened, way, ...from };
}

function fieldsOf(text: string): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  } catch {
    // A file that a power cut left empty, or that somebody spoiled: no session.
    return new Map();
  }
}
