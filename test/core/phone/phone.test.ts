import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faxAddress, faxNumberOf, parseFaxGateway } from '../../../src/core/phone/fax-gateway.ts';
import {
  compactPhone,
  formatPhone,
  isPartOfPhone,
  parsePhone,
  parsePhoneAddress,
  phoneAddress,
  phoneOf,
} from '../../../src/core/phone/phone-number.ts';

describe('parsePhone', () => {
  it.each([
    ['+49 (30) 123-4567', undefined, '+49301234567'],
    ['0049 30 1234567', undefined, '+49301234567'],
    ['tel:+49-30-1234567;ext=2', undefined, '+49301234567'],
    ['030 1234567', 'DE', '+49301234567'],
    ['(415) 555-2671', 'US', '+14155552671'],
    ['03-1234-5678', 'JP', '+81312345678'],
    ['030 1234567', undefined, undefined],
    ['200', 'DE', undefined],
    ['anonymous', 'DE', undefined],
    ['+49 30 1234567 Kim', 'DE', undefined],
    ['', 'DE', undefined],
  ] as const)('reads "%s" in %s', (text, country, expected) => {
    expect(parsePhone(text, country)).toBe(expected);
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        parsePhone(text, 'DE');
        compactPhone(text);
        isPartOfPhone(text, '+49301234567');
      }),
    );
  });
});

it('a customer of whom only the number is known has an address that reads back', () => {
  const number = parsePhone('+49301234567');
  if (number === undefined) throw new Error('It is a number');
  expect(formatPhone(number)).toBe('+49 30 1234567');
  const address = phoneAddress(number);
  expect(address).toEqual({ name: '+49 30 1234567', address: 'tel:+49301234567' });
  expect(parsePhoneAddress('+49 30 1234567 <tel:+49301234567>')).toEqual(address);
  expect(parsePhoneAddress('tel:+49301234567')).toEqual(address);
  expect(parsePhoneAddress('Kim <kim@example.org>')).toBeUndefined();
  expect(phoneOf('kim@example.org')).toBeUndefined();
});

it.each([
  ['030 12345', '+493012345', true],
  ['+49 30 12345', '+493012345', true],
  ['12345', '+493012345', true],
  ['0049 30 12345', '+493012345', true],
  ['+49 30 12345', '03012345', true],
  ['030 99', '+493012345', false],
  ['x', '+493012345', false],
])('isPartOfPhone finds "%s" in %s', (wanted, whole, expected) => {
  expect(isPartOfPhone(wanted, compactPhone(whole))).toBe(expected);
});

describe('a fax gateway', () => {
  const number = parsePhone('+49301234567');
  if (number === undefined) throw new Error('It is a number');

  it.each([
    ['{number}@fax.example.org', '49301234567@fax.example.org'],
    ['fax-{plus}@example.org', 'fax-+49301234567@example.org'],
    ['{double-zero}@fax.example.org', '0049301234567@fax.example.org'],
    ['{national}@fax.example.org', '0301234567@fax.example.org'],
  ])('writes %s, and reads it back', (text, expected) => {
    const gateway = parseFaxGateway(text);
    if (gateway === undefined) throw new Error('It is a gateway');
    expect(faxAddress(gateway, number)).toEqual({ name: '+49 30 1234567', address: expected });
    expect(faxNumberOf(gateway, expected.toUpperCase(), 'DE')).toBe(number);
    expect(faxNumberOf(gateway, 'kim@fax.example.org', 'DE')).toBeUndefined();
    expect(faxNumberOf(gateway, '49301234567@other.example', 'DE')).toBeUndefined();
  });

  it.each(['fax@example.org', '{number}', '{number}{number}@x.org', '{digits}@x.org', ''])(
    'is not "%s"',
    (text) => expect(parseFaxGateway(text)).toBeUndefined(),
  );
});
