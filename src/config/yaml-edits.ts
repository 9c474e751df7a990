/**
 * Single settings of a YAML file, changed the way an editor would.
 *
 * Promises: pure. Nothing of the file but the changed lines differs: comments, order, blank lines and line ends stay. A setting that
 * stands there commented out, as in the files of a new desk, loses its sign in place; what is not there at all comes at the end.
 * Fails with `config-invalid` where the file is no table of YAML.
 * Leaves to others: whether the values are right (parse.ts).
 */
import { isMap, isNode, isScalar, type Pair, parseDocument, stringify } from 'yaml';
import { Fault } from '../base/fault.ts';

export type YamlValue = string | number | boolean | readonly string[];

export function editYamlText(text: string, changes: Readonly<Record<string, YamlValue>>): string {
  const isCrLf = text.includes('\r\n');
  let edited = isCrLf ? text.replaceAll('\r\n', '\n') : text;
  for (const [key, value] of Object.entries(changes)) edited = setKey(edited, key, value);
  return isCrLf ? edited.replaceAll('\n', '\r\n') : edited;
}

/** `key: value` as it stands in the file of a new desk; several lines as a block. */
export function formatYamlEntry(key: string, value: YamlValue): string {
  if (typeof value === 'string' && value.includes('\n')) {
    const lines = value.replace(/\n+$/, '').split('\n');
    return `${key}: |\n${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}`;
  }
  return `${key}: ${formatInline(value)}`;
}

function formatInline(value: YamlValue): string {
  const options = { lineWidth: 0, flowCollectionPadding: false } as const;
  const flow = Array.isArray(value) ? { collectionStyle: 'flow' as const } : {};
  return stringify(value, { ...options, ...flow }).trimEnd();
}

function setKey(text: string, key: string, value: YamlValue): string {
  const pair = findPair(text, key);
  const edited =
    pair === undefined ? addKey(text, key, value) : replaceValue(text, pair, key, value);
  // An anchor, a merge, something in the way: then the library writes the file, with all its comments.
  return saysSo(edited, text, key, value) ? edited : rewrite(text, key, value);
}

function findPair(text: string, key: string): Pair | undefined {
  const { contents } = read(text);
  if (contents !== null && !isMap(contents)) throw unreadable();
  return contents?.items.find((item) => isScalar(item.key) && item.key.value === key);
}

function read(text: string) {
  const document = parseDocument(text, { logLevel: 'silent' });
  if (document.errors.length > 0) throw unreadable(document.errors[0]);
  return document;
}

function unreadable(cause?: unknown): Fault {
  return new Fault('config-invalid', {
    retry: 'never',
    detail: 'Cannot change the file: it should be a table of YAML, and must be repaired first',
    cause,
  });
}

function replaceValue(text: string, pair: Pair, key: string, value: YamlValue): string {
  const start = isScalar(pair.key) ? pair.key.range?.[0] : undefined;
  const end = isNode(pair.value) ? pair.value.range?.[1] : undefined;
  if (start === undefined || end === undefined) return addKey(text, key, value);
  const entry = formatYamlEntry(key, value);
  const isBlock = text.slice(start, end).endsWith('\n');
  // A comment beside the old value stays; below a text of several lines there is no room beside.
  const rest = text.slice(end);
  const comment = entry.includes('\n') ? /^[ \t]*#[^\n]*/.exec(rest)?.[0] : undefined;
  if (comment !== undefined)
    return `${text.slice(0, start)}${comment.trim()}\n${entry}${rest.slice(comment.length)}`;
  return `${text.slice(0, start)}${entry}${isBlock ? '\n' : ''}${rest}`;
}

/** In the place of the line that shows the default, with the lines that belong to it, else at the end. */
function addKey(text: string, key: string, value: YamlValue): string {
  const entry = formatYamlEntry(key, value);
  const escaped = key.replace(/[^A-Za-z0-9]/g, '\\$&');
  const shown = new RegExp(
    `^# ?${escaped}:(?:[ \\t][^\\n]*)?$(?:\\n#[ \\t]{2,}[^\\n]*)*`,
    'm',
  ).exec(text);
  if (shown !== null)
    return `${text.slice(0, shown.index)}${entry}${text.slice(shown.index + shown[0].length)}`;
  if (text === '' || text.endsWith('\n')) return `${text}${entry}\n`;
  return `${text}\n${entry}\n`;
}

/** Whether the text says that and changed nothing else. */
function saysSo(edited: string, before: string, key: string, value: YamlValue): boolean {
  try {
    const wanted = { ...tableOf(before), [key]: normal(value) };
    const found = tableOf(edited);
    return (
      JSON.stringify(Object.entries(wanted).toSorted(byKey)) ===
      JSON.stringify(Object.entries({ ...found, [key]: normal(found[key]) }).toSorted(byKey))
    );
  } catch {
    // What cannot be read back is not what was meant.
    return false;
  }
}

function tableOf(text: string): Readonly<Record<string, unknown>> {
  const table: unknown = read(text).toJS();
  return typeof table === 'object' && table !== null && !Array.isArray(table) ? { ...table } : {};
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

function normal(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/\n+$/, '') : value;
}

function rewrite(text: string, key: string, value: YamlValue): string {
  const document = read(text);
  document.set(key, document.createNode(value, Array.isArray(value) ? { flow: true } : {}));
  try {
    return document.toString({ lineWidth: 0, flowCollectionPadding: false });
  } catch (error) {
    // Something else in the file refers to the value by an alias.
    throw unreadable(error);
  }
}
