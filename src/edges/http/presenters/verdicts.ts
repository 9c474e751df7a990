/**
 * What was found in a message by spam filter and virus scanner, as signs on its card.
 *
 * Promises: pure; a message with nothing to say has no sign. What carries a virus is nowhere shown inline.
 */
import { readVerdicts } from '../../../core/message/verdicts.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { EventWords } from './change-words.ts';

export interface VerdictSign {
  readonly sign: string;
  readonly tone: 'late' | 'soon' | 'quiet';
  readonly text: string;
  /** The file that it stands for. */
  readonly file?: { readonly href: string; readonly name: string };
}

/** Whether its files and formatted text must stay closed. */
export function isInfected({ fields }: Pick<TicketEvent, 'fields'>): boolean {
  return readVerdicts(fields).virus?.found === true;
}

export function presentScans(
  { fields }: Pick<TicketEvent, 'fields'>,
  { locale }: Pick<EventWords, 'locale'>,
): readonly VerdictSign[] {
  const { virus, spam, unchecked } = readVerdicts(fields);
  const signs: VerdictSign[] = [];
  if (virus?.found === true) {
    const name = virus.name ?? '?';
    signs.push({ sign: 'tri', tone: 'late', text: locale.text('message.virus', { name }) });
  }
  if (spam?.flag === true) {
    const format = new Intl.NumberFormat(locale.code, { maximumFractionDigits: 1 });
    const score = format.format(spam.score);
    signs.push({ sign: 'flag', tone: 'soon', text: locale.text('message.spam', { score }) });
  }
  if (unchecked.some(({ what }) => what === 'spam' || what === 'virus')) {
    signs.push({ sign: 'snot', tone: 'quiet', text: locale.text('message.not-scanned') });
  }
  return signs;
}
