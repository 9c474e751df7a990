/**
 * A program that listens like a scanner and answers what the test says.
 *
 * Promises: it reads a question until it is whole for its protocol, answers, closes; `questions` holds what
 * was asked.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { SocketAddress } from '../../src/config/scanning.ts';

export interface ScannerDouble {
  readonly at: SocketAddress;
  readonly questions: Buffer[];
  /** Undefined: never answers. */
  answer: (question: Buffer) => string | Buffer | undefined;
  close(): Promise<void>;
}

export type Protocol = 'spamd' | 'clamd' | 'http';

export async function startScannerDouble(
  protocol: Protocol,
  answer: ScannerDouble['answer'],
  directory?: string,
): Promise<ScannerDouble> {
  const sockets = new Set<Socket>();
  const questions: Buffer[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    let question = Buffer.alloc(0);
    let isAnswered = false;
    const reply = () => {
      if (isAnswered) return;
      isAnswered = true;
      questions.push(question);
      const said = double.answer(question);
      if (said !== undefined) socket.end(said);
    };
    socket.on('data', (chunk: Buffer) => {
      question = Buffer.concat([question, chunk]);
      if (isWhole(protocol, question)) reply();
    });
    socket.on('end', () => (isAnswered ? undefined : reply()));
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  const at = await listen(server, directory);
  const double: ScannerDouble = {
    at,
    questions,
    answer,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  return double;
}

/** The setting that names the double. */
export function addressOf(protocol: 'spamd' | 'rspamd' | 'clamd', { at }: ScannerDouble): string {
  return `${protocol}://${at.kind === 'unix' ? at.path : `${at.host}:${at.port}`}`;
}

export const spamdSays = (isSpam: boolean, score: number) =>
  `SPAMD/1.1 0 EX_OK\r\nContent-length: 9\r\nSpam: ${isSpam ? 'True' : 'False'} ; ${score} / 5.0\r\n\r\nGTUBE,ODD`;

export const clamdSays = (text: string) => `stream: ${text}\0`;

function isWhole(protocol: Protocol, question: Buffer): boolean {
  if (protocol === 'clamd') return question.subarray(-4).equals(Buffer.alloc(4));
  if (protocol === 'spamd') return false;
  const text = question.toString('latin1');
  const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
  const end = text.indexOf('\r\n\r\n');
  return end >= 0 && question.length >= end + 4 + length;
}

function listen(server: Server, directory: string | undefined): Promise<SocketAddress> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    if (directory !== undefined) {
      const path = join(directory, 'scanner.sock');
      server.listen(path, () => resolve({ kind: 'unix', path }));
      return;
    }
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      resolve({ kind: 'tcp', host: '127.0.0.1', port });
    });
  });
}
