import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  editCustomerFile,
  fileIdOf,
  isCompanyDomain,
  parseCompanyFile,
  parsePersonFile,
} from '../../src/config/customers.ts';

describe('a customer file', () => {
  it('gives a person', () => {
    const text = [
      'name: Kim Berg',
      'addresses: [Kim@Customer.example, kim@gmail.com]',
      'language: de',
      'timeZone: Europe/Berlin',
      'company: Berg & Co',
      'notes: Pays late',
      'muted: 2026-11-25 anna',
      'hobby: chess',
    ].join('\n');
    expect(parsePersonFile('kim', text)).toEqual({
      person: {
        id: 'kim',
        name: 'Kim Berg',
        addresses: ['kim@customer.example', 'kim@gmail.com'],
        language: 'de',
        timeZone: 'Europe/Berlin',
        company: 'Berg & Co',
        notes: 'Pays late',
        muted: { day: '2026-11-25', by: 'anna' },
        blocked: undefined,
      },
      problems: [],
    });
  });

  it.each([
    ['name: Kim', 'addresses'],
    ['addresses: kim', 'addresses'],
    ['addresses: kim@customer.example\nlanguage: German!', 'language'],
    ['addresses: kim@customer.example\ntimeZone: Mars/Base', 'timeZone'],
    ['addresses: kim@customer.example\nblocked: perhaps', 'blocked'],
    ['addresses: [', ''],
  ])('that is wrong (%j) says nothing, and is named', (text, key) => {
    const { person, problems } = parsePersonFile('kim', text);
    expect(person).toBeUndefined();
    expect(problems[0]).toMatchObject({ file: 'customers/kim.yaml' });
    expect(problems[0]?.reason).toContain(key);
  });

  it('with a slip of the pen counts, and is named', () => {
    const { person, problems } = parsePersonFile('kim', 'addresses: kim@customer.example\nnots: x');
    expect(person?.addresses).toEqual(['kim@customer.example']);
    expect(problems[0]?.reason).toContain('did you mean "notes"');
  });

  it('is total on any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parsePersonFile('kim', text);
        parseCompanyFile('customer.example', text);
      }),
    );
  });

  it('keeps comments, order and unknown keys when it is edited', () => {
    const text = '# Ours since 2019\naddresses:\n  - kim@customer.example # office\nhobby: chess\n';
    const edited = editCustomerFile(text, { notes: 'Pays late\nand gladly', language: 'de' });
    expect(edited).toContain('# Ours since 2019');
    expect(edited).toContain('# office');
    expect(edited).toContain('hobby: chess');
    expect(parsePersonFile('kim', edited).person).toMatchObject({
      notes: 'Pays late\nand gladly',
      language: 'de',
    });
    expect(editCustomerFile(edited, { notes: '', language: undefined })).toBe(text);
  });
});

it('a company is known by the name of its file', () => {
  expect(parseCompanyFile('customer.example', 'blocked: yes').company).toMatchObject({
    domain: 'customer.example',
    blocked: { day: undefined, by: undefined },
  });
  expect(['customer.example', 'münchen.example'].every(isCompanyDomain)).toBe(true);
  expect(['..', 'a/b.c', '.hidden.org', 'nodot', ''].some(isCompanyDomain)).toBe(false);
});

it.each(['kim@customer.example', '../../etc@x.org', '.a@b.c', 'ä/ö@b.c'])(
  'the file of %j stays in its folder',
  (address) => expect(fileIdOf(address)).toMatch(/^[a-z0-9@+_][a-z0-9@._+-]*$/),
);
