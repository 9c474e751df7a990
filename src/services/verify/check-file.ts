/**
 * One message file, looked at by itself: is it as it was written, as far as it says so?
 *
 * Promises: memory does not grow with the file; any bytes give an answer. Seal, size in the name and received mail are
 * three witnesses; where one speaks against the file, the place is as narrow as the others allow.
 * Leaves to others: what other files say of it (core/ticket/history.ts).
 */
import { createHash, type Hash } from 'node:crypto';
import { invariant } from '../../base/fault.ts';
import {
  type Digest,
  type MessageName,
  parseDigest,
  parseParameters,
  type TicketEvent,
} from '../../core/ticket/event.ts';
import { mostBlockBytes } from '../../storage/block.ts';
import type { FileOps } from '../../storage/files.ts';
import { decodeBlock } from '../../storage/message-file.ts';
import { readSeal, type SealCheck } from '../../storage/seal.ts';
import { checkBlock } from './check-block.ts';
import type { FileFinding, Place } from './finding.ts';

export interface FileCheck {
  /** Without what its mail says. */
  readonly event: TicketEvent;
  readonly seal: SealCheck;
  /** Where it was changed; undefined when nothing speaks against it. */
  readonly altered: Place | undefined;
  readonly findings: readonly FileFinding[];
}

const chunkBytes = 512 * 1024;

export async function checkFile(
  files: Pick<FileOps, 'readPart' | 'stat'>,
  path: string,
  name: MessageName,
  accountOf: (owner: number) => string,
): Promise<FileCheck | undefined> {
  const stat = await files.stat(path);
  if (stat === undefined) return undefined;
  const { size } = stat;
  const head =
    size === 0 ? Buffer.alloc(0) : await files.readPart(path, 0, Math.min(size, chunkBytes));
  const seal = readSeal(head);
  const block = checkBlock(name, head.subarray(0, mostBlockBytes + 4096));
  const rawBytes = rawLength(block.raw);
  const start = rawBytes === undefined ? undefined : size - rawBytes;
  const sums = await sumUp(files, path, { size, head }, [
    0,
    seal.kind === 'seal' ? seal.end : 0,
    start === undefined || start < 0 ? size : start,
  ]);
  const [whole = '', rest = '', tail = ''] = sums;
  const digest = toDigest(whole);
  const sealCheck: SealCheck =
    seal.kind !== 'seal' ? seal.kind : rest === seal.digest ? 'whole' : 'broken';
  const isReceivedWhole = block.raw === undefined ? undefined : tail === rawDigest(block.raw);
  const event = await decodeBlock(name, head, {
    digest,
    origin: async () => ({ modified: stat.modified, account: accountOf(stat.owner) }),
  });
  const altered = findPlace({
    size,
    named: namedSize(name),
    seal: sealCheck,
    sealEnd: seal.kind === 'seal' ? seal.end : Math.max(0, head.indexOf(0x0a) + 1),
    isSealLine: seal.kind === 'broken',
    rawBytes,
    isReceivedWhole,
    isDraft: event.kind === 'draft',
  });
  return { event, seal: sealCheck, altered, findings: block.findings };
}

interface Evidence {
  readonly size: number;
  readonly named: number | undefined;
  readonly seal: SealCheck;
  readonly sealEnd: number;
  /** The line of the seal itself is spoilt. */
  readonly isSealLine: boolean;
  readonly rawBytes: number | undefined;
  /** Undefined without a received mail. */
  readonly isReceivedWhole: boolean | undefined;
  readonly isDraft: boolean;
}

function findPlace(evidence: Evidence): Place | undefined {
  const { size, named, seal, sealEnd, rawBytes, isReceivedWhole } = evidence;
  // A draft may be written in place by a mail program.
  if (evidence.isDraft) return undefined;
  const isSized = named === undefined || named === size;
  const isReceived = isReceivedWhole !== false;
  if (isSized && isReceived && seal !== 'broken') return undefined;
  if (evidence.isSealLine) return { part: 'seal', from: 0, to: sealEnd };
  const mailStart = rawBytes === undefined ? undefined : Math.max(0, (named ?? size) - rawBytes);
  if (!isReceived) return { part: 'mail', from: mailStart ?? 0, to: size };
  if (mailStart !== undefined)
    return { part: 'block', from: seal === 'none' ? 0 : sealEnd, to: size - (rawBytes ?? 0) };
  return { part: 'file', from: seal === 'none' ? 0 : sealEnd, to: size };
}

/** SHA-256 in hexadecimal from each of the positions to the end. */
async function sumUp(
  files: Pick<FileOps, 'readPart'>,
  path: string,
  { size, head }: { readonly size: number; readonly head: Buffer },
  positions: readonly number[],
): Promise<readonly string[]> {
  const hashes = positions.map((from): { readonly from: number; readonly hash: Hash } => ({
    from,
    hash: createHash('sha256'),
  }));
  let at = 0;
  let chunk = head;
  while (chunk.length > 0) {
    for (const { from, hash } of hashes) {
      if (from < at + chunk.length) hash.update(chunk.subarray(Math.max(0, from - at)));
    }
    at += chunk.length;
    if (at >= size) break;
    chunk = await files.readPart(path, at, Math.min(chunkBytes, size - at));
  }
  return hashes.map(({ hash }) => hash.digest('hex'));
}

/** A Maildir name may carry the exact size of its file: `…,S=763`. */
function namedSize(name: MessageName): number | undefined {
  const size = /,S=([0-9]{1,15})(?![0-9])/.exec(name)?.[1];
  return size === undefined ? undefined : Number(size);
}

function rawLength(raw: string | undefined): number | undefined {
  if (raw === undefined) return undefined;
  const count = Number(parseParameters(raw).get('bytes') ?? Number.NaN);
  return Number.isInteger(count) && count >= 0 ? count : undefined;
}

function rawDigest(raw: string): string | undefined {
  return parseParameters(raw).get('sha256')?.toLowerCase();
}

function toDigest(hex: string): Digest {
  const digest = parseDigest(`sha256:${hex}`);
  invariant(digest !== undefined, 'A SHA-256 is 64 hexadecimal digits');
  return digest;
}
