import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayName } from '../../../src/core/message/address.ts';
import { doubtName, type OwnNames, skeletonOf } from '../../../src/core/message/look-alike.ts';
import { effortOf } from '../../helpers/effort.ts';

const own: OwnNames = {
  isOwn: (address) => address.endsWith('@desk.example'),
  people: new Set(['support@desk.example', 'Anna Adler'].map(skeletonOf)),
  places: new Set(['Support', 'Billing'].map(skeletonOf)),
};

describe('doubtName', () => {
  it.each([
    ['Kim Berg', 'kim@a.example', undefined],
    ['', 'kim@a.example', undefined],
    ['kim@a.example', 'kim@a.example', undefined],
    ['KIM@A.EXAMPLE', 'kim@a.example', undefined],
    ['k.berg@a.example', 'kim@a.example', undefined],
    ['support@desk', 'x@evil', 'address'],
    ['boss@bank.example', 'x@evil.example', 'address'],
    ['Boss ＠ home, boss＠bank.example', 'x@evil.example', 'address'],
    ['support@desk.example', 'x@evil.example', 'own'],
    ['Our desk <support@desk.example>', 'x@evil.example', 'own'],
    ['support@desk.example', 'support@desk.example', undefined],
    ['Anna Adler', 'anna@evil.example', 'own'],
    ['ANNA  ADLER', 'x@evil.example', 'own'],
    ['Аnnа Аdlеr', 'x@evil.example', 'own'],
    ['Anna Adler', 'anna@desk.example', undefined],
    ['Support', 'x@evil.example', 'own'],
    ['Support', 'support@shop.example', undefined],
    ['Supp0rt', 'x@evil.example', 'own'],
    ['Pаypal', 'x@evil.example', 'signs'],
    ['Анна Адлер', 'anna@a.example', undefined],
    ['Ελένη', 'eleni@a.example', undefined],
    ['Ivan Иванов', 'ivan@a.example', undefined],
    ['田中 Yuki', 'yuki@a.example', undefined],
    ['Pay\u200Bpal', 'x@evil.example', 'signs'],
    ['می\u200Cخواهم', 'x@a.example', undefined],
    ['👩\u200D💻 Kim', 'kim@a.example', undefined],
    ['Kim', 'kim@pаypal.example', 'signs'],
    ['𝐏𝐚𝐲𝐩𝐚𝐥', 'x@evil.example', 'signs'],
  ] as const)('of %j at %s says %s', (name, address, doubt) => {
    expect(doubtName({ name, address }, own)).toBe(doubt);
  });

  it('knows what it can without the names of a desk', () => {
    expect(doubtName({ name: 'Anna Adler', address: 'x@evil.example' })).toBe(undefined);
    expect(doubtName({ name: 'support@desk', address: 'x@evil.example' })).toBe('address');
  });

  it('takes any text, and long ones without effort', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, address) => {
        doubtName({ name, address }, own);
      }),
    );
    const long = { name: 'a@'.repeat(500_000), address: '@'.repeat(500_000) };
    expect(effortOf(() => doubtName(long, own))).toBeLessThan(500);
  });
});

it('displayName puts a doubtful name behind its address', () => {
  const person = { name: 'support@desk', address: 'x@evil' };
  expect(displayName(person)).toBe('x@evil (support@desk)');
  expect(displayName({ name: 'Anna Adler', address: 'x@evil' })).toBe('Anna Adler');
  expect(displayName({ name: 'Anna Adler', address: 'x@evil' }, own)).toBe('x@evil (Anna Adler)');
  expect(displayName({ name: `a@b ${'x'.repeat(500)}`, address: 'x@evil' }).length).toBeLessThan(
    80,
  );
});
