/** Addresses: comparing, writing and reading are safe for whatever a mail carries. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressKey,
  displayName,
  domainOf,
  formatAddress,
  isAddress,
  isSameAddress,
  localPartOf,
  parseAddress,
  withoutDetail,
} from '../../../src/core/message/address.ts';
import { effortOf } from '../../helpers/effort.ts';
import { anyText, holds, idempotent, roundTrip, total } from '../../helpers/laws.ts';

const atom = fc.stringMatching(/^[a-zA-Z0-9!#$%&'*+/=?^_{|}~-]{1,12}$/);
const addresses = fc.oneof(
  fc.tuple(atom, atom).map(([local, domain]) => `${local}@${domain}.example`),
  fc.constantFrom('kim@customer.example', 'kim+lamp@customer.example', 'käthe@münchen.example'),
);
const names = fc.oneof(
  anyText,
  fc.constantFrom(
    'Kim "K" Berg',
    'Berg, Kim',
    'Kim\\',
    '"Kim"',
    'Kim <kim@evil.example>',
    'Dr. Kim',
    "O'Neill",
  ),
);
/** A name as it is after its way through a header: one line. */
const lineNames = names.map((name) => name.replace(/[\s\p{Cc}]+/gu, ' ').trim());

describe('every function', () => {
  it.each<[string, (text: string) => unknown]>([
    ['addressKey', addressKey],
    ['isAddress', isAddress],
    ['domainOf', domainOf],
    ['localPartOf', localPartOf],
    ['parseAddress', parseAddress],
    ['withoutDetail', withoutDetail],
  ])('%s takes any text', (_, fn) => total(fn, anyText));

  it('formats and shows any name and address in one line', () => {
    holds(fc.record({ name: names, address: fc.oneof(addresses, anyText) }), (address) => {
      expect(formatAddress(address)).not.toMatch(/[\r\n\0\u2028\u2029]/);
      expect(typeof displayName(address)).toBe('string');
    });
  });

  it.each([
    ['parseAddress', parseAddress],
    ['withoutDetail', withoutDetail],
    ['isAddress', isAddress],
    ['formatAddress', (text: string) => formatAddress({ name: text, address: text })],
  ])('%s does not choke on a long text', (_, fn) => {
    const pieces = [' ', '+', '<', '"', '\\', 'a ', '@', '"\\', '< ', '\t', 'a+'];
    const effort = effortOf(() => {
      for (const piece of pieces)
        for (const end of ['', 'x', '<', '>', '@']) fn(`a${piece.repeat(100_000)}${end}`);
    });
    expect(effort).toBeLessThan(6000);
  });
});

describe('parseAddress', () => {
  it('reads what formatAddress writes', () => {
    roundTrip(formatAddress, parseAddress, fc.record({ name: lineNames, address: addresses }));
  });

  it.each([
    ['kim@customer.example', { name: '', address: 'kim@customer.example' }],
    [' Kim Berg <kim@customer.example> ', { name: 'Kim Berg', address: 'kim@customer.example' }],
    ['"Berg, Kim" <kim@customer.example>', { name: 'Berg, Kim', address: 'kim@customer.example' }],
    [
      '"Kim \\"K\\" Berg"<kim@customer.example>',
      { name: 'Kim "K" Berg', address: 'kim@customer.example' },
    ],
    ['< kim@customer.example >', { name: '', address: 'kim@customer.example' }],
    ['Kim', undefined],
    ['', undefined],
    ['Kim <kim>', undefined],
    ['Kim <kim@customer.example', undefined],
    ['Kim kim@customer.example', undefined],
    ['Kim <a@b.example> <c@d.example>', undefined],
    ['"Kim <kim@customer.example>', undefined],
    ['Kim <kim@customer.example>, Lee <lee@customer.example>', undefined],
    ['kim@customer.example, lee@customer.example', undefined],
  ])('reads %j', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
  });
});

describe('isAddress', () => {
  it('holds only for what can stand in an SMTP command', () => {
    holds(fc.oneof(addresses, anyText), (text) => {
      if (isAddress(text)) expect(text).toMatch(/^[^\s<>@\p{Cc}]+@[^\s<>@\p{Cc}]+$/u);
    });
    for (const address of [
      'kim@customer.example',
      'a@b',
      "o'neill+x@[]".replace('[]', 'd.example'),
    ]) {
      expect(isAddress(address)).toBe(true);
    }
    for (const text of [
      '',
      '@',
      'a@',
      '@b',
      'a@b@c',
      'a..b@c',
      '../x@c',
      'a b@c',
      'a@b>',
      'a@b\r\nDATA',
      'a\0@b',
      `${'a'.repeat(255)}@b`,
    ]) {
      expect(isAddress(text), text).toBe(false);
    }
  });
});

describe('comparing', () => {
  it('knows no difference of case and blanks', () => {
    idempotent(addressKey, anyText);
    expect(isSameAddress(' Kim@Customer.Example', 'kim@customer.example ')).toBe(true);
    expect(isSameAddress('kim@customer.example', 'kin@customer.example')).toBe(false);
  });

  it('leaves out what stands behind a plus', () => {
    expect(withoutDetail('Support+20261123004266.abc@Desk.example')).toBe('support@desk.example');
    expect(withoutDetail('support@desk.example')).toBe('support@desk.example');
    expect(withoutDetail('support+a+b@desk.example')).toBe('support@desk.example');
    expect(withoutDetail('support@desk+x.example')).toBe('support@desk+x.example');
    expect(withoutDetail('support+x')).toBe('support+x');
    idempotent(withoutDetail, fc.oneof(addresses, anyText));
  });

  it('parts an address at its last at-sign', () => {
    holds(addresses, (address) => {
      expect(`${localPartOf(address)}@${domainOf(address)}`.toLowerCase()).toBe(
        address.toLowerCase(),
      );
    });
    expect(localPartOf('"a@b"@c.example')).toBe('"a@b"');
    expect(domainOf('no address')).toBe('no address');
  });
});
