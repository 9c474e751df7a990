import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deepestMail,
  formatPartPath,
  isHeaderFile,
  isMachinePart,
  isMailFile,
  looksLikeMail,
  parsePartPath,
} from '../../../src/core/message/attached.ts';

describe('parsePartPath', () => {
  it.each([
    ['0', [0]],
    ['3.1', [3, 1]],
    ['1.2.3.4.5.6', [1, 2, 3, 4, 5, 6]],
    ['', undefined],
    ['3.', undefined],
    ['.1', undefined],
    ['-1', undefined],
    ['1.2.3.4.5.6.7', undefined],
    ['1234567', undefined],
    ['../1', undefined],
    ['1e3', undefined],
  ])('%s', (text, path) => {
    expect(parsePartPath(text)).toEqual(path);
  });

  it('reads back what was formatted', () => {
    const path = fc.array(fc.nat(999_999), { minLength: 1, maxLength: deepestMail + 1 });
    fc.assert(
      fc.property(path, (ids) => {
        expect(parsePartPath(formatPartPath(ids))).toEqual(ids);
      }),
    );
  });
});

it.each([
  ['message/rfc822', 'x', true],
  ['message/global', '', true],
  ['text/rfc822-headers', '', true],
  ['application/octet-stream', 'Mail.EML', true],
  ['text/plain', 'mail.eml', true],
  ['text/plain', 'mail.txt', false],
  ['application/pdf', 'mail.eml', false],
  ['message/delivery-status', '', false],
])('%s %s is an attached mail: %s', (type, name, is) => {
  expect(isMailFile({ type, name })).toBe(is);
});

it('tells headers alone, and what is for programs', () => {
  expect(isHeaderFile({ type: 'text/rfc822-headers' })).toBe(true);
  expect(isHeaderFile({ type: 'message/rfc822' })).toBe(false);
  expect(isMachinePart({ type: 'message/feedback-report' })).toBe(true);
  expect(isMachinePart({ type: 'text/plain' })).toBe(false);
});

it('what is called a mail has to have a field of one, what is only named so its author, or two', () => {
  const looks = (type: string, ...names: readonly string[]) =>
    looksLikeMail({ fields: new Map(names.map((name) => [name, ['x']] as const)) }, { type });
  expect(looks('text/plain', 'from')).toBe(true);
  expect(looks('text/plain', 'subject', 'date')).toBe(true);
  expect(looks('text/plain', 'subject')).toBe(false);
  expect(looks('message/rfc822', 'subject')).toBe(true);
  expect(looks('message/rfc822', 'milk')).toBe(false);
});
