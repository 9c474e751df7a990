import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createRuleBook, type RuleBook } from '../../src/services/rule-book.ts';
import { nodeFiles } from '../../src/storage/files.ts';
import { recordingLog } from '../helpers/parts.ts';
import { makeTemporaryDirectory } from '../helpers/temp.ts';

let directory: string;
let book: RuleBook;
const { log, lines } = recordingLog();
let agents = ['anna'];

const write = (name: string, text: string) =>
  writeFile(join(directory, 'config/rules', name), text);
const names = () => book.rules().map(({ name }) => name);

beforeEach(async () => {
  directory = await makeTemporaryDirectory();
  await mkdir(join(directory, 'config/rules'), { recursive: true });
  agents = ['anna'];
  lines.length = 0;
  const facts = () => ({ queues: ['Support'], agents });
  book = createRuleBook({ files: nodeFiles, directory, facts, log });
});

afterEach(() => rm(directory, { recursive: true }));

it('asks files by name and rules in their order, and leaves out what an editor left', async () => {
  await write('20-late.yaml', 'rules: [{name: c, then: {tags: x}}]');
  await write('10-early.yml', 'rules: [{name: b, then: {tags: x}}, {name: a, then: {tags: x}}]');
  await write('.10-early.yml.swp', 'rules: [');
  await write('readme.txt', 'rules: [');
  await book.load();
  expect(names()).toEqual(['b', 'a', 'c']);
  expect(book.problems()).toEqual([]);
});

it('skips a broken file alone, names it with its line, and says so once', async () => {
  await write('bad.yaml', 'rules:\n  - name: x\n    then: {queue: Suport}\n');
  await write('good.yaml', 'rules: [{name: good, then: {tags: x}}]');
  await book.load();
  await book.load();
  expect(names()).toEqual(['good']);
  expect(book.problems()).toEqual([
    {
      file: 'rules/bad.yaml',
      line: 3,
      reason: 'Unknown queue "Suport" (did you mean "Support"?)',
    },
  ]);
  expect(lines.map(({ event }) => event)).toEqual(['rules.files-broken']);
});

it('a rule for an agent who left is a problem from then on', async () => {
  await write('a.yaml', 'rules: [{name: a, then: {owner: anna}}]');
  await book.load();
  expect(names()).toEqual(['a']);
  agents = ['ben'];
  await book.load();
  expect(names()).toEqual([]);
  expect(book.problems()).toHaveLength(1);
});

it('a desk without the folder has no rules; a folder in place of a file is a problem', async () => {
  await rm(join(directory, 'config/rules'), { recursive: true });
  await book.load();
  expect(book.problems()).toEqual([]);
  await mkdir(join(directory, 'config/rules/odd.yaml'), { recursive: true });
  await book.load();
  expect(book.problems()).toMatchObject([{ file: 'rules/odd.yaml', line: undefined }]);
});
