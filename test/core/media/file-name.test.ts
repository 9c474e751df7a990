import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cleanFileName,
  createFileNames,
  shownFileName,
} from '../../../src/core/media/file-name.ts';

describe('cleanFileName', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\kim\\evil.exe', 'evil.exe'],
    ['/var/tmp/x.sh', 'x.sh'],
    ['AC/DC 1/2.mp3', 'AC_DC 1_2.mp3'],
    ['inv\u202Egpj.exe', 'invgpj.exe'],
    ['zero\u200Bwidth\uFEFF.txt', 'zerowidth.txt'],
    ['a\r\nSet-Cookie: x', 'a Set-Cookie_ x'],
    ['nul\0byte.txt', 'nulbyte.txt'],
    ['.htaccess', 'htaccess'],
    ['name.exe. . .', 'name.exe'],
    ['invoice.pdf                              .exe', 'invoice.pdf .exe'],
    ['invoice.pdf\u3000\u00A0\u2003.exe', 'invoice.pdf .exe'],
    ['CON', '_CON'],
    ['aux.txt', '_aux.txt'],
    ['com1', '_com1'],
    ['console.txt', 'console.txt'],
    ['the "final" plan <1>?.txt', 'the _final_ plan _1__.txt'],
    ['e\u0301te\u0301.txt', 'été.txt'],
    ['契約書.pdf', '契約書.pdf'],
  ])('%j is %j', (name, clean) => {
    expect(cleanFileName({ name })).toBe(clean);
  });

  it.each([
    ['', 'application/pdf', 'file.pdf'],
    ['...', 'image/jpeg', 'file.jpg'],
    ['\u202E\u200B', 'message/rfc822', 'file.eml'],
    ['/', 'application/x-odd', 'file'],
    ['\uD800', '', 'file'],
  ])('makes up a name for %j of %s', (name, type, clean) => {
    expect(cleanFileName({ name, type })).toBe(clean);
  });

  it('has 255 bytes at most and keeps its ending', () => {
    const clean = cleanFileName({ name: `${'ü'.repeat(500)}.pdf` });
    expect([Buffer.byteLength(clean), clean.endsWith('ü.pdf')]).toEqual([254, true]);
  });

  it('takes any text, leads nowhere, and changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const clean = cleanFileName({ name });
        expect(clean).toMatch(/^[^/\\\0-\x1f\x7f]+$/);
        expect(clean).not.toMatch(/^\.|[. ]$/);
        expect(Buffer.byteLength(clean)).toBeLessThanOrEqual(255);
        expect(cleanFileName({ name: clean })).toBe(clean);
      }),
    );
  });
});

it('createFileNames gives each name once, also where capitals and accents make no difference', () => {
  const name = createFileNames();
  const given = ['a.txt', 'A.TXT', 'a.txt', '../a.txt', 'é', 'e\u0301', 'é'.repeat(300)];
  expect(given.map((each) => name({ name: each }))).toEqual([
    'a.txt',
    'A (2).TXT',
    'a (3).txt',
    'a (4).txt',
    'é',
    'é (2)',
    'é'.repeat(127),
  ]);
  expect(Buffer.byteLength(name({ name: 'é'.repeat(300) }))).toBeLessThanOrEqual(255);
});

it('shownFileName keeps the ending in sight', () => {
  expect(shownFileName('invoice.pdf          .exe')).toBe('invoice.pdf .exe');
  expect(shownFileName(`${'long '.repeat(60)}.scr`)).toMatch(/^long .{40,60}….*\.scr$/);
  expect(shownFileName('the "final" plan.txt')).toBe('the "final" plan.txt');
});
