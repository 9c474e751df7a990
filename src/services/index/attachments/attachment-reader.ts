/**
 * Reading attachments in a thread of its own, one at a time, with an end to it.
 *
 * Promises: every reading is answered: what takes too long, or takes the thread with it, has no text. The thread is started with the
 * first attachment and ended when none came for a while, so that a desk whose customers send none pays nothing.
 */
import { createAskedThread } from '../../../base/asked-thread.ts';
import { type Clock, second } from '../../../base/clock.ts';
import { startInThread } from '../../../base/service-thread.ts';
import type {
  AttachmentAnswer,
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
  const { milliseconds: mostMs } = attachmentLimits;
  const thread = createAskedThread({ start, clock }, { mostMs, idleMs: idleAfter });

  return {
    async read(kind, bytes) {
      if (bytes.length > attachmentLimits.bytes) return { text: '', unread: 'It is too large' };
      // Text needs no parser that could be led astray.
      if (kind === 'text' || kind === 'html') return readAttachment(kind, bytes);
      const asked = await thread.ask((id) => ({ id, kind, bytes }));
      if (!asked.ok)
        return {
          text: '',
          unread: asked.reason === 'too-slow' ? 'Reading it took too long' : asked.detail,
        };
      const { text, unread } = asked.answer;
      return unread === undefined ? { text } : { text: '', unread };
    },
    close: () => thread.close(),
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
