/**
 * Training of the spam filter: a ticket that is moved into the queue for spam, or out of it.
 *
 * Promises: in the background, at most two tickets at a time, moves of one ticket in their order; what cannot
 * be taught is logged and changes nothing else. What the filter itself put there is no lesson for it: only
 * moves count. A crash between the move and the lesson loses the lesson.
 */
import type { Clock } from '../base/clock.ts';
import { errorText, isFault } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { createKeyedSerial, createLimit } from '../base/serial.ts';
import type { ScanningConfig } from '../config/scanning.ts';
import { firstBlockField, type MessageName, parseParameters } from '../core/ticket/event.ts';
import { splitBlock } from '../storage/block.ts';
import { originalOf } from '../storage/message-file.ts';
import type { TicketFolder, TicketReader } from '../storage/ticket-store.ts';
import { createSpamFilter } from './intake/scan-checks.ts';
import { type MailClass, type ScannedMail, withinTime } from './intake/scanners/scanner.ts';
import type { QueueMove } from './tickets.ts';

export interface Learning {
  /** Told of every move between queues; returns at once. */
  moved(move: QueueMove): void;
  settled(): Promise<void>;
  /** Gives up what is under way. */
  stop(): Promise<void>;
}

export interface LearningDeps {
  readonly scanning: () => ScanningConfig;
  readonly reader: Pick<TicketReader, 'readFile'>;
  readonly clock: Clock;
  readonly log: Log;
}

const ticketsAtATime = 2;
const mostMails = 50;

export function createLearning({ scanning, reader, clock, log }: LearningDeps): Learning {
  const serial = createKeyedSerial();
  const limit = createLimit(ticketsAtATime);
  const stopped = new AbortController();
  const { signal } = stopped;

  async function teach(folder: TicketFolder, as: MailClass): Promise<void> {
    const { spamFilter, scanTimeoutMs: timeoutMs } = scanning();
    if (spamFilter === undefined) return;
    const filter = createSpamFilter(spamFilter);
    const counts = { learned: 0, known: 0, failed: 0 };
    for (const name of lessonsOf(folder)) {
      if (signal.aborted) return;
      const bytes = await reader.readFile(folder.number, name);
      if (bytes === undefined) continue;
      try {
        const work = (ends: AbortSignal) => filter.learn(toLesson(bytes), as, ends);
        counts[await withinTime(filter.program, { clock, timeoutMs, signal }, work)] += 1;
      } catch (error) {
        if (signal.aborted) return;
        counts.failed += 1;
        logFailure(folder, as, error);
        // The filter is away: whoever waits for us must not wait for every mail.
        if (isFault(error) && error.retry === 'later') break;
      }
    }
    log.info('spam.learned', { ticket: folder.number, as, by: filter.program, ...counts });
  }

  function logFailure({ number }: TicketFolder, as: MailClass, error: unknown): void {
    log.warn('spam.learn-failed', { ticket: number, as, cause: errorText(error) });
  }

  async function teachOrLog(folder: TicketFolder, as: MailClass): Promise<void> {
    try {
      await teach(folder, as);
    } catch (error) {
      logFailure(folder, as, error);
    }
  }

  return {
    moved({ folder, from }) {
      const as = lessonOf(from, folder.ticket.queue, scanning().junkQueue);
      if (as === undefined || scanning().spamFilter === undefined) return;
      void serial.run(folder.number, () => limit.run(() => teachOrLog(folder, as)));
    },
    settled: () => serial.idle(),
    async stop() {
      stopped.abort();
      await serial.idle();
    },
  };
}

/** What was examined when it came: the bytes as they came, and our lines in front. */
function toLesson(bytes: Buffer): ScannedMail {
  const raw = originalOf(bytes);
  const trace = bytes.subarray(splitBlock(bytes).end, bytes.length - raw.length);
  return { raw, trace, sender: undefined, recipients: [], origin: undefined };
}

function lessonOf(from: string, to: string, junk: string | undefined): MailClass | undefined {
  if (junk === undefined || from === to) return undefined;
  if (to === junk) return 'spam';
  return from === junk ? 'ham' : undefined;
}

/** Mails from outside, newest first; our own that came back teach nothing. */
function lessonsOf({ messages }: TicketFolder): readonly MessageName[] {
  return messages
    .map(({ event }) => event)
    .filter(
      (event) =>
        event.kind === 'mail-in' &&
        parseParameters(firstBlockField(event, 'automatic') ?? '').get('') !== 'own',
    )
    .map(({ name }) => name)
    .toReversed()
    .slice(0, mostMails);
}
