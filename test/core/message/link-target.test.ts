import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHost } from '../../../src/core/message/host-name.ts';
import { hostInText, isDeceptive, judgeLink } from '../../../src/core/message/link-target.ts';

describe('judgeLink', () => {
  it.each([
    ['https://evil.example/x', 'https://www.bank.example/login', 'evil.example'],
    ['https://evil.example/x', 'www.bank.example', 'evil.example'],
    ['https://evil.example/x', '  bank.com ', 'evil.example'],
    ['https://bank.example.evil.example/', 'bank.example', 'bank.example.evil.example'],
    ['https://evil.example/x', '\u200bhttps://bank.example', 'evil.example'],
    ['http://192.0.2.1/', 'https://bank.example', '192.0.2.1'],
    ['https://xn--pple-43d.com/', 'press here', 'xn--pple-43d.com'],
  ])('%s under "%s" is told as %s', (href, text, host) => {
    expect(judgeLink(href, text)).toBe(host);
  });

  it.each([
    ['https://bank.example/login', 'https://www.bank.example'],
    ['https://mail.bank.example/', 'bank.example'],
    ['https://bank.example/', 'login.bank.example'],
    ['https://shop.example/', 'press here'],
    ['https://shop.example/f', 'Invoice.pdf'],
    ['https://shop.example/f', 'readme.md'],
    ['https://shop.example/f', 'kim@customer.example'],
    ['https://xn--mnchen-3ya.example/', 'münchen.example'],
    ['https://xn--fsqu00a.example/', 'press'],
    ['mailto:kim@customer.example', 'bank.example'],
  ])('%s under "%s" needs no word', (href, text) => {
    expect(judgeLink(href, text)).toBeUndefined();
  });

  it('is total', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (href, text) => {
        judgeLink(href, text);
        judgeLink(`https://${href}`, `https://${text}`);
        hostInText(text);
      }),
    );
  });
});

it.each([
  ['xn--mnchen-3ya.de', 'münchen.de'],
  ['xn--fsqu00a.example', '例子.example'],
  ['xn--80ak6aa92e.com', 'аррӏе.com'],
  ['xn--.com', 'xn--.com'],
  ['plain.example', 'plain.example'],
])('decodeHost reads %s as %s', (host, text) => {
  expect(decodeHost(host)).toBe(text);
});

it.each([
  ['xn--80ak6aa92e.com', true],
  ['xn--pple-43d.com', true],
  ['xn--mnchen-3ya.de', false],
  ['xn--e1afmkfd.xn--p1ai', false],
  ['apple.com', false],
])('isDeceptive says of %s: %s', (host, isSo) => {
  expect(isDeceptive(host)).toBe(isSo);
});
