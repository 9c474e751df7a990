/**
 * Mail from the desk to its own agents: notifications, and refusals of what they mailed.
 *
 * Such a mail is no message of a ticket. It is written once, under a name that follows from what it is about, to
 * `agents/LOGIN/mail/`, linked into the outbox from there and sent like any other; nobody but the agent sees it.
 * Promises: no loop can arise: empty reverse-path, marks of RFC 3834, and never to an address of the desk itself. An
 * answer to it is believed only from that agent: address and Message-ID are signed for his login.
 * Leaves to others: the words (notice-text.ts), what an answer does (intake/agent-mail.ts), sending (outbound/).
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Clock, formatInstant, type Instant } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Random } from '../../base/random.ts';
import type { Config } from '../../config/config.ts';
import { makeFile } from '../../config/desk-files.ts';
import { isOwnAddress } from '../../config/own-address.ts';
import { type Address, domainOf } from '../../core/message/address.ts';
import { type SignedIds, toMessageId } from '../../core/message/message-id.ts';
import { formatParameters, type MessageName } from '../../core/ticket/event.ts';
import type { TicketNumber } from '../../core/ticket/number.ts';
import { formatBlock } from '../../storage/block.ts';
import { composeMail } from '../../storage/codec.ts';
import { ensureDirectory, type FileOps } from '../../storage/files.ts';
import { fixedName } from '../../storage/maildir.ts';
import { senderAddress } from '../letters.ts';

export interface AgentLetter {
  readonly login: string;
  readonly to: Address;
  /** That it is about; an answer goes there. */
  readonly ticket: { readonly number: TicketNumber; readonly queue: string };
  readonly subject: string;
  readonly text: string;
  readonly language: string;
  /** It answers a mail of the agent; else it is the desk's own. */
  readonly isReply: boolean;
  /** It is about several tickets: an answer to it belongs to none, so it is signed for none. */
  readonly isDigest?: boolean;
  /** What it is about: the same key is the same mail. */
  readonly once: string;
  /** When that happened. */
  readonly since: Instant;
}

export interface AgentPost {
  /** Whether the agent can be written to at all. */
  reaches(address: string): boolean;
  /**
   * False when the mail was written before. `again` puts it into the outbox all the same, for a crash may have come in
   * between; it may then be sent twice.
   */
  post(letter: AgentLetter, again: boolean): Promise<boolean>;
}

export interface AgentPostDeps {
  readonly files: FileOps;
  /** `agents/LOGIN`, which is there then. */
  readonly folderOf: (login: string) => Promise<string>;
  /** Puts a link to the file into the outbox, durably. */
  readonly send: (path: string, name: MessageName) => Promise<void>;
  readonly ids: SignedIds;
  readonly config: () => Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Copies that are kept of one agent's mails. */
const mostKept = 200;

export function createAgentPost(deps: AgentPostDeps): AgentPost {
  const { files, ids, config, clock, log } = deps;

  async function compose(letter: AgentLetter, random: string): Promise<string> {
    const { login, to, ticket, subject, text, language, isReply, isDigest = false } = letter;
    const { desk } = config();
    const from = senderAddress(config(), ticket.queue);
    const { number } = ticket;
    const block = formatBlock(
      [
        ['Notice', formatParameters('', { agent: login, ticket: number })],
        ['Time', formatInstant(clock.now())],
        ['Sender', '<>'],
        ['Recipient', to.address],
      ],
      '\n',
    );
    const mail = await composeMail({
      from: { name: desk.name, address: from },
      to: [to],
      ...(desk.plusAddresses && !isDigest
        ? {
            replyTo: { name: desk.name, address: ids.formatAgentAddress(from, number, login) },
          }
        : {}),
      subject,
      date: clock.now(),
      timeZone: desk.timeZone,
      messageId: isDigest
        ? toMessageId(`digest.${random}@${domainOf(from)}`)
        : ids.formatNoticeId(number, random, login, domainOf(from)),
      text,
      fields: [
        ['Auto-Submitted', isReply ? 'auto-replied' : 'auto-generated'],
        ['X-Auto-Response-Suppress', 'All'],
        ['Precedence', 'bulk'],
        ['Content-Language', language],
      ],
    });
    return Buffer.concat([block, mail]).toString('utf8');
  }

  async function forgetOldest(folder: string): Promise<void> {
    const names = ((await files.list(folder)) ?? []).filter((name) => !name.startsWith('.')).sort();
    for (const name of names.slice(0, Math.max(0, names.length - mostKept)))
      await files.unlink(join(folder, name));
  }

  return {
    reaches: (address) => config().desk.smarthost !== undefined && !isOwnAddress(address, config()),
    async post(letter, again) {
      const key = createHash('sha256')
        .update(`${letter.login} ${letter.ticket.number} ${letter.once}`)
        .digest('hex')
        .slice(0, 24);
      const name = fixedName(letter.since / 1000, 'N', key);
      const agentFolder = await deps.folderOf(letter.login);
      const folder = join(agentFolder, 'mail');
      await ensureDirectory(files, folder, agentFolder);
      const path = join(folder, name);
      const text = await compose(letter, `n${key}`);
      const isMade = await makeFile({ files, random: deps.random }, { path, text, mode: 0o600 });
      if (!isMade && !again) return false;
      await deps.send(path, name);
      if (isMade) {
        log.info('notices.posted', { agent: letter.login, ticket: letter.ticket.number });
        await forgetOldest(folder);
      }
      return isMade;
    },
  };
}
