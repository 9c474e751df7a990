import type { Duration } from '../../base/clock.ts';
import type { Happening } from './happenings.ts';

/** A webhook or a program that is told of what happens. */
export interface Hook {
  /** Name of its file, without the ending. */
  readonly name: string;
  readonly target:
    | {
        readonly kind: 'url';
        readonly url: string;
        /** Keys of the signature, the current one first; several while one takes the place of another. */
        readonly secrets: readonly string[];
      }
    /** The program, as seen from the desk's folder, and its arguments. */
    | { readonly kind: 'program'; readonly command: readonly string[] };
  readonly on: ReadonlySet<Happening>;
  /** With those within them; undefined for all. */
  readonly queues: readonly string[] | undefined;
  /** Whether it is told what a message says, not only that there is one. */
  readonly text: boolean;
  readonly timeoutMs: Duration;
  readonly giveUpAfterMs: Duration;
}
