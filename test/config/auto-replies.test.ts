import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkAutoReply,
  createAutoReplies,
  languageChain,
  parseAutoReply,
} from '../../src/config/auto-replies.ts';
import { nodeFiles } from '../../src/storage/files.ts';
import { makeTemporaryDirectory, templates } from './temporary-desk.ts';

const shipped = `${templates}/config/auto-replies`;

describe('readAutoReply', () => {
  async function makeReplies(texts: Readonly<Record<string, string>>, deskLanguage = 'de') {
    const own = await makeTemporaryDirectory();
    for (const [name, subject] of Object.entries(texts)) {
      await writeFile(join(own, name), `---\nsubject: ${subject}\n---\nText of ${name}\n`);
    }
    const replies = createAutoReplies({
      files: nodeFiles,
      folders: [own, shipped],
      deskLanguage: () => deskLanguage,
    });
    return async (language?: string) =>
      (await replies.readAutoReply('confirmation', language))?.subject;
  }

  test("takes the customer's language, its parent, the desk's, English, in this order", async () => {
    const texts = {
      'confirmation.pt.md': 'pt',
      'confirmation.de.md': 'de',
      'confirmation.en.md': 'en',
      'confirmation.zh-Hans.md': 'zh',
    };
    const subjectFor = await makeReplies(texts);
    expect(await Promise.all(['pt-BR', 'zh-Hans', 'ja', undefined].map(subjectFor))).toEqual([
      'pt',
      'zh',
      'de',
      'de',
    ]);
    expect(await (await makeReplies(texts, 'fr'))('ja')).toBe('en');
  });

  test('takes the shipped text where the desk has none, and passes a broken file by', async () => {
    const subjectFor = await makeReplies({ 'confirmation.de.md': '[broken' }, 'fr');
    expect(await subjectFor('de')).toBe('[#{{ticket.number}}] {{ticket.subject}}');
  });

  test('knows no text of another name, and no path', async () => {
    const replies = createAutoReplies({
      files: nodeFiles,
      folders: [shipped],
      deskLanguage: () => 'en',
    });
    expect(await replies.readAutoReply('unheard-of', 'en')).toBeUndefined();
    expect(await replies.readAutoReply('../auto-replies/confirmation', 'en')).toBeUndefined();
    expect((await replies.readAutoReply('confirmation', '../../en'))?.subject).toContain(
      'ticket.number',
    );
  });
});

describe('parseAutoReply', () => {
  test('reads subject and text, with any line ends', () => {
    const file =
      '\u{feff}---\r\nsubject: "[#{{ticket.number}}] Thanks"\r\n---\r\n\r\nHello,\r\n---\r\nbye\r\n';
    expect(parseAutoReply(file, 'a.en.md')).toEqual({
      ok: true,
      value: { subject: '[#{{ticket.number}}] Thanks', text: 'Hello,\n---\nbye' },
    });
  });

  test.each([
    ['Hello', 1],
    ['---\nsubject: x\n', 1],
    ['---\n\ntext: x\n---\n', 3],
    ['---\n# note\nsubject: {{ticket.subject}}\n---\n', 3],
    ['---\nsubject: ""\n---\n', 2],
    ['---\nsubject: "a\\nb"\n---\n', 2],
  ])('names the line of what is wrong in %j', (text, line) => {
    const parsed = parseAutoReply(text, 'a.en.md');
    expect(parsed.ok ? undefined : parsed.refusal[0]).toMatchObject({ file: 'a.en.md', line });
  });

  test('takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (front, text) => {
        const parsed = parseAutoReply(`---\n${front}\n---\n${text}`, 'a.en.md');
        expect(parsed.ok || parsed.refusal.length > 0).toBe(true);
      }),
    );
  });
});

test('checkAutoReply asks for NAME.LANGUAGE.md', () => {
  const text = '---\nsubject: x\n---\nHello';
  expect(checkAutoReply(text, 'auto-replies/closed.zh-Hans.md')).toEqual([]);
  expect(checkAutoReply(text, 'auto-replies/closed.md').length).toBe(1);
  expect(checkAutoReply(text, 'auto-replies/closed.de.old.md').length).toBe(1);
});

test('languageChain holds each language once, followed by its parents', () => {
  expect(languageChain(['zh-Hans-CN', undefined, 'zh', '../x', 'en'])).toEqual([
    'zh-Hans-CN',
    'zh-Hans',
    'zh',
    'en',
    'en-Latn',
  ]);
});
