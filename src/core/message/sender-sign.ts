/**
 * What a verdict on the sender comes to, in one word.
 *
 * Promises: pure. Leaves to others: how it is shown (edges/http/presenters), what a rule makes of it.
 */
import { isSameOrAbove } from './authentication-results.ts';
import type { SenderVerdict } from './verdicts.ts';

/**
 * `confirmed`: the author's domain stands for the mail. `forged`: the domain's own rule says that the mail is not from it.
 * `unconfirmed`: nobody says either. `unchecked`: the question could not be asked.
 */
export type SenderSign = 'confirmed' | 'unconfirmed' | 'forged' | 'unchecked';

/** `author`: the domain of the author's address. */
export function judgeSender(verdict: SenderVerdict, author: string): SenderSign {
  const { spf, dkim, dmarc, dkimDomain } = verdict;
  if (isForged(verdict)) return 'forged';
  if (dmarc === 'pass') return 'confirmed';
  // A domain without a DMARC record may still sign its mail.
  const isSigned = dkim === 'pass' && isSameOrAbove(dkimDomain ?? '', author);
  if (dmarc === 'none' && isSigned) return 'confirmed';
  return [dmarc, dkim, spf].includes('temperror') ? 'unchecked' : 'unconfirmed';
}

/** The author's domain says by its DMARC record that the mail is not from it, whatever it asks to be done about that. */
export function isForged(verdict: Pick<SenderVerdict, 'dmarc'> | undefined): boolean {
  return verdict?.dmarc === 'fail';
}
