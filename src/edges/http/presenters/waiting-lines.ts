/** What was done while a ticket waited for its customer, in words. Promises: pure. */
import { type ReminderObstacle, readAutoClose } from '../../../core/escalation/auto-close.ts';
import type { TicketEvent } from '../../../core/ticket/event.ts';
import type { Dates, Locale } from '../../../services/render/locale.ts';
import type { Markup } from '../../../services/render/markup.ts';

const obstacleKeys: Readonly<Record<ReminderObstacle, string>> = {
  'no-address': 'closing.obstacle.no-address',
  'own-address': 'closing.obstacle.own-address',
  automatic: 'closing.obstacle.automatic',
  blocked: 'closing.obstacle.blocked',
  muted: 'closing.obstacle.muted',
  spam: 'closing.obstacle.spam',
  breaker: 'closing.obstacle.breaker',
};

/** What the desk did while a ticket waited for its customer. */
export function waitingLines(
  event: Pick<TicketEvent, 'fields'>,
  { locale, dates }: { readonly locale: Locale; readonly dates: Dates },
): readonly { readonly sign: string; readonly sentence: Markup }[] {
  const mark = readAutoClose(event);
  switch (mark?.kind) {
    case 'reminder':
      return [
        {
          sign: 'clock',
          sentence: locale.markup('closing.reminded', { close: dates.full(mark.closeAt) }),
        },
      ];
    case 'none': {
      const reason =
        mark.reason === undefined
          ? locale.text('closing.obstacle.other')
          : locale.text(obstacleKeys[mark.reason]);
      return [{ sign: 'clock', sentence: locale.markup('closing.not-reminded', { reason }) }];
    }
    // That it is closed, and why, stands among the changes.
    default:
      return [];
  }
}

/** `auto-close=no`, and back. */
export function closingWords(value: string): { readonly by: string; readonly alone: string } {
  return value === 'no'
    ? { by: 'closing.forbidden-by', alone: 'closing.forbidden-alone' }
    : { by: 'closing.allowed-by', alone: 'closing.allowed-alone' };
}
