/** What is said between the text index and the thread that reads attachments. */
import type { StartService } from '../../../base/service-thread.ts';
import type { AttachmentKind } from './kinds.ts';
import type { AttachmentText } from './read-attachment.ts';

export interface AttachmentRequest {
  readonly id: number;
  readonly kind: AttachmentKind;
  readonly bytes: Uint8Array;
}

export type AttachmentAnswer = AttachmentText & { readonly id: number };

export type StartAttachmentService = StartService<AttachmentRequest, AttachmentAnswer>;
