/**
 * What is kept of a person beside the tickets: notes on customers, the trouble folder, files of agents, what hooks have still to
 * be told.
 *
 * Promises: what the configuration says by hand (rules, queues, holds) is named and left: a rule that lost its address would
 * do something else. Logs of readings and log-ins hold numbers of tickets and names of agents, no customer.
 */
import { join } from 'node:path';
import { isFault } from '../../base/fault.ts';
import type { FileOps } from '../../storage/files.ts';
import { findPerson, makePseudonym, type PersonMarks, replaceAll } from '../finders.ts';

export interface Surroundings {
  /** Files with notes on the person: those of config/customers that have one of the addresses. */
  notes(marks: PersonMarks): Promise<readonly string[]>;
  trouble(marks: PersonMarks): Promise<readonly string[]>;
  agentFiles(marks: PersonMarks): Promise<readonly string[]>;
  /** Files of the configuration that name the person. */
  byHand(marks: PersonMarks): Promise<readonly string[]>;
  /** Removes notes, mails in trouble and what hooks were to be told, and replaces the person in files of agents. */
  clear(id: string, marks: PersonMarks): Promise<void>;
}

const mostBytes = 4 * 1024 * 1024;
const depth = 6;

export function createSurroundings(files: FileOps, directory: string): Surroundings {
  const folder = (...path: readonly string[]) => join(directory, ...path);

  async function readText(path: string): Promise<string | undefined> {
    try {
      const stat = await files.stat(path);
      if (stat === undefined || stat.isDirectory || stat.size > mostBytes) return undefined;
      return (await files.readFile(path)).toString('utf8');
    } catch (error) {
      if (isFault(error, 'not-found')) return undefined;
      throw error;
    }
  }

  /** Every file below, at most so deep; names that begin with a dot too. */
  async function* walk(root: string): AsyncIterable<string> {
    const open = [{ path: root, level: 0 }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const names = await files.list(next.path);
      if (names === undefined) {
        yield next.path;
        continue;
      }
      if (next.level >= depth) continue;
      for (const name of names) open.push({ path: join(next.path, name), level: next.level + 1 });
    }
  }

  async function naming(root: string, marks: PersonMarks): Promise<readonly string[]> {
    const find = findPerson(marks, makePseudonym('x', marks));
    const found: string[] = [];
    for await (const path of walk(root)) {
      const text = await readText(path);
      if (text !== undefined && find(text).length > 0) found.push(path);
    }
    return found.sort();
  }

  /** A note may be set aside under a name that begins with a dot. */
  async function notes(marks: PersonMarks): Promise<readonly string[]> {
    const byAddress = { addresses: marks.addresses, names: [], phones: [] };
    return naming(folder('config', 'customers'), byAddress);
  }

  async function trouble(marks: PersonMarks): Promise<readonly string[]> {
    const found: string[] = [];
    for (const part of ['new', 'cur'])
      found.push(...(await naming(folder('trouble', part), marks)));
    return found;
  }

  /** Not what says who the agents are. */
  async function agentFiles(marks: PersonMarks): Promise<readonly string[]> {
    const found = await naming(folder('agents'), marks);
    return found.filter((path) => !/[/\\](sessions|tokens|totp)[/\\]/.test(path));
  }

  return {
    notes,
    trouble,
    agentFiles,
    async byHand(marks) {
      const all = await naming(folder('config'), marks);
      const owned = new Set(await notes(marks));
      return all.filter((path) => !owned.has(path)).map((path) => path.slice(directory.length + 1));
    },
    async clear(id, marks) {
      for (const path of [...(await notes(marks)), ...(await trouble(marks))])
        await files.unlink(path);
      const find = findPerson(marks, makePseudonym(id, marks));
      for (const path of await agentFiles(marks)) {
        const text = await readText(path);
        if (text === undefined) continue;
        // A mail to an agent says its size in its name; it is kept for convenience alone.
        const isMail = /[/\\](mail|reports)[/\\]/.test(path);
        if (isMail) {
          await files.unlink(path);
          continue;
        }
        await files.unlink(`${path}.erased`);
        const stat = await files.stat(path);
        await files.createFile(`${path}.erased`, Buffer.from(replaceAll(text, find)), stat?.mode);
        await files.rename(`${path}.erased`, path);
      }
      for (const place of [folder('index', 'batches'), folder('hooks')])
        for (const path of await naming(place, marks)) await files.unlink(path);
    },
  };
}
