/** What the thread of the mail reader does: reads a mail, and hands its files over without a copy where it can. */
import type { CreateService } from '../../base/service-thread.ts';
import { decodeMail } from '../codec.ts';
import type { ReadAnswer, ReadRequest } from './protocol.ts';

export function createReadingService(): CreateService<ReadRequest, ReadAnswer> {
  return ({ answer, crash }) =>
    ({ id, raw, returnPath }) => {
      decodeMail(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength), returnPath)
        .then(({ mail, contents }) => {
          const own = toOwn(contents);
          answer(
            { id, mail, contents: own },
            own.map(({ buffer }) => buffer),
          );
        })
        .catch(crash);
    };
}

/** Each in memory of its own: a part that was not encoded is a piece of the mail, and small ones share theirs. */
function toOwn(contents: readonly Buffer[]): readonly Uint8Array<ArrayBuffer>[] {
  const seen = new Set<ArrayBufferLike>();
  return contents.map((content) => {
    const { buffer, byteLength } = content;
    const isAlone =
      buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && !seen.has(buffer);
    seen.add(buffer);
    return isAlone ? new Uint8Array(buffer) : new Uint8Array(content);
  });
}
