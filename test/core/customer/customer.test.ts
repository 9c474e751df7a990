import { describe, expect, it } from 'vitest';
import { parseInstant, toInstant } from '../../../src/base/clock.ts';
import { createLookup, type Person } from '../../../src/core/customer/customer.ts';
import { companyDomainOf, isFreeMail } from '../../../src/core/customer/free-mail.ts';
import {
  guessTimeZone,
  type MailDate,
  readDateOffset,
} from '../../../src/core/customer/time-zone.ts';

const kim: Person = {
  id: 'kim',
  name: 'Kim',
  addresses: ['kim@customer.example', 'kim@gmail.com'],
  language: undefined,
  timeZone: undefined,
  company: '',
  notes: '',
  blocked: undefined,
  muted: undefined,
};
const since = { day: '2026-11-25', by: 'anna' };

describe('free mail', () => {
  it.each(['gmail.com', 'gmx.de', 'qq.com', 'yahoo.co.jp', 'hotmail.fr', 'T-Online.de'])(
    '%s is no company',
    (domain) => expect(isFreeMail(domain)).toBe(true),
  );
  it.each(['customer.example', 'mygmail.com', 'gmx.customer.example', 'yahoo.example.co.jp'])(
    '%s is one',
    (domain) => expect(isFreeMail(domain)).toBe(false),
  );
  it('an address has the domain of its company, or none', () => {
    expect(companyDomainOf('Kim@Customer.Example')).toBe('customer.example');
    expect(companyDomainOf('kim@gmail.com')).toBeUndefined();
    expect(companyDomainOf('kim')).toBeUndefined();
  });
});

describe('the lookup', () => {
  it('knows all addresses of a person, the one asked for first', () => {
    const { addressesOf } = createLookup({ people: [kim], companies: [] });
    expect(addressesOf('KIM@gmail.com')).toEqual(['kim@gmail.com', 'kim@customer.example']);
    expect(addressesOf('lee@customer.example')).toEqual(['lee@customer.example']);
  });

  it('blocking beats muting, and a domain holds for what is below it', () => {
    const company = {
      domain: 'customer.example',
      name: '',
      notes: '',
      blocked: since,
      muted: undefined,
    };
    const { standingOf } = createLookup({
      people: [{ ...kim, muted: since }],
      companies: [company],
    });
    expect(standingOf('kim@customer.example')).toMatchObject({
      kind: 'blocked',
      by: 'customer.example',
    });
    expect(standingOf('kim@gmail.com')).toMatchObject({ kind: 'muted', by: 'kim@gmail.com' });
    expect(standingOf('lee@mail.customer.example')?.by).toBe('customer.example');
    expect(standingOf('lee@notcustomer.example')).toBeUndefined();
  });
});

describe('the time zone', () => {
  const at = (text: string, offset: number): MailDate => ({
    at: parseInstant(text) ?? toInstant(0),
    offset,
  });

  it.each([
    [
      'the country, where no date says otherwise',
      { dates: [], language: 'de', domain: 'kunde.ch' },
      'Europe/Zurich',
      false,
    ],
    [
      'the dates, among the zones of the language',
      { dates: [at('2026-11-23T10:00:00Z', 60)], language: 'de', domain: 'gmail.com' },
      'Europe/Berlin',
      true,
    ],
    [
      'summer and winter together',
      {
        dates: [at('2026-07-23T10:00:00Z', -420), at('2026-01-23T10:00:00Z', -420)],
        language: 'en',
        domain: 'gmail.com',
      },
      'America/Phoenix',
      true,
    ],
    [
      'a zone of any country, where the language has none like it',
      { dates: [at('2026-11-23T10:00:00Z', 540)], language: 'de', domain: 'customer.example' },
      'Asia/Tokyo',
      true,
    ],
  ] as const)('follows from %s', (_, clues, zone, byDates) => {
    const guess = guessTimeZone(clues);
    if (zone === 'Asia/Tokyo')
      expect(['Asia/Tokyo', 'Asia/Seoul', 'Asia/Jayapura', 'Asia/Yakutsk']).toContain(guess?.zone);
    else expect(guess).toEqual({ zone, byDates });
  });

  it('is not guessed from English alone, nor from a server that writes nought', () => {
    expect(guessTimeZone({ dates: [], language: 'en', domain: 'gmail.com' })).toBeUndefined();
    const dates = [at('2026-11-23T10:00:00Z', 0)];
    expect(guessTimeZone({ dates, language: 'ja', domain: 'gmail.com' })?.byDates).toBe(false);
  });

  it.each([
    ['Mon, 23 Nov 2026 10:00:00 +0530', 330],
    ['Mon, 23 Nov 2026 10:00:00 -0800 (PST)', -480],
    ['Mon, 23 Nov 2026 10:00:00 -0000', undefined],
    ['Mon, 23 Nov 2026 10:00:00 GMT', undefined],
    ['\u0000', undefined],
  ])('%j names the offset %s', (text, offset) => expect(readDateOffset(text)).toBe(offset));
});
