/**
 * Reading attachments in a thread of its own, one at a time, with an end to it.
 *
 * Promises: every reading is answered: what takes too long, or takes the thread with it, has no text. The thread is started with the
 * first attachment and ended when none came for a while, so that a desk whose customers send none pays nothing.
 */
import { type Clock, second } from '../../../base/clock.ts';
import { errorText } from '../../../base/fault.ts';
import { createKeyedSerial } from '../../../base/serial.ts';
import { startInThread } from '../../../base/service-thread.ts';
import type {
  AttachmentAnswer,
  AttachmentPort,
  AttachmentRequest,
  StartAttachmentService,
} from './attachment-protocol.ts';
import { type AttachmentKind, attachmentLimits } from './kinds.ts';
import { type AttachmentText, readAttachment } from './read-attachment.ts';

export interface AttachmentReader {
  read(kind: AttachmentKind, bytes: Uint8Array): Promise<AttachmentText>;
  close(): Promise<void>;
}

const idleAfter = 30 * second;

export function createAttachmentReader(
  clock: Clock,
  start: StartAttachmentService = startThread(),
): AttachmentReader {
  const serial = createKeyedSerial();
  let port: AttachmentPort | undefined;
  let waiting: ((read: AttachmentText) => void) | undefined;
  let cancelIdle: (() => void) | undefined;
  let lastId = 0;

  function open(): AttachmentPort {
    const life = start({
      onAnswer: (answer) => {
        if (answer.id === lastId) waiting?.(answer);
      },
      onCrash: (cause) => {
        if (port !== life) return;
        port = undefined;
        waiting?.({ text: '', unread: errorText(cause).slice(0, 200) });
      },
    });
    return life;
  }

  async function end(): Promise<void> {
    const life = port;
    port = undefined;
    await life?.close();
  }

  async function ask(kind: AttachmentKind, bytes: Uint8Array): Promise<AttachmentText> {
    cancelIdle?.();
    port ??= open();
    lastId += 1;
    const request: AttachmentRequest = { id: lastId, kind, bytes };
    const to = port;
    const read = await new Promise<AttachmentText>((resolve) => {
      const cancel = clock.after(attachmentLimits.milliseconds, () => {
        void end();
        waiting?.({ text: '', unread: 'Reading it took too long' });
      });
      waiting = (answer) => {
        waiting = undefined;
        cancel();
        resolve(answer);
      };
      to.post(request);
    });
    cancelIdle = clock.after(idleAfter, () => void end());
    return read.unread === undefined ? { text: read.text } : { text: '', unread: read.unread };
  }

  return {
    async read(kind, bytes) {
      if (bytes.length > attachmentLimits.bytes) return { text: '', unread: 'It is too large' };
      // Text needs no parser that could be led astray.
      if (kind === 'text' || kind === 'html') return readAttachment(kind, bytes);
      return serial.run('thread', () => ask(kind, bytes));
    },
    async close() {
      cancelIdle?.();
      await end();
      waiting?.({ text: '', unread: 'The desk is closing' });
    },
  };
}

function startThread(): StartAttachmentService {
  return startInThread<AttachmentRequest, AttachmentAnswer>({
    name: 'attachment',
    module: './attachment-worker',
    here: import.meta.url,
    options: undefined,
    mostHeapMb: attachmentLimits.mostHeapMb,
  });
}
