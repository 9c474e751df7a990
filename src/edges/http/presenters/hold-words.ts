/** A legal hold in the history. */
import type { ChangeWords } from './team-words.ts';

/** `hold=REASON`, and back. */
export function holdWords(value: string): ChangeWords {
  return value === ''
    ? { sign: 'unlock', by: 'keep.lifted-by', alone: 'keep.lifted-alone', values: {} }
    : { sign: 'lock', by: 'keep.held-by', alone: 'keep.held-alone', values: { reason: value } };
}
