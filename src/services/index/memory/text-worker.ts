/** The thread of the text index: what runs first in it, as main.ts does in the process. */
import { systemClock } from '../../../base/clock.ts';
import { serveThread } from '../../../base/service-thread.ts';
import { nodeFiles } from '../../../storage/files.ts';
import { assembleTextService } from './text-parts.ts';
import type { TextAnswer, TextRequest } from './text-protocol.ts';
import type { TextSourceOptions } from './text-source.ts';

serveThread<TextRequest, TextAnswer, TextSourceOptions>((options) =>
  assembleTextService({ files: nodeFiles, clock: systemClock }, options),
);
