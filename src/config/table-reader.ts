/**
 * Reads the values of a file that is one flat table: `mailboxes/*.yaml`, `hooks/*.yaml`.
 *
 * Promises: total; unknown keys are named with the nearest known one, and what is wrong is reported once, with its line.
 */
import type { ConfigProblem } from './config.ts';
import type { ValueKind } from './values.ts';
import { readYamlTable, scalarText, unknownKey, type YamlEntry } from './yaml.ts';

export interface TableReader<Key extends string> {
  readonly problems: readonly ConfigProblem[];
  /** False for a text that is no table. */
  readonly isTable: boolean;
  /** Undefined for a key that is not there, or has no value. */
  entry(key: Key): YamlEntry | undefined;
  report(line: number | undefined, reason: string): void;
  /** Undefined when it is not there or wrong; what is wrong was reported. */
  value<T>(key: Key, kind: ValueKind<T>): T | undefined;
  /** The same, and that it is missing is reported. */
  needed<T>(key: Key, kind: ValueKind<T>): T | undefined;
}

export interface TableShape<Key extends string> {
  readonly file: string;
  /** What the table describes, for sentences: `mailbox`. */
  readonly what: string;
  readonly keys: readonly Key[];
}

export function createTableReader<Key extends string>(
  text: string,
  { file, what, keys }: TableShape<Key>,
): TableReader<Key> {
  const table = readYamlTable(text, file);
  const problems: ConfigProblem[] = [...table.problems];
  const report = (line: number | undefined, reason: string) =>
    void problems.push({ file, line, reason });
  for (const each of table.entries) {
    if (!keys.some((key) => key === each.key))
      report(each.line, unknownKey(`${what} setting`, each.key, keys));
  }

  function entry(key: Key): YamlEntry | undefined {
    const found = table.entries.find((each) => each.key === key);
    return found?.value === null ? undefined : found;
  }

  function value<T>(key: Key, kind: ValueKind<T>): T | undefined {
    const found = entry(key);
    if (found === undefined) return undefined;
    const parsed = kind.parse(scalarText(found.value) ?? '');
    if (parsed === undefined)
      report(found.line, `The ${what}'s "${key}" should be ${kind.expected}`);
    return parsed?.value;
  }

  return {
    problems,
    isTable: table.problems.length === 0,
    entry,
    report,
    value,
    needed(key, kind) {
      if (entry(key) === undefined) report(undefined, `The ${what} needs a "${key}"`);
      return value(key, kind);
    },
  };
}

/** `mailboxes/support.yaml` is the mailbox `support`. A name that is none is reported. */
export function readFileName(
  file: string,
  { report }: Pick<TableReader<string>, 'report'>,
  what: string,
): string {
  const name = file.slice(file.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '');
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    const rule = 'letters, digits, ".", "-" and "_", at most 64 of them';
    report(undefined, `The file's name is that of the ${what} and should be ${rule}`);
  }
  return name;
}
