/** Where the text index runs: in a thread of its own, or in this one. */

import type { Clock } from '../../../base/clock.ts';
import { nextTurn } from '../../../base/clock.ts';
import { startHere, startInThread } from '../../../base/service-thread.ts';
import type { FileOps } from '../../../storage/files.ts';
import { assembleTextService } from './text-parts.ts';
import type { StartTextService } from './text-protocol.ts';
import type { TextSourceOptions } from './text-source.ts';

/** Texts are read and searched beside the main thread, which only sees ticket numbers. */
export function startTextWorker(options: TextSourceOptions): StartTextService {
  return startInThread({ name: 'text', module: './text-worker', here: import.meta.url, options });
}

/** For tools that search no text. */
export const startNoText: StartTextService = ({ onAnswer }) => ({
  post(request) {
    const { id } = request;
    if (request.kind === 'feed')
      void nextTurn().then(() => onAnswer({ kind: 'fed', id, unreadable: [] }));
    else
      void nextTurn().then(() =>
        onAnswer({ kind: 'found', id, numbers: [], scores: new Float32Array() }),
      );
  },
  close: async () => {},
});

/** For tools that live shortly, and for tests. */
export function startTextHere(
  parts: { readonly files: FileOps; readonly clock: Clock },
  options: TextSourceOptions,
): StartTextService {
  return startHere(assembleTextService(parts, options));
}
