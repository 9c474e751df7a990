/**
 * rspamd over HTTP: `/checkv2` for a look, `/learnspam` and `/learnham` of its controller for learning.
 *
 * Owns: node:http as a client. Promises: see scanner.ts.
 */
import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import type { SocketAddress, SpamFilterAddress } from '../../../config/scanning.ts';
import {
  keepTests,
  type Learned,
  replyLine,
  type ScannedMail,
  type SpamFilter,
  type SpamReport,
  scannerDown,
  scannerUnable,
} from './scanner.ts';

const program = 'rspamd';
const mostReplyBytes = 1024 * 1024;

export function createRspamd({
  at,
  controller,
  password,
}: Extract<SpamFilterAddress, { program: 'rspamd' }>): SpamFilter {
  const secret: Readonly<Record<string, string>> =
    password === undefined ? {} : { Password: headerText(password) };

  return {
    program,
    async scan(mail, signal) {
      const headers = { ...secret, ...envelopeOf(mail) };
      const reply = await post({ at, path: '/checkv2', headers, body: mail.raw }, signal);
      if (reply.status !== 200) throw failure(reply);
      const report = parseRspamdReport(reply.body);
      if (report === undefined) throw scannerDown(program, 'its reply holds no verdict');
      return report;
    },
    async learn(mail, as, signal) {
      const path = as === 'spam' ? '/learnspam' : '/learnham';
      const reply = await post({ at: controller, path, headers: secret, body: mail.raw }, signal);
      const learned = toLearned(reply);
      if (learned === undefined) throw failure(reply);
      return learned;
    },
  };
}

function envelopeOf({ sender, recipients, origin }: ScannedMail): Readonly<Record<string, string>> {
  return {
    ...(sender === undefined ? {} : { From: headerText(sender) }),
    // One field for all: rspamd splits it, and Node joins repeated ones in the same way.
    ...(recipients.length === 0
      ? {}
      : { Rcpt: recipients.slice(0, 100).map(headerText).join(', ') }),
    ...(origin === undefined ? {} : { Ip: headerText(origin.ip), Helo: headerText(origin.helo) }),
  };
}

/** What may stand in a header field; the rest came from outside and is left out. */
function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, '').slice(0, 1000);
}

interface Post {
  readonly at: SocketAddress;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface Reply {
  readonly status: number;
  readonly body: Buffer;
}

function post({ at, path, headers, body }: Post, signal: AbortSignal): Promise<Reply> {
  const where: RequestOptions =
    at.kind === 'unix'
      ? { socketPath: at.path, host: 'localhost' }
      : { host: at.host, port: at.port };
  return new Promise((resolve, reject) => {
    const asked = request({
      ...where,
      method: 'POST',
      path,
      signal,
      agent: false,
      headers: { ...headers, 'Content-Length': body.length },
    });
    asked.once('response', (response) => {
      readReply(response).then(resolve, reject);
    });
    asked.once('error', reject);
    asked.end(body);
  });
}

async function readReply(response: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    const part: unknown = chunk;
    if (!Buffer.isBuffer(part)) continue;
    bytes += part.length;
    if (bytes > mostReplyBytes) {
      response.destroy();
      throw new Error('The answer is too long');
    }
    chunks.push(part);
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks, bytes) };
}

/** Actions that mean spam; greylisting and "soft reject" only ask for patience. */
const spamActions: readonly unknown[] = ['reject', 'add header', 'rewrite subject'];

/** Total; undefined when the bytes hold no verdict. */
export function parseRspamdReport(body: Buffer): SpamReport | undefined {
  const value = parseJson(body);
  if (value === undefined) return undefined;
  const { score, action, symbols } = value;
  if (typeof score !== 'number' || !Number.isFinite(score) || typeof action !== 'string')
    return undefined;
  return {
    isSpam: spamActions.includes(action),
    score,
    tests: keepTests(Object.keys(isTable(symbols) ? symbols : {})),
  };
}

type Table = Readonly<Record<string, unknown>>;

function parseJson(body: Buffer): Table | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isTable(value) ? value : undefined;
  } catch {
    // Not JSON: no verdict, which the caller reports.
    return undefined;
  }
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** 204 and 208: learned before, or not worth learning. */
function toLearned({ status, body }: Reply): Learned | undefined {
  if (status === 204 || status === 208) return 'known';
  return status === 200 && parseJson(body)?.success === true ? 'learned' : undefined;
}

function failure({ status, body }: Reply): Error {
  const said = parseJson(body)?.error;
  const reason = `${status} ${replyLine(typeof said === 'string' ? said : '')}`.trim();
  // 400, 413 and 422 are about the mail; a wrong password or a failing worker is not.
  const isAboutMail = status === 400 || status === 413 || status === 422;
  return isAboutMail ? scannerUnable(program, reason) : scannerDown(program, reason);
}
