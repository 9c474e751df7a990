import { decompressRTF } from '@kenjiuno/decompressrtf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decompressRtf } from '../../../../src/storage/reading/unpack/rtf-compression.ts';
import { unpackTnef } from '../../../../src/storage/reading/unpack/tnef.ts';
import { effortOf } from '../../../helpers/effort.ts';
import { compressRtf, type TnefToWrite, wrapHtml, writeTnef } from '../../../helpers/tnef.ts';

const pdf = Buffer.from('%PDF-1.4 an invoice');
const png = Buffer.from('89504e470d0a1a0a0000', 'hex');
const html = '<html><body><p>Grüße &amp; <b>alles</b> Gute: 日本 {x} \\ y</p></body></html>';

const outlook: TnefToWrite = {
  properties: [
    [0x0037, { text: 'Rechnung für Müller' }],
    [0x1009, { binary: compressRtf(wrapHtml(html)) }],
    [{ set: '0220060000000000c000000000000046', id: 'Own name' }, { texts: ['a', 'bc'] }],
    [{ set: '0220060000000000c000000000000046', id: 0x8501 }, { flag: true }],
  ],
  files: [
    { name: 'Angebot für März – endgültig.pdf', bytes: pdf, type: 'application/pdf' },
    { name: 'logo.png', bytes: png, type: 'image/png', contentId: 'logo@01D9' },
  ],
};

