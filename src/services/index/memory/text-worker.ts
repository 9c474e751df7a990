/**
 * The thread of the text index: what runs first in it, as main.ts does in the process.
 *
 * Owns: the worker's end of the channel. A failure ends the thread; who started it starts another.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '../../../base/fault.ts';
import { nodeFiles } from '../../../storage/files.ts';
import type { TextRequest } from './text-protocol.ts';
import { createTextService } from './text-service.ts';
import { createTextSource, type TextSourceOptions } from './text-source.ts';

invariant(parentPort !== null, 'The text index runs in a worker thread');
const port = parentPort;
const options: TextSourceOptions = workerData;

const take = createTextService({
  source: createTextSource(nodeFiles, options),
  answer: (answer) => port.postMessage(answer),
  crash: (cause) => {
    throw cause;
  },
});

port.on('message', (request: TextRequest) => take(request));
