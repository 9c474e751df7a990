/** Writes the envelopes of S/MIME (CMS, RFC 5652), in definite and indefinite lengths; signatures in them are none. */
import { deflateSync } from 'node:zlib';

export interface CmsForm {
  /** Bytes of each piece of a content sent in pieces, all lengths left open; one whole piece when absent. */
  readonly pieces?: number;
}

const oids = {
  data: '2a864886f70d010701',
  signed: '2a864886f70d010702',
  enveloped: '2a864886f70d010703',
  compressed: '2a864886f70d0109100109',
  zlib: '2a864886f70d0109100308',
};

export function signedData(content: Buffer | undefined, { pieces }: CmsForm = {}): Buffer {
  const wrap = wrapper(pieces);
  const inner = content === undefined ? [] : [wrap(0xa0, [octets(content, pieces)])];
  return wrap(0x30, [
    element(0x06, Buffer.from(oids.signed, 'hex')),
    wrap(0xa0, [
      wrap(0x30, [
        element(0x02, Buffer.from([1])),
        element(0x31, Buffer.alloc(0)),
        wrap(0x30, [element(0x06, Buffer.from(oids.data, 'hex')), ...inner]),
        element(0x31, Buffer.alloc(0)),
      ]),
    ]),
  ]);
}

export function compressedData(content: Buffer, { pieces }: CmsForm = {}): Buffer {
  const wrap = wrapper(pieces);
  return wrap(0x30, [
    element(0x06, Buffer.from(oids.compressed, 'hex')),
    wrap(0xa0, [
      wrap(0x30, [
        element(0x02, Buffer.from([0])),
        element(0x30, element(0x06, Buffer.from(oids.zlib, 'hex'))),
        wrap(0x30, [
          element(0x06, Buffer.from(oids.data, 'hex')),
          wrap(0xa0, [octets(deflateSync(content), pieces)]),
        ]),
      ]),
    ]),
  ]);
}

export function envelopedData(): Buffer {
  return element(
    0x30,
    Buffer.concat([
      element(0x06, Buffer.from(oids.enveloped, 'hex')),
      element(0xa0, element(0x30, element(0x02, Buffer.from([0])))),
    ]),
  );
}

function wrapper(pieces: number | undefined) {
  return (tag: number, parts: readonly Buffer[]) =>
    pieces === undefined
      ? element(tag, Buffer.concat(parts))
      : Buffer.concat([Buffer.from([tag, 0x80]), ...parts, Buffer.alloc(2)]);
}

function octets(content: Buffer, pieces: number | undefined): Buffer {
  if (pieces === undefined) return element(0x04, content);
  const parts: Buffer[] = [];
  for (let at = 0; at < content.length; at += pieces)
    parts.push(element(0x04, content.subarray(at, at + pieces)));
  return Buffer.concat([Buffer.from([0x24, 0x80]), ...parts, Buffer.alloc(2)]);
}

export function element(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(length, 0);
  return Buffer.concat([Buffer.from([tag, 0x84]), size, content]);
}
