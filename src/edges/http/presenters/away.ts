/**
 * What a page says of the line to the desk.
 *
 * Promises: pure; the texts come with the page, for nobody can be asked when they are needed.
 */
import type { Locale } from '../../../services/render/locale.ts';

export function presentAway(locale: Locale): string {
  return JSON.stringify({
    away: locale.text('away.now'),
    unsent: locale.text('away.not-sent'),
    back: locale.text('away.back'),
  });
}
