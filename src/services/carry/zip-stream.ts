/**
 * A zip file that is made while it is read.
 *
 * Owns: fflate's writer. Promises: of the files one at a time is held; names are UTF-8 and say so; whoever stops reading
 * stops the making. Without zip64: at most `mostZipFiles` files and `mostZipBytes` in all, which the caller minds.
 */
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { type Instant, nextTurn } from '../../base/clock.ts';

export const mostZipFiles = 60_000;
export const mostZipBytes = 3_900_000_000;

export interface ZipPart {
  readonly name: string;
  readonly bytes: Buffer;
  readonly modified: Instant;
  /** It is put in as it is. */
  readonly isPacked?: boolean;
}

const pieceBytes = 256 * 1024;
/** `-rw-r--r--`, as Unix has it in a zip. */
const ordinaryFile = (0o100644 << 16) >>> 0;
/** The form has no dates before 1980 and after 2107; a day off each end for zones. */
const [oldest, newest] = [315_619_200_000, 4_354_819_200_000];

export async function* zipOf(parts: AsyncIterable<ZipPart>): AsyncGenerator<Buffer, void, void> {
  const made: Buffer[] = [];
  let failure: unknown;
  const zip = new Zip((error, chunk) => {
    if (error !== null) failure = error;
    else made.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  });
  const take = (): readonly Buffer[] => {
    if (failure !== undefined) throw failure;
    return made.splice(0);
  };
  for await (const { name, bytes, modified, isPacked } of parts) {
    const file = isPacked === true ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
    // Made on Unix: else programs there take names for those of DOS.
    file.os = 3;
    file.attrs = ordinaryFile;
    file.mtime = Math.min(newest, Math.max(oldest, modified));
    zip.add(file);
    for (let at = 0; at < bytes.length || at === 0; at += pieceBytes) {
      const end = at + pieceBytes;
      file.push(bytes.subarray(at, end), end >= bytes.length);
      yield* take();
      // Packing is work: others get their turn.
      await nextTurn();
    }
  }
  zip.end();
  yield* take();
}
