/**
 * Mail over SMTP to the smarthost.
 *
 * Owns: sending with nodemailer, its pool and its errors. Promises: the envelope is exactly what it was
 * given, the mail goes out with CRLF line ends, signed where a key is set, and otherwise unchanged; the answer says for each recipient
 * what the smarthost said, or a `Fault` says that there was no conversation to speak of.
 * Leaves to others: what a reply means, and when to try again (core/delivery, sender.ts).
 *
 * TLS: STARTTLS is used whenever it is offered. Without a password that is opportunistic (RFC 7435): any
 * certificate is better than none. Where a password would be sent, and with `smtps:`, the certificate must
 * be right, and without TLS nothing is sent; the loopback interface is exempt from both.
 */
import { domainToASCII } from 'node:url';
import nodemailer from 'nodemailer';
import type { Duration } from '../../base/clock.ts';
import { errorText, Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { RejectedRecipient, SendOutcome } from '../../core/delivery/delivery.ts';
import type { SmtpFailureFacts } from '../../core/delivery/smtp-failure.ts';
import { domainOf, isAddress, localPartOf } from '../../core/message/address.ts';
import type { SignMail } from './dkim.ts';

export interface MailToSend {
  /** Reverse-path; empty for `<>`. */
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly mail: Buffer;
}

export interface Transport {
  /** Rejects with `smtp-unreachable` when the smarthost could not be talked to, or the signal aborted. */
  send(mail: MailToSend, signal?: AbortSignal): Promise<SendOutcome>;
  /** Drops every connection, also those in use. */
  close(): void;
}

export interface TransportOptions {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. */
  readonly secure: boolean;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Name in EHLO. */
  readonly hostName: string;
  readonly connections: number;
  /** For connection and greeting. */
  readonly connectTimeoutMs?: Duration;
  /** RFC 5321 section 4.5.3.2.6 asks for ten minutes after the final dot. */
  readonly replyTimeoutMs?: Duration;
}

export interface TransportDeps {
  readonly log: Log;
  /** Absent for mail that goes out as it is. */
  readonly sign?: SignMail;
  /** Hears of each failure, and each mail that no recipient got, in the library's own terms. */
  readonly failed?: (facts: SmtpFailureFacts) => void;
}

export function createTransport(
  { log, sign = async (mail) => mail, failed = () => {} }: TransportDeps,
  options: TransportOptions,
): Transport {
  const pool = nodemailer.createTransport({
    pool: true,
    host: options.host,
    port: options.port,
    secure: options.secure,
    name: options.hostName,
    maxConnections: options.connections,
    // One new connection when a kept one had been closed by the other side; more is the sender's affair.
    maxRequeues: 1,
    connectionTimeout: options.connectTimeoutMs ?? 30_000,
    greetingTimeout: options.connectTimeoutMs ?? 60_000,
    socketTimeout: options.replyTimeoutMs ?? 600_000,
    ...(options.user === undefined
      ? {}
      : { auth: { user: options.user, pass: options.password ?? '' } }),
    ...tlsOptions(options),
  });
  pool.on('error', (error) => log.debug('transport.failed', { error: errorText(error) }));

  async function send(
    { sender, recipients, mail }: MailToSend,
    signal?: AbortSignal,
  ): Promise<SendOutcome> {
    if (sender !== '' && !isAddress(sender))
      return rejectAll(recipients, 553, 'The sender is no mail address');
    const plausible = recipients.filter(isAddress);
    const odd = recipients.filter((recipient) => !isAddress(recipient));
    const outcome = plausible.length === 0 ? noOutcome : await sendTo(plausible);
    const rejected = [
      ...outcome.rejected,
      ...rejectAll(odd, 553, 'This is no mail address').rejected,
    ];
    return { ...outcome, rejected };

    async function sendTo(addresses: readonly string[]): Promise<SendOutcome> {
      const text = withCrLf(mail.toString('latin1'));
      const raw = await sign(Buffer.from(text, 'latin1'));
      const use8BitMime = /[\x80-\xff]/.test(text);
      try {
        const sent = await pool.sendMail({
          envelope: { from: sender, to: [...addresses], size: raw.length, use8BitMime },
          raw,
          disableFileAccess: true,
          disableUrlAccess: true,
          ...(signal === undefined ? {} : { signal }),
        });
        return readReplies(addresses, sent.accepted, sent.rejectedErrors ?? [], sent.response);
      } catch (error) {
        failed(readError(error));
        return readFailure(error, addresses);
      }
    }
  }

  return { send, close: () => pool.close({ force: true }) };
}

const noOutcome: SendOutcome = { accepted: [], rejected: [], reply: '' };

function tlsOptions({ host, secure, user }: TransportOptions) {
  const isLoopback = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
  const needsTrust = !isLoopback && (secure || user !== undefined);
  return {
    requireTLS: needsTrust && !secure,
    opportunisticTLS: !needsTrust,
    tls: { rejectUnauthorized: needsTrust },
  };
}

/** Bare LF and bare CR become CRLF: RFC 5321 section 2.3.8 allows nothing else on the wire. */
function withCrLf(text: string): string {
  return text.replace(/\r\n|\r|\n/g, '\r\n');
}

/** Nodemailer's errors carry these; only what is checked here is believed. */
interface SmtpError extends SmtpFailureFacts {
  readonly recipient: string | undefined;
  readonly rejectedErrors: readonly unknown[];
}

function readError(error: unknown): SmtpError {
  const field = (name: string): unknown =>
    typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  const text = (name: string) => {
    const value = field(name);
    return typeof value === 'string' ? value : undefined;
  };
  const responseCode = field('responseCode');
  const rejectedErrors = field('rejectedErrors');
  return {
    code: text('code'),
    originalCode: text('originalCode'),
    command: text('command'),
    responseCode: typeof responseCode === 'number' ? responseCode : undefined,
    response: text('response'),
    recipient: text('recipient'),
    rejectedErrors: Array.isArray(rejectedErrors) ? rejectedErrors : [],
  };
}

/**
 * What the smarthost said about this mail is an outcome. Everything about the connection (refused, dropped,
 * timed out, TLS, login, 421) is not the mail's fault and would meet the next mail as well.
 */
function readFailure(error: unknown, recipients: readonly string[]): SendOutcome {
  const { code, responseCode, response, rejectedErrors } = readError(error);
  if ((code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode !== 421) {
    if (rejectedErrors.length > 0)
      return readReplies(recipients, [], rejectedErrors, response ?? '');
    if (responseCode !== undefined)
      return rejectAll(recipients, responseCode, withoutCode(response ?? ''));
    // Refused before a byte went out: larger than the SIZE that the smarthost announces.
    if (code === 'EMESSAGE')
      return rejectAll(recipients, 552, '5.3.4 The mail is larger than the smarthost allows');
  }
  throw new Fault('smtp-unreachable', {
    retry: 'later',
    detail: `Cannot send over the smarthost: ${errorText(error)}`,
    cause: error,
  });
}

function readReplies(
  recipients: readonly string[],
  accepted: readonly string[],
  errors: readonly unknown[],
  reply: string,
): SendOutcome {
  const taken = new Set(accepted.map(wireForm));
  const refusals = new Map(
    errors.map(readError).map((error) => [wireForm(error.recipient ?? ''), error]),
  );
  const rejected = recipients
    .filter((recipient) => !taken.has(wireForm(recipient)))
    .map((recipient): RejectedRecipient => {
      const refusal = refusals.get(wireForm(recipient));
      const text = withoutCode(refusal?.response ?? '');
      return {
        recipient,
        code: refusal?.responseCode ?? 451,
        text: text === '' ? 'No reply for this recipient' : text,
      };
    });
  return {
    accepted: recipients.filter((recipient) => taken.has(wireForm(recipient))),
    rejected,
    reply,
  };
}

/** Nodemailer writes domains in ASCII or in Unicode as the conversation asks for. */
function wireForm(address: string): string {
  return `${localPartOf(address)}@${domainToASCII(domainOf(address)) || domainOf(address)}`;
}

function rejectAll(recipients: readonly string[], code: number, text: string): SendOutcome {
  return {
    accepted: [],
    rejected: recipients.map((recipient) => ({ recipient, code, text })),
    reply: `${code} ${text}`,
  };
}

function withoutCode(response: string): string {
  return response.replace(/^\d{3}[ -]/gm, '').trim();
}
