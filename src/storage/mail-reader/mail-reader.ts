/**
 * Reads mails: small ones at once, large ones in a thread of their own, so that nobody else waits for them.
 *
 * Promises: any bytes give a mail, as decodeMail does. One large mail is in work at a time; what takes too long or more memory than it
 * may becomes a mail that says so, with its header read and its original kept. The thread is started with the first large mail and
 * ended when none came for a while. Fails with `not-ready` once it is closed.
 * Leaves to others: what is read (codec.ts).
 */
import { createAskedThread } from '../../base/asked-thread.ts';
import { type Clock, type Duration, second } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import { startInThread } from '../../base/service-thread.ts';
import { type DecodedMail, decodeMail } from '../codec.ts';
import type { ReadAnswer, ReadRequest, StartReading } from './protocol.ts';

/** `returnPath`: the envelope's sender, shown when the mail names no author. */
export type DecodeMail = (raw: Buffer, returnPath?: string) => Promise<DecodedMail>;

export interface MailReader {
  readonly decode: DecodeMail;
  close(): Promise<void>;
}

export interface MailReaderOptions {
  /** Bytes; from here on a mail is read in the thread. */
  readonly large: number;
  /** Time that one mail may take there. */
  readonly mostMs: Duration;
}

/** What takes less than some 20 ms here is done sooner than it is handed over. */
const usual: MailReaderOptions = { large: 2_000_000, mostMs: 60 * second };

const idleMs = 30 * second;
const mostHeapMb = 1024;
/** Of a mail that could not be read in the thread: its header, and the first words. */
const headBytes = 200_000;

export function createMailReader(
  { clock, start = startThread }: { readonly clock: Clock; readonly start?: StartReading },
  { large, mostMs }: MailReaderOptions = usual,
): MailReader {
  const thread = createAskedThread<ReadRequest, ReadAnswer>({ start, clock }, { mostMs, idleMs });

  return {
    async decode(raw, returnPath) {
      if (raw.length < large) return decodeMail(raw, returnPath);
      const asked = await thread.ask(
        (id) => ({ id, raw: new Uint8Array(raw), returnPath }),
        (request) => [request.raw.buffer],
      );
      if (!asked.ok) {
        if (asked.reason === 'closed')
          throw new Fault('not-ready', { retry: 'later', detail: asked.detail });
        return readHead(raw, returnPath, asked.detail);
      }
      const { mail, contents } = asked.answer;
      return { mail, contents: contents.map(({ buffer }) => Buffer.from(buffer)) };
    },
    close: () => thread.close(),
  };
}

async function readHead(
  raw: Buffer,
  returnPath: string | undefined,
  detail: string,
): Promise<DecodedMail> {
  const { mail } = await decodeMail(raw.subarray(0, headBytes), returnPath);
  const problem = { code: 'unreadable', detail: `The mail could not be read: ${detail}` } as const;
  return {
    mail: { ...mail, attachments: [], problems: [...mail.problems, problem] },
    contents: [],
  };
}

const startThread: StartReading = startInThread<ReadRequest, ReadAnswer>({
  name: 'mail reader',
  module: './worker',
  here: import.meta.url,
  options: undefined,
  mostHeapMb,
});
