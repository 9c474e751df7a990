/**
 * What one SMTP or LMTP client may do: which recipients it may name, and how its mail is taken in.
 *
 * Promises: no recipient is believed to be more than text; at most `maxMessageBytes` of a mail are held in
 * memory; the bytes handed on are those between DATA and the final dot, with the dots of RFC 5321 section
 * 4.5.2 taken out and line ends as they came; `250` stands only for a mail that is filed.
 * Leaves to others: the protocol (listener.ts), addresses of the desk, tickets (services/intake).
 */
import type { Clock, Duration } from '../../base/clock.ts';
import { errorText } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { addressKey, isAddress } from '../../core/message/address.ts';
import type { Origin } from '../../core/message/origin.ts';
import type { Intake, IntakeOutcome } from '../../services/intake/incoming.ts';
import { filedAs, type Reply, replies, replyText, replyToFailure } from './replies.ts';

/** Whether mail to the address is for this desk; any case, plus-details included. */
export type CheckRecipient = (address: string) => 'ours' | 'unknown';

export interface SmtpSessionDeps {
  readonly intake: Intake;
  readonly checkRecipient: CheckRecipient;
  readonly log: Log;
  readonly clock: Clock;
}

export interface SmtpSessionOptions {
  readonly lmtp: boolean;
  readonly maxMessageBytes: number;
  readonly maxRecipients: number;
  /** For all of one mail's data, so that a trickle of bytes does not hold a connection for ever. */
  readonly dataTimeoutMs: Duration;
}

export interface Envelope {
  /** Reverse-path; empty for `<>`. */
  readonly sender: string;
  readonly recipients: readonly string[];
  /** For the Received field. */
  readonly client: string;
  /** For the check of the sender; the client of LMTP is a server of ours. */
  readonly origin?: Origin;
}

/** The bytes of a mail as they come; ends with a failure when the client goes away before the dot. */
export interface IncomingData extends AsyncIterable<Uint8Array> {
  destroy(error: Error): unknown;
}

export interface SmtpSession {
  /** The refusal of a recipient; undefined when it is accepted behind those accepted before. */
  refuseRecipient(address: string, accepted: readonly string[]): Reply | undefined;
  /** Takes in one mail. Undefined when nobody is left to be answered. */
  receive(data: IncomingData, envelope: Envelope): Promise<Reply | undefined>;
}

export function createSmtpSession(deps: SmtpSessionDeps, options: SmtpSessionOptions): SmtpSession {
  const { intake, log, clock } = deps;

  async function receive(data: IncomingData, envelope: Envelope): Promise<Reply | undefined> {
    const gathered = await gather(data);
    switch (gathered.kind) {
      case 'broken':
        log.info('smtp.broken-off', { bytes: gathered.bytes });
        return undefined;
      case 'too-slow':
        return refuse(replies.tooSlow, { bytes: gathered.bytes });
      case 'too-large':
        return refuse(replies.tooLarge, { bytes: gathered.bytes });
      case 'whole':
        return process(gathered.raw, envelope);
    }
  }

  async function process(raw: Buffer, envelope: Envelope): Promise<Reply> {
    const { sender, recipients, client, origin } = envelope;
    let outcome: IntakeOutcome;
    try {
      const via = options.lmtp ? 'lmtp' : 'smtp';
      outcome = await intake.process({
        raw,
        via,
        sender,
        recipients,
        client,
        ...(origin === undefined ? {} : { origin }),
      });
    } catch (error) {
      const reply = replyToFailure(error);
      log.error('smtp.failed', { bytes: raw.length, code: reply.code, error: errorText(error) });
      return reply;
    }
    const taken = { bytes: raw.length, recipients: recipients.length };
    if (outcome.outcome === 'refused') {
      return refuse(outcome.reason === 'spam' ? replies.spamRefused : replies.virusRefused, taken);
    }
    if (outcome.outcome === 'quarantined') {
      log.info('smtp.quarantined', { name: outcome.name, ...taken });
      return replies.taken;
    }
    const { ticket, message, rule } = outcome;
    log.info('smtp.accepted', {
      ticket,
      message,
      rule,
      bytes: raw.length,
      recipients: recipients.length,
    });
    return filedAs(ticket);
  }

  /** Reads to the end in any case, or the client would take its own sending for an answer it never got. */
  async function gather(data: IncomingData): Promise<Gathered> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    let isTooSlow = false;
    const cancel = clock.after(options.dataTimeoutMs, () => {
      isTooSlow = true;
      data.destroy(new Error('The data took too long'));
    });
    try {
      for await (const chunk of data) {
        bytes += chunk.length;
        if (bytes <= options.maxMessageBytes) chunks.push(chunk);
        else chunks.length = 0;
      }
    } catch {
      // The stream fails when it is destroyed: by the clock above, or because the client went away.
      return { kind: isTooSlow ? 'too-slow' : 'broken', bytes };
    } finally {
      cancel();
    }
    return bytes > options.maxMessageBytes
      ? { kind: 'too-large', bytes }
      : { kind: 'whole', raw: Buffer.concat(chunks, bytes) };
  }

  function refuse(reply: Reply, facts: Readonly<Record<string, unknown>>): Reply {
    log.info('smtp.refused', { code: reply.code, reply: replyText(reply), ...facts });
    return reply;
  }

  return {
    refuseRecipient(address, accepted) {
      const reply = judgeRecipient(address, accepted, deps.checkRecipient, options.maxRecipients);
      if (reply === undefined) return undefined;
      log.debug('smtp.recipient', { address });
      return refuse(reply, { recipients: accepted.length });
    },
    receive,
  };
}

type Gathered =
  | { readonly kind: 'whole'; readonly raw: Buffer }
  | { readonly kind: 'too-large' | 'too-slow' | 'broken'; readonly bytes: number };

function judgeRecipient(
  address: string,
  accepted: readonly string[],
  checkRecipient: CheckRecipient,
  most: number,
): Reply | undefined {
  const key = addressKey(address);
  // RFC 5321 section 4.5.1: postmaster without a domain is always somebody.
  const isPostmaster = key === 'postmaster';
  if (!isPostmaster && !isAddress(address)) return replies.oddRecipient;
  if (!isPostmaster && checkRecipient(address) === 'unknown') return replies.unknownRecipient;
  const isAnother = !accepted.some((other) => addressKey(other) === key);
  return isAnother && accepted.length >= most ? replies.tooManyRecipients : undefined;
}
