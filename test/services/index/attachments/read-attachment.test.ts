import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import {
  type AttachmentKind,
  attachmentLimits,
  kindOf,
} from '../../../../src/services/index/attachments/kinds.ts';
import { readAttachment } from '../../../../src/services/index/attachments/read-attachment.ts';
import { makeDocx, makeOdt, makePdf, makePptx, makeXlsx } from '../../../helpers/documents.ts';
import { effortOfAsync } from '../../../helpers/effort.ts';

const textOf = async (kind: AttachmentKind, bytes: Uint8Array) =>
  (await readAttachment(kind, bytes)).text;

describe('readAttachment', () => {
  it('reads text in the encodings that people use', async () => {
    expect(await textOf('text', Buffer.from('Größe'))).toBe('Größe');
    expect(await textOf('text', Buffer.from('Größe', 'latin1'))).toBe('Größe');
    expect(await textOf('text', Buffer.from('\ufeffGröße', 'utf16le'))).toBe('Größe');
  });

  it('reads HTML without its scripts, styles and comments', async () => {
    const html =
      '<html><head><title>Bill</title><style>p{color:red}</style></head><body><!-- secret --><p>Too&nbsp;much <b>mon</b>ey</p><script>alert("x")</script >Gr&uuml;&szlig;e &#x1F4A1;&bogus;';
    expect(await textOf('html', Buffer.from(html))).toBe('Bill\nToo much money\nGrüße 💡&bogus;');
  });

  it('reads Word documents, without what was deleted or computes', async () => {
    const body =
      '<w:p><w:r><w:t>Die Rech</w:t></w:r><w:r><w:t>nung &amp; mehr</w:t><w:tab/><w:t>7</w:t></w:r></w:p><w:p><w:del><w:r><w:delText>weg</w:delText></w:r></w:del><w:r><w:instrText>PAGE</w:instrText><w:t>Ende</w:t></w:r></w:p>';
    expect(await textOf('office', makeDocx(body))).toBe('Die Rechnung & mehr 7\nEnde\nFußzeile');
  });

  it('reads OpenDocument, Excel and PowerPoint', async () => {
    const odt = makeOdt('<text:h>Titel</text:h><text:p>Ein<text:s/>Satz</text:p>');
    expect(await textOf('office', odt)).toBe('Titel\nEin Satz');
    expect(await textOf('office', makeXlsx(['Kunde', '退款'], '4711'))).toBe('Kunde\n退款\n4711');
    expect(await textOf('office', makePptx(['eins', 'zwei']))).toBe('eins\nzwei');
  });

  it('reads the text layer of a PDF', async () => {
    const pdf = makePdf(['Invoice 4711\nfor the deliv-\nery', 'second page']);
    expect((await textOf('pdf', pdf)).replace(/\s+/g, ' ').trim()).toBe(
      'Invoice 4711 for the delivery second page',
    );
  });

  it('reads mails within mails, and their attachments', async () => {
    const attached = makeDocx('<w:p><w:t>inner words</w:t></w:p>').toString('base64');
    const mail = [
      'From: Lee <lee@shop.example>',
      'Subject: forwarded',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'outer words',
      '--b',
      'Content-Type: application/octet-stream; name="x.docx"',
      'Content-Disposition: attachment; filename="x.docx"',
      'Content-Transfer-Encoding: base64',
      '',
      attached,
      '--b--',
      '',
    ].join('\n');
    const text = await textOf('mail', Buffer.from(mail));
    for (const part of ['forwarded', 'lee@shop.example', 'outer words', 'x.docx', 'inner words'])
      expect(text).toContain(part);
  });

  it('says why there is no text where a file is broken, and does not fail', async () => {
    const pdf = makePdf(['words']);
    const docx = makeDocx('<w:p><w:t>words</w:t></w:p>');
    for (const [kind, bytes] of [
      ['pdf', Buffer.from('%PDF-1.7 nothing else')],
      ['pdf', pdf.subarray(0, 200)],
      ['pdf', Buffer.alloc(0)],
      ['office', docx.subarray(0, docx.length / 2)],
      ['office', Buffer.from('PK\u0003\u0004')],
      ['office', Buffer.from('plain')],
    ] as const) {
      const read = await readAttachment(kind, bytes);
      expect(read.text).toBe('');
      expect(read.unread ?? '').not.toBe('');
    }
  });

  it('unpacks no bomb, whatever the archive says of its size', async () => {
    const bomb = zipSync({ 'word/document.xml': new Uint8Array(34 * 1024 * 1024) }, { level: 1 });
    const used = await effortOfAsync(async () => {
      expect((await readAttachment('office', bomb)).text).toBe('');
      const lying = Buffer.from(bomb);
      // The size in the central directory, behind its signature.
      const directory = lying.lastIndexOf('PK\u0001\u0002', undefined, 'latin1');
      lying.writeUInt32LE(1000, directory + 24);
      expect((await readAttachment('office', lying)).text.length).toBeLessThan(2000);
    });
    expect(used).toBeLessThan(2000);
  });

  it('expands no entity of a document, and reads markup in time with its length', async () => {
    const xml = `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><w:document><w:p><w:t>&b;</w:t></w:p></w:document>`;
    expect(
      await textOf('office', Buffer.from(zipSync({ 'word/document.xml': strToU8(xml) }))),
    ).not.toContain('aaaa&');
    const used = await effortOfAsync(async () => {
      await textOf('html', Buffer.from('<'.repeat(1_500_000)));
      await textOf('html', Buffer.from('<!--'.repeat(300_000)));
      await textOf('html', Buffer.from('<script>'.repeat(150_000)));
      await textOf('html', Buffer.from('&#1;\n'.repeat(300_000)));
    });
    expect(used).toBeLessThan(8000);
  });

  it('keeps a bounded text', async () => {
    const pages = Array.from({ length: attachmentLimits.pages + 3 }, (_, at) => `page${at}`);
    const text = await textOf('pdf', makePdf(pages));
    expect(text).toContain(`page${attachmentLimits.pages - 1}`);
    expect(text).not.toContain(`page${attachmentLimits.pages}`);
    expect((await textOf('text', Buffer.alloc(3_000_000, 'ab '))).length).toBe(
      attachmentLimits.characters,
    );
  });
});

it.each([
  ['application/pdf', 'x', 'pdf'],
  ['application/octet-stream', 'Rechnung.PDF', 'pdf'],
  ['text/plain', 'x', 'text'],
  ['text/html', 'x.txt', 'html'],
  ['message/rfc822', '', 'mail'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', '', 'office'],
  ['application/zip', 'x.odt', 'office'],
  ['image/png', 'x.png', undefined],
  ['audio/mpeg', 'constructor', undefined],
  ['application/octet-stream', 'x.toString', undefined],
])('%s %s is read as %s', (type, name, kind) => {
  expect(kindOf({ type, name })).toBe(kind);
});
