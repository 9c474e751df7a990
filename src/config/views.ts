/**
 * View files: agents/LOGIN/views/*.yaml and config/views/*.yaml, one view a file.
 *
 *     name: Angry customers
 *     query: tag:vip is:open
 *     sort: -updated          # optional, as for `maildesk list`
 *     icon: flag              # optional
 *     order: 10               # optional, smaller ones first
 *     roles: [support]        # optional, in config/views/ alone
 *     queues: [Billing]       # the same
 *
 * Promises: pure and total; every thing wrong is a problem with its line, and then there is no view.
 */
import { describeProblem } from '../core/search/describe.ts';
import { parseQuery } from '../core/search/query.ts';
import { mostViewName, type SavedView, type ViewScope, viewIcons } from '../core/views/view.ts';
import type { ConfigProblem } from './config.ts';
import { readYamlTable, scalarText, scalarTexts, unknownKey, type YamlEntry } from './yaml.ts';

export interface ViewFacts {
  /** The states that a search of this desk knows. */
  readonly states: readonly string[];
  readonly sorts: readonly string[];
  /** Names of the queues; undefined where they are not known. */
  readonly queues: readonly string[] | undefined;
}

export interface ViewFileRequest {
  /** As it is shown: `views/vip.yaml`. */
  readonly file: string;
  readonly id: string;
  readonly scope: ViewScope;
  readonly facts: ViewFacts;
}

export interface ViewFile {
  readonly view: SavedView | undefined;
  readonly problems: readonly ConfigProblem[];
}

const ownKeys: readonly string[] = ['name', 'query', 'sort', 'icon', 'order'];
const sharedKeys: readonly string[] = [...ownKeys, 'roles', 'queues'];

type Report = (line: number | undefined, reason: string) => void;

export function parseViewFile(text: string, request: ViewFileRequest): ViewFile {
  const { file, id, scope, facts } = request;
  const table = readYamlTable(text, file);
  if (table.problems.length > 0) return { view: undefined, problems: table.problems };
  const problems: ConfigProblem[] = [];
  const report: Report = (line, reason) => problems.push({ file, line, reason });
  const entry = (key: string) => table.entries.find((each) => each.key === key);
  const keys = scope === 'own' ? ownKeys : sharedKeys;
  for (const { key, line } of table.entries)
    if (!keys.includes(key)) report(line, unknownKey('view setting', key, keys));
  const view = {
    id,
    scope,
    name: readName(entry('name'), report),
    query: readQueryText(entry('query'), facts, report),
    sort: readChoice(entry('sort'), facts.sorts, report),
    icon: readChoice(entry('icon'), viewIcons, report),
    order: readOrder(entry('order'), report),
    roles: readTexts(entry('roles'), report),
    queues: readQueues(entry('queues'), facts, report),
  };
  return { view: problems.length > 0 ? undefined : view, problems };
}

function readName(entry: YamlEntry | undefined, report: Report): string {
  const name = scalarText(entry?.value) ?? '';
  if (name !== '' && name.length <= mostViewName) return name;
  report(entry?.line, `The view needs a "name" of at most ${mostViewName} characters`);
  return '';
}

function readQueryText(
  entry: YamlEntry | undefined,
  { states }: ViewFacts,
  report: Report,
): string {
  const text = scalarText(entry?.value);
  if (text === undefined) {
    report(entry?.line, 'The view needs a "query" such as tag:vip is:open');
    return '';
  }
  const query = parseQuery(text, states);
  if (!query.ok)
    report(entry?.line, `"query" is not understood: ${describeProblem(query.refusal)}`);
  return text;
}

function readChoice<T extends string>(
  entry: YamlEntry | undefined,
  known: readonly T[],
  report: Report,
): T | undefined {
  if (entry === undefined) return undefined;
  const text = scalarText(entry.value);
  const found = known.find((each) => each === text);
  if (found === undefined)
    report(entry.line, `"${entry.key}" should be one of ${known.join(', ')}`);
  return found;
}

function readOrder(entry: YamlEntry | undefined, report: Report): number | undefined {
  if (entry === undefined) return undefined;
  const text = scalarText(entry.value) ?? '';
  if (/^-?\d{1,6}$/.test(text)) return Number(text);
  report(entry.line, '"order" should be a whole number such as 10');
  return undefined;
}

function readTexts(entry: YamlEntry | undefined, report: Report): readonly string[] {
  if (entry === undefined) return [];
  const texts = scalarTexts(entry.value);
  if (texts === undefined) report(entry.line, `"${entry.key}" should be a list of names`);
  return texts ?? [];
}

function readQueues(
  entry: YamlEntry | undefined,
  { queues }: ViewFacts,
  report: Report,
): readonly string[] {
  const names = readTexts(entry, report);
  for (const name of names)
    if (queues?.some((queue) => queue.toLowerCase() === name.toLowerCase()) === false)
      report(entry?.line, unknownKey('queue', name, queues));
  return names;
}
