/** Whether a mail was sent on: then what it holds of others is its matter. Promises: pure, total. */
import type { Mail } from '../mail.ts';
import { tidySubject } from '../subject.ts';

/** Marks of programs that send on, in the languages that have one of their own. */
const forwardMark =
  /^\s*(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|fw|wg|tr|rv|i|vl|vb|enc|pd|doorst|továbbítás|πρθ|ilt|i̇lt|пересл|转发|轉寄|転送|전달|إعادة توجيه|הועבר|trs|továbbított|proslijeđeno)\s*[:：]/iu;

/** Without a sign that it answers anything, a mail with another one in it was sent on, too. */
export function isSentOn({
  subject,
  inReplyTo,
  references,
}: Pick<Mail, 'subject' | 'inReplyTo' | 'references'>): boolean {
  if (forwardMark.test(subject)) return true;
  const isAnswer = inReplyTo.length > 0 || references.length > 0;
  return !isAnswer && tidySubject(subject) === subject.replace(/\s+/g, ' ').trim();
}
