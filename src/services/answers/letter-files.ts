/** Reads config/signatures and config/salutations. Promises: a file that is wrong is a problem, all others are read. */
import { errorText, isFault } from '../../base/fault.ts';
import { type DeskFiles, readIfThere } from '../../config/desk-files.ts';
import { letterFolders, parseLetterFile, type ReadLetter } from '../../config/letter-texts.ts';
import type { LetterKind } from '../../core/answers/letter-text.ts';

const kinds: readonly LetterKind[] = ['signature', 'salutation'];
const mostFiles = 2000;

export async function readLetters(
  files: Pick<DeskFiles, 'readFile' | 'list'>,
  directory: string,
): Promise<readonly ReadLetter[]> {
  const read = await Promise.all(kinds.map((kind) => readKind(kind)));
  return read.flat();

  async function readKind(kind: LetterKind): Promise<readonly ReadLetter[]> {
    const folder = letterFolders[kind];
    const found: ReadLetter[] = [];
    try {
      const names = (await files.list(`${directory}/config/${folder}`)) ?? [];
      const wanted = names.filter((name) => /^[^.].*\.md$/.test(name)).toSorted();
      for (const name of wanted.slice(0, mostFiles))
        found.push(await readOne(kind, `${folder}/${name}`));
    } catch (error) {
      found.push(unreadable(folder, error));
    }
    return found;
  }

  async function readOne(kind: LetterKind, file: string): Promise<ReadLetter> {
    try {
      const text = await readIfThere(files, `${directory}/config/${file}`);
      return text === undefined
        ? { letter: undefined, problems: [] }
        : parseLetterFile(kind, text, file);
    } catch (error) {
      return unreadable(file, error);
    }
  }
}

function unreadable(file: string, error: unknown): ReadLetter {
  if (!isFault(error)) throw error;
  return { letter: undefined, problems: [{ file, line: undefined, reason: errorText(error) }] };
}
