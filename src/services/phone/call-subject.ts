/** What a ticket is called that begins with a fax or a recording. Promises: pure. */
import type { EventKind } from '../../core/ticket/event.ts';
import type { Locale } from '../render/locale.ts';

/** `who`: as people write the number, or the name; undefined when nobody knows. */
export function callSubject(kind: EventKind, who: string | undefined, locale: Locale): string {
  const number = who ?? locale.text('drop.unknown-number');
  switch (kind) {
    case 'fax-in':
      return locale.text('drop.fax-from', { number });
    case 'fax-out':
      return locale.text('drop.fax-to', { number });
    case 'call-out':
      return locale.text('drop.call-to', { number });
    default:
      return locale.text('drop.recording-from', { number });
  }
}
