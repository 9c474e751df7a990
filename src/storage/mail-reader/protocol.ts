/** What is said between the desk and the thread that reads large mails. */
import type { StartService } from '../../base/service-thread.ts';
import type { Mail } from '../../core/message/mail.ts';

export interface ReadRequest {
  readonly id: number;
  readonly raw: Uint8Array<ArrayBuffer>;
  readonly returnPath: string | undefined;
}

export interface ReadAnswer {
  readonly id: number;
  readonly mail: Mail;
  /** Decoded bytes by attachment id. */
  readonly contents: readonly Uint8Array<ArrayBuffer>[];
}

export type StartReading = StartService<ReadRequest, ReadAnswer>;
