/**
 * The SMTP or LMTP listener.
 *
 * Owns: smtp-server. Promises: what the client hears is in replies.ts, as far as the library does not
 * answer by itself (syntax, order of commands, the size a client declares in MAIL); no more than
 * `maxConnections` clients; one that stays silent for `idleTimeoutMs` is dropped, also within its data.
 * Leaves to others: recipients and mails (session.ts).
 *
 * Smuggling (two servers that disagree where a mail ends): the library ends a mail at CRLF . CRLF alone; a
 * dot between bare line feeds or bare carriage returns is text of the mail. Of a line that begins with two
 * dots, after CRLF or after a bare line feed, it takes out the first one; all other bytes stay as they came.
 */
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { type Duration, minute, second } from '../../base/clock.ts';
import { errorText, Fault } from '../../base/fault.ts';
import { type Reply, replies, replyText } from './replies.ts';
import { createSmtpSession, type SmtpSession, type SmtpSessionDeps } from './session.ts';

export interface ListeningAddress {
  readonly host: string;
  readonly port: number;
}

export interface SmtpListener {
  /** Fails with `config-invalid` when the endpoint cannot be had. */
  listen(): Promise<ListeningAddress>;
  /** Takes no more clients, lets mails that are being received end, for at most ten seconds. */
  close(): Promise<void>;
}

export interface SmtpListenerOptions {
  /** Port 0 lets the system choose. */
  readonly endpoint: ListeningAddress;
  readonly lmtp: boolean;
  /** In the greeting. */
  readonly hostName: string;
  /** PEM texts; STARTTLS is offered with them only. */
  readonly tls: { readonly key: string; readonly cert: string } | undefined;
  readonly maxMessageBytes: number;
  readonly maxRecipients: number;
  readonly maxConnections: number;
  readonly idleTimeoutMs: Duration;
}

const longestClose = 10 * second;

