/** The bytes that a part holds, without header and transfer encoding: what is shown, kept and compared. */
import type { Part } from './part-tree.ts';
import { decodeTransfer } from './transfer.ts';

export function bodyOf({ source, bodyStart, bodyEnd }: Part): Buffer {
  return source.subarray(bodyStart, bodyEnd);
}

/** Of what lies too deep to be read the whole part, with its header: it is opened like a mail. */
export function contentOf(part: Part, body = bodyOf(part)): Buffer {
  return part.isTooDeep
    ? part.source.subarray(part.start, part.bodyEnd)
    : decodeTransfer(body, part.encoding);
}
