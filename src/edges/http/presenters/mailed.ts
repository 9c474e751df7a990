/**
 * What a mail of an agent, or one that only came to an agent's address, says of itself.
 *
 * Promises: pure; nothing for every other event.
 */
import { firstBlockField, parseParameters, type TicketEvent } from '../../../core/ticket/event.ts';
import type { EventLine, EventWords } from './change-words.ts';

const doubtKeys: Readonly<Record<string, string>> = {
  sender: 'mailed.doubt.sender',
  forged: 'mailed.doubt.forged',
  spam: 'mailed.doubt.spam',
};

/** In the foot of a message: that it came by mail. */
export function mailedFoot(event: TicketEvent, { locale }: EventWords): string | undefined {
  return wordOf(event) === 'agent' ? locale.text('mailed.by-mail') : undefined;
}

/** Why a mail to an agent's address was not taken for the agent's. */
export function mailedDoubt(
  event: TicketEvent,
  { locale, nameOf }: EventWords,
): string | undefined {
  const parameters = parseParameters(firstBlockField(event, 'mailed') ?? '');
  if (parameters.get('') !== 'doubted') return undefined;
  const key = doubtKeys[parameters.get('reason') ?? ''] ?? 'mailed.doubt.sender';
  return locale.text(key, { who: nameOf(parameters.get('agent') ?? '') });
}

/** In the history. */
export function mailedLines(event: TicketEvent, words: EventWords): readonly EventLine[] {
  const doubt = mailedDoubt(event, words);
  if (doubt !== undefined) {
    return [{ sign: 'tri', sentence: words.locale.markup('mailed.line', { text: doubt }) }];
  }
  return wordOf(event) === 'agent'
    ? [{ sign: 'out', sentence: words.locale.markup('mailed.by-mail-line') }]
    : [];
}

function wordOf(event: TicketEvent): string | undefined {
  return parseParameters(firstBlockField(event, 'mailed') ?? '').get('');
}
