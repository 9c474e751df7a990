import { expect, it } from 'vitest';
import { parentTags } from '../../src/base/language-tag.ts';

it.each([
  ['pt-BR', ['pt-Latn', 'pt']],
  ['zh', ['zh-Hans', 'zh']],
  ['zh-TW', ['zh-Hant']],
  ['zh-Hans-SG', ['zh-Hans', 'zh']],
  ['sr-Latn', ['sr-Latn']],
  ['iw', ['he-Hebr', 'he']],
  ['', []],
  ['no tag', []],
])('%s comes down to %j', (tag, parents) => {
  expect(parentTags(tag)).toEqual(parents);
});
