/** The line above a quotation, in every language that has one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import { ownText } from '../../../src/core/message/quotes/divide.ts';
import { createAttributions } from '../../../src/services/render/attributions.ts';

const file = join(import.meta.dirname, '../../../locales/attributions.json');
const texts: Record<string, string> = JSON.parse(readFileSync(file, 'utf8'));
const attribute = createAttributions(texts);
const time = toInstant(Date.UTC(2026, 10, 23, 9, 5));
const request = { name: 'Kim Berg', time, timeZone: 'Europe/Berlin' };

describe('createAttributions', () => {
  it('says who wrote when in the language of the customer', () => {
    expect(attribute({ ...request, language: 'de' })).toBe(
      'Am 23. November 2026 um 10:05 schrieb Kim Berg:',
    );
    expect(attribute({ ...request, language: 'en' })).toBe(
      'On 23 November 2026 at 10:05, Kim Berg wrote:',
    );
    expect(attribute({ ...request, language: 'pt-BR' })).toMatch(
      /^Em 23 de novembro de 2026.* Kim Berg escreveu:$/,
    );
    expect(attribute({ ...request, language: 'zh-Hans' })).toMatch(
      /^2026年11月23日.*Kim Berg 写道：$/,
    );
    expect(attribute({ ...request, language: 'xx' })).toBeUndefined();
    expect(attribute({ ...request, language: 'constructor' })).toBeUndefined();
  });

  it.each(Object.keys(texts))('in %s is recognised above a quotation', (language) => {
    const text = `Hello\n\n${attribute({ ...request, language })}\n> quoted\n`;
    expect(ownText(text).trim()).toBe('Hello');
  });
});
