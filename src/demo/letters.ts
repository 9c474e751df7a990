/** The mails that the demo's customers write. */
import { createHash } from 'node:crypto';
import type { Instant } from '../base/clock.ts';
import type { Address } from '../core/message/address.ts';
import type { MessageId } from '../core/message/mail.ts';
import { toMessageId } from '../core/message/message-id.ts';
import { composeMail } from '../storage/codec.ts';
import { makeAttachment } from './attachments.ts';
import type { DemoConversation } from './conversations.ts';

export interface CustomerMail {
  readonly conversation: DemoConversation;
  readonly text: string;
  readonly date: Instant;
  /** From 0; only the first mail carries the attachments. */
  readonly position: number;
  readonly to: string;
  readonly subject: string;
  /** The mail that is answered, and those before it. */
  readonly references: readonly MessageId[];
}

export async function writeCustomerMail(mail: CustomerMail): Promise<Buffer> {
  const { conversation, text, date, position, to, subject, references } = mail;
  const { customer, cc, isHtml, attachments, language } = conversation;
  const parent = references.at(-1);
  const bytes = await composeMail({
    from: customer,
    to: [{ name: '', address: to }],
    cc: position === 0 ? cc : [],
    subject,
    date,
    messageId: customerMessageId(customer, conversation.id, position),
    ...(parent === undefined ? {} : { inReplyTo: parent, references }),
    text,
    ...(isHtml ? { html: toHtml(text) } : {}),
    attachments: position === 0 ? attachments.map(makeAttachment) : [],
    ...(language === 'newcomers' ? {} : { fields: [['Content-Language', language]] }),
  });
  return Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
}

function customerMessageId({ address }: Address, id: string, position: number): MessageId {
  const hash = createHash('sha256')
    .update(`${address} ${id} ${position}`)
    .digest('hex')
    .slice(0, 20);
  return toMessageId(`${hash}@${address.slice(address.lastIndexOf('@') + 1)}`);
}

/** Paragraphs, line breaks and quotations as mail programs write them. */
function toHtml(text: string): string {
  const paragraphs = text.split(/\n{2,}/).map((paragraph) => {
    const lines = paragraph.split('\n');
    const isQuoted = lines.every((line) => line.startsWith('>'));
    const body = lines
      .map((line) => escapeHtml(isQuoted ? line.replace(/^> ?/, '') : line))
      .join('<br>\n');
    return isQuoted ? `<blockquote type="cite"><p>${body}</p></blockquote>` : `<p>${body}</p>`;
  });
  return `<!doctype html><html><body>${paragraphs.join('\n')}</body></html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
