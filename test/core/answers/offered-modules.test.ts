import { expect, it } from 'vitest';
import {
  beginningWith,
  expandShortcut,
  offeredModules,
  shortcutsIn,
} from '../../../src/core/answers/offered-modules.ts';
import type { TextModule } from '../../../src/core/answers/text-module.ts';

function module(id: string, language: string, more: Partial<TextModule> = {}): TextModule {
  return {
    id,
    language,
    file: `answers/${id}.${language}.md`,
    title: `${id} in ${language}`,
    keywords: [],
    shortcut: id.replace(/^.*\//, ''),
    queues: [],
    kind: 'answer',
    state: undefined,
    attachments: [],
    cursor: '{{cursor}}',
    text: 'Text',
    ...more,
  };
}

const modules = [
  module('billing/refund', 'de', { title: 'Überweisung kommt' }),
  module('billing/refund', 'en'),
  module('greeting', 'en'),
  module('secret', 'en', { queues: ['Partners'] }),
];

it('each module is offered once, in the customer’s language where it has that', () => {
  const offered = offeredModules(modules, { queue: 'Support', language: 'de-AT', own: 'en' });
  expect(offered.map((each) => [each.module.file, each.isOtherLanguage])).toEqual([
    ['answers/billing/refund.de.md', false],
    ['answers/greeting.en.md', true],
  ]);
});

it('without a language of the customer the agent’s own counts, and nothing is another one', () => {
  const offered = offeredModules(modules, {
    queue: 'Partners::EU',
    language: undefined,
    own: 'en',
  });
  expect(offered.map((each) => [each.module.file, each.isOtherLanguage])).toEqual([
    ['answers/billing/refund.en.md', false],
    ['answers/greeting.en.md', false],
    ['answers/secret.en.md', false],
  ]);
});

it('shortcuts that begin so come before titles with such a word, whatever case and accents', () => {
  const offered = offeredModules([...modules, module('uber', 'de')], {
    queue: 'Support',
    language: 'de',
  });
  const found = beginningWith(offered, 'UBER').map((each) => each.module.id);
  expect(found).toEqual(['uber', 'billing/refund']);
});

it('a shortcut alone in a line is one; in a sentence, or unknown, it is text', () => {
  const offered = offeredModules(modules, { queue: 'Support', language: 'en' });
  const text = 'Dear Kim,\n ::Refund \nstd::greeting and ::greeting here\n::nothing\n::refund';
  expect(shortcutsIn(text, offered).map(({ typed, module: { id } }) => [typed, id])).toEqual([
    ['::Refund', 'billing/refund'],
    ['::refund', 'billing/refund'],
  ]);
  expect(expandShortcut('a\n::refund\nb', '::refund', 'Money\ncomes.')).toBe('a\nMoney\ncomes.\nb');
});
