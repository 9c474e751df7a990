/**
 * One question and its answer over TCP or a Unix socket.
 *
 * Promises: at most `mostBytes` of the answer are kept; the socket is gone when the promise settles, also
 * after an abort. A peer that answers and closes before it has read everything has answered.
 * Leaves to others: what the bytes mean, how long to wait.
 */
import { connect, type Socket } from 'node:net';
import type { SocketAddress } from '../../../config/scanning.ts';

export interface Question {
  readonly at: SocketAddress;
  /** Written one after the other. */
  readonly parts: readonly Uint8Array[];
  /** Closes our side behind the question, for protocols that read to the end. */
  readonly endsBehind: boolean;
  readonly mostBytes: number;
}

/** All that came until the peer closed. */
export function exchange(
  { at, parts, endsBehind, mostBytes }: Question,
  signal: AbortSignal,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Error('The question was given up'));
    const socket = open(at);
    const chunks: Buffer[] = [];
    let bytes = 0;

    const settle = (end: () => void) => {
      signal.removeEventListener('abort', abort);
      socket.destroy();
      end();
    };
    const abort = () => settle(() => reject(new Error('The question was given up')));
    const finish = () => settle(() => resolve(Buffer.concat(chunks, bytes)));
    signal.addEventListener('abort', abort, { once: true });

    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) return settle(() => reject(new Error('The answer is too long')));
      chunks.push(chunk);
    });
    socket.once('end', finish);
    socket.once('close', finish);
    // Writing fails when the peer closed early, which it does behind an answer such as "too large".
    socket.on('error', (error) => (bytes > 0 ? finish() : settle(() => reject(error))));
    writeAll(socket, parts, () => {
      if (endsBehind) socket.end();
    });
  });
}

/** Waits for room between the parts, so that an answer in the middle of a long question is seen in time. */
function writeAll(socket: Socket, parts: readonly Uint8Array[], done: () => void): void {
  let next = 0;
  const goOn = () => {
    while (next < parts.length) {
      const hasRoom = socket.write(parts[next] ?? '');
      next += 1;
      if (!hasRoom) {
        socket.once('drain', goOn);
        return;
      }
    }
    done();
  };
  goOn();
}

function open(at: SocketAddress): Socket {
  return at.kind === 'unix'
    ? connect({ path: at.path })
    : connect({ host: at.host, port: at.port });
}