export function createSmtpListener(
  deps: SmtpSessionDeps,
  options: SmtpListenerOptions,
): SmtpListener {
  const { lmtp, maxMessageBytes, maxRecipients, idleTimeoutMs } = options;
  const dataTimeoutMs = Math.max(10 * idleTimeoutMs, 10 * minute);
  const sessions = new Map<string, SmtpSession>();
  /** Sessions between DATA and its answer. */
  const receiving = new Set<string>();
  /** Recipients accepted in the mail under way, repetitions included, by session. */
  const named = new Map<string, number>();
  let isClosing = false;

  const server = new SMTPServer({
    name: options.hostName,
    lmtp,
    size: maxMessageBytes,
    maxClients: options.maxConnections,
    socketTimeout: idleTimeoutMs,
    closeTimeout: longestClose,
    disableReverseLookup: true,
    // Addresses of real senders break the rules; recipients are checked against our own in any case.
    lenientAddressParsing: true,
    logger: false,
    disabledCommands: [
      'AUTH',
      'WIZ',
      'SHELL',
      'KILL',
      ...(options.tls === undefined ? ['STARTTLS'] : []),
    ],
    ...(options.tls === undefined ? {} : { key: options.tls.key, cert: options.tls.cert }),

    onConnect(session, callback) {
      sessionOf(session);
      callback();
    },
    onMailFrom(_address, session, callback) {
      named.set(session.id, 0);
      callback();
    },
    onRcptTo({ address }, session, callback) {
      const accepted = session.envelope.rcptTo.map((recipient) => recipient.address);
      const refusal = sessionOf(session).refuseRecipient(address, accepted);
      if (refusal === undefined) named.set(session.id, (named.get(session.id) ?? 0) + 1);
      callback(refusal === undefined ? null : toError(refusal));
    },
    onData(data, session, callback) {
      receiving.add(session.id);
      void receive(data, session).then((reply) => {
        receiving.delete(session.id);
        // Nobody is left to be answered.
        if (reply === undefined) return;
        if (lmtp) sayForEach(reply, named.get(session.id) ?? 1, callback);
        else if (reply.code === 250) callback(null, replyText(reply));
        else callback(toError(reply));
        if (isClosing) dismiss(session.id);
      });
    },
    onClose(session) {
      sessions.delete(session.id);
      named.delete(session.id);
    },
  });
  server.on('error', (error) =>
    deps.log.debug('smtp.connection-failed', { error: errorText(error) }),
  );

  function sessionOf({ id, remoteAddress }: SMTPServerSession): SmtpSession {
    let session = sessions.get(id);
    if (session === undefined) {
      const log = deps.log.child({ session: id });
      log.debug('smtp.connected', { client: remoteAddress });
      session = createSmtpSession(
        { ...deps, log },
        { lmtp, maxMessageBytes, maxRecipients, dataTimeoutMs },
      );
      sessions.set(id, session);
    }
    return session;
  }

  function receive(
    data: SMTPServerDataStream,
    session: SMTPServerSession,
  ): Promise<Reply | undefined> {
    const { mailFrom, rcptTo } = session.envelope;
    return sessionOf(session).receive(data, {
      sender: mailFrom === false ? '' : mailFrom.address,
      recipients: rcptTo.map(({ address }) => address),
      client: describeClient(session),
      ...(lmtp ? {} : { origin: { ip: session.remoteAddress, helo: claimedName(session) } }),
    });
  }

  function dismiss(id: string): void {
    for (const connection of server.connections) {
      if (connection.id === id) connection.send(replies.closing.code, replyText(replies.closing));
    }
  }

  return {
    listen() {
      const { host, port } = options.endpoint;
      return new Promise((resolve, reject) => {
        const fail = (error: Error) => {
          const detail = `Cannot listen on ${host}:${port} for ${lmtp ? 'LMTP' : 'SMTP'}: ${error.message}`;
          reject(new Fault('config-invalid', { retry: 'never', detail, cause: error }));
        };
        server.server.once('error', fail);
        server.listen(port, host, () => {
          server.server.off('error', fail);
          resolve(toListeningAddress(server.server.address(), options.endpoint));
        });
      });
    },
    close() {
      isClosing = true;
      return new Promise((resolve) => {
        server.close(() => resolve());
        for (const { id } of [...server.connections]) {
          if (!receiving.has(id)) dismiss(id);
        }
      });
    },
  };
}

/**
 * RFC 2033 section 4.2: one reply for each accepted RCPT, also when two name the same address. The library counts such
 * a pair once, and then the client would wait for a reply that never comes.
 */
function sayForEach(
  reply: Reply,
  count: number,
  callback: (error: null, replies: (string | Error)[]) => void,
): void {
  const one = reply.code === 250 ? replyText(reply) : toError(reply);
  callback(null, Array<string | Error>(count).fill(one));
}

/** The library takes the code from the error; the message is what the client reads. */
function toError(reply: Reply): Error {
  return Object.assign(new Error(replyText(reply)), { responseCode: reply.code });
}

/** `mail.example.org ([192.0.2.1])`; the name is what the client claims, cut down to what a name can be. */
function describeClient({ hostNameAppearsAs, remoteAddress }: SMTPServerSession): string {
  const claimed = claimedName({ hostNameAppearsAs });
  const address = remoteAddress.includes(':') ? `[IPv6:${remoteAddress}]` : `[${remoteAddress}]`;
  return `${claimed === '' ? 'unknown' : claimed} (${address})`;
}

function claimedName({ hostNameAppearsAs }: Pick<SMTPServerSession, 'hostNameAppearsAs'>): string {
  return String(hostNameAppearsAs)
    .replace(/[^A-Za-z0-9.:_[\]-]/g, '')
    .slice(0, 255);
}

function toListeningAddress(
  address: AddressInfo | string | null,
  asked: ListeningAddress,
): ListeningAddress {
  return address === null || typeof address === 'string'
    ? asked
    : { host: address.address, port: address.port };
}
