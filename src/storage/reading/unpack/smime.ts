/**
 * What lies inside of an opaque S/MIME part (CMS, RFC 5652 and 8551; compressed, RFC 3274).
 *
 * Promises: total and bounded in memory and time. Of what is cut off, the readable beginning is given. Nothing is verified and
 * nothing is decrypted: a signature is no more than noted.
 */
import { constants, inflateSync } from 'node:zlib';
import { type Element, octetsOf, readElement, readElements, tags } from './ber.ts';

export interface OpenedContent {
  /** A whole MIME entity, header and body. */
  readonly content: Buffer;
  readonly isBroken: boolean;
}

export type CmsKind = 'signed' | 'compressed' | 'encrypted';

const mostInflated = 50 * 1024 * 1024;

const kinds: ReadonlyMap<string, CmsKind> = new Map([
  ['2a864886f70d010702', 'signed'],
  ['2a864886f70d010703', 'encrypted'],
  ['2a864886f70d0109100117', 'encrypted'],
  ['2a864886f70d0109100109', 'compressed'],
]);

/** What an `application/pkcs7-mime` is by its bytes, whatever its `smime-type` says. */
export function kindOfCms(bytes: Buffer): CmsKind | undefined {
  return readEnvelope(toBinary(bytes))?.kind;
}

/** The content of signed or compressed data; undefined for encrypted data, for bare certificates and for rubbish. */
export function openSigned(bytes: Buffer): OpenedContent | undefined {
  const envelope = readEnvelope(toBinary(bytes));
  if (envelope === undefined || envelope.kind === 'encrypted') return undefined;
  // Version, algorithms, content: the same order in both kinds.
  const [, , inner] = readElements(envelope.body, 3);
  if (inner?.tag !== tags.sequence) return undefined;
  const [, wrapped] = readElements(inner.content, 2);
  if (wrapped?.tag !== tags.explicit) return undefined;
  const octets = readElement(wrapped.content);
  if (octets?.tag !== tags.octets) return undefined;
  const found = octetsOf(octets);
  const isBroken = envelope.isCut || found.isCut;
  if (envelope.kind === 'signed') return { content: found.bytes, isBroken };
  return inflate(found.bytes, isBroken);
}

interface Envelope {
  readonly kind: CmsKind;
  readonly body: Buffer;
  readonly isCut: boolean;
}

function readEnvelope(bytes: Buffer): Envelope | undefined {
  const outer = readElement(bytes);
  if (outer?.tag !== tags.sequence || !outer.isConstructed) return undefined;
  const [oid, wrapped] = readElements(outer.content, 2);
  const kind = oid?.tag === tags.oid ? kinds.get(oid.content.toString('hex')) : undefined;
  if (kind === undefined || wrapped?.tag !== tags.explicit) return undefined;
  const body: Element | undefined = readElement(wrapped.content);
  if (body?.tag !== tags.sequence) return undefined;
  return { kind, body: body.content, isCut: outer.isCut || wrapped.isCut || body.isCut };
}

/** Some gateways leave the base64 as it is, with or without the lines of PEM around it. */
function toBinary(bytes: Buffer): Buffer {
  if (bytes[0] === 0x30) return bytes;
  const head = bytes.toString('latin1', 0, 200).trimStart();
  if (!/^(?:-----BEGIN [A-Z0-9 ]+-----\s*)?MI[A-Za-z0-9+/\s]{20}/.test(head)) return bytes;
  const text = bytes.toString('latin1').replace(/-----(?:BEGIN|END) [A-Z0-9 ]+-----/g, '');
  return Buffer.from(text, 'base64');
}

function inflate(bytes: Buffer, isBroken: boolean): OpenedContent | undefined {
  try {
    return { content: inflateSync(bytes, { maxOutputLength: mostInflated }), isBroken };
  } catch {
    // What could be unpacked before the end is shown below.
  }
  try {
    const content = inflateSync(bytes, {
      maxOutputLength: mostInflated,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    return { content, isBroken: true };
  } catch {
    return undefined;
  }
}
