/** What the text service is made of, on whichever side it runs. */
import { join } from 'node:path';
import type { Clock } from '../../../base/clock.ts';
import type { CreateService } from '../../../base/service-thread.ts';
import type { FileOps } from '../../../storage/files.ts';
import { createAttachmentReader } from '../attachments/attachment-reader.ts';
import { createAttachmentTexts } from '../attachments/attachment-texts.ts';
import { createArchiveSegments } from './archive-segments.ts';
import type { TextAnswer, TextRequest } from './text-protocol.ts';
import { createTextService } from './text-service.ts';
import { createTextSource, type TextSourceOptions } from './text-source.ts';

export function assembleTextService(
  { files, clock }: { readonly files: FileOps; readonly clock: Clock },
  options: TextSourceOptions,
): CreateService<TextRequest, TextAnswer> {
  return (line) => {
    const { index } = options;
    const reader = createAttachmentReader(clock);
    line.signal?.addEventListener('abort', () => void reader.close());
    const texts = createAttachmentTexts({ files, reader }, index);
    const source = createTextSource(files, options, texts);
    const archive =
      index === undefined
        ? undefined
        : createArchiveSegments({ files, source }, join(index, 'archive'));
    return createTextService({ source, archive, ...line });
  };
}
