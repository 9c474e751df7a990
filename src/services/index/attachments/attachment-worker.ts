/** The thread that reads attachments: what runs first in it. A hostile file takes this thread with it, nothing else. */
import { serveThread } from '../../../base/service-thread.ts';
import type { AttachmentAnswer, AttachmentRequest } from './attachment-protocol.ts';
import { readAttachment } from './read-attachment.ts';

serveThread<AttachmentRequest, AttachmentAnswer, undefined>(
  () =>
    ({ answer }) =>
    ({ id, kind, bytes }) => {
      void readAttachment(kind, bytes).then((read) => answer({ id, ...read }));
    },
);
