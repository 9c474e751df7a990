import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAnswerBook } from '../../../src/services/answers/answer-book.ts';
import { nodeFiles } from '../../../src/storage/files.ts';
import { createRecordingLog } from '../../helpers/log.ts';
import { makeTemporaryDirectory } from '../../helpers/temp.ts';

async function openBook() {
  const directory = await makeTemporaryDirectory();
  const log = createRecordingLog();
  const book = createAnswerBook({ files: nodeFiles, directory, log });
  const write = async (file: string, text: string) => {
    const path = join(directory, 'config/answers', file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  };
  return { book, write, lines: log.lines };
}

describe('createAnswerBook', () => {
  it('reads folders of modules, names broken files and offers all others', async () => {
    const { book, write, lines } = await openBook();
    await write('billing/refund.de.md', '---\ntitle: Erstattung\n---\nText');
    await write('billing/refund.en.md', '---\ntitle: Refund\n---\nText');
    await write('hello.en.md', '---\ntitle: Hello\n---\nText');
    await write('broken.en.md', 'no front matter');
    await write('.draft.en.md', 'an editor’s own');
    await write('billing/form.pdf', 'not a module');
    await book.load();
    expect(book.modules().map(({ id, language }) => `${id} ${language}`)).toEqual([
      'billing/refund de',
      'billing/refund en',
      'hello en',
    ]);
    expect(book.problems().map(({ file }) => file)).toEqual(['answers/broken.en.md']);
    expect(lines.map(({ event }) => event)).toEqual(['answers.files-broken']);
  });

  it('tells of a change once, and gives nothing without a folder', async () => {
    const { book, write } = await openBook();
    let told = 0;
    book.onChange(() => {
      told += 1;
    });
    await book.load();
    expect(book.modules()).toEqual([]);
    await write('hello.en.md', '---\ntitle: Hello\n---\nText');
    await book.load();
    await book.load();
    expect(told).toBe(2);
    await write('hello.en.md', '---\ntitle: Hello again\n---\nText');
    await book.load();
    expect(told).toBe(3);
    expect(book.modules()[0]?.title).toBe('Hello again');
  });
});