describe('unpackTnef', () => {
  it('gives subject, HTML wrapped in RTF, and files under their long names', () => {
    expect(unpackTnef(writeTnef(outlook))).toEqual({
      subject: 'Rechnung für Müller',
      html,
      files: [
        { name: 'Angebot für März – endgültig.pdf', type: 'application/pdf', bytes: pdf },
        { name: 'logo.png', type: 'image/png', bytes: png, contentId: 'logo@01D9' },
      ],
      isBroken: false,
    });
  });

  it('reads the attributes of old Outlooks in the code page that they name', () => {
    const old = writeTnef({
      codePage: 1251,
      attributes: [
        [0x00018004, Buffer.from('d1f7b8f200', 'hex')],
        [0x0002800c, Buffer.from('cff0e8e2e5f20d0aecb3f000', 'hex')],
      ],
      files: [{ name: '', shortName: 'OLD.TXT', bytes: Buffer.from('x'), form: 'legacy' }],
    });
    expect(unpackTnef(old)).toEqual({
      subject: 'Счёт',
      text: 'Привет\nмір',
      files: [{ name: 'OLD.TXT', type: 'application/octet-stream', bytes: Buffer.from('x') }],
      isBroken: false,
    });
  });

  it('prefers HTML that stands as such, in the code page of the Internet', () => {
    const bytes = Buffer.from('3c703e82a082a23c2f703e', 'hex');
    const message = writeTnef({
      properties: [
        [0x3fde, { number: 932 }],
        [0x1013, { binary: bytes }],
        [0x1000, { text: 'あい\r\n' }],
        [0x1009, { binary: compressRtf(wrapHtml('<p>other</p>')) }],
      ],
    });
    expect(unpackTnef(message)).toMatchObject({ html: '<p>あい</p>', text: 'あい\n' });
  });

  it('makes a text of RTF that wraps nothing', () => {
    const rtf = Buffer.from(
      "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}{\\f1\\fcharset204 Arial;}}{\\*\\generator Riched20;}{\\pict 00ff}\\f0 Gr\\'fc\\'dfe\\par {\\f1\\'cf\\'f0}\\tab\\u8364?\\par}",
      'latin1',
    );
    const message = writeTnef({ properties: [[0x1009, { binary: compressRtf(rtf) }]] });
    expect(unpackTnef(message)).toMatchObject({ text: 'Grüße\nПр\t€\n', isBroken: false });
  });

  it('gives a mail that was attached as a mail, with its people and files', () => {
    const inner = writeTnef({
      properties: [
        [0x0037, { text: 'Inneres – Thema' }],
        [0x1000, { text: 'Inner words' }],
        [0x0042, { text: 'Ärmel, Anna' }],
        [0x5d02, { text: 'anna@firm.example' }],
        [0x0039, { time: 1_795_000_000_000 }],
      ],
      recipients: [
        [
          [0x0c15, { number: 1 }],
          [0x3001, { text: 'Desk' }],
          [0x39fe, { text: 'support@desk.example' }],
        ],
      ],
      files: [{ name: 'a.txt', bytes: Buffer.from('deep') }],
    });
    const { files, isBroken } = unpackTnef(
      writeTnef({ files: [{ name: 'x', bytes: inner, form: 'message' }] }),
    );
    expect(isBroken).toBe(false);
    expect(files.map(({ name, type }) => [name, type])).toEqual([
      ['Inneres – Thema.eml', 'message/rfc822'],
    ]);
    const mail = files[0]?.bytes.toString() ?? '';
    expect(mail).toContain(
      `From: =?utf-8?B?${Buffer.from('Ärmel, Anna').toString('base64')}?= <anna@firm.example>\r\n`,
    );
    expect(mail).toContain('To: Desk <support@desk.example>\r\nDate: ');
    expect(mail).toContain(Buffer.from('Inner words').toString('base64'));
    expect(mail).toContain("filename*=UTF-8''a.txt");
  });

  it('opens mails within mails to a depth, and leaves what is deeper packed', () => {
    let message = writeTnef({ properties: [[0x0037, { text: 'core' }]] });
    for (let depth = 0; depth < 40; depth += 1)
      message = writeTnef({ files: [{ name: `m${depth}`, bytes: message, form: 'message' }] });
    const { files, isBroken } = unpackTnef(message);
    expect(isBroken).toBe(false);
    expect(files).toHaveLength(1);
  });

  it('gives documents of other programs without the mark before them', () => {
    const storage = Buffer.from('d0cf11e0a1b11ae1', 'hex');
    expect(
      unpackTnef(writeTnef({ files: [{ name: 'Sheet', bytes: storage, form: 'storage' }] })).files,
    ).toEqual([{ name: 'Sheet', type: 'application/x-ole-storage', bytes: storage }]);
  });

  it('gives a meeting as a calendar file beside its words', () => {
    const appointments = '0220060000000000c000000000000046';
    const meeting = writeTnef({
      messageClass: 'IPM.Microsoft Schedule.MtgReq',
      properties: [
        [0x0037, { text: 'Termin; Vertrag' }],
        [0x1000, { text: 'Bitte pünktlich,\r\nmit Unterlagen' }],
        [0x5d02, { text: 'anna@firm.example' }],
        [{ set: appointments, id: 0x820d }, { time: Date.UTC(2026, 10, 30, 9) }],
        [{ set: appointments, id: 0x820e }, { time: Date.UTC(2026, 10, 30, 10) }],
        [{ set: appointments, id: 0x8208 }, { text: 'Raum 1' }],
        [
          { set: '90dad86e0b451b1098da00aa003f1305', id: 0x23 },
          { binary: Buffer.from('040000008200E00074C5B7101A82E00807EA0B1E0102', 'hex') },
        ],
      ],
    });
    const { files, subject, text } = unpackTnef(meeting);
    expect([subject, text]).toEqual(['Termin; Vertrag', 'Bitte pünktlich,\nmit Unterlagen']);
    expect(files[0]?.type).toBe('text/calendar');
    expect(files[0]?.bytes.toString().replaceAll('\r\n ', '')).toContain(
      [
        'METHOD:REQUEST',
        'BEGIN:VEVENT',
        'UID:040000008200E00074C5B7101A82E008000000000102',
        'DTSTART:20261130T090000Z',
        'DTEND:20261130T100000Z',
        'SUMMARY:Termin\\; Vertrag',
        'LOCATION:Raum 1',
        'DESCRIPTION:Bitte pünktlich\\,\\nmit Unterlagen',
        'ORGANIZER:mailto:anna@firm.example',
      ].join('\r\n'),
    );
  });

  it('says that a wrong check sum breaks it, and gives everything all the same', () => {
    const {
      files,
      html: shown,
      isBroken,
    } = unpackTnef(writeTnef({ ...outlook, hasWrongSums: true }));
    expect([files.length, shown, isBroken]).toEqual([2, html, true]);
  });

  it('gives what stands before the cut', () => {
    const whole = writeTnef(outlook);
    const cut = unpackTnef(whole.subarray(0, whole.length - 60));
    expect(cut.isBroken).toBe(true);
    expect(cut.html).toBe(html);
    expect(cut.files[0]?.bytes).toEqual(pdf);
  });

  it('is broken and empty for what is none', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('hello'), Buffer.from('789f3e22', 'hex')])
      expect(unpackTnef(bytes)).toEqual({ files: [], isBroken: true });
  });

  it('takes line ends behind its end for no mistake', () => {
    const padded = Buffer.concat([writeTnef(outlook), Buffer.from('\r\n')]);
    expect(unpackTnef(padded).isBroken).toBe(false);
  });

  it('reads any bytes, and any change of right ones', () => {
    const whole = writeTnef(outlook);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        unpackTnef(Buffer.concat([Buffer.from('789f3e220100', 'hex'), noise]));
      }),
    );
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const bytes = Buffer.from(whole);
        bytes[at] = value;
        unpackTnef(bytes);
        unpackTnef(bytes.subarray(0, at));
      }),
      { numRuns: 100 },
    );
  });

  it('is not made busy by counts that lie', () => {
    const lies = Buffer.alloc(64, 0xff);
    const effort = effortOf(() => {
      for (const id of [0x00069003, 0x00069004])
        unpackTnef(writeTnef({ attributes: [[id, lies]] }));
      const many = Array.from({ length: 21_000 }, () => [0x00069003, Buffer.alloc(4)] as const);
      unpackTnef(writeTnef({ attributes: many }));
    });
    expect(effort).toBeLessThan(3000);
  });
});

describe('decompressRtf', () => {
  const texts = [wrapHtml(html), Buffer.from(`{\\rtf1 ${'same words again '.repeat(400)}}`)];

  it('gives the same as the library of that name', () => {
    for (const rtf of texts) {
      const packed = compressRtf(rtf);
      expect(decompressRtf(packed, 1_000_000)).toEqual({ rtf, isBroken: false });
      expect(Buffer.from(decompressRTF([...packed]))).toEqual(rtf);
    }
  });

  it('believes no size in the head, and gives no more than is asked for', () => {
    const packed = compressRtf(texts[1] ?? Buffer.alloc(0));
    const lie = Buffer.from(packed);
    lie.writeUInt32LE(0xfffffff0, 0);
    lie.writeUInt32LE(0xfffffff0, 4);
    expect(decompressRtf(lie, 1_000_000)).toMatchObject({ rtf: texts[1], isBroken: true });
    expect(decompressRtf(packed, 100)?.rtf.length).toBe(100);
    expect(decompressRtf(packed.subarray(0, 40), 1_000_000)?.isBroken).toBe(true);
  });
});
