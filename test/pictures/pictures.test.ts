/** The pictures of the documents: each is one of the list, and all together are small. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'docs/screenshots');
const files = readdirSync(folder);

function namesOf(list: unknown): readonly string[] {
  if (typeof list !== 'object' || list === null || !('pictures' in list)) return [];
  return Array.isArray(list.pictures) ? list.pictures.map(({ name }) => String(name)) : [];
}

const names = namesOf(JSON.parse(readFileSync(join(import.meta.dirname, 'pictures.json'), 'utf8')));

it('hold no picture that the script does not make', () => {
  expect(new Set(names).size).toBe(names.length);
  expect(files.filter((file) => !names.includes(file.replace(/\.webp$/, '')))).toEqual([]);
});

it('weigh less than 2 MB together', () => {
  const bytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  expect(files.length).toBeGreaterThan(10);
  expect(bytes).toBeLessThan(2_000_000);
});

it('are WebP', () => {
  const kinds = files.map((file) => readFileSync(join(folder, file)).toString('latin1', 8, 12));
  expect(new Set(kinds)).toEqual(new Set(['WEBP']));
});
