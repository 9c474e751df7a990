/** What became of a mail that we sent, as the foot line of its card. */
import type { Instant } from '../../../base/clock.ts';
import type { Bounced, Delivery } from '../../../core/ticket/fold.ts';
import type { Dates, Locale } from '../../../services/render/locale.ts';

export interface DeliveryFoot {
  readonly kind: 'sent' | 'waiting' | 'deferred' | 'late';
  readonly sign: string;
  readonly text: string;
  /** The other server's own words. */
  readonly reply: string | undefined;
  readonly hint: string | undefined;
}

export interface DeliveryWords {
  readonly locale: Locale;
  readonly dates: Dates;
  readonly now: Instant;
  readonly hasSmarthost: boolean;
}

function presentBounced(bounced: Bounced, { locale, dates, now }: DeliveryWords): DeliveryFoot {
  const time = dates.moment(bounced.time, now);
  const { recipient } = bounced;
  return {
    kind: 'late',
    sign: 'tri',
    text:
      recipient === undefined
        ? locale.text('delivery.bounced', { time })
        : locale.text('delivery.bounced-from', { time, recipient }),
    reply: bounced.reason,
    hint: undefined,
  };
}

export function presentDelivery(
  delivery: Delivery | undefined,
  words: DeliveryWords,
  bounced?: Bounced,
): DeliveryFoot | undefined {
  // That it came back beats that it was handed on.
  if (bounced !== undefined) return presentBounced(bounced, words);
  if (delivery === undefined) return undefined;
  const { locale, dates, now, hasSmarthost } = words;
  const time = dates.moment(delivery.time, now);
  const { reply } = delivery;
  switch (delivery.state) {
    case 'waiting': {
      const text = locale.text(hasSmarthost ? 'delivery.waiting' : 'delivery.kept');
      return { kind: 'waiting', sign: 'out', text, reply: undefined, hint: undefined };
    }
    case 'sent':
      return {
        kind: 'sent',
        sign: 'check',
        text: locale.text('delivery.sent', { time }),
        reply,
        hint: undefined,
      };
    case 'deferred': {
      const next = delivery.nextAttempt;
      const hint =
        next === undefined
          ? undefined
          : locale.text('delivery.next', { time: dates.moment(next, now) });
      return {
        kind: 'deferred',
        sign: 'clock',
        text: locale.text('delivery.deferred', { count: delivery.attempts }),
        reply,
        hint,
      };
    }
    case 'failed':
      return {
        kind: 'late',
        sign: 'tri',
        text: locale.text('delivery.failed', { time }),
        reply,
        hint: undefined,
      };
  }
}
