/**
 * A real SMTP server that keeps what it is given, as the smarthost of a desk under test.
 *
 * Promises: it listens on a free port; a mail counts when its data was accepted; `waitFor` resolves with
 * that very mail and never polls. It can refuse, hang up or fall silent for some recipients or some time.
 * Leaves to others: limits of time (the test's own).
 */
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

export interface SunkMail {
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  /** The data as it came, CRLF and all. */
  readonly raw: Buffer;
  /** First value of each field by its lower-case name, unfolded, encoded words left as they are. */
  readonly headers: ReadonlyMap<string, string>;
  /** Decoded. */
  readonly subject: string;
  /** Decoded; empty when there is none. */
  readonly text: string;
  /** All that mailparser finds: HTML, attachments, addresses. */
  readonly parsed: ParsedMail;
}

/** A reply code such as 451 or 550; `disconnect` cuts the line; `hang` never answers. */
export type Answer = number | 'disconnect' | 'hang';

export interface AnswerRule {
  readonly at: 'sender' | 'recipient' | 'data';
  readonly answer: Answer;
  /** Of these recipients only; at `sender` of every mail. */
  readonly recipient?: string | RegExp;
  /** So often, then no more. */
  readonly times?: number;
}

export interface SmtpSink {
  readonly port: number;
  /** For the setting of a smarthost: `smtp://127.0.0.1:PORT`. */
  readonly url: string;
  /** Accepted mails, in order. */
  readonly mails: readonly SunkMail[];
  /** Connections so far. */
  connections(): number;
  /** The first `count` mails, as soon as there are so many. Rejects when the sink closes before. */
  waitFor(count: number): Promise<readonly SunkMail[]>;
  /** From now on; the returned function ends it. Of several rules that fit, the oldest counts. */
  answer(rule: AnswerRule): () => void;
  close(): Promise<void>;
}

interface Waiter {
  readonly count: number;
  readonly resolve: (mails: readonly SunkMail[]) => void;
  readonly reject: (error: Error) => void;
}

interface LiveRule extends AnswerRule {
  left: number;
}

type Reply = (error?: Error | null) => void;

/** `port` is for a sink that comes back where another was; a free one otherwise. */
export async function startSmtpSink({
  port = 0,
}: {
  readonly port?: number;
} = {}): Promise<SmtpSink> {
  const mails: SunkMail[] = [];
  const rules = new Set<LiveRule>();
  const waiters = new Set<Waiter>();
  const sockets = new Set<Socket>();
  let connections = 0;

  const server: SMTPServer = new SMTPServer({
    name: 'sink.example',
    logger: false,
    disableReverseLookup: true,
    lenientAddressParsing: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onMailFrom: (_, session, reply) => say(findAnswer('sender', []), session, reply),
    onRcptTo: ({ address }, session, reply) =>
      say(findAnswer('recipient', [address]), session, reply),
    async onData(stream, session, reply) {
      try {
        const raw = await buffer(stream);
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        const answer = findAnswer('data', recipients);
        if (answer === undefined) keep(await readMail(raw, session, recipients));
        say(answer, session, reply);
      } catch (error) {
        reply(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });

  function findAnswer(at: AnswerRule['at'], recipients: readonly string[]): Answer | undefined {
    const rule = [...rules].find((each) => each.at === at && concerns(each, recipients));
    if (rule === undefined) return undefined;
    rule.left -= 1;
    if (rule.left === 0) rules.delete(rule);
    return rule.answer;
  }

  function say(answer: Answer | undefined, session: SMTPServerSession, reply: Reply): void {
    if (answer === undefined) reply();
    else if (answer === 'disconnect') disconnect(session);
    else if (answer !== 'hang') reply(toRefusal(answer));
  }

  function disconnect({ id }: SMTPServerSession): void {
    for (const connection of server.connections) if (connection.id === id) connection.close();
  }

  function keep(mail: SunkMail): void {
    mails.push(mail);
    for (const waiter of waiters) {
      if (mails.length < waiter.count) continue;
      waiters.delete(waiter);
      waiter.resolve(mails.slice(0, waiter.count));
    }
  }

  // A client that goes away in the middle of a mail is what some tests are about.
  server.on('error', () => {});
  server.server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const chosen = portOf(server);

  return {
    port: chosen,
    url: `smtp://127.0.0.1:${chosen}`,
    mails,
    connections: () => connections,
    waitFor: (count) =>
      new Promise((resolve, reject) => {
        if (mails.length >= count) resolve(mails.slice(0, count));
        else waiters.add({ count, resolve, reject });
      }),
    answer(rule) {
      const live = { ...rule, left: rule.times ?? Number.POSITIVE_INFINITY };
      rules.add(live);
      return () => void rules.delete(live);
    },
    async close() {
      for (const { count, reject } of waiters) {
        reject(new Error(`The sink closed with ${mails.length} of ${count} mails`));
      }
      waiters.clear();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function concerns({ at, recipient }: AnswerRule, recipients: readonly string[]): boolean {
  if (recipient === undefined || at === 'sender') return true;
  return recipients.some((address) =>
    typeof recipient === 'string' ? address === recipient : recipient.test(address),
  );
}

async function readMail(
  raw: Buffer,
  session: SMTPServerSession,
  to: readonly string[],
): Promise<SunkMail> {
  const parsed = await simpleParser(raw);
  const { mailFrom } = session.envelope;
  return {
    envelope: { from: mailFrom === false ? '' : mailFrom.address, to },
    raw,
    headers: toHeaders(parsed),
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    parsed,
  };
}

function toHeaders({ headerLines }: ParsedMail): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const { key, line } of headerLines) {
    const value = line.slice(line.indexOf(':') + 1).replace(/\r?\n(?=[ \t])/g, '');
    if (!headers.has(key)) headers.set(key, value.trim());
  }
  return headers;
}

function toRefusal(code: number): Error {
  return Object.assign(new Error(`${Math.floor(code / 100)}.0.0 As the test wishes`), {
    responseCode: code,
  });
}

function portOf(server: SMTPServer): number {
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('The sink has no port');
  return address.port;
}
