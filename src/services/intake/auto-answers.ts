/**
 * Which mail on its way in is answered by the desk itself, and what its file says of that.
 *
 * Owns: gathering the facts for core/autoreply. Promises: the verdict stands in the file of the mail before
 * anything is sent; a place in the limits is taken in the same step.
 * Leaves to others: the rules (core/autoreply), writing the answer (services/auto-replies.ts).
 */
import { type Clock, type Instant, toInstant } from '../../base/clock.ts';
import type { Config } from '../../config/config.ts';
import { autoReplyTexts } from '../../config/queues.ts';
import {
  type AutoReplyKind,
  type AutoReplyVerdict,
  autoReplyKinds,
  formatAutoReply,
  judgeAutoReply,
} from '../../core/autoreply/auto-reply.ts';
import {
  type BreakerCause,
  breakerField,
  countReplies,
  isBroken,
  tripBreaker,
} from '../../core/autoreply/limits.ts';
import { addressKey } from '../../core/message/address.ts';
import { type Automatic, effectOf } from '../../core/message/automatic.ts';
import type { Mail } from '../../core/message/mail.ts';
import { decideFollowUp } from '../../core/ticket/decide.ts';
import type { Change, EventDraft } from '../../core/ticket/event.ts';
import type { TicketFolder } from '../../storage/ticket-store.ts';
import { findQueue } from '../letters.ts';
import type { ReplyLimits } from '../reply-limits.ts';

export interface AnswerableMail {
  readonly mail: Mail;
  /** Reverse-path; empty for `<>`; undefined when there was no envelope. */
  readonly sender: string | undefined;
  readonly automatic: Automatic | undefined;
  /** Another rule that forbids an answer. */
  readonly forbidden?: 'spam' | 'rule' | 'blocked' | 'muted';
}

/** What an answer, or the lack of one, does to the file of the mail. */
export interface AnswerDraft {
  readonly changes: readonly Change[];
  readonly fields: EventDraft['fields'];
  readonly isDue: boolean;
}

export interface AutoAnswers {
  /** To be awaited before the others: what was sent before this start must be counted. */
  ready(): Promise<void>;
  /** For a mail that opens a ticket in the queue. */
  ofNew(read: AnswerableMail, place: { queue: string; continuesClosed: boolean }): AnswerDraft;
  /** For a mail that joins the ticket as it is now. `changes` are those of the follow-up itself as well. */
  ofFollowUp(
    read: AnswerableMail,
    folder: TicketFolder,
    context: {
      participants: readonly string[];
      isRejected: boolean;
      /** Of the mail. */
      language: string | undefined;
    },
  ): AnswerDraft;
}

export interface AutoAnswersDeps {
  readonly limits: ReplyLimits;
  readonly config: () => Config;
  readonly isOwnAddress: (address: string, config: Config) => boolean;
  readonly clock: Clock;
}

interface Asked {
  readonly kind: AutoReplyKind;
  readonly queue: string;
  readonly folder: TicketFolder | undefined;
  readonly isBroken: boolean;
}

