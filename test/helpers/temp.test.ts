/** Temporary directories are gone when they should be. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { makeTemporaryDirectory } from './temp.ts';

describe('makeTemporaryDirectory', () => {
  const made: string[] = [];
  const kept: string[] = [];

  afterEach(() => {
    for (const path of made.slice(-1)) expect(existsSync(path)).toBe(true);
  });

  it('gives two directories that can be written', async () => {
    made.push(await makeTemporaryDirectory(), await makeTemporaryDirectory());
    kept.push(await makeTemporaryDirectory('file'));
    for (const path of [...made, ...kept]) writeFileSync(join(path, 'file'), 'x');
    expect(new Set(made).size).toBe(2);
  });

  it('removes those of the test before the next one and keeps those of the file', () => {
    expect(made.splice(0).map((path) => existsSync(path))).toEqual([false, false]);
    expect(kept.map((path) => existsSync(path))).toEqual([true]);
  });
});
