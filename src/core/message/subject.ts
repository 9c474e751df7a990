/**
 * Subjects: what stands before the matter itself, and our own number in it.
 *
 * Promises: `tidySubject` is total and stable (tidying twice changes nothing), and a subject that
 * carries our tag tidies to the same as the plain one.
 */

import { isTicketNumber, type TicketNumber } from '../ticket/number.ts';
import { withoutTurns } from './direction.ts';

/**
 * Answer and forward marks of mail programs in the languages our customers write: "Re", "AW",
 * "Antw", "SV", "VS", "RV", "Odp", "YNT", "WG", "TR", "回复", "回覆", "答复", "返信", "회신", "رد", "השב" and so on,
 * perhaps counted ("Re[2]", "Re (3)").
 */
const mark =
  /^(?:re|aw|antw|antwort|sv|vs|vl|vb|ref|rif|res|rv|r|odp|ynt|ilt|i̇lt|wg|tr|fw|fwd|fs|enc|pd|doorst|továbbítás|απ|πρθ|σχετ|πρ|ha|ответ|отв|пересл|回复|回覆|答复|回信|返信|转发|轉寄|転送|回答|회신|답장|전달|رد|إعادة توجيه|השב|תשובה|הועבר|bls|trs)\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[:：]\s*/iu;

const tag = /\[#([0-9]{14,20})\]/g;

/** The subject without answer marks, without our tag, in one line; at most 500 characters. */
export function tidySubject(subject: string): string {
  let text = oneLine(subject)
    .slice(0, 2000)
    .replace(tag, (whole, digits: string) => (isTicketNumber(digits) ? ' ' : whole));
  text = oneLine(text);
  // Ends: each round takes away at least two of at most 2000 characters.
  for (let shorter = text.replace(mark, ''); shorter !== text; shorter = text.replace(mark, '')) {
    text = shorter;
  }
  return [...text].slice(0, 500).join('').trim();
}

/** The subject of an answer: `Re: [#NUMBER] matter`. */
export function answerSubject(number: TicketNumber, subject: string): string {
  return `Re: ${tagSubject(number, subject)}`;
}

/** The subject of a mail sent on to somebody else: `Fwd: [#NUMBER] matter`. */
export function forwardSubject(number: TicketNumber, subject: string): string {
  return `Fwd: ${tagSubject(number, subject)}`;
}

/** `[#NUMBER] matter`, with the number once. */
export function tagSubject(number: TicketNumber, subject: string): string {
  return `[#${number}] ${tidySubject(subject)}`.trim();
}

function oneLine(text: string): string {
  return withoutTurns(text)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
