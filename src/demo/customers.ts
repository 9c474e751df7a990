/**
 * Simulated customers: they have a mail server of their own, write to the running desk over real SMTP, read
 * what the desk sends them, and answer some of it.
 *
 * Promises: all mail stays on the loopback interface; whoever the desk writes to, this server takes it.
 */
import { type Clock, second, sleep } from '../base/clock.ts';
import { errorText } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { type Random, randomBelow } from '../base/random.ts';
import type { Endpoint } from '../config/config.ts';
import { addressKey } from '../core/message/address.ts';
import { classifyAutomatic } from '../core/message/automatic.ts';
import { formatTicketNumber } from '../core/ticket/number.ts';
import { createSmtpListener } from '../edges/smtp/listener.ts';
import type { Intake } from '../services/intake/incoming.ts';
import { createTransport } from '../services/outbound/transport.ts';
import { decodeMail } from '../storage/codec.ts';
import { fixedName } from '../storage/maildir.ts';
import type { DemoConversation } from './conversations.ts';
import { writeCustomerMail } from './letters.ts';

export interface CustomersDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface Customers {
  /** Their mail server, which is the desk's smarthost. */
  listen(): Promise<Endpoint>;
  /** Begins to write to the desk at this endpoint, until the signal aborts. */
  write(desk: Endpoint, newcomers: readonly DemoConversation[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const betweenNewcomersMs = 25 * second;
const answerAfterMs = 8 * second;
const hostName = 'mail.customers.example';

export function createCustomers(
  { clock, random, log }: CustomersDeps,
  conversations: readonly DemoConversation[],
): Customers {
  const byAddress = new Map<
    string,
    { conversation: DemoConversation; mails: number; left: string[] }
  >();
  for (const conversation of conversations)
    know(conversation, conversation.turns.filter(({ by }) => by === 'customer').length);
  let send: (raw: Buffer, from: string, to: string) => Promise<void> = async () => {};
  const server = createSmtpListener(
    {
      intake: { process: receive },
      checkRecipient: () => 'ours',
      clock,
      log: log.child({ side: 'customers' }),
    },
    {
      endpoint: { host: '127.0.0.1', port: 0 },
      lmtp: false,
      hostName,
      tls: undefined,
      maxMessageBytes: 50_000_000,
      maxRecipients: 100,
      maxConnections: 50,
      idleTimeoutMs: 60 * second,
    },
  );

  function know(conversation: DemoConversation, mails: number): void {
    byAddress.set(addressKey(conversation.customer.address), {
      conversation,
      mails,
      left: [...conversation.live],
    });
  }

  /** A mail from the desk: whoever has something left to say answers it after a while. */
  async function receive({
    raw,
    recipients,
  }: Parameters<Intake['process']>[0]): ReturnType<Intake['process']> {
    const { mail } = await decodeMail(raw);
    for (const recipient of recipients) {
      const customer = byAddress.get(addressKey(recipient));
      const text = customer?.left[0];
      if (
        customer === undefined ||
        text === undefined ||
        classifyAutomatic(mail, undefined) !== undefined
      )
        continue;
      customer.left.shift();
      clock.after(answerAfterMs + randomBelow(random, answerAfterMs), () => {
        const references = mail.messageId === undefined ? [] : [...mail.references, mail.messageId];
        const to = mail.replyTo[0]?.address ?? mail.from?.address ?? customer.conversation.to;
        const subject = mail.subject.startsWith('Re:') ? mail.subject : `Re: ${mail.subject}`;
        inBackground(post(customer, text, to, subject, references));
      });
    }
    return accepted;
  }

  async function post(
    customer: { conversation: DemoConversation; mails: number },
    text: string,
    to: string,
    subject: string,
    references: Parameters<typeof writeCustomerMail>[0]['references'],
  ): Promise<void> {
    const { conversation } = customer;
    const position = customer.mails;
    customer.mails += 1;
    const raw = await writeCustomerMail({
      conversation,
      text,
      date: clock.now(),
      position,
      to,
      subject,
      references,
    });
    await send(raw, conversation.customer.address, to);
  }

  function inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => log.warn('demo.customer-failed', { cause: errorText(error) }));
  }

  return {
    listen: () => server.listen(),
    async write(desk, newcomers, signal) {
      const transport = createTransport(
        { log },
        { ...desk, secure: false, user: undefined, password: undefined, hostName, connections: 2 },
      );
      send = async (mail, sender, recipient) =>
        void (await transport.send({ sender, recipients: [recipient], mail }));
      for (const conversation of newcomers) {
        await sleep(clock, betweenNewcomersMs + randomBelow(random, betweenNewcomersMs), signal);
        if (signal.aborted) break;
        know(conversation, 0);
        const customer = byAddress.get(addressKey(conversation.customer.address));
        const text = conversation.turns[0]?.text ?? '';
        if (customer !== undefined)
          inBackground(post(customer, text, conversation.to, conversation.subject, []));
      }
      if (!signal.aborted)
        await new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => resolve(), { once: true }),
        );
      transport.close();
    },
    close: () => server.close(),
  };
}

/** What the listener wants to hear of a mail that was taken; the customers keep nothing. */
const accepted: Awaited<ReturnType<Intake['process']>> = {
  outcome: 'filed',
  ticket: formatTicketNumber('20260101', 1),
  message: fixedName(0, 'customer', ''),
  rule: 'new',
};
