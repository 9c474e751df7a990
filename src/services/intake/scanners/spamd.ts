/**
 * SpamAssassin over the protocol of spamd, version 1.5.
 *
 * Owns: SYMBOLS for a look and TELL for learning; spamd must run with `--allow-tell` for the latter.
 * Promises: see scanner.ts.
 */
import type { SocketAddress } from '../../../config/scanning.ts';
import { exchange } from './exchange.ts';
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

const program = 'spamd';
const mostReplyBytes = 256 * 1024;
/**
 * SpamAssassin's rules take minutes for some mails of many megabytes, and what tells spam from other mail
 * stands at the beginning; its own client leaves larger mails out altogether.
 */
const mostScannedBytes = 1024 * 1024;

export function createSpamd(at: SocketAddress): SpamFilter {
  function ask(
    command: string,
    headers: readonly string[],
    { trace, raw }: ScannedMail,
    signal: AbortSignal,
  ): Promise<Buffer> {
    const mail = raw.subarray(0, mostScannedBytes);
    const lines = [
      `${command} SPAMC/1.5`,
      ...headers,
      `Content-length: ${trace.length + mail.length}`,
    ];
    const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
    const parts = [head, trace, mail];
    return exchange({ at, parts, endsBehind: true, mostBytes: mostReplyBytes }, signal);
  }

  return {
    program,
    async scan(mail, signal) {
      const reply = parseSpamdReply(await ask('SYMBOLS', [], mail, signal));
      const report = reply.kind === 'ok' ? toSpamReport(reply) : undefined;
      if (report !== undefined) return report;
      throw failure(reply);
    },
    async learn(mail, as, signal) {
      const headers = [`Message-class: ${as}`, 'Set: local'];
      const reply = parseSpamdReply(await ask('TELL', headers, mail, signal));
      if (reply.kind === 'ok') return toLearned(reply);
      throw failure(reply);
    },
  };
}

export type SpamdReply =
  | {
      readonly kind: 'ok';
      /** Names in lower case. */
      readonly headers: ReadonlyMap<string, string>;
      readonly body: string;
    }
  | { readonly kind: 'refused'; readonly code: number; readonly text: string }
  | { readonly kind: 'broken'; readonly text: string };

/** Total: any bytes are one of the three. */
export function parseSpamdReply(bytes: Buffer): SpamdReply {
  const text = bytes.toString('latin1');
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const status = /^SPAMD\/\d{1,3}\.\d{1,3} (\d{1,3}) (.*)$/.exec(first);
  if (status === null) return { kind: 'broken', text: replyLine(first) };
  const code = Number(status[1]);
  if (code !== 0) return { kind: 'refused', code, text: replyLine(status[2] ?? '') };
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0)
      headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { kind: 'ok', headers, body: rest.join('\r\n\r\n') };
}

/** Undefined when the reply holds no verdict. */
export function toSpamReport({
  headers,
  body,
}: Pick<Extract<SpamdReply, { kind: 'ok' }>, 'headers' | 'body'>): SpamReport | undefined {
  const verdict = /^(true|yes|false|no) *; *(-?\d{1,9}(?:\.\d{1,9})?) *\//i.exec(
    headers.get('spam') ?? '',
  );
  if (verdict === null) return undefined;
  return {
    isSpam: /^(?:true|yes)$/i.test(verdict[1] ?? ''),
    score: Number(verdict[2]),
    tests: keepTests(body.split(/[\s,]+/)),
  };
}

/** Without `DidSet` the mail was learned in this class before. */
function toLearned({ headers }: Extract<SpamdReply, { kind: 'ok' }>): Learned {
  return headers.has('didset') ? 'learned' : 'known';
}

/** EX_DATAERR, EX_NOINPUT and EX_TOOBIG (98) are about the mail; everything else may be better later. */
const aboutTheMail: readonly number[] = [65, 66, 98];

function failure(reply: SpamdReply): Error {
  if (reply.kind === 'refused' && aboutTheMail.includes(reply.code)) {
    return scannerUnable(program, `${reply.code} ${reply.text}`);
  }
  if (reply.kind === 'refused') return scannerDown(program, `${reply.code} ${reply.text}`);
  return scannerDown(program, 'its reply is not of its protocol');
}
