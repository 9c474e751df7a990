import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { minute, second } from '../../../src/base/clock.ts';
import { outgrownSigns, slowOf, type TextHealth } from '../../../src/services/index/text-health.ts';
import {
  checkSearch,
  loadTextHealth,
  saveTextHealth,
} from '../../../src/services/index/text-health-file.ts';
import { nodeFiles } from '../../../src/storage/files.ts';
import { makeTemporaryDirectory } from '../../helpers/temp.ts';

const well: TextHealth = { tickets: 9000, memory: 2 ** 27, slowSearchMs: 90, fillMs: 30 * second };

it.each([
  [well, []],
  [{ ...well, tickets: 100_001 }, ['tickets']],
  [{ ...well, memory: 2 ** 30 + 1 }, ['memory']],
  [{ ...well, slowSearchMs: 1001 }, ['search']],
  [{ ...well, fillMs: 11 * minute }, ['fill']],
  [{ tickets: 200_000, memory: 2 ** 31, slowSearchMs: 0, fillMs: 0 }, ['tickets', 'memory']],
])('the index with %j is outgrown by %j', (health, signs) => {
  expect(outgrownSigns(health)).toEqual(signs);
});

it('takes the time that 19 in 20 searches stay below, once there were enough', () => {
  expect(slowOf([5000])).toBe(0);
  expect(slowOf(Array.from({ length: 100 }, (_, at) => 100 - at))).toBe(95);
});

it('the doctor says what the running desk measured, and what helps', async () => {
  const index = join(await makeTemporaryDirectory(), 'index');
  await mkdir(index);
  expect(await checkSearch(nodeFiles, index)).toEqual({
    check: 'search',
    level: 'ok',
    detail: 'no desk has run yet',
  });
  await saveTextHealth(nodeFiles, index, well);
  expect(await loadTextHealth(nodeFiles, index)).toEqual(well);
  expect(await checkSearch(nodeFiles, index)).toMatchObject({
    level: 'ok',
    detail: '9000 tickets outside the archive, 128 MB, slow searches 90 ms, last start 30 s',
  });
  await saveTextHealth(nodeFiles, index, { ...well, tickets: 123_456 });
  const finding = await checkSearch(nodeFiles, index);
  expect(finding.level).toBe('warn');
  expect(finding.detail).toContain('123456 tickets outside the archive');
  expect(finding.cure).toContain('maildesk archive');
  for (const broken of ['', '{', '[]', '{"tickets":"x"}', 'null']) {
    await writeFile(join(index, 'search.json'), broken);
    expect(await loadTextHealth(nodeFiles, index)).toBeUndefined();
  }
});
