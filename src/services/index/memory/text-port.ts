/** Where the text index runs: in a thread of its own, or in this one. */
import type { Clock } from '../../../base/clock.ts';
import { startHere, startInThread } from '../../../base/service-thread.ts';
import type { FileOps } from '../../../storage/files.ts';
import { assembleTextService } from './text-parts.ts';
import type { StartTextService } from './text-protocol.ts';
import type { TextSourceOptions } from './text-source.ts';

/** Texts are read and searched beside the main thread, which only sees ticket numbers. */
export function startTextWorker(options: TextSourceOptions): StartTextService {
  return startInThread({ name: 'text', module: './text-worker', here: import.meta.url, options });
}

/** For tools that live shortly, and for tests. */
export function startTextHere(
  parts: { readonly files: FileOps; readonly clock: Clock },
  options: TextSourceOptions,
): StartTextService {
  return startHere(assembleTextService(parts, options));
}
