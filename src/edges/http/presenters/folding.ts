/** How the quoted parts of a mail's HTML are folded for a reader. Promises: pure. */
import type { Mail } from '../../../core/message/mail.ts';
import { isSentOn } from '../../../core/message/quotes/forward.ts';
import type { FoldRequest } from '../../../services/render/fold-quotes.ts';
import type { Locale } from '../../../services/render/locale.ts';

export function foldOf(mail: Mail, locale: Locale): FoldRequest {
  return {
    isForward: isSentOn(mail),
    language: locale.code,
    words: {
      quotation: locale.text('quotes.quotation'),
      signature: locale.text('quotes.signature'),
      forwarded: locale.text('quotes.forwarded'),
    },
  };
}
