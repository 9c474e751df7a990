import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spamFilter, virusScanner } from '../../src/config/scanner-addresses.ts';
import { holds } from '../helpers/laws.ts';

const tcp = (host: string, port: number) => ({ kind: 'tcp', host, port });
const unix = (path: string) => ({ kind: 'unix', path });

describe('the address of a spam filter', () => {
  test.each([
    ['spamd://127.0.0.1', { program: 'spamd', at: tcp('127.0.0.1', 783) }],
    ['spamd://[::1]:1783', { program: 'spamd', at: tcp('::1', 1783) }],
    ['spamd:///run/spamd.sock', { program: 'spamd', at: unix('/run/spamd.sock') }],
    [
      'rspamd://mail.example.org',
      {
        program: 'rspamd',
        at: tcp('mail.example.org', 11_333),
        controller: tcp('mail.example.org', 11_333),
        password: undefined,
      },
    ],
    [
      'rspamd:///run/normal.sock?controller=127.0.0.1&password=a%26b%20c',
      {
        program: 'rspamd',
        at: unix('/run/normal.sock'),
        controller: tcp('127.0.0.1', 11_334),
        password: 'a&b c',
      },
    ],
    [
      'rspamd://h:1?controller=/run/controller.sock',
      {
        program: 'rspamd',
        at: tcp('h', 1),
        controller: unix('/run/controller.sock'),
        password: undefined,
      },
    ],
  ])('%s', (text, value) => {
    expect(spamFilter.parse(text)).toEqual({ value });
    expect(spamFilter.parse(spamFilter.format(spamFilter.parse(text)?.value ?? never()))).toEqual({
      value,
    });
  });

  test.each([
    '',
    'spamd',
    'spamd://',
    'spamd:///',
    'spamd://h:0',
    'spamd://h:99999',
    'spamd://783',
    'spamd://h/path',
    'spamd://h?password=a',
    'http://h',
    'clamd://h',
    'rspamd://h?pass=a',
    'rspamd://h?password=a&password=b',
    'rspamd://h?controller=',
  ])('"%s" is none', (text) => {
    expect(spamFilter.parse(text)).toBeUndefined();
  });
});

test('the address of a virus scanner', () => {
  expect(virusScanner.parse('clamd://h')).toEqual({ value: tcp('h', 3310) });
  expect(virusScanner.parse('clamd:///run/clamav/clamd.ctl')).toEqual({
    value: unix('/run/clamav/clamd.ctl'),
  });
  expect(virusScanner.parse('spamd://h')).toBeUndefined();
});

test('any text is an address that reads back as the same, or none', () => {
  const word = fc.constantFrom(
    'rspamd://',
    'spamd://',
    'h',
    ':1',
    '/a',
    '?',
    'password=',
    '&',
    '%41',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(word, { maxLength: 8 }).map((words) => words.join('')),
  );
  holds(text, (given) => {
    const parsed = spamFilter.parse(given);
    if (parsed !== undefined)
      expect(spamFilter.parse(spamFilter.format(parsed.value))).toEqual(parsed);
  });
});

function never(): never {
  throw new Error('not read');
}