export function createAutoAnswers({
  limits,
  config,
  isOwnAddress,
  clock,
}: AutoAnswersDeps): AutoAnswers {
  function judge(read: AnswerableMail, asked: Asked): AutoReplyVerdict {
    const { mail, sender, automatic, forbidden } = read;
    const { desk } = config();
    const to = mail.replyTo[0] ?? mail.from;
    const sent = countReplies(asked.folder?.messages.map(({ event }) => event) ?? [], {
      to: addressKey(to?.address ?? ''),
      // Whoever is turned away must be told so, whatever else was sent to him before.
      kinds: asked.kind === 'rejected' ? ['rejected'] : autoReplyKinds,
      pause: desk.autoReplyPauseMs,
      now: nowIn(asked.folder),
    });
    const verdict = judgeAutoReply({
      kind: asked.kind,
      isOn: textNameOf(config(), asked.queue, asked.kind) !== undefined,
      automatic,
      sender,
      to,
      isOwnAddress: to !== undefined && isOwnAddress(to.address, config()),
      forbidden,
      isBroken: asked.isBroken,
      sentInTicket: sent.inTicket,
      isRepeated: sent.isRepeated,
      mostInTicket: desk.ticketAutoReplies,
    });
    if (verdict.kind === 'none') return verdict;
    const reason = limits.take(verdict.to.address);
    return reason === undefined ? verdict : { kind: 'none', reply: verdict.reply, reason };
  }

  /** The clock of a ticket, which never goes back. */
  function nowIn(folder: TicketFolder | undefined): Instant {
    return toInstant(Math.max(clock.now(), folder?.ticket.latest ?? 0));
  }

  function breakerOf(
    read: AnswerableMail,
    folder: TicketFolder,
    changes: readonly Change[],
  ): BreakerCause | undefined {
    const { desk } = config();
    return tripBreaker({
      ticket: folder.ticket,
      events: folder.messages.map(({ event }) => event),
      isAutomatic: read.automatic !== undefined,
      changes,
      limits: { mails: desk.breakerMails, reopenings: desk.breakerReopenings },
      now: nowIn(folder),
    });
  }

  return {
    ready: limits.ready,
    ofNew(read, { queue, continuesClosed }) {
      const kind = continuesClosed ? 'new-from-closed' : 'new-ticket';
      const verdict = judge(read, { kind, queue, folder: undefined, isBroken: false });
      const value = verdict.kind === 'due' ? 'due' : 'none';
      return {
        changes: [{ kind: 'set', field: 'confirmation', value }],
        fields: [['Auto-Reply', formatVerdict(verdict, undefined)]],
        isDue: verdict.kind === 'due',
      };
    },
    ofFollowUp(read, folder, { participants, isRejected, language }) {
      const { ticket } = folder;
      const ordinary = decideFollowUp(ticket, participants, read.automatic);
      const resting = ordinary.filter((change) => change.kind !== 'set');
      const trip = breakerOf(read, folder, isRejected ? resting : ordinary);
      const verdict = judge(read, {
        kind: isRejected ? 'rejected' : 'follow-up',
        queue: ticket.queue,
        folder,
        isBroken: trip !== undefined || isBroken(ticket),
      });
      const rests = isRejected && isTold(verdict);
      const opened: readonly Change[] =
        trip === undefined ? [] : [{ kind: 'set', field: breakerField, value: trip }];
      return {
        changes: [...(rests ? resting : ordinary), ...opened],
        // That a queue does not answer follow-ups is no news.
        fields: isOrdinarySilence(verdict)
          ? []
          : [['Auto-Reply', formatVerdict(verdict, language ?? ticket.language)]],
        isDue: verdict.kind === 'due',
      };
    },
  };
}

/**
 * Whether the writer learns, or has learnt, that the ticket stays closed. Who cannot be told is not turned
 * away: his mail reopens the ticket, or nobody would ever read it.
 */
function isTold(verdict: AutoReplyVerdict): boolean {
  if (verdict.kind === 'due') return true;
  switch (verdict.reason) {
    case 'switched-off':
    case 'already-answered':
    case 'breaker':
    case 'too-many-for-ticket':
    case 'spam':
    case 'rule':
    case 'blocked':
    case 'muted':
      return true;
    default:
      return false;
  }
}

function isOrdinarySilence(verdict: AutoReplyVerdict): boolean {
  return (
    verdict.kind === 'none' && verdict.reply === 'follow-up' && verdict.reason === 'switched-off'
  );
}

function formatVerdict(verdict: AutoReplyVerdict, language: string | undefined): string {
  return verdict.kind === 'due'
    ? formatAutoReply({ state: 'due', reply: verdict.reply, language })
    : formatAutoReply({
        state: 'none',
        reply: verdict.reply,
        reason: verdict.reason,
        sign: verdict.sign,
      });
}

/** Name of the text that a queue answers with; undefined when it does not answer. */
export function textNameOf(config: Config, queue: string, kind: AutoReplyKind): string | undefined {
  const chosen = findQueue(config, queue)?.autoReplies?.[kind];
  if (chosen !== undefined) return chosen === false ? undefined : chosen;
  const isOn = kind === 'rejected' || (kind !== 'follow-up' && config.desk.confirmations);
  return isOn ? autoReplyTexts[kind] : undefined;
}

/** Whether the mail is one that a queue may turn away from a closed ticket. */
export function mayBeTurnedAway(automatic: Automatic | undefined): boolean {
  return effectOf(automatic).countsAsContact;
}
