/**
 * Texts that the desk sends by itself: config/auto-replies/NAME.LANGUAGE.md. Queues may name others.
 *
 * Owns: the form of these files (`subject:` between two lines of `---`, then the text) and the choice
 * of the language. Leaves to others: filling placeholders (core/answers), sending.
 */
import { isFault } from '../base/fault.ts';
import { parentTags } from '../base/language-tag.ts';
import { type Result, refuse } from '../base/result.ts';
import type { ConfigProblem } from './config.ts';
import { type DeskFiles, readIfThere } from './desk-files.ts';
import { isLanguageTag } from './values.ts';
import { readYamlTable, scalarText, unknownKey } from './yaml.ts';

export interface AutoReply {
  readonly subject: string;
  readonly text: string;
}

export interface AutoReplies {
  /**
   * In the language, else its parent (`pt` for `pt-BR`), else the desk's, else English. Undefined when
   * there is none of the name.
   */
  readAutoReply(name: string, language: string | undefined): Promise<AutoReply | undefined>;
}

export interface AutoRepliesDeps {
  readonly files: DeskFiles;
  /** Folders with such files; the later ones are asked when the former have none in any language. */
  readonly folders: readonly string[];
  deskLanguage(): string;
}

export function createAutoReplies({ files, folders, deskLanguage }: AutoRepliesDeps): AutoReplies {
  return {
    async readAutoReply(name, language) {
      if (!isAutoReplyName(name)) return undefined;
      const languages = languageChain([language, deskLanguage(), 'en']);
      for (const folder of folders) {
        for (const each of languages) {
          const file = `${name}.${each}.md`;
          const text = await readText(files, `${folder}/${file}`);
          const parsed = text === undefined ? undefined : parseAutoReply(text, file);
          if (parsed?.ok) return parsed.value;
        }
      }
      return undefined;
    },
  };
}

/** A file that cannot be read must not keep the next best language from the customer. */
async function readText(files: DeskFiles, path: string): Promise<string | undefined> {
  try {
    return await readIfThere(files, path);
  } catch (error) {
    if (isFault(error)) return undefined;
    throw error;
  }
}

/** Each wanted language followed by its parents, without repetitions. */
export function languageChain(wanted: readonly (string | undefined)[]): readonly string[] {
  const chain = wanted.flatMap((tag) => {
    if (tag === undefined || !isLanguageTag(tag)) return [];
    return [tag, ...parentTags(tag)];
  });
  return [...new Set(chain)];
}

/** The file's name without language and ending. */
export function isAutoReplyName(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,63}$/i.test(text);
}

/** `file` is named in the problems. */
export function parseAutoReply(
  text: string,
  file: string,
): Result<AutoReply, readonly ConfigProblem[]> {
  const wrong = (reason: string, line: number | undefined) => refuse([{ file, line, reason }]);
  const plain = text.replace(/^\u{feff}/u, '').replaceAll('\r\n', '\n');
  const end = plain.startsWith('---\n') ? plain.indexOf('\n---\n', 3) : -1;
  if (end < 0)
    return wrong('The file should begin with "subject: …" between two lines of "---"', 1);

  // The first line is kept as a comment, so that problems carry the line of the whole file.
  const table = readYamlTable(`#${plain.slice(0, end)}`, file);
  if (table.problems.length > 0) return refuse(table.problems);
  const unknown = table.entries.find(({ key }) => key !== 'subject');
  if (unknown !== undefined)
    return wrong(unknownKey('key', unknown.key, ['subject']), unknown.line);
  const entry = table.entries[0];
  const subject = scalarText(entry?.value);
  if (subject === undefined || subject === '' || /\p{Cc}/u.test(subject)) {
    return wrong('"subject" should be text in one line, in quotes', entry?.line ?? 1);
  }
  return { ok: true, value: { subject, text: plain.slice(end + 5).trim() } };
}

/** What is wrong with a file of config/auto-replies, also with its name. */
export function checkAutoReply(text: string, file: string): readonly ConfigProblem[] {
  const [name = '', language = '', ...more] = file
    .replace(/^.*\//, '')
    .replace(/\.md$/, '')
    .split('.');
  if (!isAutoReplyName(name) || !isLanguageTag(language) || more.length > 0) {
    const reason = 'The file should be called NAME.LANGUAGE.md, such as confirmation.en.md';
    return [{ file, line: undefined, reason }];
  }
  const parsed = parseAutoReply(text, file);
  return parsed.ok ? [] : parsed.refusal;
}
