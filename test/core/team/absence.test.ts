import { describe, expect, it } from 'vitest';
import {
  type Absence,
  isDayText,
  standInOf,
  standsInFor,
  takesOver,
} from '../../../src/core/team/absence.ts';

function away(standIn: string | undefined, changed: Partial<Absence> = {}): Absence {
  return {
    from: '2026-11-23',
    until: '2026-11-27',
    standIn,
    text: '',
    handOver: false,
    ...changed,
  };
}

describe('standInOf', () => {
  it('the first and the last day are away, the days around them are not', () => {
    const agents = [{ login: 'ben', absence: away('anna') }, { login: 'anna' }];
    const on = (day: string) => standInOf('ben', agents, day);
    expect(['2026-11-22', '2026-11-23', '2026-11-27', '2026-11-28'].map(on)).toEqual([
      undefined,
      'anna',
      'anna',
      undefined,
    ]);
  });

  it('a stand-in who is away hands on to the next one', () => {
    const agents = [
      { login: 'ben', absence: away('anna') },
      { login: 'anna', absence: away('lena') },
      { login: 'lena' },
    ];
    expect(standInOf('ben', agents, '2026-11-24')).toBe('lena');
    expect(standsInFor('lena', agents, '2026-11-24')).toEqual(['ben', 'anna']);
    expect(standsInFor('anna', agents, '2026-11-24')).toEqual([]);
  });

  it('a circle, nobody, and somebody who left end with nobody', () => {
    const circle = [
      { login: 'ben', absence: away('anna') },
      { login: 'anna', absence: away('ben') },
    ];
    expect(standInOf('ben', circle, '2026-11-24')).toBeUndefined();
    expect(
      standInOf('ben', [{ login: 'ben', absence: away(undefined) }], '2026-11-24'),
    ).toBeUndefined();
    expect(
      standInOf('ben', [{ login: 'ben', absence: away('gone') }], '2026-11-24'),
    ).toBeUndefined();
  });
});

it('takesOver is for those alone who want it so', () => {
  const agents = [
    { login: 'ben', absence: away('anna') },
    { login: 'lena', absence: away('anna', { handOver: true }) },
    { login: 'anna' },
  ];
  expect(['ben', 'lena', 'anna'].map((login) => takesOver(login, agents, '2026-11-24'))).toEqual([
    undefined,
    'anna',
    undefined,
  ]);
  expect(takesOver('lena', agents, '2026-12-24')).toBeUndefined();
});

it.each([
  ['2026-11-23', true],
  ['2024-02-29', true],
  ['2026-02-29', false],
  ['2026-13-01', false],
  ['2026-04-31', false],
  ['2026-4-1', false],
  ['24.12.2026', false],
  ['', false],
])('isDayText %s is %s', (text, expected) => {
  expect(isDayText(text)).toBe(expected);
});
