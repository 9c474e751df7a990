import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isHttpCode } from '../../../src/edges/http/errors.ts';
import { presentFailure } from '../../../src/edges/http/presenters/failure.ts';
import { type Catalogue, createLocales } from '../../../src/services/render/locale.ts';

const path = join(import.meta.dirname, '../../../locales/en/viewer.json');
const catalogue: Catalogue = JSON.parse(readFileSync(path, 'utf8'));
const locale = createLocales(new Map([['en', catalogue]])).choose('en', 'en');

function shown(code: string, again?: string) {
  if (!isHttpCode(code)) throw new Error(`No code: "${code}"`);
  return presentFailure({ code, logId: undefined, again, locale });
}

test('what is not at an address can be searched for', () => {
  const { heading, sentence, advice, canSearch } = shown('unknown-ticket', '/tickets/1');
  expect([heading, sentence]).toEqual(['Not here', 'There is no ticket with this number.']);
  expect(advice).toMatch(/^Check the address\. .* search for it/);
  expect(canSearch).toBe(true);
});

test('what we failed at can be tried again, when that does no harm', () => {
  expect(shown('bug', '/overview').again).toBe('/overview');
  expect(shown('bug').again).toBeUndefined();
  expect(shown('no-page', '/nowhere').again).toBeUndefined();
});

test.each(['admin-only', 'not-allowed', 'unknown-message', 'cross-site', 'method-not-allowed'])(
  'the page of "%s" says what to do and leaves no name unfilled',
  (code) => {
    const { sentence, advice } = shown(code);
    expect(advice).toBeDefined();
    expect(`${sentence} ${advice}`).not.toMatch(/[{}]/);
  },
);
