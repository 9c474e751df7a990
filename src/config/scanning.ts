/** How incoming mail is examined for spam and viruses, as checked values. */
import type { Duration } from '../base/clock.ts';

/** Where a program on this machine or another one listens. */
export type SocketAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

export type SpamFilterAddress =
  | { readonly program: 'spamd'; readonly at: SocketAddress }
  | {
      readonly program: 'rspamd';
      readonly at: SocketAddress;
      /** Takes what is to be learned; the address itself may be one. */
      readonly controller: SocketAddress;
      readonly password: string | undefined;
    };

export interface ScanningConfig {
  readonly spamFilter: SpamFilterAddress | undefined;
  readonly virusScanner: SocketAddress | undefined;
  /** For one look of one scanner at one mail. */
  readonly scanTimeoutMs: Duration;
  /** What becomes of a mail when a scanner cannot be asked. */
  readonly scannerDown: 'accept' | 'defer';
  /** From this score on a mail is spam; undefined: as the filter decides. */
  readonly spamScore: number | undefined;
  /** From this score on spam is refused where there is somebody to refuse it to. */
  readonly refuseSpamScore: number | undefined;
  /** Name of a queue that exists; undefined when spam has none of its own. */
  readonly junkQueue: string | undefined;
  readonly virusAtSmtp: 'quarantine' | 'refuse';
}
