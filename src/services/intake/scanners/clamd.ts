/**
 * ClamAV over the protocol of clamd: INSTREAM.
 *
 * Promises: see scanner.ts. A mail above clamd's StreamMaxLength is one that it cannot check.
 */
import type { SocketAddress } from '../../../config/scanning.ts';
import { exchange, type Question } from './exchange.ts';
import {
  replyLine,
  scannerDown,
  scannerUnable,
  type VirusReport,
  type VirusScanner,
} from './scanner.ts';

const program = 'clamd';
const mostReplyBytes = 8 * 1024;
const chunkBytes = 256 * 1024;

export function createClamd(at: SocketAddress): VirusScanner {
  return {
    program,
    async scan({ raw }, signal) {
      // Replies of commands that begin with z end with a NUL; then clamd closes.
      const parts = [Buffer.from('zINSTREAM\0', 'latin1'), ...toChunks(raw)];
      const question = { at, parts, endsBehind: false, mostBytes: mostReplyBytes };
      const reply = parseClamdReply(await askOrExplain(at, question, signal));
      switch (reply.kind) {
        case 'clean':
        case 'found':
          return reply;
        case 'unable':
          throw scannerUnable(program, reply.text);
        case 'broken':
          throw scannerDown(program, `its reply is "${reply.text}"`);
      }
    },
  };
}

/**
 * clamd answers a mail above its StreamMaxLength in the middle and closes. Where that answer is lost with the connection,
 * it is still there for others; where it is not, it is down.
 */
async function askOrExplain(
  at: SocketAddress,
  question: Question,
  signal: AbortSignal,
): Promise<Buffer> {
  try {
    return await exchange(question, signal);
  } catch (error) {
    if (!isBrokenOff(error) || !(await isThere(at, signal))) throw error;
    throw scannerUnable(program, 'it closed the connection before the end of the mail');
  }
}

function isBrokenOff(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(EPIPE|ECONNRESET)$/.test(`${error.code}`);
}

async function isThere(at: SocketAddress, signal: AbortSignal): Promise<boolean> {
  const parts = [Buffer.from('zPING\0', 'latin1')];
  const ping = { at, parts, endsBehind: false, mostBytes: mostReplyBytes };
  try {
    return (await exchange(ping, signal)).toString('latin1').startsWith('PONG');
  } catch {
    // Then it is down, as the first failure says.
    return false;
  }
}

/** Each chunk behind its length in four bytes; one of no length ends the stream. */
function toChunks(raw: Buffer): readonly Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < raw.length; at += chunkBytes) {
    const chunk = raw.subarray(at, at + chunkBytes);
    parts.push(lengthOf(chunk), chunk);
  }
  return [...parts, Buffer.alloc(4)];
}

function lengthOf(chunk: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(chunk.length);
  return length;
}

export type ClamdReply =
  | VirusReport
  | { readonly kind: 'unable' | 'broken'; readonly text: string };

/** Total: any bytes are one of the four. */
export function parseClamdReply(bytes: Buffer): ClamdReply {
  const text = replyLine(bytes.toString('latin1').split('\0', 1)[0] ?? '');
  if (/^stream: OK$/.test(text)) return { kind: 'clean' };
  const found = /^stream: (.+) FOUND$/.exec(text);
  if (found !== null) return { kind: 'found', name: found[1] ?? '' };
  return { kind: /size limit exceeded/i.test(text) ? 'unable' : 'broken', text };
}
