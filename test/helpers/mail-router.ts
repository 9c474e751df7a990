/**
 * The mail system between desks under test: takes mail as their smarthost and carries it to its domain.
 *
 * Promises: what it accepted is carried in order, each mail once; `settled` resolves when nothing is under
 * way. `careless` makes it one of those systems that lose every sign of an automatic mail and give it a
 * reverse-path again. Leaves to others: limits of time (the test's own).
 */
import { buffer } from 'node:stream/consumers';
import nodemailer from 'nodemailer';
import { SMTPServer } from 'smtp-server';

export interface CarriedMail {
  readonly from: string;
  readonly to: string;
  readonly raw: string;
  readonly messageId: string;
}

export type Carrier = (mail: CarriedMail) => Promise<void>;

export interface MailRouter {
  readonly url: string;
  /** Everything that was carried, in order. */
  readonly mails: readonly CarriedMail[];
  route(domain: string, carrier: Carrier): void;
  /** Puts a mail on its way, as one that came from elsewhere. */
  carry(mail: Omit<CarriedMail, 'messageId'>): void;
  settled(): Promise<void>;
  close(): Promise<void>;
}

export async function startMailRouter({ careless = false } = {}): Promise<MailRouter> {
  const mails: CarriedMail[] = [];
  const carriers = new Map<string, Carrier>();
  const failures: unknown[] = [];
  let work: Promise<void> = Promise.resolve();
  let underWay = 0;

  function carry({ from, to, raw }: Omit<CarriedMail, 'messageId'>): void {
    const sent = careless ? forget(raw) : raw;
    const sender = careless ? addressIn(headerOf(raw, 'from')) : from;
    const messageId = headerOf(raw, 'message-id').replace(/[<>]/g, '');
    const mail = { from: sender, to, raw: sent, messageId };
    mails.push(mail);
    underWay += 1;
    work = work.then(async () => {
      try {
        const carrier = carriers.get(to.slice(to.lastIndexOf('@') + 1));
        if (carrier === undefined) throw new Error(`Nobody takes mail for ${to}`);
        await carrier(mail);
      } catch (error) {
        failures.push(error);
      } finally {
        underWay -= 1;
      }
    });
  }

  const server = new SMTPServer({
    logger: false,
    disableReverseLookup: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, reply) {
      const { mailFrom, rcptTo } = session.envelope;
      const from = mailFrom === false ? '' : mailFrom.address;
      buffer(stream).then(
        (raw) => {
          for (const { address } of rcptTo) carry({ from, to: address, raw: raw.toString() });
          reply();
        },
        (error: unknown) => reply(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('The router has no port');

  return {
    url: `smtp://127.0.0.1:${address.port}`,
    mails,
    route: (domain, carrier) => void carriers.set(domain, carrier),
    carry,
    async settled() {
      while (underWay > 0) await work;
      if (failures.length > 0) throw failures[0];
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Carries to an SMTP server. */
export function carryTo(port: number): Carrier {
  return async ({ from, to, raw }) => {
    const transport = nodemailer.createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
    await transport.sendMail({ envelope: { from, to }, raw });
    transport.close();
  };
}

/** First value of a header field, unfolded. */
export function headerOf(raw: string, name: string): string {
  const header = raw.split(/\r?\n\r?\n/)[0] ?? '';
  const field =
    new RegExp(`^${name}:[ \\t]*(.*(?:\\r?\\n[ \\t].*)*)`, 'im').exec(header)?.[1] ?? '';
  return field.replace(/\r?\n[ \t]+/g, ' ').trim();
}

/** The address in a From field; the name may hold an @ as well, the address stands last. */
export function addressIn(field: string): string {
  return /([^<>\s"]+@[^<>\s"]+)>?$/.exec(field.trim())?.[1] ?? '';
}

function forget(raw: string): string {
  return raw.replace(
    /^(?:auto-submitted|x-auto-response-suppress|precedence|in-reply-to|references):.*\r?\n(?:[ \t].*\r?\n)*/gim,
    '',
  );
}
