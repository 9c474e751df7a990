/**
 * The routing rules in force, and their files on disk.
 *
 * Owns: config/rules/*.yaml. Promises: a broken file, or one that cannot be read, is a problem and gives no
 * rule; all others work. Files come by name, rules in the order of their file.
 * Leaves to others: the form (config/rules.ts), judging (core/rules), when to read again.
 */
import { errorText, isFault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { createKeyedSerial } from '../base/serial.ts';
import type { ConfigProblem } from '../config/config.ts';
import { type DeskFiles, readIfThere } from '../config/desk-files.ts';
import { parseRuleFile, type RuleFacts, type RuleFile } from '../config/rules.ts';
import type { Rule } from '../core/rules/rule.ts';

export interface RuleBook {
  /** In the order in which they are asked. */
  rules(): readonly Rule[];
  /** What is wrong with the files; none of the rules of such a file is asked. */
  problems(): readonly ConfigProblem[];
  /** Reads every file; to be called once before anything else, and whenever files, queues or agents changed. */
  load(): Promise<void>;
}

export interface RuleBookDeps {
  readonly files: Pick<DeskFiles, 'readFile' | 'list'>;
  /** The desk. */
  readonly directory: string;
  /** What the rules may name at this moment. */
  readonly facts: () => RuleFacts;
  readonly log: Log;
}

export function createRuleBook({ files, directory, facts, log }: RuleBookDeps): RuleBook {
  const serial = createKeyedSerial();
  let book: { readonly rules: readonly Rule[]; readonly problems: readonly ConfigProblem[] } = {
    rules: [],
    problems: [],
  };

  async function readFile(name: string): Promise<RuleFile> {
    const file = `rules/${name}`;
    try {
      const text = await readIfThere(files, `${directory}/config/${file}`);
      return parseRuleFile(text ?? '', file, facts());
    } catch (error) {
      return unreadable(file, error);
    }
  }

  async function list(): Promise<readonly RuleFile[]> {
    try {
      const names = ((await files.list(`${directory}/config/rules`)) ?? []).filter(isRuleFile);
      return await Promise.all(names.toSorted().map(readFile));
    } catch (error) {
      return [unreadable('rules', error)];
    }
  }

  async function load(): Promise<void> {
    const read = await list();
    const before = JSON.stringify(book.problems);
    book = {
      rules: read.flatMap(({ rules }) => rules),
      problems: read.flatMap(({ problems }) => problems),
    };
    if (book.problems.length > 0 && JSON.stringify(book.problems) !== before)
      log.warn('rules.files-broken', { problems: book.problems });
  }

  return {
    rules: () => book.rules,
    problems: () => book.problems,
    // One reading at a time, else an older one that ends later would hide what is there now.
    load: () => serial.run('load', load),
  };
}

/** Names that begin with a dot are unfinished or an editor's own. */
function isRuleFile(name: string): boolean {
  return /^[^.].*\.ya?ml$/.test(name);
}

function unreadable(file: string, error: unknown): RuleFile {
  if (!isFault(error)) throw error;
  return { file, rules: [], problems: [{ file, line: undefined, reason: errorText(error) }] };
}
