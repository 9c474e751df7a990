import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../src/storage/reading/charset.ts';
import { effortOf } from '../../helpers/effort.ts';
import { type Sample, samples } from '../../helpers/sentences.ts';

/** Texts without any label, in every set of their language. */
function measure(textOf: (sample: Sample) => string): { right: number; wrong: readonly string[] } {
  const wrong: string[] = [];
  let right = 0;
  for (const each of samples) {
    for (const charset of each.charsets) {
      const bytes = iconv.encode(textOf(each), charset);
      const found = decodeText(bytes, undefined);
      if (found.text === iconv.decode(bytes, charset)) right += 1;
      else wrong.push(`${each.language} in ${charset} as ${found.charset}: ${found.text}`);
    }
  }
  return { right, wrong };
}

describe('a text without a label is read by what its letters say', () => {
  it('one word of about five letters, mostly', () => {
    const { right, wrong } = measure(({ word }) => word);
    console.info(`words: ${right} right, ${wrong.length} wrong`);
    expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(9);
    expect(right).toBeGreaterThanOrEqual(51);
  });

  it('a sentence, always', () => {
    const { right, wrong } = measure(({ sentence }) => sentence);
    console.info(`sentences: ${right} right, ${wrong.length} wrong`);
    expect(wrong).toEqual([]);
  });

  it('several sentences, always', () => {
    const { right, wrong } = measure(({ sentence, more }) => `${sentence}\n${more}`);
    console.info(`texts: ${right} right, ${wrong.length} wrong`);
    expect(wrong).toEqual([]);
  });

  it('a long text by a sample of it', () => {
    const text = iconv.encode(
      `${'Plain words in front.\n'.repeat(2000)}${samples[23]?.more}\n`.repeat(50),
      'koi8-r',
    );
    let found = '';
    const effort = effortOf(() => {
      found = decodeText(text, undefined).charset;
    });
    expect(found).toBe('koi8-r');
    expect(effort).toBeLessThan(1500);
  });

  it('UTF-8 in whatever language, without looking at letters', () => {
    for (const { sentence } of samples)
      expect(decodeText(Buffer.from(sentence), undefined)).toEqual({
        text: sentence,
        charset: 'utf-8',
        isGuessed: true,
      });
  });
});
