/**
 * How many automatic answers one sender and the whole desk got lately.
 *
 * Promises: counting and reserving is one step, so mails that come at once cannot all take the last place.
 * The counts are rebuilt from the tickets once, for the desk may just have started; memory is bounded.
 */
import { type Clock, type Instant, toInstant } from '../base/clock.ts';
import { isFault } from '../base/fault.ts';
import type { Config } from '../config/config.ts';
import { readAutoReply, type SilenceReason } from '../core/autoreply/auto-reply.ts';
import { countIn, senderWindow, trim, type Window } from '../core/autoreply/limits.ts';
import { readAutoClose } from '../core/escalation/auto-close.ts';
import { addressKey } from '../core/message/address.ts';
import { parseQuery } from '../core/search/query.ts';
import type { TicketNumber } from '../core/ticket/number.ts';
import type { TicketFolder, TicketReader } from '../storage/ticket-store.ts';
import type { TicketIndex } from './index/index.ts';

export interface ReplyLimits {
  /** Resolves when what was sent before this start is counted; the index must be ready. */
  ready(): Promise<void>;
  /** Takes a place for an answer to the address; the reason when there is none. */
  take(address: string): SilenceReason | undefined;
}

export interface ReplyLimitsDeps {
  readonly index: TicketIndex;
  readonly reader: TicketReader;
  readonly config: () => Config;
  readonly clock: Clock;
}

/** Tickets that are looked at for what was sent in the last hour. */
const mostTickets = 500;
/** Beyond so many addresses, those that count no more are forgotten. */
const mostSenders = 5000;

export function createReplyLimits({ index, reader, config, clock }: ReplyLimitsDeps): ReplyLimits {
  const senders = new Map<string, Window>();
  let all: Window = [];
  let rebuilt: Promise<void> | undefined;

  async function rebuild(): Promise<void> {
    const since = toInstant(clock.now() - senderWindow);
    const query = parseQuery('');
    if (!query.ok) return;
    const page = await index.list({
      query: query.value,
      sort: 'updated',
      descending: true,
      limit: mostTickets,
    });
    if (!page.ok) return;
    const recent = page.value.records.filter(({ updated }) => updated > since);
    for (const { number } of recent) {
      const folder = await readOrSkip(number);
      for (const { event } of folder?.messages ?? []) {
        const isReminder = readAutoClose(event)?.kind === 'reminder';
        const isDue =
          isReminder || (event.kind === 'mail-in' && readAutoReply(event.fields)?.state === 'due');
        const to = isReminder ? event.mail.to[0] : (event.mail.replyTo[0] ?? event.mail.from);
        if (isDue && to !== undefined && event.time > since)
          note(addressKey(to.address), event.time);
      }
    }
    all = [...all].sort((one, other) => one - other);
  }

  /** One folder that cannot be read must not keep every mail waiting; the count is then too low by its answers. */
  async function readOrSkip(number: TicketNumber): Promise<TicketFolder | undefined> {
    try {
      return await reader.read(number);
    } catch (error) {
      if (!isFault(error)) throw error;
      return undefined;
    }
  }

  function note(key: string, time: Instant): void {
    senders.set(key, [...(senders.get(key) ?? []), time]);
    all = [...all, time];
  }

  function forgetOld(now: Instant): void {
    all = trim(all, now, senderWindow);
    if (senders.size <= mostSenders) return;
    for (const [key, window] of senders)
      if (trim(window, now, senderWindow).length === 0) senders.delete(key);
  }

  return {
    ready() {
      rebuilt ??= rebuild();
      return rebuilt;
    },
    take(address) {
      const { confirmationsPerHour, autoRepliesPerHour } = config().desk;
      const now = clock.now();
      forgetOld(now);
      const key = addressKey(address);
      const ofSender = countIn(senders.get(key) ?? [], now, {
        most: confirmationsPerHour,
        within: senderWindow,
      });
      if (ofSender === undefined) return 'too-many-for-sender';
      const ofAll = countIn(all, now, { most: autoRepliesPerHour, within: senderWindow });
      if (ofAll === undefined) return 'too-many-in-all';
      senders.set(key, ofSender);
      all = ofAll;
      return undefined;
    },
  };
}
