/**
 * One mail over a smarthost at once, for somebody who waits for the answer.
 *
 * Promises: the mail is really sent, on a connection of its own, once; the answer comes within a minute and tells the server's own words,
 * and of what kind the failure is. Nothing is tried again, nothing is kept.
 * Leaves to others: mail of tickets, which waits in the outbox (sender.ts); what to do about a failure (the page).
 */
import { type Clock, type Duration, second } from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { type Random, randomText } from '../../base/random.ts';
import type { Config, Smarthost } from '../../config/config.ts';
import type { SendOutcome } from '../../core/delivery/delivery.ts';
import {
  classifySmtpFailure,
  type SmtpFailureFacts,
  type SmtpFailureKind,
} from '../../core/delivery/smtp-failure.ts';
import { type Address, domainOf } from '../../core/message/address.ts';
import { toMessageId } from '../../core/message/message-id.ts';
import { composeMail } from '../../storage/codec.ts';
import type { SignMail } from './dkim.ts';
import { createTransport } from './transport.ts';

export interface TrialMail {
  readonly to: Address;
  readonly subject: string;
  readonly text: string;
}

export type TrialOutcome =
  | { readonly kind: 'sent'; readonly reply: string }
  | {
      readonly kind: 'failed';
      readonly failure: SmtpFailureKind;
      /** What the server said, or else what the system did; may be empty. */
      readonly said: string;
    };

export interface Trial {
  /** Comes from the desk's own first address, or from the one that is given. */
  send(smarthost: Smarthost, mail: TrialMail, from?: Address): Promise<TrialOutcome>;
}

export interface TrialDeps {
  readonly config: () => Config;
  readonly sign: SignMail;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface TrialOptions {
  readonly connectTimeoutMs?: Duration;
  readonly replyTimeoutMs?: Duration;
}

const longest = 55 * second;

export function createTrial(deps: TrialDeps, options: TrialOptions = {}): Trial {
  const { config, sign, clock, random, log } = deps;

  async function compose(from: Address, { to, subject, text }: TrialMail): Promise<Buffer> {
    return composeMail({
      from,
      to: [to],
      subject,
      date: clock.now(),
      timeZone: config().desk.timeZone,
      messageId: toMessageId(`trial.${randomText(random, 24)}@${domainOf(from.address)}`),
      text,
      fields: [['Auto-Submitted', 'auto-generated']],
    });
  }

  return {
    async send(smarthost, mail, sender) {
      const { desk } = config();
      const from = sender ?? { name: desk.name, address: desk.addresses[0] ?? '' };
      const bytes = await compose(from, mail);
      let facts: SmtpFailureFacts | undefined;
      const failed = (heard: SmtpFailureFacts) => {
        facts = heard;
      };
      const transport = createTransport(
        { log, sign, failed },
        {
          ...smarthost,
          hostName: desk.hostName,
          connections: 1,
          connectTimeoutMs: options.connectTimeoutMs ?? 15 * second,
          replyTimeoutMs: options.replyTimeoutMs ?? 40 * second,
        },
      );
      const patience = new AbortController();
      const cancel = clock.after(longest, () => patience.abort());
      try {
        const envelope = { sender: from.address, recipients: [mail.to.address], mail: bytes };
        const outcome = readOutcome(await transport.send(envelope, patience.signal), facts);
        log.info('trial.ended', { outcome: outcome.kind });
        return outcome;
      } catch (error) {
        const failure = facts === undefined ? 'dropped' : classifySmtpFailure(facts);
        const outcome: TrialOutcome = {
          kind: 'failed',
          failure: patience.signal.aborted ? 'timeout' : failure,
          said: wordsOf(facts, error),
        };
        log.info('trial.ended', { outcome: outcome.failure });
        return outcome;
      } finally {
        cancel();
        transport.close();
      }
    },
  };
}

function readOutcome(outcome: SendOutcome, facts: SmtpFailureFacts | undefined): TrialOutcome {
  const [refused] = outcome.rejected;
  if (refused === undefined) return { kind: 'sent', reply: oneLine(outcome.reply) };
  const { code, text } = refused;
  const heard = facts ?? {
    code: undefined,
    originalCode: undefined,
    responseCode: code,
    response: text,
    command: 'RCPT TO',
  };
  return {
    kind: 'failed',
    failure: classifySmtpFailure({ ...heard, responseCode: heard.responseCode ?? code }),
    said: oneLine(`${code} ${text}`),
  };
}

function wordsOf(facts: SmtpFailureFacts | undefined, error: unknown): string {
  return oneLine(
    facts?.response ?? errorText(error).replace(/^Cannot send over the smarthost: /, ''),
  );
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 500);
}
