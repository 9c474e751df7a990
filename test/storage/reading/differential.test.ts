/** Well-formed mails say the same to us as to mailparser, which stands for every other reader. */
import fc from 'fast-check';
import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser';
import MailComposer from 'nodemailer/lib/mail-composer';
import { expect, it } from 'vitest';
import { decodeMail } from '../../../src/storage/codec.ts';

const word = fc.constantFrom(
  'lamp',
  'Größe',
  'naïve',
  'Лампа',
  'λάμπα',
  '電球',
  '전구',
  'مصباح',
  'मेज़',
  '🙂',
  'a=b',
  '<b>',
  '"quoted"',
  "it's",
  '100 %',
  'x'.repeat(90),
);
const phrase = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' '));
const line = fc.oneof(
  phrase,
  fc.constantFrom('', '.', '> quoted', '-- ', 'From here', '--b', '\t x'),
);
const text = fc
  .array(line, { minLength: 1, maxLength: 8 })
  .map((lines) => `${lines.join('\n')}\nend`);
const name = fc.constantFrom('Ann Archer', 'Jörg Weiß', '山田 太郎', 'Archer, Ann', 'Анна', '');
const person = fc.record({
  name,
  address: fc.constantFrom('ann@x.example', 'a.b+c@sub.x.example', 'j@y.example'),
});
const fileName = fc.constantFrom(
  'a.pdf',
  'Übersicht 2026.csv',
  '見積書.xlsx',
  'a "b".txt',
  'b c.png',
);
const file = fc.record({
  filename: fileName,
  content: fc.uint8Array({ minLength: 1, maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  contentDisposition: fc.constant('attachment' as const),
  contentTransferEncoding: fc.constantFrom('base64' as const, 'quoted-printable' as const),
});
const mails = fc.record(
  {
    from: person,
    to: fc.array(person, { minLength: 1, maxLength: 4 }),
    cc: fc.array(person, { maxLength: 2 }),
    replyTo: person,
    subject: phrase,
    text,
    html: phrase.map((words) => `<p>${words.replace(/[<&]/g, '')} <img src="cid:p@x"></p>`),
    attachments: fc.array(file, { maxLength: 3 }),
    textEncoding: fc.constantFrom('quoted-printable' as const, 'base64' as const),
    messageId: fc.constant('<a@x.example>'),
    references: fc.constantFrom('<b@x.example>', '<b@x.example> <c@x.example>'),
    picture: fc.boolean(),
  },
  { requiredKeys: ['from', 'to', 'subject', 'text', 'textEncoding', 'messageId'] },
);

function people(header: AddressObject | AddressObject[] | undefined) {
  const objects = header === undefined ? [] : [header].flat();
  return objects.flatMap(({ value }) => value.map(({ name, address }) => ({ name, address })));
}

function flat(words: string | undefined): string {
  return (words ?? '').trim();
}

it('the same subject, people, texts and files', async () => {
  await fc.assert(
    fc.asyncProperty(mails, async ({ picture, ...parts }) => {
      const inline = { filename: 'p.png', content: Buffer.from('PNG'), cid: 'p@x' };
      const files = [...(picture === true ? [inline] : []), ...(parts.attachments ?? [])];
      const composer = new MailComposer({ ...parts, attachments: files, date: new Date(1e12) });
      const raw = await composer.compile().build();
      const theirs: ParsedMail = await simpleParser(raw, {
        skipHtmlToText: true,
        skipTextToHtml: true,
        skipImageLinks: true,
      });
      const { mail, contents } = await decodeMail(raw);
      expect(mail.problems).toEqual([]);
      expect([mail.from, ...mail.to, ...mail.cc, ...mail.replyTo]).toEqual([
        ...people(theirs.from),
        ...people(theirs.to),
        ...people(theirs.cc),
        ...people(theirs.replyTo),
      ]);
      expect(mail.subject).toBe(theirs.subject);
      expect(mail.date).toBe(theirs.date?.getTime());
      expect(`<${mail.messageId}>`).toBe(theirs.messageId);
      expect(mail.references.map((id) => `<${id}>`)).toEqual([theirs.references ?? []].flat());
      expect(flat(mail.text)).toBe(flat(theirs.text));
      expect(flat(mail.html)).toBe(flat(theirs.html || ''));
      expect(mail.attachments.map((each) => [each.name, each.type, each.contentId])).toEqual(
        theirs.attachments.map((each) => [each.filename, each.contentType, each.cid]),
      );
      expect(contents.map(String)).toEqual(
        theirs.attachments.map(({ content }) => String(content)),
      );
    }),
    { numRuns: 60 },
  );
});
