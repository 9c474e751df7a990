/**
 * What may be wrong with an answer that is to go out: a file that is missing, placeholders that nobody filled, shortcuts that were
 * not turned into their text.
 *
 * Promises: pure; all doubts come at once, so that one more click sends.
 */

import { unfilledIn } from '../../../core/answers/made-with.ts';
import { type OfferedModule, shortcutsIn } from '../../../core/answers/offered-modules.ts';
import { mentionsAttachment } from '../../../core/message/mentions-attachment.ts';

export interface Doubts {
  readonly lacksAttachment: boolean;
  /** As they stand in the text: `{{customer.name}}`. */
  readonly unfilled: readonly string[];
  /** As they stand in the text: `::refund`. */
  readonly shortcuts: readonly string[];
}

export const noDoubts: Doubts = { lacksAttachment: false, unfilled: [], shortcuts: [] };

/** Undefined when there are none. */
export function findDoubts(
  text: string,
  { files, offered }: { readonly files: number; readonly offered: readonly OfferedModule[] },
): Doubts | undefined {
  const lacksAttachment = files === 0 && mentionsAttachment(text);
  const unfilled = unfilledIn(text);
  const shortcuts = shortcutsIn(text, offered).map(({ typed }) => typed);
  return lacksAttachment || unfilled.length > 0 || shortcuts.length > 0
    ? { lacksAttachment, unfilled, shortcuts }
    : undefined;
}
