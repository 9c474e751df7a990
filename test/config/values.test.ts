import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { settings } from '../../src/config/settings.ts';
import * as values from '../../src/config/values.ts';

const bounds = { least: 0, most: Number.MAX_SAFE_INTEGER };

describe('endpoint', () => {
  test.each([
    ['8080', { host: '127.0.0.1', port: 8080 }],
    ['0.0.0.0:25', { host: '0.0.0.0', port: 25 }],
    ['desk.example.org:0', { host: 'desk.example.org', port: 0 }],
    ['[::1]:2525', { host: '::1', port: 2525 }],
  ])('reads %s', (text, value) => {
    expect(values.endpoint.parse(text)).toEqual({ value });
  });

  test.each(['', 'localhost', '127.0.0.1:65536', '::1:25', 'a b:25', ':80', '-1', '80a', 'x:'])(
    'refuses "%s"',
    (text) => {
      expect(values.endpoint.parse(text)).toBeUndefined();
    },
  );
});

describe('smarthost', () => {
  test.each([
    ['smtp://mail.example.org', ['mail.example.org', 25, false, undefined, undefined]],
    ['smtps://mail.example.org', ['mail.example.org', 465, true, undefined, undefined]],
    ['smtp://anna:s%40crt@10.0.0.1:587', ['10.0.0.1', 587, false, 'anna', 's@crt']],
    ['smtp://anna:p@ss:w%rd/@h:25', ['h', 25, false, 'anna', 'p@ss:w%rd/']],
    ['smtp://[::1]:2500/', ['::1', 2500, false, undefined, undefined]],
  ])('reads %s', (text, [host, port, secure, user, password]) => {
    expect(values.smarthost.parse(text)).toEqual({ value: { host, port, secure, user, password } });
  });

  test.each([
    'mail.example.org:25',
    'http://h',
    'smtp://',
    'smtp://h:0',
    'smtp://h:x',
    'smtp://a b',
  ])('refuses "%s"', (text) => {
    expect(values.smarthost.parse(text)).toBeUndefined();
  });
});

describe('measures', () => {
  test('durations and sizes are read with their units', () => {
    const duration = values.duration(bounds);
    const size = values.size(bounds);
    expect(
      ['15m', '1.5h', '5d', '250ms', '60 s'].map((text) => duration.parse(text)?.value),
    ).toEqual([900_000, 5_400_000, 432_000_000, 250, 60_000]);
    expect(['50MB', '1kb', '2GB', '10B'].map((text) => size.parse(text)?.value)).toEqual([
      52_428_800, 1024, 2_147_483_648, 10,
    ]);
    for (const text of ['15', 'm', '-1m', '1e3s', '5 days', '1h30m']) {
      expect(duration.parse(text), text).toBeUndefined();
    }
  });

  test('values beyond the bounds are refused', () => {
    const duration = values.duration({ least: 1000, most: 60_000 });
    expect(['999ms', '1s', '1m', '61s'].map((text) => duration.parse(text)?.value)).toEqual([
      undefined,
      1000,
      60_000,
      undefined,
    ]);
  });

  test('what is formatted reads back as the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e14 }), (value) => {
        for (const kind of [values.duration(bounds), values.size(bounds)]) {
          expect(kind.parse(kind.format(value))).toEqual({ value });
        }
      }),
    );
  });
});

describe('addresses', () => {
  test('are separated by commas or spaces and kept once, in order', () => {
    expect(values.addresses.parse('b@x.example, a@x.example B@X.example')).toEqual({
      value: ['b@x.example', 'a@x.example'],
    });
    expect(values.addresses.parse('a@x.example, nobody')).toBeUndefined();
    expect(values.addresses.parse(' , ')).toBeUndefined();
  });
});

describe('every setting', () => {
  const kinds = Object.values(settings).map(({ key, kind, initial }) => ({ key, kind, initial }));

  test('takes any text without an exception', () => {
    const word = fc.constantFrom('smtp://', ':', '@', '25', 'off', '[::', ']', '%', 'a', '.', ' ');
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(word).map((words) => words.join('')),
    );
    fc.assert(
      fc.property(text, (input) => {
        for (const { kind } of kinds) kind.parse(input);
      }),
    );
  });

  test.each(Object.values(settings).map(({ key }) => key))(
    '%s formats a value that it reads back',
    (key) => {
      const found = Object.values(settings).find((setting) => setting.key === key);
      const samples = [
        'off',
        'true',
        '25',
        '5m',
        '50MB',
        'a@x.example',
        'smtps://u:p%40@h:465',
        'de',
        'info',
        ':',
        'https://h',
        'Europe/Berlin',
        'accept',
        'admins',
        'quarantine',
        'spamd:///run/spamd.sock',
        'rspamd://[::1]?controller=h:11334&password=p%25%26',
        'clamd://h',
        '10s',
        '192.0.2.7:5353',
        'trimmed',
        'below',
        'file',
        '{plus}@fax.example',
        '{date}_{from}, out:{to}',
      ];
      let read = 0;
      for (const sample of samples) {
        const first = found?.kind.parse(sample);
        if (found === undefined || first === undefined) continue;
        read += 1;
        const roundTrip = (kind: {
          format(value: unknown): string;
          parse(text: string): unknown;
        }) => kind.parse(kind.format(first.value));
        expect(roundTrip(found.kind)).toEqual(first);
      }
      expect(read).toBeGreaterThan(0);
    },
  );

  test('has a key, an environment name and a sentence of its own', () => {
    const all = Object.values(settings);
    expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
    expect(new Set(all.map(({ environment }) => environment)).size).toBe(all.length);
    for (const { environment, sentence } of all) {
      expect(environment).toMatch(/^MAILDESK_[A-Z_]+$/);
      expect(sentence).toMatch(/^[A-Z].*\.$/);
    }
  });
});
