/**
 * Text modules as files: config/answers/CATEGORY/NAME.LANGUAGE.md, front matter between two lines of `---`, then the text.
 *
 * Promises: pure and total; everything wrong is a problem with its line, and a file with a problem gives no module.
 * Leaves to others: files on disk (services/answers/answer-book.ts), filling placeholders (core/answers).
 */
import { defaultCursor, type TextModule } from '../core/answers/text-module.ts';
import { choosableStates, type TicketState } from '../core/ticket/states.ts';
import type { ConfigProblem } from './config.ts';
import { isLanguageTag, oneOf } from './values.ts';
import { readYamlTable, scalarText, scalarTexts, unknownKey, type YamlEntry } from './yaml.ts';

export interface TextModuleFile {
  readonly file: string;
  readonly module: TextModule | undefined;
  readonly problems: readonly ConfigProblem[];
}

export const moduleKeys = [
  'title',
  'keywords',
  'shortcut',
  'queues',
  'kind',
  'state',
  'attachments',
  'cursor',
] as const;

const kinds = oneOf<TextModule['kind']>(['piece', 'answer']);
const states = oneOf<TicketState>(choosableStates);
const mostCharacters = 200_000;

/** `file` is the path below `config/`: `answers/billing/refund.de.md`. */
export function parseTextModule(text: string, file: string): TextModuleFile {
  const problems: ConfigProblem[] = [];
  const report = (line: number | undefined, reason: string) =>
    void problems.push({ file, line, reason });
  const name = parseModuleName(file);
  if (name === undefined)
    report(
      undefined,
      'The file should be called NAME.LANGUAGE.md, such as refund.de.md, in folders of letters, digits and "-"',
    );
  if (text.length > mostCharacters)
    report(undefined, `The file is longer than ${mostCharacters} characters`);
  const parts = splitFrontMatter(text);
  if (parts === undefined)
    report(1, 'The file should begin with "title: …" between two lines of "---"');
  if (name === undefined || parts === undefined || problems.length > 0)
    return { file, module: undefined, problems };

  // The first line is kept as a comment, so that problems carry the line of the whole file.
  const table = readYamlTable(`#${parts.head}`, file);
  problems.push(...table.problems);
  for (const { key, line } of table.entries)
    if (!moduleKeys.some((known) => known === key))
      report(line, unknownKey('key', key, moduleKeys));
  const entry = (key: (typeof moduleKeys)[number]) => {
    const found = table.entries.find((each) => each.key === key);
    return found?.value === null ? undefined : found;
  };
  const module: TextModule = {
    ...name,
    file,
    title: readLine(entry('title'), report) ?? '',
    keywords: readTexts(entry('keywords'), report),
    shortcut: readShortcut(entry('shortcut'), report) ?? name.id.replace(/^.*\//, ''),
    queues: readTexts(entry('queues'), report),
    kind: readChoice(entry('kind'), kinds, report) ?? 'answer',
    state: readChoice(entry('state'), states, report),
    attachments: readAttachments(entry('attachments'), report),
    cursor: readLine(entry('cursor'), report) ?? defaultCursor,
    text: parts.text,
  };
  if (table.problems.length === 0 && entry('title') === undefined)
    report(1, 'The text module needs a "title"');
  if (parts.text.trim() === '') report(undefined, 'The text module has no text');
  return { file, module: problems.length > 0 ? undefined : module, problems };
}

type Report = (line: number | undefined, reason: string) => void;

/** Undefined when the text does not begin with front matter. The head begins with its line of dashes. */
export function splitFrontMatter(text: string): { head: string; text: string } | undefined {
  const plain = text.replace(/^\u{feff}/u, '').replaceAll('\r\n', '\n');
  const end = plain.startsWith('---\n') ? plain.indexOf('\n---', 3) : -1;
  const rest = plain.slice(end + 4);
  if (end < 0 || !/^[ \t]*(?:\n|$)/.test(rest)) return undefined;
  return { head: plain.slice(0, end), text: rest.replace(/^[ \t]*\n/, '').trim() };
}

/** Undefined when the path names no module. */
export function parseModuleName(file: string): Pick<TextModule, 'id' | 'language'> | undefined {
  const [, id, language] = /^answers\/(.+)\.([^./]+)\.md$/.exec(file) ?? [];
  if (id === undefined || language === undefined || !isLanguageTag(language)) return undefined;
  return isModuleId(id) ? { id, language } : undefined;
}

/** Folders and a name, each of letters, digits, `-` and `_` of any script; no more than six deep. */
export function isModuleId(text: string): boolean {
  const parts = text.split('/');
  return (
    parts.length <= 6 &&
    text.length <= 200 &&
    parts.every((part) => /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]{0,63}$/u.test(part))
  );
}

function readLine(entry: YamlEntry | undefined, report: Report): string | undefined {
  if (entry === undefined) return undefined;
  const text = scalarText(entry.value);
  if (text !== undefined && text !== '' && text.length <= 200 && !/\p{Cc}/u.test(text)) return text;
  report(entry.line, `"${entry.key}" should be text in one line, at most 200 characters`);
  return undefined;
}

function readTexts(entry: YamlEntry | undefined, report: Report): readonly string[] {
  if (entry === undefined) return [];
  const texts = scalarTexts(entry.value)?.filter((text) => text !== '');
  if (texts?.every((text) => text.length <= 200)) return texts;
  report(entry.line, `"${entry.key}" should be a list such as [refund, money back]`);
  return [];
}

function readShortcut(entry: YamlEntry | undefined, report: Report): string | undefined {
  const text = readLine(entry, report);
  if (text === undefined || /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]*$/u.test(text)) return text;
  report(entry?.line, `"shortcut" is "${text}", but should be a word of letters, digits and "-"`);
  return undefined;
}

function readChoice<T>(
  entry: YamlEntry | undefined,
  kind: { parse(text: string): { value: T } | undefined; readonly expected: string },
  report: Report,
): T | undefined {
  if (entry === undefined) return undefined;
  const parsed = kind.parse(scalarText(entry.value) ?? '');
  if (parsed === undefined) report(entry.line, `"${entry.key}" should be ${kind.expected}`);
  return parsed?.value;
}

/** Names of files in the module's own folder: no path may lead out of it. */
function readAttachments(entry: YamlEntry | undefined, report: Report): readonly string[] {
  const names = readTexts(entry, report);
  const bad = names.find((name) => /[/\\\0]/.test(name) || name.startsWith('.'));
  if (bad === undefined) return names;
  report(entry?.line, `"attachments" names "${bad}", but should name files beside this one`);
  return [];
}
