import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../src/base/clock.ts';
import {
  findMails,
  formatMbox,
  type MboxPlace,
  quoteFrom,
  type ReadAt,
  unquoteFrom,
} from '../../../src/core/carry/mbox.ts';

const at = toInstant(Date.UTC(2026, 10, 26, 7, 28, 8));

function over(bytes: Buffer): ReadAt {
  return async (position, length) => bytes.subarray(position, position + length);
}

async function read(bytes: Buffer) {
  const places: MboxPlace[] = [];
  const mails = findMails(over(bytes), bytes.length);
  for (;;) {
    const next = await mails.next();
    if (next.done === true) {
      const cut = ({ start, end }: MboxPlace) => bytes.subarray(start, end);
      const raw = places.map(cut);
      return {
        places,
        isQuoted: next.value.isQuoted,
        mails: raw.map((mail) => (next.value.isQuoted ? unquoteFrom(mail) : mail)),
      };
    }
    places.push(next.value);
  }
}

async function texts(text: string): Promise<readonly string[]> {
  return (await read(Buffer.from(text, 'latin1'))).mails.map((mail) => mail.toString('latin1'));
}

/** What mails are made of that an mbox may stumble over. */
const awkward = fc
  .array(
    fc.constantFrom(
      'From ',
      '>From ',
      '>>From ',
      'From kim@example.org Thu Nov 26 07:28:08 2026',
      'From: kim@example.org',
      'Subject: hello',
      'Content-Length: 5',
      'Content-Length: 42',
      'text',
      '\n',
      '\r\n',
      '\n\n',
      '\r',
      '>',
      ' ',
      '\u00e4\0',
    ),
    { maxLength: 14 },
  )
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));

describe('an mbox of ours', () => {
  it('gives back every mail to the byte', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(awkward, { maxLength: 6 }), async (mails) => {
        const file = Buffer.concat(mails.map((mail) => formatMbox(mail, 'kim@example.org', at)));
        const found = await read(file);
        expect(found.mails.map((mail) => mail.toString('latin1'))).toEqual(
          mails.map((mail) => mail.toString('latin1')),
        );
        expect(found.places.every(({ date }) => date === at)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('quotes so that it can be taken back', () => {
    fc.assert(
      fc.property(awkward, (mail) => {
        const quoted = quoteFrom(mail);
        expect(/(?:^|\n)From /.test(quoted.toString('latin1'))).toBe(false);
        expect(unquoteFrom(quoted).equals(mail)).toBe(true);
      }),
    );
  });
});

describe('any mbox', () => {
  it('is read whatever its bytes are: mails lie one after another within it', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }).map((each) => Buffer.from(each)),
      fc.array(awkward, { maxLength: 6 }).map((parts) => Buffer.concat(parts)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (file) => {
        const { places } = await read(file);
        let last = 0;
        for (const { start, end } of places) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThanOrEqual(start);
          last = end;
        }
        expect(last).toBeLessThanOrEqual(file.length);
      }),
      { numRuns: 500 },
    );
  });

  const one = 'Subject: one\n\nText\n';
  const two = 'Subject: two\n\nMore\n';
  const line = (rest: string) => `From ${rest}\n`;

  it.each([
    ['the usual', line('kim@example.org Thu Nov 26 07:28:08 2026')],
    ['a zone before the year', line('kim@example.org Thu Nov 26 07:28:08 CET 2026')],
    ['a zone behind the year', line('kim@example.org Thu Nov 26 07:28:08 2026 +0100')],
    ['as in mails', line('kim@example.org Thu, 26 Nov 2026 07:28:08 +0000')],
    ['without seconds', line('MAILER-DAEMON Thu Nov  5 07:28 2026')],
    ['without a date', line('kim@example.org')],
    ['as Thunderbird writes it', line('- Thu Nov 26 07:28:08 2026')],
    ['nothing but a hyphen', line('-')],
  ])('is cut at a separator: %s', async (_, separator) => {
    expect(await texts(`${separator}${one}\n${separator}${two}\n`)).toEqual([one, two]);
    expect(await texts(`${separator}${one}\n${separator}${two}`)).toEqual([one, two]);
  });

  const separator = line('kim@example.org Thu Nov 26 07:28:08 2026');

  it('is cut where the blank line before a separator is missing', async () => {
    expect(await texts(`${separator}${one}${separator}${two}`)).toEqual([one, two]);
  });

  it('is not cut at a sentence that begins with From', async () => {
    const mail = 'Subject: one\n\nHello\n\nFrom here on it is fine\nFrom: nobody\n';
    expect(await texts(`${separator}${mail}\n${separator}${two}`)).toEqual([mail, two]);
  });

  it('may have CRLF throughout', async () => {
    const crlf = (text: string) => text.replaceAll('\n', '\r\n');
    expect(await texts(crlf(`${separator}${one}\n${separator}${two}\n`))).toEqual([
      crlf(one),
      crlf(two),
    ]);
  });

  it('goes by the length of a mail where that is true, and then nothing was quoted', async () => {
    const body = `Text\n\n${separator}Subject: quoted\n\n>From the start\n`;
    const mail = `Subject: one\nContent-Length: ${body.length}\n\n${body}`;
    const found = await read(Buffer.from(`${separator}${mail}\n${separator}${two}`));
    expect(found.isQuoted).toBe(false);
    expect(found.mails.map(String)).toEqual([mail, two]);
  });

  it('does not believe a length that is wrong', async () => {
    const mail = `Subject: one\nContent-Length: 3000\n\nText\n`;
    expect(await texts(`${separator}${mail}\n${separator}${two}`)).toEqual([mail, two]);
  });

  it('takes one quotation mark away', async () => {
    const quoted = 'Subject: one\n\n>From me\n>>From you\n> From them\n';
    expect(await texts(separator + quoted)).toEqual([
      'Subject: one\n\nFrom me\n>From you\n> From them\n',
    ]);
  });

  it('may be a mail and nothing else', async () => {
    expect(await texts(one)).toEqual([one]);
    expect(await texts('')).toEqual([]);
    expect(await texts(`\n\n${separator}${one}`)).toEqual([one]);
  });

  it('is asked for in pieces', async () => {
    const mail = `Subject: big\n\n${'0123456789abcde\n'.repeat(200_000)}`;
    const file = Buffer.from(`${separator}${mail}\n${separator}${two}\n${separator}${mail}\n`);
    let most = 0;
    let sum = 0;
    const readAt: ReadAt = async (position, length) => {
      most = Math.max(most, length);
      const piece = file.subarray(position, position + length);
      sum += piece.length;
      return piece;
    };
    const places: MboxPlace[] = [];
    for await (const place of findMails(readAt, file.length)) places.push(place);
    expect(places.map(({ start, end }) => end - start)).toEqual([
      mail.length,
      two.length,
      mail.length,
    ]);
    expect(most).toBeLessThanOrEqual(1024 * 1024);
    expect(sum).toBeLessThan(2 * file.length + 4 * 1024 * 1024);
  });
});
