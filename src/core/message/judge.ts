/**
 * What becomes of a mail by what was found in it.
 *
 * Promises: pure. A mail that cannot be refused to anybody is never lost: spam is filed as spam, a virus
 * goes to quarantine.
 * Leaves to others: finding out (services/intake), doing it.
 */
import type { Verdicts } from './verdicts.ts';

export interface JudgePolicy {
  readonly refuseSpamScore: number | undefined;
  readonly virusAtSmtp: 'quarantine' | 'refuse';
}

export type Judgement =
  | { readonly kind: 'file'; readonly isSpam: boolean }
  | { readonly kind: 'refuse'; readonly reason: 'spam' | 'virus' }
  | { readonly kind: 'quarantine' };

/** `canRefuse`: the one who hands the mail over still has it, and hears a "no". */
export function judgeMail(
  { spam, virus }: Pick<Verdicts, 'spam' | 'virus'>,
  { refuseSpamScore, virusAtSmtp }: JudgePolicy,
  canRefuse: boolean,
): Judgement {
  if (virus?.found === true) {
    return canRefuse && virusAtSmtp === 'refuse'
      ? { kind: 'refuse', reason: 'virus' }
      : { kind: 'quarantine' };
  }
  if (spam?.flag !== true) return { kind: 'file', isSpam: false };
  const isTooMuch = refuseSpamScore !== undefined && spam.score >= refuseSpamScore;
  return canRefuse && isTooMuch
    ? { kind: 'refuse', reason: 'spam' }
    : { kind: 'file', isSpam: true };
}
