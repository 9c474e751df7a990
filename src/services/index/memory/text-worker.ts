/** The thread of the text index: what runs first in it, as main.ts does in the process. */
import { serveThread } from '../../../base/service-thread.ts';
import { nodeFiles } from '../../../storage/files.ts';
import type { TextAnswer, TextRequest } from './text-protocol.ts';
import { createTextService } from './text-service.ts';
import { createTextSource, type TextSourceOptions } from './text-source.ts';

serveThread<TextRequest, TextAnswer, TextSourceOptions>(
  (options) => (line) =>
    createTextService({ source: createTextSource(nodeFiles, options), ...line }),
);
