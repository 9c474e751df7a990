import { expect, it } from 'vitest';
import { classifyAutomatic } from '../../../src/core/message/automatic.ts';
import { decodeMail } from '../../../src/storage/codec.ts';

async function classify(header: string, sender = 'kim@customer.example') {
  const { mail } = await decodeMail(
    Buffer.from(`From: kim@customer.example\n${header}\n\nHello\n`),
  );
  return classifyAutomatic(mail, sender)?.kind;
}

it.each([
  ['Subject: A person', undefined],
  ['Auto-Submitted: no', undefined],
  ['Auto-Submitted: auto-replied', 'auto-replied'],
  ['Auto-Submitted: auto-generated; type=report', 'auto-generated'],
  ['Auto-Submitted: something-new', 'auto-generated'],
  ['Precedence: bulk', 'bulk'],
  ['Precedence: first-class', undefined],
  ['Precedence: auto_reply', 'auto-replied'],
  ['List-Id: <news.example>', 'list'],
  ['X-Auto-Response-Suppress: DR, AutoReply', 'auto-generated'],
  ['X-Autoreply: yes', 'auto-replied'],
  ['Content-Type: multipart/report; report-type=delivery-status; boundary=x', 'bounce'],
])('classifyAutomatic takes "%s" for %s', async (header, kind) => {
  expect(await classify(header)).toBe(kind);
});

it('classifyAutomatic believes the envelope: an empty reverse-path is a bounce', async () => {
  expect(await classify('Subject: x', '')).toBe('bounce');
});
