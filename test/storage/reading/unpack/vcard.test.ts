import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContactCards } from '../../../../src/storage/reading/unpack/vcard.ts';
import { effortOf } from '../../../helpers/effort.ts';

const read = (text: string, charset: BufferEncoding = 'utf8') =>
  readContactCards(Buffer.from(text, charset), 3);

describe('readContactCards', () => {
  it('reads 2.1 as phones and Outlook write it', () => {
    const old = [
      'BEGIN:VCARD',
      'VERSION:2.1',
      'N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg;;Dr.;',
      'FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Dr. J=C3=B6rg M=C3=',
      '=BCller',
      'ORG:Lamp & Söhne;Sales',
      'TITLE:Head of Sales',
      'TEL;WORK;VOICE:+49 30 1234567',
      'TEL;CELL:0170 1234567',
      'TEL;WORK;FAX:+49 30 1234568',
      'ADR;WORK;PREF;ENCODING=QUOTED-PRINTABLE:;;Hauptstra=DFe 1;Berlin;;10115;Deutschland',
      'EMAIL;PREF;INTERNET:joerg@lamp.example',
      'URL;WORK:https://lamp.example/',
      'PHOTO;TYPE=JPEG;ENCODING=BASE64:',
      ' /9j/4AAQSkZJRgABAQEAYABgAAD',
      '',
      'AGENT:',
      'BEGIN:VCARD',
      'FN:The assistant',
      'END:VCARD',
      'END:VCARD',
    ].join('\r\n');
    expect(read(old, 'latin1')).toEqual({
      count: 1,
      cards: [
        {
          name: 'Dr. Jörg Müller',
          organisation: 'Lamp & Söhne, Sales',
          role: 'Head of Sales',
          phones: [
            { number: '+49 30 1234567', isFax: false },
            { number: '0170 1234567', isFax: false },
            { number: '+49 30 1234568', isFax: true },
          ],
          mails: ['joerg@lamp.example'],
          places: ['Hauptstraße 1, 10115 Berlin, Deutschland'],
          pages: ['https://lamp.example/'],
        },
      ],
    });
  });

  it('reads 3 and 4 with groups, folded lines, escapes and addresses of programs', () => {
    const text = [
      'begin:vcard',
      'VERSION:4.0',
      'item1.EMAIL;TYPE="work,pref":mailto:kim@firm.example',
      'N:Berg;Kim;;;',
      'ORG:A\\, B\\; C',
      'TEL;VALUE=uri;TYPE="voice,cell":tel:+1-555-0100',
      'NOTE:x',
      'ADR;LABEL="a: b":;;1 Long Str',
      ' eet\\nBack yard;Town;;;',
      'URL:javascript:alert(1)',
      'end:vcard',
    ].join('\n');
    expect(read(text).cards).toEqual([
      {
        name: 'Kim Berg',
        organisation: 'A, B; C',
        role: '',
        phones: [{ number: '+1-555-0100', isFax: false }],
        mails: ['kim@firm.example'],
        places: ['1 Long Street Back yard, Town'],
        pages: [],
      },
    ]);
  });

  it('counts more cards than it reads, and leaves out those that say nothing', () => {
    const cards = ['A', 'B', 'C', 'D', 'E'].map((name) => `BEGIN:VCARD\nFN:${name}\nEND:VCARD\n`);
    const { cards: shown, count } = read(`BEGIN:VCARD\nEND:VCARD\n${cards.join('')}`);
    expect([shown.map(({ name }) => name), count]).toEqual([['A', 'B', 'C'], 6]);
  });

  it('reads what is cut off, in UTF-16, or with a mark of its order', () => {
    expect(read('BEGIN:VCARD\nFN:Kim').cards[0]?.name).toBe('Kim');
    expect(read('\uFEFFBEGIN:VCARD\nFN:Ö\nEND:VCARD', 'utf16le').cards[0]?.name).toBe('Ö');
    expect(read('\uFEFFBEGIN:VCARD\nFN:Ö\nEND:VCARD').cards[0]?.name).toBe('Ö');
  });

  it('takes out signs that turn the direction, and shortens', () => {
    const { cards } = read(`BEGIN:VCARD\nFN:a\u202Eb${'x'.repeat(5000)}\nEND:VCARD`);
    expect(cards[0]?.name).toMatch(/^abx{298}$/);
  });

  it('reads any bytes without much work', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'BEGIN:VCARD',
            'END:VCARD',
            'TEL',
            ';',
            ':',
            '"',
            '=',
            '\n',
            ' ',
            'ADR;',
            '\\',
            'é',
          ),
        ),
        (parts) => {
          read(`BEGIN:VCARD\n${parts.join('')}`);
        },
      ),
    );
    const effort = effortOf(() => {
      read(`BEGIN:VCARD\nTEL${';'.repeat(500_000)}`);
      read('BEGIN:VCARD\n'.repeat(100_000));
      read(`BEGIN:VCARD\nFN;QUOTED-PRINTABLE:${'x=\n'.repeat(200_000)}`);
      read(`BEGIN:VCARD\nFN:x\n${' y\n'.repeat(200_000)}`);
    });
    expect(effort).toBeLessThan(3000);
  });
});
