/**
 * That a mail is signed or encrypted, as a sign on its card; the signature's own small file stands behind it.
 *
 * Promises: pure; nothing here was verified, and the words say so.
 */
import type { Attachment, MailFacts } from '../../../core/message/mail.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { TicketNumber } from '../../../core/ticket/number.ts';
import type { Locale } from '../../../services/render/locale.ts';
import type { VerdictSign } from './verdicts.ts';

const names = { smime: 'S/MIME', pgp: 'PGP' } as const;

export function presentProtection(
  event: Pick<TicketEvent, 'name' | 'mail'>,
  number: TicketNumber,
  locale: Pick<Locale, 'text'>,
): readonly VerdictSign[] {
  const { protection, attachments } = event.mail;
  if (protection === undefined) return [];
  const by = names[protection.by];
  if (protection.kind === 'encrypted')
    return [{ sign: 'lock', tone: 'soon', text: locale.text('packed.encrypted', { by }) }];
  const signature = attachments.find((each) => isBehindSign(event.mail, each));
  const page = `/tickets/${number}/messages/${encodeURIComponent(event.name)}`;
  const file =
    signature === undefined
      ? {}
      : { file: { href: `${page}/attachments/${signature.id}`, name: signature.name } };
  return [{ sign: 'seal', tone: 'quiet', text: locale.text('packed.signed', { by }), ...file }];
}

const types: ReadonlySet<string> = new Set([
  'application/pgp-signature',
  'application/pkcs7-signature',
  'application/x-pkcs7-signature',
  // Signature and content in one; the content is shown.
  'application/pkcs7-mime',
  'application/x-pkcs7-mime',
]);

/** The first signature of a signed mail; further ones, of mails within it, are files. */
export function isBehindSign(
  { protection, attachments }: Pick<MailFacts, 'protection' | 'attachments'>,
  attachment: Attachment,
): boolean {
  return protection?.kind === 'signed' && attachments.find(isSignature) === attachment;
}

function isSignature({ type, name }: Attachment): boolean {
  return types.has(type) || /^smime\.p7[sm]$/i.test(name);
}
